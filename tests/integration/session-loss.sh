#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# session-loss.sh none|plain|rtx [VIDEO-CODEC]: a session over a path that loses,
# swaps and doubles packets. With a sender that sends them again (as they were, or
# by RTX) the pictures go on; with one that does not, keyframes are asked for.
# Flash and beep are together all the same.

. "$REC_SRCDIR/tests/integration/common.sh"
need gst-launch-1.0 ffmpeg
need_element rtprecordsrc dualcompositor x264enc avenc_aac mp4mux vp8enc \
  textoverlay
cd "$REC_TMP" || exit 1

case $1 in
  none) options=(--drop 0.5) pairs=4 ;;
  plain | rtx) options=(--drop 5 --nack "$1") pairs=7 ;;
  *) fail "none, plain or rtx?" ;;
esac
start_session --sync --rtcp-mux --duration 10 "${options[@]}" --reorder 50 \
  --duplicate 40 --codec "${2:-VP8}" --screen fps=30,size=1280x720 \
  --webcam size=640x360
timeout 60 gst-launch-1.0 -m -e rtprecordsrc name=r sdp-location=session.sdp \
  idle-timeout=3 \
  r.screen ! queue ! c.screen r.webcam ! queue ! c.webcam \
  dualcompositor name=c ! queue ! x264enc tune=zerolatency \
  speed-preset=ultrafast ! h264parse ! queue ! m. \
  r.audio_0 ! queue ! audioconvert ! audioresample ! avenc_aac ! queue ! m. \
  mp4mux name=m ! filesink location=out.mp4 >record.log ||
  fail "recording failed: $?"
end_session

"$REC_TOOLS/avsync" --max 40 --min-pairs $pairs --region screen=0,0,0.7,0.7 \
  --region webcam=0.76,0.76,0.2,0.2 out.mp4 || rec_failed=1
"$REC_SRCDIR/tests/integration/mp4check.sh" out.mp4 \
  --duration "$(sent_duration)" --tolerance 300 || rec_failed=1

[ "$(sent_value screen lost)" -gt 0 ] || wrong "the path lost nothing"
grep -q 'event=(string)loss.*pad=(string)screen' record.log ||
  wrong "no loss was told of"
if [ "$1" = none ]; then
  [ "$(sent_value screen plis)" -ge 1 ] || wrong "no PLI reached the sender"
  grep -q 'event=(string)pictures-withheld' record.log ||
    wrong "no picture was withheld"
else
  [ "$(sent_value screen resent)" -gt 0 ] || wrong "no NACK reached the sender"
fi
[ $rec_failed = 0 ] || fail "the session with loss, $1"
