#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# session-lipsync.sh sr|no-sr|later [VIDEO-CODEC AUDIO-CODEC]: flash and beep of
# one session, whose streams start at different times, are within 40 ms of each
# other in the recording: by the sender reports, and by arrival where there are
# none. "later" records with the README's block "separate" and composites with
# its block "later".

. "$REC_SRCDIR/tests/integration/common.sh"
need gst-launch-1.0 ffmpeg ffprobe
need_element rtprecordsrc dualcompositor x264enc avenc_aac mp4mux vp8enc \
  textoverlay
cd "$REC_TMP" || exit 1

case $1 in
  sr | later) options=(--rtcp-mux) ;;
  no-sr) options=(--no-sr) ;;
  *) fail "sr, no-sr or later?" ;;
esac
start_session --sync --duration 10 "${options[@]}" --codec "${2:-VP8}" \
  --screen size=1280x720,fps=30,delay=0.4 --webcam size=640x360,delay=1.7 \
  --audio codec="${3:-opus}",delay=0.9
record_live() {
  timeout 60 gst-launch-1.0 -q -e rtprecordsrc name=r sdp-location=session.sdp \
    idle-timeout=3 \
    r.screen ! queue ! c.screen r.webcam ! queue ! c.webcam \
    dualcompositor name=c ! queue ! x264enc tune=zerolatency \
    speed-preset=ultrafast ! h264parse ! queue ! m. \
    r.audio_0 ! queue ! audioconvert ! audioresample ! avenc_aac ! queue ! m. \
    mp4mux name=m ! filesink location=out.mp4
}
block() {
  "$REC_SRCDIR/tools/readme-block" "$1" >"$1.sh" && timeout 60 sh -e "$1.sh"
}
if [ "$1" = later ]; then
  block separate || fail "recording failed: $?"
else
  record_live || fail "recording failed: $?"
fi
end_session
[ "$1" != later ] || { block later && mv later.mp4 out.mp4; } ||
  fail "compositing failed: $?"

"$REC_TOOLS/avsync" --max 40 --min-pairs 6 --region screen=0,0,0.7,0.7 \
  --region webcam=0.76,0.76,0.2,0.2 out.mp4 || rec_failed=1

# The measurement itself: with sound moved by 120 ms it must say no.
ffmpeg -v error -i out.mp4 -itsoffset 0.12 -i out.mp4 -map 0:v -map 1:a \
  -c copy shifted.mp4 || fail "ffmpeg cannot shift the sound"
"$REC_TOOLS/avsync" --region screen=0,0,0.7,0.7 shifted.mp4 >/dev/null &&
  wrong "avsync does not see sound that is 120 ms late"

"$REC_SRCDIR/tests/integration/mp4check.sh" out.mp4 \
  --duration "$(sent_duration)" || rec_failed=1
[ $rec_failed = 0 ] || fail "lip sync with $1"
