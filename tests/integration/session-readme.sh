#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# session-readme.sh NAME: runs the README's block <!-- test: NAME --> as it is
# printed, in an empty folder with a session.sdp, while the session is played;
# then checks the MP4 that it leaves there.

. "$REC_SRCDIR/tests/integration/common.sh"
need gst-launch-1.0 ffmpeg
need_element rtprecordsrc dualcompositor x264enc avenc_aac mp4mux vp8enc \
  textoverlay

name=$1
readme=${REC_README:-$REC_SRCDIR/README.md}
cd "$REC_TMP" || exit 1
mkdir snapshots run
"$REC_SRCDIR/tools/readme-block" "$name" "$readme" >block.sh ||
  fail "README.md has no block <!-- test: $name -->"
cat block.sh

screen_in_pip=screen=0,0,1400,1080@0,0,1400,1080
case $name in
  pip) checks=(--match "$screen_in_pip"
    --match webcam=1420,790,480,270@0,0,1280,720) ;;
  side-by-side) checks=(--match screen=0,270,960,540@0,0,1920,1080
    --match webcam=960,270,960,540@0,0,1280,720) ;;
  screen-only) checks=(--match screen=0,0,1920,1080@0,0,1920,1080) ;;
  audio-only) checks=(--audio-only) ;;
  *) fail "no checks for $name" ;;
esac

start_session --duration 10 --snapshots snapshots --rtcp-mux
cp session.sdp run/
(cd run && timeout 60 sh -e ../block.sh) || fail "the block failed: $?"
end_session

set -- run/*.mp4
[ -f "$1" ] || fail "the block left no MP4"
[ "$name" = audio-only ] || checks+=(--snapshots snapshots)
"$REC_SRCDIR/tests/integration/mp4check.sh" "$1" --browser \
  --duration "$(sent_duration)" --start "$(sent_start)" "${checks[@]}"
