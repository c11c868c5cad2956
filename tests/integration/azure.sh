#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# azure.sh CASE: azureblobsink against Azurite, Microsoft's emulator of Azure, on
# the loopback. What it stores is read back by Microsoft's own client.
. "$REC_SRCDIR/tests/integration/common.sh"
. "$REC_SRCDIR/tests/integration/store.sh"

need_azure
need cmp python3
need_element azureblobsink
cd "$REC_TMP" || exit 1

export AZURE_STORAGE_ACCOUNT=$azure_account AZURE_STORAGE_KEY=$azure_key

# upload BLOB [PROPERTY...] <FILE: the messages go to out.txt
upload() {
  local blob=$1
  shift
  timeout 100 gst-launch-1.0 -m fdsrc blocksize=$mib ! azureblobsink \
    container=$container blob="$blob" endpoint="$azure_endpoint" "$@" \
    >out.txt 2>err.txt
}

# expect_error WORDS...: one error of azureblobsink, with all of the words in its
# first line
expect_error() {
  local line word
  # GStreamer adds one of its own where a state change fails
  line=$(grep '^ERROR: from element.*GstRecAzureBlobSink' err.txt |
    grep -v 'state change failed')
  [ "$(wc -l <<<"$line")" = 1 ] || wrong "not exactly one error: $line"
  for word; do
    case $line in
      *"$word"*) ;;
      *) wrong "\"$word\" is not in: $(cat err.txt)" ;;
    esac
  done
  expect_no_secret
}

expect_no_secret() {
  if grep -qF -e "$azure_key" -e 'sig=' out.txt err.txt; then
    wrong "a secret in the output"
  fi
}

# expect_nothing BLOB: neither a blob nor blocks
expect_nothing() {
  azure head "$1" >/dev/null 2>head.txt && wrong "$1: there is a blob"
  azure blocks "$1" >blocks.txt 2>/dev/null
  [ ! -s blocks.txt ] || wrong "$1: there are blocks: $(cat blocks.txt)"
}

# round_trip SIZE PARTS [PROPERTY...]
round_trip() {
  local size=$1 parts=$2 complete
  shift 2
  head -c "$size" random >in.bin
  upload "object-$size" "$@" <in.bin || wrong "$size bytes: $(cat err.txt)"
  azure get "object-$size" back.bin || wrong "$size bytes: no blob"
  cmp in.bin back.bin || wrong "$size bytes: not the same"
  complete=$(grep store-complete out.txt)
  case $complete in
    *"uri=(string)azblob://$azure_account/$container/object-$size,"*) ;;
    *) wrong "$size bytes: $complete" ;;
  esac
  case $complete in
    *"size=(guint64)$size,"*"parts=(uint)$parts"*) ;;
    *) wrong "$size bytes, not $parts parts: $complete" ;;
  esac
  azure blocks "object-$size" | grep uncommitted &&
    wrong "$size bytes: blocks are left"
  expect_no_secret
}

case_objects() {
  start_azure
  head -c $((100 * 1000 * 1000)) /dev/urandom >random
  round_trip 0 1
  round_trip 1 1
  round_trip $((8 * mib)) 1
  round_trip $((8 * mib + 1)) 2
  round_trip $((24 * mib)) 3
  round_trip $((11 * mib)) 3 header-size=$((5 * mib)) part-size=$((5 * mib)) parallel=1
  round_trip 100000000 12
  # a blob that is there is replaced
  round_trip 1 1
  round_trip $((24 * mib)) 3 if-none-match=false lease=true
}

# long_name LENGTH: a name of that many characters
long_name() { printf "%0$1d" 0 | tr 0 n; }

case_names() {
  local name
  start_azure
  head -c 1000 /dev/urandom >in.bin
  for name in 'a b' 'a+b' '100%' '100%25' 'größe/日本 🎥.mp4' 'q?x=1&y#z' \
    "it's (1)!*;:@,\$=[]" 'a//b' '~.-_' "$(long_name 1024)"; do
    upload "$name" <in.bin || wrong "$name: $(cat err.txt)"
    azure get "$name" back.bin || wrong "$name: no blob"
    cmp in.bin back.bin || wrong "$name: not the same"
    rm -f back.bin
    head -c $((9 * mib)) /dev/zero | upload "$name" ||
      wrong "$name, in blocks: $(cat err.txt)"
    [ "$(azure head "$name" | grep -c '"contentLength": 9437184')" = 1 ] ||
      wrong "$name: not in blocks"
  done
  timeout 100 gst-launch-1.0 -q filesrc location=in.bin ! azureblobsink \
    location="azblob://$azure_account/$container/by location" \
    endpoint="http://127.0.0.1:$BLOB" 2>err.txt || wrong "$(cat err.txt)"
  azure get 'by location' back.bin && cmp in.bin back.bin ||
    wrong "by location: not the same"
}

