#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# s3-options.sh CASE: what s3sink asks a real Ceph RGW to do with an object is
# what awscli then finds.
. "$REC_SRCDIR/tests/integration/common.sh"
. "$REC_SRCDIR/tests/integration/store.sh"

need_s3
need_aws
need_element s3sink
cd "$REC_TMP" || exit 1
size=$((17 * mib + 5))
head -c $size /dev/urandom >in.bin

# A value as gst-launch-1.0 reads it
quoted() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# upload KEY [PROPERTY...]: in.bin; the messages go to out.txt
upload() {
  local key=$1
  shift
  timeout 100 gst-launch-1.0 -m filesrc location="${input:-in.bin}" \
    blocksize=$mib ! s3sink bucket=$bucket key="$(quoted "$key")" \
    endpoint="$endpoint" "$@" >out.txt 2>err.txt
}

uploads() { upload "$@" || wrong "$1: $(cat err.txt)"; }

# refused KEY WORDS PROPERTY...: with an error
refused() {
  local key=$1 words=$2
  shift 2
  upload "$key" "$@" && wrong "$key: $* is fine"
  grep -m 1 '^ERROR: from element' err.txt | grep -q "GstRecS3Sink.*$words" ||
    wrong "$key: no \"$words\": $(cat err.txt)"
}

# same KEY [OPTION OF get-object...]: awscli reads what was sent
same() {
  aws_get "$1" back.bin "${@:2}" || { wrong "$1: awscli cannot read it"; return; }
  cmp "${input:-in.bin}" back.bin || wrong "$1: not the same bytes"
}

# found KEY PATH VALUE: in what awscli said of it
found() {
  local value
  value=$(json back.bin.json "$2")
  [ "$value" = "$3" ] || wrong "$1: $2 is \"$value\", not \"$3\""
}

# message FIELD: of store-complete
message() {
  sed -n "s/.*store-complete.* $1=([a-z0-9]*)\\(\"[^\"]*\"\\|[^,;]*\\).*/\\1/p" \
    out.txt | tr -d '"\\'
}

case_encryption() {
  start_s3
  local key other
  # awscli encodes what it is given
  key=0123456789abcdefghijklmnopqrstuv
  other=vutsrqponmlkjihgfedcba9876543210

  # A key of the customer: on every part, and to read it back
  uploads ssec sse-customer-key="$(printf %s $key | base64)" part-size=$((5 * mib)) header-size=0
  same ssec --sse-customer-algorithm AES256 --sse-customer-key "$key"
  [ "$(message verified)" = true ] || wrong "ssec: not verified: $(cat out.txt)"
  aws_get ssec no.bin 2>/dev/null && wrong "ssec: it can be read without a key"
  aws_get ssec no.bin --sse-customer-algorithm AES256 \
    --sse-customer-key "$other" 2>/dev/null && wrong "ssec: any key will do"
  input=small.bin
  echo small >small.bin
  uploads ssec-small sse-customer-key="$(printf %s $key | od -An -v -tx1 |
    tr -d ' \n')"
  same ssec-small --sse-customer-algorithm AES256 --sse-customer-key "$key"
  input=in.bin
  grep -qF -e "$key" -e "$(printf %s $key | base64)" out.txt err.txt &&
    wrong "the key is shown"

  uploads kms sse=aws:kms sse-kms-key-id=testkey-1 \
    sse-context="$(quoted 'c,tenant="a b",agent=7')"
  same kms
  found kms ServerSideEncryption aws:kms
  found kms SSEKMSKeyId testkey-1
  [ "$(message verified)" = true ] || wrong "kms: not verified: $(cat out.txt)"
  input=small.bin uploads kms-small sse=aws:kms sse-kms-key-id=testkey-2
  input=small.bin same kms-small
  found kms-small SSEKMSKeyId testkey-2
  # AWS has a word for it; RGW says InvalidAccessKeyId.
  refused no-such-key 'Check the credentials' sse=aws:kms sse-kms-key-id=testkey-9
  expect_nothing_left no-such-key
}

# RGW 16 forgets locks and tags of an object that comes in parts; they are then
# set behind it. That they were sent before shows the proxy.
sent() {
  local found
  found=$(requests "r['operation'] == '$1' and r['path'].endswith('/$2')" \
    "r['headers'].get('$3')")
  [ "$found" = "$4" ] || wrong "$2: $1 has $3: \"$found\", not \"$4\""
}

