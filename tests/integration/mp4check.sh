#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# Checks a recording, as somebody who gets it would: by ffprobe, GStreamer's
# discoverer and a browser.
#
#   mp4check.sh FILE [--size WxH | --audio-only] [--duration SECONDS]
#     [--tolerance MS] [--snapshots DIR] [--start SECONDS]
#     [--match NAME=X,Y,W,H@X,Y,W,H]... [--min-ssim N] [--silent] [--browser]
#
# --match compares the pictures DIR/NAME-MS.y4m (MS of the session clock, which
# --start says where the file begins) with the rectangle of the recording that
# comes first; the second is the part of the picture that must be found there.
# Both in pixels. Pictures move, so the best frame within the tolerance counts;
# one picture of them all may be missing, as of two that came within a frame of
# the recording only the later one is in it.

. "$REC_SRCDIR/tests/integration/common.sh"
need ffmpeg ffprobe gst-discoverer-1.0

file=$1
shift
size=1920x1080 duration= tolerance=100 snapshots= start=0 min_ssim=0.95
audio_only= silent= browser= matches=()
while [ $# -gt 0 ]; do
  case $1 in
    --size) size=$2; shift ;;
    --duration) duration=$2; shift ;;
    --tolerance) tolerance=$2; shift ;;
    --snapshots) snapshots=$2; shift ;;
    --start) start=$2; shift ;;
    --match) matches+=("$2"); shift ;;
    --min-ssim) min_ssim=$2; shift ;;
    --audio-only) audio_only=1 ;;
    --silent) silent=1 ;;
    --browser) browser=1 ;;
    *) fail "mp4check: what is $1?" ;;
  esac
  shift
done

probe() { ffprobe -v error -of default=nw=1:nk=1 "$@" "$file"; }

check_boxes() {
  local total offset=0 length type seen=
  total=$(stat -c %s "$file")
  while [ "$offset" -lt "$total" ]; do
    length=$((16#$(od -An -tx1 -j$offset -N4 "$file" | tr -d ' \n')))
    type=$(dd if="$file" bs=1 skip=$((offset + 4)) count=4 status=none)
    [ $length -eq 1 ] && length=$((16#$(od -An -tx1 -j$((offset + 8)) -N8 \
      "$file" | tr -d ' \n')))
    [ $length -ge 8 ] || { wrong "box $type at $offset: $length bytes"; return; }
    seen+=" $type"
    offset=$((offset + length))
  done
  echo "boxes:$seen"
  [ "$offset" -eq "$total" ] || wrong "the last box ends at $offset of $total"
  case $seen in
    *moov*) ;;
    *) wrong "no moov:$seen" ;;
  esac
}

check_streams() {
  local video audio discovered found
  video=$(probe -select_streams v -show_entries stream=codec_name,width,height |
    tr '\n' ' ')
  audio=$(probe -select_streams a -show_entries stream=codec_name | tr '\n' ' ')
  echo "ffprobe: video $video audio $audio"
  if [ -n "$audio_only" ]; then
    [ -z "$video" ] || wrong "a picture in an audio-only recording: $video"
  else
    [ "$video" = "h264 ${size%x*} ${size#*x} " ] || wrong "video: $video"
  fi
  [ "$audio" = "aac " ] || wrong "audio: $audio"

  discovered=$(gst-discoverer-1.0 -v "$file" 2>&1)
  found=$(grep -c -E '^ *(audio|video)( #[0-9]+)?: ' <<<"$discovered")
  grep -q 'MPEG-4 AAC' <<<"$discovered" || wrong "discoverer sees no AAC"
  if [ -z "$audio_only" ]; then
    grep -q 'H.264' <<<"$discovered" || wrong "discoverer sees no H.264"
    grep -q "Width: ${size%x*}$" <<<"$discovered" &&
      grep -q "Height: ${size#*x}$" <<<"$discovered" ||
      wrong "discoverer: $(grep -E 'Width|Height' <<<"$discovered")"
  fi
  echo "gst-discoverer: $(grep -E 'Duration' <<<"$discovered" | head -1) $found"
}