# attribute FILE NAME VALUE
attribute() {
  local value
  value=$(json "$1" "$2")
  [ "$value" = "$3" ] || wrong "$2 is \"$value\" and not \"$3\""
}

case_attributes() {
  local size
  start_azure
  for size in 10 $((9 * mib)); do
    head -c "$size" /dev/zero | upload "kept-$size" tier=cool \
      tags='t,queue=(string)first+line,agent=(int)7' \
      metadata='m,agent=(string)7,Queue-name=(string)first+line' \
      content-type='video/mp4;codecs=avc1' \
      content-disposition='attachment;filename=session.mp4' ||
      wrong "$(cat err.txt)"
    azure head "kept-$size" >head.json || wrong "no blob"
    attribute head.json contentLength "$size"
    attribute head.json accessTier Cool
    attribute head.json contentType 'video/mp4;codecs=avc1'
    attribute head.json contentDisposition 'attachment;filename=session.mp4'
    attribute head.json metadata.agent 7
    attribute head.json metadata.queue_name 'first+line'
    attribute head.json tags.agent 7
    attribute head.json tags.queue 'first+line'
  done
  # a URL of it that needs nothing else, and says what it is
  local url
  head -c 1000 /dev/urandom >in.bin
  upload 'a signed+one' sign-url-expiry=60 <in.bin || wrong "$(cat err.txt)"
  url=$(sed -n 's/.*signed-url=(string)"\([^"]*\)".*/\1/p' out.txt |
    tr -d '\\')
  curl -sf "$url" -o back.bin || wrong "the URL does not read: $url"
  cmp in.bin back.bin || wrong "the URL reads something else"
  curl -sf "${url/se=20/se=21}" -o back.bin && wrong "a URL that was changed"
  # of one request, the store has the MD5
  attribute head.json contentMD5 ''
  azure head kept-10 >head.json
  attribute head.json contentMD5 "$(head -c 10 /dev/zero | openssl md5 -binary |
    base64)"
}

committed_size() { azure head "$1" 2>/dev/null | sed -n 's/.*"contentLength": \([0-9]*\).*/\1/p'; }
is_readable() { [ "$(committed_size "$1")" -gt "${2:-0}" ] 2>/dev/null; }

# slow_stream MIB PER_SECOND: bytes whose values tell where they were
slow_stream() {
  python3 - "$1" "$2" <<'P'
import sys, time, struct
total, rate = int(sys.argv[1]), float(sys.argv[2])
for i in range(total * 4):
    base = i * 65536
    sys.stdout.buffer.write(b"".join(struct.pack(">I", base + j)
                                     for j in range(65536)))
    sys.stdout.buffer.flush()
    time.sleep(.25 / rate)
P
}

is_prefix() {
  slow_stream "$(($(stat -c %s "$1") / mib + 1))" 100000 2>/dev/null |
    cmp -n "$(stat -c %s "$1")" - "$1"
}

# Readable in between, and complete in the end, with a head that is held and
# without.
case_commit() {
  local header first size pid
  start_azure
  for header in 0 $((8 * mib)); do
    slow_stream 24 4 | upload "growing-$header" commit-interval=500 \
      header-size="$header" part-size=$((8 * mib)) &
    pid=$!
    wait_for 20 is_readable "growing-$header" || wrong "$header: not readable"
    azure get "growing-$header" early.bin || wrong "$header: not to be read"
    is_prefix early.bin || wrong "$header: other bytes than were written"
    first=$(stat -c %s early.bin)
    wait_for 20 is_readable "growing-$header" "$first" ||
      wrong "$header: does not grow"
    wait $pid || wrong "$header: $(cat err.txt)"
    azure get "growing-$header" back.bin || wrong "$header: no blob"
    size=$(stat -c %s back.bin)
    [ "$size" = $((24 * mib)) ] || wrong "$header: $size bytes in the end"
    is_prefix back.bin || wrong "$header: other bytes in the end"
    azure blocks "growing-$header" | grep uncommitted &&
      wrong "$header: blocks are left"
  done
  # One that is stopped, or fails, keeps what was committed.
  slow_stream 60 4 2>/dev/null | timeout -s INT 6 gst-launch-1.0 -m fdsrc ! \
    azureblobsink container=$container blob=stopped commit-interval=500 \
    endpoint="$azure_endpoint" header-size=0 lease=true >out.txt 2>err.txt
  azure get stopped early.bin || wrong "stopped: nothing to be read"
  is_prefix early.bin || wrong "stopped: other bytes"
  azure blocks stopped | grep uncommitted && wrong "stopped: blocks are left"
  azure head stopped >head.json
  attribute head.json leaseState available
}