case_lock() {
  start_s3
  start_s3proxy
  local id key
  bucket=locked
  aws_bucket $bucket locked
  set -- object-lock-mode=governance retain-until=2035-06-01 legal-hold=true
  uploads large "$@"
  sent create large x-amz-object-lock-mode GOVERNANCE
  sent create large x-amz-object-lock-retain-until-date 2035-06-01T00:00:00Z
  sent create large x-amz-object-lock-legal-hold ON

  echo small >small.bin
  input=small.bin uploads small "$@"
  for key in large small; do
    input=in.bin
    [ $key = large ] || input=small.bin
    same $key
    found $key ObjectLockMode GOVERNANCE
    found $key ObjectLockLegalHoldStatus ON
    case $(json back.bin.json ObjectLockRetainUntilDate) in
      2035-06-01T00:00:00*) ;;
      *) wrong "$key: until $(json back.bin.json ObjectLockRetainUntilDate)" ;;
    esac
    id=$(json back.bin.json VersionId)
    aws s3api delete-object --bucket $bucket --key $key --version-id "$id" \
      >/dev/null 2>&1 && wrong "$key: it can be deleted"
  done
  [ "$(message version-id)" = "$id" ] || wrong "no version $id in the message"
  input=in.bin

  # A bucket without locks: nobody is to believe that there is one.
  bucket=recordings
  refused unlocked 'Lock the object yourself' "$@"
  input=small.bin refused unlockable Correct "$@"
  expect_nothing_left unlockable
}

case_versions() {
  start_s3
  local first second
  bucket=versioned
  aws_bucket $bucket versioned
  uploads twice
  first=$(message version-id)
  cp in.bin first.bin
  head -c 100 /dev/urandom >in.bin
  uploads twice
  second=$(message version-id)
  [ -n "$first" ] && [ -n "$second" ] && [ "$first" != "$second" ] ||
    wrong "versions \"$first\" and \"$second\""
  same twice --version-id "$second"
  input=first.bin same twice --version-id "$first"
  [ "$(message verified)" = true ] || wrong "not verified: $(cat out.txt)"
}

case_metadata() {
  local key
  start_s3
  start_s3proxy
  uploads metadata 'tags=t,queue="sales\ +\ 1",who="anna@example.com",site="Köln"' \
    'metadata=m,agent="Anna\ B.",Case=(int)7,town="Köln"' \
    content-type="$(quoted 'video/mp4; codecs="avc1"')" \
    content-disposition="$(quoted 'attachment; filename="a b.mp4"')" \
    storage-class=STANDARD
  sent create metadata x-amz-tagging "$(printf %s \
    'queue=sales%20%2B%201&who=anna%40example.com&site=K%C3%B6ln')"
  same metadata
  found metadata Metadata.agent 'Anna B.'
  found metadata Metadata.case 7
  # RGW gives back what was sent; AWS decodes it.
  found metadata Metadata.town '=?UTF-8?B?S8O2bG4=?='
  found metadata ContentType 'video/mp4; codecs="avc1"'
  found metadata ContentDisposition 'attachment; filename="a b.mp4"'

  echo small >small.bin
  input=small.bin uploads tagged \
    'tags=t,queue="sales\ +\ 1",who="anna@example.com",site="Köln"'
  for key in metadata tagged; do
    aws s3api get-object-tagging --bucket $bucket --key $key >tags.json
    python3 - <<'P' || wrong "$key has the tags $(cat tags.json)"
import json
tags = {t["Key"]: t["Value"] for t in json.load(open("tags.json"))["TagSet"]}
assert tags == {"queue": "sales + 1", "who": "anna@example.com",
                "site": "Köln"}, tags
P
  done

  # What the stream's tags say, but for what was given
  timeout 60 gst-launch-1.0 -m filesrc location=in.bin blocksize=$mib ! \
    taginject tags="$(quoted 'title="Call 7",artist=Anna,comment="Grüße"')" ! \
    s3sink location=s3://$bucket/tags endpoint="$endpoint" \
    metadata=m,artist=given >out.txt 2>err.txt || wrong "$(cat err.txt)"
  same tags
  found tags Metadata.title 'Call 7'
  found tags Metadata.artist given
  found tags Metadata.comment '=?UTF-8?B?R3LDvMOfZQ==?='
}

