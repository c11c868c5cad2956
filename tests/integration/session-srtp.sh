#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
#   session-srtp.sh SUITE       an encrypted session, recorded
#   session-srtp.sh wrong-key   one of another key: it is said at once, and no
#                               file is mistaken for a recording

. "$REC_SRCDIR/tests/integration/common.sh"
need gst-launch-1.0 ffmpeg
need_element rtprecordsrc dualcompositor x264enc avenc_aac mp4mux srtpenc
cd "$REC_TMP" || exit 1

record() {
  timeout 60 gst-launch-1.0 -m -e rtprecordsrc name=r \
    sdp-location=session.sdp srtp-required=true idle-timeout=3 \
    keyframe-interval=2 \
    r.screen ! queue ! c.screen r.webcam ! queue ! c.webcam \
    dualcompositor name=c ! video/x-raw,width=640,height=360 ! queue \
    ! x264enc tune=zerolatency speed-preset=ultrafast ! h264parse ! queue ! m. \
    r.audio_0 ! queue ! audioconvert ! audioresample ! avenc_aac ! queue ! m. \
    mp4mux name=m ! filesink location=out.mp4 >record.log 2>&1
}

check_suite() {
  local name packets options=(--srtp "$1" --sync --duration 8
    --screen size=640x360 --webcam size=320x180)
  # RTP and RTCP on ports of their own, and on one
  case $1 in
    AEAD*) options+=(--rtcp-mux) ;;
  esac
  start_session "${options[@]}"
  grep -q "^a=crypto:1 $1 inline:" session.sdp || fail "the SDP has no key"
  record || fail "recording failed: $(tail -5 record.log)"
  end_session
  ! grep -q cannot-decrypt record.log || wrong "cannot decrypt"
  for name in screen webcam; do
    packets=$(sent_value $name plis)
    [ "$packets" -ge 1 ] || wrong "no PLI came back for $name"
  done
  "$REC_TOOLS/avsync" --max 40 --min-pairs 5 --region screen=0,0,0.7,0.7 \
    --region webcam=0.76,0.76,0.2,0.2 out.mp4 || rec_failed=1
  "$REC_SRCDIR/tests/integration/mp4check.sh" out.mp4 \
    --size 640x360 --duration "$(sent_duration)" --tolerance 300 ||
    rec_failed=1
}

check_wrong_key() {
  start_session --srtp AES_CM_128_HMAC_SHA1_80 --duration 4
  sed -i 's/inline:..../inline:AAAA/' session.sdp
  local status
  record
  status=$?
  [ $status -ne 0 ] || wrong "a session that cannot be decrypted was recorded"
  [ $status -lt 124 ] || wrong "it waits for ever, or crashed: $status"
  grep -q 'state=(string)waiting.*why=(string)cannot-decrypt' record.log ||
    wrong "nothing said that the key is wrong"
  grep -q 'packets that the SRTP key does not decrypt' record.log ||
    wrong "the error does not name the key: $(tail -5 record.log)"
  ! grep -q 'inline:' record.log || wrong "the key is in the log"
}

if [ "$1" = wrong-key ]; then
  check_wrong_key
else
  check_suite "$1"
fi
[ $rec_failed = 0 ] || fail "$1"