# record_slowly BLOB [PROPERTY...]: in the background
record_slowly() {
  gst-launch-1.0 -m fakesrc is-live=true sizetype=fixed sizemax=$mib filltype=zero num-buffers=400 ! \
    identity sleep-time=50000 ! azureblobsink container=$container \
    blob="$1" endpoint="$azure_endpoint" "${@:2}" >slow.txt 2>slow.err &
  slow=$!
  rec_pids+=($slow)
}

is_leased() { azure head "$1" 2>/dev/null | grep -q '"leaseState": "leased"'; }

case_lease() {
  start_azure
  head -c 100 /dev/zero >in.bin
  record_slowly leased lease=true
  wait_for 20 is_leased leased || wrong "there is no lease: $(cat slow.err)"
  upload leased lease=true <in.bin && wrong "a second lease"
  expect_error 'Choose another name or end the other writer'
  upload leased <in.bin && wrong "a second writer"
  expect_error 'Choose another name or end the other writer'
  azure put leased in.bin 2>/dev/null && wrong "another client writes"
  kill -INT $slow
  wait $slow
  # what was there for the lease only is not there any more
  expect_nothing leased

  # and with a blob that is there, the lease ends and the blob stays
  azure put leased in.bin
  record_slowly leased lease=true
  wait_for 20 is_leased leased || wrong "there is no lease on a blob"
  kill -INT $slow
  wait $slow
  is_leased leased && wrong "the lease does not end"
  azure get leased back.bin && cmp in.bin back.bin || wrong "the blob changed"
  upload leased lease=true <in.bin || wrong "no lease after one: $(cat err.txt)"
  is_leased leased && wrong "the lease does not end with the upload"
}

has_blocks() { azure blocks "$1" 2>/dev/null | grep -c uncommitted | grep -qv '^[01]$'; }

# Nothing of an upload that does not end is there to be seen.
case_stopped() {
  start_azure
  record_slowly stopped part-size=$mib header-size=0
  wait_for 20 has_blocks stopped || wrong "nothing is sent: $(cat slow.err)"
  azure head stopped >/dev/null 2>&1 && wrong "a blob before its end"
  kill -INT $slow
  wait $slow
  expect_nothing stopped

  record_slowly killed part-size=$mib header-size=0
  wait_for 20 has_blocks killed || wrong "nothing is sent: $(cat slow.err)"
  kill -KILL $slow
  wait $slow 2>/dev/null
  azure head killed >/dev/null 2>&1 && wrong "a blob of one that was killed"
  has_blocks killed || wrong "no blocks of one that was killed"
  # and the next one takes the name
  head -c $((9 * mib)) /dev/zero | upload killed || wrong "$(cat err.txt)"
  azure blocks killed | grep uncommitted && wrong "blocks of one killed stay"

  # A blob that stands is not touched: Azure drops the blocks.
  head -c 100 /dev/urandom >in.bin
  azure put there in.bin
  record_slowly there part-size=$mib header-size=0
  wait_for 20 has_blocks there || wrong "nothing is sent: $(cat slow.err)"
  kill -INT $slow
  wait $slow
  azure get there back.bin && cmp in.bin back.bin || wrong "a blob is destroyed"
  has_blocks there || wrong "whose blocks were dropped?"
}

