#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# redact.sh span|flight|paused|regions: nothing of what is masked is in the
# recording, as ffmpeg decodes it. redactsession says what is recorded; secret
# pictures are red, secret sound is a tone, and nothing else is either. The same
# without a mask must be seen and heard, else this would prove nothing.

. "$REC_SRCDIR/tests/integration/common.sh"
need ffmpeg ffprobe
need_element redact redactaudio dualcompositor x264enc avenc_aac mp4mux
cd "$REC_TMP" || exit 1

mode=$1

record() {
  timeout 150 "$REC_TOOLS/redactsession" "$mode" "$@" || fail "redactsession $*"
}

# A line for each frame: its time, and the most red (V, of 128 for grey) that a
# pixel of it has.
redness() {
  ffprobe -v error -f lavfi -i "movie=$1,signalstats" -of csv=p=0 \
    -show_entries frame=pts_time:frame_tags=lavfi.signalstats.VMAX
}

# red_frames FILE FROM UNTIL: the times of the frames with red in them. The
# red of the tests is 240, and coding moves what is none by less than ten.
red_frames() {
  redness "$1" | awk -F, -v a="$2" -v b="$3" \
    '$1 >= a && $1 < b && $2 > 140 { printf "%s ", $1 }'
}

# The loudest sample, in dB.
peak() {
  ffmpeg -hide_banner -nostats -i "$1" -af astats -vn -f null - 2>&1 |
    sed -n 's/.*Peak level dB: //p' | tail -1
}

expect_frames() {
  local n
  n=$(redness "$1" | wc -l)
  [ "$n" -ge 145 ] && [ "$n" -le 152 ] || wrong "$1 has $n frames"
}

no_red() {
  local found
  found=$(red_frames "$@")
  [ -z "$found" ] || wrong "$1: red at $found"
}

some_red() { [ -n "$(red_frames "$@")" ] || wrong "$1: no red from $2 to $3"; }

# AAC writes silence as silence.
silent() {
  local db
  db=$(peak "$1")
  echo "$1: peak $db dB"
  [ "$db" = -inf ] || awk -v db="$db" 'BEGIN { exit !(db < -80) }' ||
    wrong "$1: something is heard: $db dB"
}

loud() {
  awk -v db="$(peak "$1")" 'BEGIN { exit !(db > -10) }' ||
    wrong "$1: nothing is heard"
}

record plain.mp4 --no-mask
expect_frames plain.mp4
case $mode in
  span | flight)
    some_red plain.mp4 2 3
    loud plain.mp4
    record masked.mp4
    expect_frames masked.mp4
    no_red masked.mp4 0 9
    silent masked.mp4
    ;;
  paused)
    # held all the time, until something else comes
    some_red plain.mp4 3.5 3.9
    record masked.mp4
    expect_frames masked.mp4
    some_red masked.mp4 1.9 2
    no_red masked.mp4 2 9
    ;;
  regions)
    some_red plain.mp4 0 0.1
    for method in fill pixelate blur; do
      record $method.mp4 --method $method
      expect_frames $method.mp4
      no_red $method.mp4 0 9
    done
    ;;
  *) fail "span, flight, paused or regions?" ;;
esac
[ $rec_failed = 0 ] || fail "redaction: $mode"
