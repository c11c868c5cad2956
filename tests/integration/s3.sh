#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# s3.sh CASE: s3sink against a real Ceph RGW on the loopback. What it stores is
# read back by curl, which signs by itself.
. "$REC_SRCDIR/tests/integration/common.sh"
. "$REC_SRCDIR/tests/integration/store.sh"

need_s3
need_element s3sink
cd "$REC_TMP" || exit 1

# upload KEY [PROPERTY...] <FILE: the messages go to out.txt
upload() {
  local key=$1
  shift
  timeout 100 gst-launch-1.0 -m fdsrc blocksize=$mib ! \
    s3sink location="s3://$bucket/$key" endpoint=$endpoint "$@" \
    >out.txt 2>err.txt
}

# expect_error WORDS...: one error of s3sink, with all of the words in its first
# line
expect_error() {
  local line word
  [ "$(grep -c '^ERROR: from element.*GstRecS3Sink' err.txt)" = 1 ] ||
    wrong "not exactly one error: $(cat err.txt)"
  line=$(grep '^ERROR: from element.*GstRecS3Sink' err.txt)
  for word; do
    case $line in
      *"$word"*) ;;
      *) wrong "\"$word\" is not in: $line" ;;
    esac
  done
  if grep -q TESTSECRET out.txt err.txt; then wrong "a secret in the output"; fi
}

# round_trip SIZE PARTS [PROPERTY...]
round_trip() {
  local size=$1 parts=$2 complete
  shift 2
  head -c "$size" random >in.bin
  upload "object-$size" "$@" <in.bin || wrong "$size bytes: $(cat err.txt)"
  s3 "$bucket/object-$size" -f -o back.bin || wrong "$size bytes: no object"
  cmp in.bin back.bin || wrong "$size bytes: not the same"
  complete=$(grep 'store-complete' out.txt)
  [ "$(grep -c store-complete out.txt)" = 1 ] || wrong "$size: no message"
  case $complete in
    *"uri=(string)s3://$bucket/object-$size,"*"size=(guint64)$size,"*) ;;
    *) wrong "$size bytes: $complete" ;;
  esac
  grep -q "parts=(uint)\\($parts\\), verified=(boolean)true, checksum=(string)" \
    <<<"$complete" || wrong "$size bytes: not $parts parts, verified: $complete"
  case $complete in
    *'etag=(string)'[0-9a-f][0-9a-f]*) ;;
    *) wrong "$size bytes: no ETag: $complete" ;;
  esac
  [ "$(n_uploads)" = 0 ] || wrong "$size bytes: an upload is left"
}

case_objects() {
  start_s3
  head -c $((300 * 1000 * 1000)) /dev/urandom >random
  round_trip 0 1
  round_trip 1 1
  round_trip $((8 * mib - 1)) 1
  round_trip $((8 * mib)) 1
  round_trip $((8 * mib + 1)) 2
  round_trip $((24 * mib)) 3
  round_trip $((5 * mib)) 1 header-size=0 part-size=$((5 * mib))
  round_trip $((5 * mib + 1)) 2 header-size=0 part-size=$((5 * mib))
  round_trip $((11 * mib)) 3 header-size=1 part-size=$((5 * mib)) parallel=1
  # Smaller ones, where this machine carries little just now
  round_trip 300000000 '3[6-9]\|4[0-9]\|5[0-9]'
}