case_condition() {
  start_s3
  start_s3proxy
  local size
  echo small >small.bin
  for size in small large; do
    input=small.bin
    [ $size = small ] || input=in.bin
    uploads $size if-none-match=true
    same $size
    cp "$input" was.bin
    echo other >other.bin
    input=other.bin refused $size 'Choose another name' if-none-match=true
    input=was.bin same $size
  done

  # Where nobody may look, and where it comes in the meantime
  proxy_reset
  proxy_fault 'status=403&operation=head&times=9&code=AccessDenied'
  input=in.bin refused large 'Choose another name' if-none-match=true
  proxy_fault 'status=403&operation=head&times=9&code=AccessDenied'
  input=other.bin refused small 'Choose another name' if-none-match=true
  proxy_fault 'status=409&operation=complete&code=ConditionalRequestConflict'
  proxy_fault 'status=404&operation=head&times=9'
  input=in.bin refused conflict 'Record again, under another name' \
    if-none-match=true
  [ "$(n_uploads)" = 0 ] || wrong "an upload is left"
}

case_keys() {
  start_s3
  local key long keys
  input=small.bin
  echo small >small.bin
  long=$(printf 'k%.0s' {1..1024})
  keys=('a b+c%20d' 'Jürgen/ä €.mp4' '../up' 'a/../b' './x' 'a//b' 'end/'
    '%2e%2e/x' 'q?x=1&y#z' "it's \"<&>\"" '~-._!*()@:;,=$' 'back\slash' "$long")
  for key in "${keys[@]}"; do
    uploads "$key"
    same "$key"
  done
  aws s3api list-objects-v2 --bucket $bucket >keys.json
  python3 - "${keys[@]}" <<'P' || wrong "keys: $(cat keys.json)"
import json, sys
assert sorted(o["Key"] for o in json.load(open("keys.json"))["Contents"]) == \
    sorted(sys.argv[1:])
P
  refused "${long}k" 'Correct location'

  # In parts, where the key goes with more kinds of requests
  input=in.bin
  uploads 'parts of +/% Jürgen' part-size=$((5 * mib))
  same 'parts of +/% Jürgen'
}

case_endpoints() {
  read -r MON HTTP HTTPS <<<"$(free_ports 3)"
  EXTRA="rgw_frontends = beast endpoint=127.0.0.1:$HTTP endpoint=[::1]:$HTTP" \
    start_s3
  local plain=$endpoint
  # The bucket in the host name
  endpoint=http://s3.localhost:$HTTP
  uploads host path-style=false
  endpoint=http://[::1]:$HTTP
  uploads v6
  endpoint=$plain
  same host
  same v6
}

# The proxy checks each, and answers as AWS does.
case_checksums() {
  start_s3
  start_s3proxy
  local algorithm kind sum
  for algorithm in none crc32 crc32c crc64nvme sha1 sha256; do
    uploads $algorithm checksum=$algorithm
    same $algorithm --checksum-mode ENABLED
    [ "$(message verified)" = true ] || wrong "$algorithm: not verified"
    sum=$(message checksum)
    kind=FULL_OBJECT
    case $algorithm in
      none) kind=None && [ -z "$sum" ] || wrong "none: $sum" ;;
      sha*) kind=COMPOSITE && [ "${sum#$algorithm:*=-}" = 3 ] ||
        wrong "$algorithm: $sum" ;;
      *) [ "${sum%%:*}" = $algorithm ] || wrong "$algorithm: $sum" ;;
    esac
    sent create $algorithm x-amz-checksum-type $kind
    sent complete $algorithm x-amz-mp-object-size $size
  done
  # By another's reckoning
  uploads crc32 checksum=crc32
  [ "$(message checksum)" = "crc32:$(python3 -c '
import base64, zlib
data = open("in.bin", "rb").read()
print(base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode())')" ] ||
    wrong "the CRC of the object is another"

  # A store that has got something else
  proxy_fault 'status=400&operation=part&code=BadDigest'
  uploads again
  same again
  proxy_fault 'status=400&operation=part&code=BadDigest&times=99'
  refused damaged 'Record again: the store has not got' retries=1
  proxy_reset
  expect_nothing_left damaged

  uploads unsigned payload-signing=never
  same unsigned
  sent create unsigned x-amz-content-sha256 "$(sha256sum </dev/null |
    cut -d ' ' -f 1)"
  [ "$(requests 'r["operation"] == "part" and r["path"].endswith("/unsigned")' \
    'r["headers"]["x-amz-content-sha256"]' | sort -u)" = UNSIGNED-PAYLOAD ] ||
    wrong "unsigned is signed"
  uploads equal equal-parts=true part-size=$((6 * mib)) header-size=0
  same equal
  [ "$(message parts)" = 3 ] || wrong "equal: $(message parts) parts"
}

case_signed() {
  start_s3
  uploads signed sign-url-expiry=60
  curl -fsS -o back.bin "$(message signed-url)" || wrong "the URL does not work"
  cmp in.bin back.bin || wrong "not the same"
}

"case_$1"
exit $rec_failed
