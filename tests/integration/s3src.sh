#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# s3src.sh CASE: s3src against a real Ceph RGW on the loopback. What it reads was
# stored by awscli.
. "$REC_SRCDIR/tests/integration/common.sh"
. "$REC_SRCDIR/tests/integration/store.sh"

need_s3
need_aws
need_element s3src
cd "$REC_TMP" || exit 1

# read_back KEY [PROPERTY...]: into back.bin
read_back() {
  local key=$1
  shift
  timeout 100 gst-launch-1.0 -q s3src bucket=$bucket endpoint=$endpoint \
    key="$(quoted "$key")" "$@" ! filesink location=back.bin \
    >out.txt 2>err.txt
}

# quoted TEXT: as gst-launch-1.0 wants it, with nothing that it would read
quoted() {
  printf '"%s"' "$(sed 's/["\\]/\\&/g' <<<"$1")"
}

# uri KEY: percent-encoded, and where the store is
uri() {
  python3 - "$bucket" "$1" "$endpoint" <<'P'
import sys
from urllib.parse import quote
print("s3://%s/%s?endpoint=%s" % (sys.argv[1], quote(sys.argv[2]), sys.argv[3]))
P
}

# expect_error WORDS: the first line of the first error has them
expect_error() {
  grep -m1 '^ERROR: from element.*GstRecS3Src' err.txt | grep -qF "$1" ||
    wrong "\"$1\" is not in: $(cat err.txt)"
  ! grep -q TESTSECRET out.txt err.txt || wrong "a secret in the output"
}

case_read() {
  start_s3
  head -c 100000000 /dev/urandom >random
  local size key
  for size in 0 1 65536 65537 2097153 100000000; do
    head -c $size random >in.bin
    # in parts, from 8 MB on
    aws s3 cp --quiet in.bin "s3://$bucket/object-$size" ||
      fail "awscli cannot store"
    read_back "object-$size" || wrong "$size bytes: $(cat err.txt)"
    cmp in.bin back.bin || wrong "$size bytes: not the same"
  done
  for properties in read-ahead=0 'parallel=1 blocksize=4096' \
    'range-size=65536 read-ahead=65536' 'parallel=16 read-ahead=67108864'; do
    # shellcheck disable=SC2086
    read_back object-100000000 $properties || wrong "$(cat err.txt)"
    cmp random back.bin || wrong "$properties: not the same"
  done

  # Keys of all kinds, by property and by URI
  # of a kind that is recognized
  seq 300 >in.bin
  local long
  long=$(printf 'x%.0s' {1..1024})
  for key in 'a+b' '%41 %' 'what?' 'a#b&c=d' 'Gespräch €' \
    'a//b' '../up' 'a"b\c' "$long"; do
    aws_put "$key" in.bin >/dev/null || fail "awscli cannot store $key"
    rm -f back.bin
    read_back "$key" || wrong "$key: $(cat err.txt)"
    cmp in.bin back.bin || wrong "$key: not the same"
    rm -f back.bin
    gst-launch-1.0 -q urisourcebin uri="$(uri "$key")" ! \
      filesink location=back.bin 2>err.txt || wrong "$key: $(cat err.txt)"
    cmp in.bin back.bin || wrong "$key: not the same by its URI"
  done
}

# With the index at the end, as mp4mux writes it.
case_play() {
  need_element x264enc mp4mux playbin qtdemux avdec_h264
  start_s3
  gst-launch-1.0 -q videotestsrc num-buffers=900 pattern=snow ! \
    video/x-raw,width=320,height=240,framerate=30/1 ! \
    x264enc tune=zerolatency speed-preset=ultrafast bitrate=8000 \
    key-int-max=30 ! mp4mux name=m ! filesink location=in.mp4 \
    audiotestsrc num-buffers=1292 ! audio/x-raw,rate=44100 ! avenc_aac ! m. \
    2>err.txt || fail "$(cat err.txt)"
  local size
  size=$(stat -c %s in.mp4)
  aws_put 'a session.mp4' in.mp4 >/dev/null || fail "awscli cannot store"

  timeout 60 gst-launch-1.0 playbin uri="$(uri 'a session.mp4')" \
    video-sink="fakesink sync=false" audio-sink="fakesink sync=false" \
    >out.txt 2>err.txt || wrong "$(cat err.txt)"
  grep -q 'Got EOS' out.txt || wrong "no EOS: $(cat out.txt)"

  "$REC_TOOLS/seekcheck" "$(uri 'a session.mp4')" >seeks.txt ||
    wrong "seeks: $(cat seeks.txt)"
  cat seeks.txt
  echo "of $size bytes"
}