# Its memory is bounded by the head and four parts, not by the object.
case_memory() {
  start_s3
  need /usr/bin/time
  head -c 300000000 /dev/zero >in.bin
  local idle peak
  idle=$(/usr/bin/time -f %M gst-launch-1.0 -q fakesrc num-buffers=1 ! \
    s3sink location=s3://$bucket/small endpoint=$endpoint 2>&1 | tail -n 1)
  peak=$(/usr/bin/time -f %M gst-launch-1.0 -q \
    filesrc location=in.bin blocksize=$mib ! \
    s3sink location=s3://$bucket/large endpoint=$endpoint 2>&1 | tail -n 1)
  echo "peak memory: $idle KiB for nothing, $peak KiB for 300 MB"
  # 5 times 8 MiB, and 7 MiB for threads, connections and what malloc keeps
  [ $((peak - idle)) -lt $((5 * 8192 + 7168)) ] ||
    wrong "$((peak - idle)) KiB of memory for 300 MB"
}

case_tls() {
  make_certificates
  start_s3
  head -c $((20 * mib)) /dev/urandom >in.bin
  local plain=$endpoint
  endpoint=https://127.0.0.1:$HTTPS
  upload tls ca-file="$REC_TMP/tls/ca.pem" <in.bin || wrong "$(cat err.txt)"
  upload untrusted <in.bin && wrong "an unknown authority is trusted"
  expect_error "ca-file"
  upload nofile ca-file=/nonexistent.pem <in.bin && wrong "no ca-file is fine"
  expect_error "ca-file"
  endpoint=$plain
  s3 $bucket/tls -f -o back.bin && cmp in.bin back.bin || wrong "not the same"
  expect_nothing_left untrusted
}

case_errors() {
  start_s3
  head -c $((20 * mib)) /dev/zero >in.bin

  AWS_SECRET_ACCESS_KEY=WRONGSECRET upload secret <in.bin &&
    wrong "a wrong secret is fine"
  expect_error "Check the credentials"
  ! grep -q WRONGSECRET out.txt err.txt || wrong "the secret is shown"
  upload key access-key-id=NOBODY secret-access-key=X <in.bin &&
    wrong "an unknown key is fine"
  expect_error "Check the credentials"

  bucket=missing upload object <in.bin && wrong "a missing bucket is fine"
  expect_error "Create the bucket"

  # Nothing listens on the port of the monitor's neighbour.
  endpoint=http://127.0.0.1:9 upload object retries=1 <in.bin &&
    wrong "a refused connection is fine"
  expect_error "Check endpoint"
  # One byte is enough to find out.
  endpoint=http://127.0.0.1:9 upload object retries=0 <<<x &&
    wrong "a refused connection is fine"
  expect_error "Check endpoint"

  # A muxer that writes again behind the head
  timeout 60 gst-launch-1.0 -m videotestsrc num-buffers=900 pattern=snow ! \
    video/x-raw,width=320,height=240,framerate=30/1 ! x264enc tune=zerolatency \
    speed-preset=ultrafast bitrate=8000 ! mp4mux reserved-max-duration=36000000000000 ! \
    s3sink location=s3://$bucket/reserve endpoint=$endpoint header-size=1 \
    >out.txt 2>err.txt && wrong "a seek outside the head is fine"
  expect_error "Raise header-size"

  for key in secret key object reserve; do expect_nothing_left $key; done
}

# An upload that goes on for seconds, in the background
slow_upload() {
  gst-launch-1.0 -m filesrc location=in.bin blocksize=$mib ! \
    identity sleep-time=50000 ! s3sink location=s3://$bucket/$1 \
    endpoint=$endpoint part-size=$((5 * mib)) "${@:2}" >out.txt 2>err.txt &
  launched=$!
  rec_pids+=($launched)
}

has_parts() {
  "$REC_TOOLS/s3uploads" $endpoint $bucket "$1" list | grep -q " [1-9][0-9]*$"
}

case_cancel() {
  start_s3
  head -c $((100 * mib)) /dev/zero >in.bin
  slow_upload cancelled
  wait_for 20 has_parts cancelled || fail "the upload does not begin"
  kill -INT $launched
  wait $launched
  expect_nothing_left cancelled

  # In the middle of Create, which a stopped store never answers
  kill -STOP "$(cat "$STATE/rgw/rgw.pid")"
  slow_upload create timeout=2
  sleep 1
  local begun=$SECONDS
  kill -INT $launched
  wait $launched
  [ $((SECONDS - begun)) -le 4 ] || wrong "NULL took $((SECONDS - begun)) s"
  kill -CONT "$(cat "$STATE/rgw/rgw.pid")"
  [ "$(object_status create)" = 404 ] || wrong "create: there is an object"
}

# The store dies in the middle and comes back later.
case_killed() {
  start_s3
  head -c $((200 * mib)) /dev/zero >in.bin
  slow_upload killed retries=2 timeout=3
  wait_for 20 has_parts killed || fail "the upload does not begin"
  "$rgw" stop-gateway
  local begun=$SECONDS
  wait_for 20 grep -q '^ERROR' err.txt || fail "no error within 20 s"
  wait $launched
  echo "error after $((SECONDS - begun)) s"
  expect_error "Check endpoint"
  local abandoned
  abandoned=$(grep -o 'store-abandoned.*' out.txt)
  case $abandoned in
    *"bucket=(string)$bucket, key=(string)killed, upload-id=(string)"*) ;;
    *) wrong "no store-abandoned: $abandoned" ;;
  esac

  "$rgw" start-gateway
  [ "$(n_uploads)" = 1 ] || wrong "no upload to clean up"
  [ "$("$REC_TOOLS/s3uploads" $endpoint $bucket killed abort)" = 1 ] ||
    wrong "list-and-abort does not find it"
  expect_nothing_left killed

  # A store that is back in time is not noticed.
  slow_upload back retries=8
  wait_for 20 has_parts back || fail "the upload does not begin"
  "$rgw" stop-gateway
  sleep 1
  "$rgw" start-gateway
  wait $launched || wrong "a second without a store: $(cat err.txt)"
  s3 $bucket/back -f -o back.bin && cmp in.bin back.bin || wrong "not the same"

  # on-error=keep leaves the parts and says where.
  slow_upload kept retries=0 timeout=3 on-error=keep
  wait_for 20 has_parts kept || fail "the upload does not begin"
  "$rgw" stop-gateway
  wait $launched
  grep -q "store-kept, bucket=(string)$bucket, key=(string)kept" out.txt ||
    wrong "no store-kept"
  "$rgw" start-gateway
  has_parts kept || wrong "the parts are not kept"
}