case_errors() {
  start_azure
  head -c 100 /dev/zero >in.bin
  upload x container=missing <in.bin && wrong "no such container"
  expect_error 'Create the container'
  upload x account-key="$(echo wrong | base64)" <in.bin && wrong "wrong key"
  expect_error 'Check the account and its key'
  upload x account=otheracct <in.bin && wrong "wrong account"
  expect_error
  upload x account-key='no base64' <in.bin && wrong "no key"
  expect_error 'or what opens the account'
  upload x container=UPPER <in.bin && wrong "bad container"
  expect_error 'Correct location'
  upload 'a/../b' <in.bin && wrong "a name with .."
  expect_error 'Correct location'
  upload x tags='t,a=(string)"ä"' <in.bin && wrong "a bad tag"
  expect_error 'Correct location'
  upload x metadata='m,1a=(string)x' <in.bin && wrong "bad metadata"
  expect_error 'Correct metadata'
  upload x part-size=5000000000 <in.bin && wrong "a part too large"
  upload x endpoint=http://127.0.0.1:1 retries=0 <in.bin && wrong "no store"
  expect_error 'Check endpoint and the network'
  upload x sas-token='sv=2021-12-02&sig=AAAA' AZURE_STORAGE_KEY= <in.bin &&
    wrong "a bad token"
  azure put there in.bin
  upload there if-none-match=true <in.bin && wrong "it is there"
  expect_error 'Choose another name or unset if-none-match'
  upload new if-none-match=true <in.bin || wrong "new: $(cat err.txt)"
  head -c $((9 * mib)) /dev/zero | upload new2 if-none-match=true ||
    wrong "new2: $(cat err.txt)"
  unset AZURE_STORAGE_KEY
  upload x <in.bin && wrong "no key at all"
  expect_error 'Give azureblobsink what opens the account'
}

# What opens the account, in all its forms.
case_accounts() {
  local url token
  start_azure
  head -c $((9 * mib)) /dev/urandom >in.bin
  unset AZURE_STORAGE_KEY AZURE_STORAGE_ACCOUNT
  url=$(azure sas by-token cwd 600) token=${url#*\?}
  upload by-token account=$azure_account sas-token="$token" <in.bin ||
    wrong "SAS: $(cat err.txt)"
  expect_no_secret
  azure get by-token back.bin && cmp in.bin back.bin || wrong "SAS: no blob"

  local string="DefaultEndpointsProtocol=http;AccountName=$azure_account"
  string="$string;AccountKey=$azure_key;BlobEndpoint=$azure_endpoint"
  timeout 100 gst-launch-1.0 -q filesrc location=in.bin ! azureblobsink \
    container=$container blob=by-string connection-string="$string;" \
    2>err.txt || wrong "connection string: $(cat err.txt)"
  azure get by-string back.bin && cmp in.bin back.bin || wrong "no blob"

  AZURE_STORAGE_CONNECTION_STRING=$string timeout 100 gst-launch-1.0 -q \
    filesrc location=in.bin ! azureblobsink container=$container \
    blob=by-environment 2>err.txt || wrong "environment: $(cat err.txt)"
  azure get by-environment back.bin && cmp in.bin back.bin || wrong "no blob"

  # no word of it at any level of debugging
  GST_DEBUG='*:9' GST_DEBUG_NO_COLOR=1 GST_DEBUG_FILE=debug.txt upload by-token \
    account=$azure_account sas-token="$token" <in.bin || wrong "$(cat err.txt)"
  expect_no_secret
  # the command line's own words are what gst-launch-1.0 says of it
  grep -F "${token##*sig=}" debug.txt |
    grep -v 'gst_parse\|gstparse\|GST_PIPELINE\|grammar' && wrong "a SAS in the log"
  true
}

case_tls() {
  make_certificates
  start_azure
  head -c $((9 * mib)) /dev/urandom >in.bin
  local plain=$azure_endpoint
  export NODE_EXTRA_CA_CERTS=$STATE/tls/ca.pem
  azure_endpoint=https://127.0.0.1:$BLOBS/$azure_account
  azure create || fail "no container"
  upload secure ca-file="$STATE/tls/ca.pem" <in.bin || wrong "$(cat err.txt)"
  azure get secure back.bin && cmp in.bin back.bin || wrong "no blob"
  upload unknown retries=0 <in.bin && wrong "an unknown authority"
  expect_error 'Set ca-file'
  azure_endpoint=$plain
}

# What Microsoft's client signs today is what ours signs.
case_signed() {
  need node
  (cd "$REC_NODE_DIR" && node "$REC_SRCDIR/tests/data/azure/generate.mjs" \
    "$REC_TMP") || fail "the client signs nothing"
  for core in sharedkey sas; do
    REC_AZURE_DATA=$REC_TMP "$REC_BUILDDIR/tests/check/lib/lib-$core" \
      >check.txt 2>&1 || wrong "$core: $(cat check.txt)"
  done
}

"case_$1"
exit $rec_failed