check_duration() {
  local length first_video first_audio kind
  length=$(probe -show_entries format=duration)
  echo "duration: $length s${duration:+, sent $duration s}"
  [ -z "$duration" ] || within "$length" "$duration" "$tolerance" ||
    wrong "duration $length s, sent $duration s"
  for kind in v a; do
    length=$(probe -select_streams $kind -show_entries stream=duration)
    [ -z "$length" ] || echo "duration of $kind: $length s"
    [ -z "$length" ] || [ -z "$duration" ] ||
      within "$length" "$duration" "$tolerance" ||
      wrong "duration of $kind $length s, sent $duration s"
  done
  [ -n "$audio_only" ] && return
  first_video=$(probe -select_streams v -read_intervals %+#1 \
    -show_entries packet=pts_time | head -1)
  first_audio=$(probe -select_streams a -read_intervals %+#1 \
    -show_entries packet=pts_time | head -1)
  echo "first video at $first_video s, first audio at $first_audio s"
  within "$first_video" "$first_audio" 40 || wrong "tracks do not begin together"
}

check_sound() {
  local level
  level=$(ffmpeg -hide_banner -nostats -i "$file" -vn -af volumedetect \
    -f null - 2>&1 | sed -n 's/.*max_volume: \(-*[0-9.inf]*\) dB.*/\1/p')
  echo "sound: peak $level dB"
  if [ -n "$silent" ]; then
    awk -v l="${level:-0}" 'BEGIN { exit !(l == "-inf" || l < -60) }' ||
      wrong "sound where silence was sent"
  else
    awk -v l="${level:--inf}" 'BEGIN { exit !(l != "-inf" && l > -30) }' ||
      wrong "the sound is missing"
  fi
}

check_decodes() {
  local errors
  errors=$(ffmpeg -v error -i "$file" -f null - 2>&1 | head -5)
  [ -z "$errors" ] || wrong "ffmpeg: $errors"
}

# best_ssim PICTURE SECONDS OUT SRC
best_ssim() {
  local out=(${3//,/ }) src=(${4//,/ })
  ffmpeg -hide_banner -nostats -ss "$2" -t "$(awk -v t="$tolerance" \
    'BEGIN { print 2 * t / 1000 }')" -i "$file" -i "$1" \
    -filter_complex "
      [0]crop=${out[2]}:${out[3]}:${out[0]}:${out[1]},format=yuv420p[a];
      [1]crop=${src[2]}:${src[3]}:${src[0]}:${src[1]},
      scale=${out[2]}:${out[3]}:flags=area,format=yuv420p[b];
      [a][b]ssim=stats_file=-" -f null - </dev/null 2>"$REC_TMP/ssim.err" |
    sed -n 's/.* All:\([0-9.]*\).*/\1/p' | sort -n | tail -1
}

check_pictures() {
  local match name rects picture ms at ssim n found
  for match in "${matches[@]}"; do
    name=${match%%=*} rects=${match#*=} n=0 found=0
    for picture in "$snapshots/$name"-*.y4m; do
      [ -f "$picture" ] || continue
      ms=${picture##*-} ms=${ms%.y4m}
      at=$(awk -v ms="$ms" -v t="$tolerance" -v s="$start" 'BEGIN {
        t = (ms - t) / 1000 - s; printf "%.3f", (t > 0 ? t : 0) }')
      ssim=$(best_ssim "$picture" "$at" "${rects%@*}" "${rects#*@}")
      echo "picture: $name of $ms ms, SSIM ${ssim:-none}"
      if awk -v a="${ssim:-0}" -v b="$min_ssim" 'BEGIN { exit !(a >= b) }'; then
        found=$((found + 1))
      fi
      n=$((n + 1))
    done
    [ $n -ge 3 ] || wrong "only $n pictures of $name to compare with"
    [ $found -ge $((n - 1)) ] ||
      wrong "only $found of $n pictures of $name are in the recording"
  done
}

check_browser() {
  command -v node >/dev/null && command -v chromium >/dev/null &&
    [ -d "$REC_NODE_DIR/node_modules/playwright-core" ] ||
    { echo "browser: not installed, not checked"; return; }
  REC_NODE_DIR=$REC_NODE_DIR node \
    "$REC_SRCDIR/tests/integration/browser-play.mjs" "$file" \
    "${audio_only:+audio}" || wrong "it does not play in Chromium"
}

[ -s "$file" ] || fail "there is no file $file"
check_boxes
check_streams
check_duration
check_sound
check_decodes
[ -z "$snapshots" ] || check_pictures
[ -z "$browser" ] || check_browser
[ $rec_failed = 0 ] || fail "$file is not what it should be"
echo "$file is good"