# box_order FILE: the names of its boxes
box_order() {
  python3 - "$1" <<'P'
import struct, sys
data = open(sys.argv[1], 'rb').read()
at, names = 0, []
while at + 8 <= len(data):
    size, name = struct.unpack('>I4s', data[at:at + 8])
    if size == 1:
        size = struct.unpack('>Q', data[at + 8:at + 16])[0]
    elif size == 0:
        size = len(data) - at
    names.append(name.decode('latin1'))
    at += size
print(*names, at == len(data))
P
}

# mp4 NAME MUXER: ten seconds; 300 frames must come back
mp4() {
  local frames
  timeout 60 gst-launch-1.0 -q -m videotestsrc num-buffers=300 pattern=snow ! \
    video/x-raw,width=320,height=240,framerate=30/1 ! x264enc tune=zerolatency \
    speed-preset=ultrafast bitrate=16000 key-int-max=30 ! h264parse ! $2 ! \
    s3sink location="s3://$bucket/$1.mp4" endpoint=$endpoint ${3:-} \
    >out.txt 2>err.txt || wrong "$1: $(cat err.txt)"
  s3 "$bucket/$1.mp4" -f -D headers.txt -o "$1.mp4" || wrong "$1: no object"
  frames=$(ffprobe -v error -count_frames -select_streams v -show_entries \
    stream=nb_read_frames -of csv=p=0 "$1.mp4" 2>probe.txt)
  [ "$frames" = 300 ] && [ ! -s probe.txt ] ||
    wrong "$1: $frames frames, $(cat probe.txt)"
  grep -qi '^content-type: video/mp4' headers.txt ||
    wrong "$1: $(grep -i content-type headers.txt)"
  [ "$(stat -c %s "$1.mp4")" -gt $((12 * mib)) ] || wrong "$1: one part only"
  boxes=$(box_order "$1.mp4")
  echo "$1: $boxes"
}

case_mp4() {
  need ffprobe python3
  need_element x264enc mp4mux h264parse
  start_s3
  mp4 plain mp4mux
  case $boxes in *mdat*moov*True) ;; *) wrong "plain: $boxes" ;; esac
  mp4 robust "mp4mux reserved-max-duration=60000000000
    reserved-moov-update-period=1000000000"
  case $boxes in *moov*mdat*True) ;; *) wrong "robust: $boxes" ;; esac
  mp4 fragmented "mp4mux fragment-duration=1000" header-size=0
  case $boxes in *moov*moof*mdat*True) ;; *) wrong "fragmented: $boxes" ;; esac
}

"case_$1"
exit $rec_failed
