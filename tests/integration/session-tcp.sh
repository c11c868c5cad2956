#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# session-tcp.sh passive|active [SUITE]: a session over TCP, in the framing of
# GStreamer's own rtpstreampay, is recorded as one over UDP is; with SUITE it is
# encrypted inside. passive: the sender connects to the recorder, active: the
# recorder to the sender.

. "$REC_SRCDIR/tests/integration/common.sh"
need gst-launch-1.0 ffmpeg
need_element rtprecordsrc dualcompositor x264enc avenc_aac mp4mux vp8enc \
  textoverlay rtpstreampay socketsrc
cd "$REC_TMP" || exit 1

start_session --tcp "$1" ${2:+--srtp "$2"} --sync --duration 8 \
  --screen size=640x360,fps=30,delay=0.4 --webcam size=320x180,delay=1.7 \
  --audio delay=0.9
grep -q "^m=video [0-9]* TCP/RTP/${2:+S}AVPF" session.sdp ||
  fail "this is no session over TCP: $(cat session.sdp)"
timeout 60 gst-launch-1.0 -q -e rtprecordsrc name=r sdp-location=session.sdp \
  idle-timeout=3 keyframe-interval=2 \
  r.screen ! queue ! c.screen r.webcam ! queue ! c.webcam \
  dualcompositor name=c ! video/x-raw,width=640,height=360 ! queue \
  ! x264enc tune=zerolatency speed-preset=ultrafast ! h264parse ! queue ! m. \
  r.audio_0 ! queue ! audioconvert ! audioresample ! avenc_aac ! queue ! m. \
  mp4mux name=m ! filesink location=out.mp4 || fail "recording failed: $?"
end_session

"$REC_TOOLS/avsync" --max 40 --min-pairs 5 --region screen=0,0,0.7,0.7 \
  --region webcam=0.76,0.76,0.2,0.2 out.mp4 || rec_failed=1
# What encoding the first picture takes, on the cores that record too, comes
# before the recording.
"$REC_SRCDIR/tests/integration/mp4check.sh" out.mp4 \
  --size 640x360 --duration "$(sent_duration)" --tolerance 300 || rec_failed=1
# Our RTCP went back over the connection.
[ "$(sent_value screen plis)" -ge 1 ] || wrong "no PLI reached the sender"
[ $rec_failed = 0 ] || fail "the session over TCP, $1"