# An object that is replaced while it is read
case_replaced() {
  start_s3
  head -c $((40 * mib)) /dev/urandom >in.bin
  aws s3 cp --quiet in.bin s3://$bucket/object || fail "awscli cannot store"
  timeout 60 gst-launch-1.0 -q s3src location=s3://$bucket/object \
    endpoint=$endpoint read-ahead=$mib ! identity sleep-time=60000 ! \
    filesink location=back.bin buffer-mode=unbuffered >out.txt 2>err.txt &
  rec_pids+=($!)
  wait_for 20 test -s back.bin || fail "nothing is read"
  head -c $((40 * mib)) /dev/urandom >new.bin
  aws s3 cp --quiet new.bin s3://$bucket/object || fail "awscli cannot store"
  wait "${rec_pids[-1]}" && wrong "a replaced object is fine"
  expect_error "replaced or deleted"
  cmp -n "$(stat -c %s back.bin)" in.bin back.bin || wrong "a mixture"

  # With a version it is read on.
  bucket=versions
  aws_bucket $bucket versioned
  head -c 3000000 in.bin >old.bin
  local version
  version=$(aws_put object old.bin | python3 -c \
    'import json, sys; print(json.load(sys.stdin)["VersionId"])')
  aws_put object new.bin >/dev/null || fail "awscli cannot store"
  read_back object version-id="$version" || wrong "$(cat err.txt)"
  cmp old.bin back.bin || wrong "not the old version"
  read_back object || wrong "$(cat err.txt)"
  cmp new.bin back.bin || wrong "not the new version"
}

case_errors() {
  start_s3
  head -c 3000000 /dev/urandom >in.bin
  aws_put object in.bin >/dev/null || fail "awscli cannot store"
  read_back missing && wrong "a missing object is fine"
  expect_error "Check location"
  AWS_SECRET_ACCESS_KEY=WRONGSECRET read_back object &&
    wrong "a wrong secret is fine"
  expect_error "Check the credentials"
  read_back object version-id=nothing && wrong "a wrong version is fine"
  expect_error "Check"
  endpoint=http://127.0.0.1:9 read_back object retries=0 &&
    wrong "a refused connection is fine"
  expect_error "Check endpoint"

  # A key of the reader's own (SSE-C)
  head -c 32 /dev/urandom >key.bin
  aws_put secret in.bin --sse-customer-algorithm AES256 \
    --sse-customer-key fileb://key.bin >/dev/null || fail "no SSE-C"
  read_back secret sse-customer-key="$(quoted "$(base64 -w0 key.bin)")" ||
    wrong "$(cat err.txt)"
  cmp in.bin back.bin || wrong "SSE-C: not the same"
  read_back secret && wrong "an encrypted object without its key is fine"
  expect_error "sse-customer-key"
  head -c 32 /dev/zero | base64 -w0 >wrong.txt
  read_back secret sse-customer-key="$(quoted "$(cat wrong.txt)")" &&
    wrong "a wrong key is fine"
  expect_error "sse-customer-key"
}

# The store is away for a moment, and the line breaks again and again.
case_faults() {
  start_s3
  head -c $((30 * mib)) /dev/urandom >in.bin
  aws s3 cp --quiet in.bin s3://$bucket/object || fail "awscli cannot store"
  timeout 60 gst-launch-1.0 -q s3src location=s3://$bucket/object \
    endpoint=$endpoint read-ahead=$mib retries=8 ! \
    identity sleep-time=20000 ! filesink location=back.bin \
    buffer-mode=unbuffered >out.txt 2>err.txt &
  rec_pids+=($!)
  wait_for 20 test -s back.bin || fail "nothing is read"
  "$rgw" stop-gateway
  sleep 1
  "$rgw" start-gateway
  wait "${rec_pids[-1]}" || wrong "a second without a store: $(cat err.txt)"
  cmp in.bin back.bin || wrong "not the same"
}

case_tls() {
  make_certificates
  start_s3
  head -c 3000000 /dev/urandom >in.bin
  aws_put object in.bin >/dev/null || fail "awscli cannot store"
  endpoint=https://127.0.0.1:$HTTPS
  read_back object ca-file="$REC_TMP/tls/ca.pem" || wrong "$(cat err.txt)"
  cmp in.bin back.bin || wrong "not the same"
  read_back object && wrong "an unknown authority is trusted"
  expect_error "ca-file"
}

"case_$1"
exit $rec_failed
