#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# The checking proxy of the tests beside AWS's own command line, which checks in
# its turn what it is answered: neither refuses what is right, and what is wrong
# is refused.
. "$REC_SRCDIR/tests/integration/common.sh"
. "$REC_SRCDIR/tests/integration/store.sh"

need_s3
need_aws
cd "$REC_TMP" || exit 1

start_s3
start_s3proxy
head -c 5500001 /dev/urandom >in.bin

for algorithm in CRC32 CRC32C SHA1 SHA256; do
  aws_put $algorithm in.bin --checksum-algorithm $algorithm >put.json ||
    wrong "$algorithm: refused"
  aws_get $algorithm back.bin --checksum-mode ENABLED && cmp in.bin back.bin ||
    wrong "$algorithm: not the same"
  sum=$(json put.json Checksum$algorithm)
  [ -n "$sum" ] && [ "$sum" = "$(json back.bin.json Checksum$algorithm)" ] ||
    wrong "$algorithm: $sum is not what GET says"
done

# Two parts, the second a single byte
aws s3api create-multipart-upload --bucket $bucket --key parts \
  --checksum-algorithm CRC32 >create.json || fail "no upload"
id=$(json create.json UploadId)
head -c 5500000 in.bin >1.bin
tail -c 1 in.bin >2.bin
list=
for part in 1 2; do
  aws s3api upload-part --bucket $bucket --key parts --upload-id "$id" \
    --part-number $part --body $part.bin --checksum-algorithm CRC32 \
    >part.json || wrong "part $part is refused"
  list+="{\"PartNumber\":$part,\"ETag\":$(json part.json ETag | sed 's/"/\\"/g;s/.*/"&"/'),"
  list+="\"ChecksumCRC32\":\"$(json part.json ChecksumCRC32)\"},"
done
complete() {
  aws s3api complete-multipart-upload --bucket $bucket --key parts \
    --upload-id "$id" --multipart-upload "{\"Parts\":[${1%,}]}" >complete.json
}
complete "${list/PartNumber\":1/PartNumber\":3}" 2>err.txt &&
  wrong "a wrong order of parts is fine"
grep -q InvalidPartOrder err.txt || wrong "wrong order: $(cat err.txt)"
complete "${list//=/A}" 2>err.txt && wrong "a wrong checksum of a part is fine"
grep -q InvalidPart err.txt || wrong "wrong checksum: $(cat err.txt)"
complete "$list" || wrong "Complete is refused"
case $(json complete.json ChecksumCRC32) in
  ?*-2) ;;
  *) wrong "no composite checksum: $(cat complete.json)" ;;
esac
case $(json complete.json ETag) in
  \"?*-2\") ;;
  *) wrong "no ETag: $(cat complete.json)" ;;
esac

# refused WORDS CURL-OPTION...: of nine digits
refused() {
  s3 "$bucket/wrong" -X PUT -d 123456789 "${@:2}" >answer.xml
  grep -q "<Code>$1</Code>" answer.xml || wrong "${*:2}: $(cat answer.xml)"
}
refused BadDigest -H 'x-amz-checksum-crc32c: 4waSgg=='
refused BadDigest -H 'x-amz-checksum-crc64nvme: rosUhgoAmYg='
refused BadDigest -H 'Content-MD5: JfnnlDI7RThTiF9RgfG2Sw=='
refused InvalidRequest -H 'x-amz-object-lock-mode: GOVERNANCE'
[ "$(object_status wrong)" = 404 ] || wrong "what was refused is stored"
s3 $bucket/right -X PUT -d 123456789 -f -H 'x-amz-checksum-crc32c: 4waSgw==' ||
  wrong "the checksum of the nine digits is refused"
s3 $bucket/right -X PUT -d 123456789 -f \
  -H 'x-amz-checksum-crc64nvme: rosUhgp5mIg=' ||
  wrong "the checksum of the nine digits is refused"

[ "$(requests 'r["operation"] == "part"' 'r["status"]')" = $'200\n200' ] ||
  wrong "two parts are not recorded"
! grep -q TESTSECRET requests.json || wrong "a secret in the records"
exit $rec_failed
