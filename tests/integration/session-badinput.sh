#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# session-badinput.sh CASE: whatever comes in, the recorder ends with a file or
# with an error that names the cause; it never crashes, never waits for ever.

. "$REC_SRCDIR/tests/integration/common.sh"
need gst-launch-1.0 ffprobe
need_element rtprecordsrc dualcompositor x264enc avenc_aac mp4mux vp8enc
cd "$REC_TMP" || exit 1

record() {
  timeout 60 gst-launch-1.0 -m -e rtprecordsrc name=r "$@" idle-timeout=3 \
    r.screen ! queue ! c.screen r.webcam ! queue ! c.webcam \
    dualcompositor name=c ! queue ! x264enc tune=zerolatency \
    speed-preset=ultrafast ! h264parse ! queue ! m. \
    r.audio_0 ! queue ! audioconvert ! audioresample ! avenc_aac ! queue ! m. \
    mp4mux name=m ! filesink location=out.mp4 >record.log 2>&1
}

# 124 is the timeout's, 128 and more a signal's; gst-launch fails with 1 or 255
crashed() { [ "$1" -ge 124 ] && [ "$1" -lt 255 ]; }

# refused PATTERN OPTION...: gst-launch must fail at once, and say why
refused() {
  local pattern=$1 status begin=$SECONDS
  shift
  record "$@"
  status=$?
  grep -E 'ERROR' record.log | head -3
  [ $status -ne 0 ] || wrong "no error for $*"
  ! crashed $status || wrong "ended by a signal or by the timeout: $status"
  [ $((SECONDS - begin)) -lt 15 ] || wrong "it took $((SECONDS - begin)) s"
  grep -qiE "ERROR.*($pattern)" record.log ||
    { tail -5 record.log; wrong "the error does not name the cause: $pattern"; }
}

# RTP and RTCP, of every stream of session.sdp
ports() { awk '/^m=/ { print $2; print $2 + 1 }' session.sdp; }

sdp() {
  printf '%s\r\n' 'v=0' 'o=- 1 1 IN IP4 127.0.0.1' 's=-' \
    'c=IN IP4 127.0.0.1' 't=0 0' "$@"
}

case $1 in
  garbage)
    # Between good packets, on every port, RTP and RTCP; the session is in the
    # file all the same.
    start_session --duration 8 --screen size=1280x720
    for seed in 1 2 3; do
      "$REC_TOOLS/rtpgarbage" --seed $seed --count 3000 --rate 300 \
        $(ports) >>garbage.txt &
      rec_pids+=($!)
    done
    record sdp-location=session.sdp || { tail record.log; fail "recording: $?"; }
    end_session
    wait
    cat garbage.txt
    "$REC_SRCDIR/tests/integration/mp4check.sh" out.mp4 || rec_failed=1
    duration=$(ffprobe -v error -of default=nw=1:nk=1 \
      -show_entries format=duration out.mp4)
    # it may begin and end with garbage
    awk -v d="$duration" 'BEGIN { exit !(d > 7.5 && d < 20) }' ||
      wrong "a session of 8 s became $duration s" ;;
  garbage-payload)
    # Random bytes with the right payload type: another sender in the room.
    start_session --duration 8 --screen size=1280x720
    "$REC_TOOLS/rtpgarbage" --seed 5 --count 1200 --rate 150 --pt 96 \
      "$(ports | head -1)" &
    rec_pids+=($!)
    record sdp-location=session.sdp || { tail record.log; fail "recording: $?"; }
    end_session
    "$REC_SRCDIR/tests/integration/mp4check.sh" out.mp4 || rec_failed=1 ;;
  payload-type)
    # The SDP says 96, the sender sends 100.
    start_session --duration 5 --screen size=1280x720,pt=100
    sed 's/:100 /:96 /; s/AVPF 100/AVPF 96/' session.sdp >wrong.sdp
    record sdp-location=wrong.sdp || { tail record.log; fail "recording: $?"; }
    end_session
    grep -o 'rtprecord-stream.*wrong-payload-type.*' record.log | head -2
    grep -q 'wrong-payload-type.*payload-type=(uint)100' record.log ||
      wrong "no message names the payload type 100" ;;
  silence)
    # RTP that never comes: idle-timeout ends it, and a message says so.
    sdp 'm=video 47100 RTP/AVPF 96' 'a=rtpmap:96 VP8/90000' >session.sdp
    record sdp-location=session.sdp
    status=$?
    echo "status $status"
    ! crashed $status || wrong "it waits for ever, or crashed: $status"
    grep -q 'no-packets' record.log || wrong "nothing says no-packets" ;;
  port-in-use)
    sdp 'm=audio 47110 RTP/AVP 0' >session.sdp
    nc -u -l 127.0.0.1 47110 </dev/null >/dev/null &
    rec_pids+=($!)
    sleep 0.3
    refused '47110' sdp-location=session.sdp ;;
  sdp)
    refused 'no-such-file' sdp-location=no-such-file.sdp
    : >empty.sdp
    refused 'SDP' sdp-location=empty.sdp
    head -c 4000 /dev/urandom >random.sdp
    refused 'SDP' sdp-location=random.sdp
    sdp >none.sdp
    refused 'SDP|stream|media' sdp-location=none.sdp
    sdp 'm=video 47120 RTP/AVPF 96' 'a=rtpmap:96 THEORA/90000' >codec.sdp
    refused 'codec' sdp-location=codec.sdp
    sdp 'm=video 99999 RTP/AVPF 96' 'a=rtpmap:96 VP8/90000' >port.sdp
    refused 'port|SDP' sdp-location=port.sdp
    sdp 'm=video 47120 RTP/AVPF 96' >rtpmap.sdp
    refused 'rtpmap|payload|96' sdp-location=rtpmap.sdp ;;
  output)
    sdp 'm=audio 47130 RTP/AVP 0' >session.sdp
    timeout 20 gst-launch-1.0 -e rtprecordsrc name=r sdp-location=session.sdp \
      idle-timeout=3 r.audio_0 ! audioconvert ! avenc_aac ! mp4mux ! \
      filesink location=/nonexistent/folder/out.mp4 >record.log 2>&1
    status=$?
    grep ERROR record.log | head -2
    [ $status -ne 0 ] && ! crashed $status || wrong "status $status"
    grep -q 'ERROR.*/nonexistent/folder' record.log ||
      wrong "the error does not say where" ;;
  *) fail "which case?" ;;
esac
! grep -E 'CRITICAL|Assertion|Segmentation|core dumped' record.log ||
  wrong "an assertion failed"
[ $rec_failed = 0 ] || fail "bad input: $1"
