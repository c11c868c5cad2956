# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# shellcheck shell=bash
# Media for those who have no recording of a desktop at hand. Sourced.

# need PROGRAM... -- ELEMENT...: or the benchmark is skipped
need() {
  local kind=program name
  for name; do
    case $kind,$name in
      *,--) kind=element ;;
      program,*) command -v "$name" >/dev/null || skip "$name" ;;
      element,*) gst-inspect-1.0 "$name" >/dev/null 2>&1 || skip "$name" ;;
    esac
  done
}
skip() { echo "SKIP: there is no $1"; exit 77; }

# A page of words, the same ones each time.
page_of_words() {
  awk 'BEGIN { srand(4); for (i = 0; i < 110; i++) { line = ""
    for (w = 2 + rand() * 12; w > 0; w--) { word = ""
      for (c = 2 + rand() * 8; c > 0; c--)
        word = word sprintf("%c", 97 + int(rand() * 26))
      line = line word " " }
    print (i % 9 == 8) ? "" : line } }'
}

# encode FILE BITRATE: what a browser's encoder makes of it
encode() {
  ffmpeg -nostdin -v error -y "${@:3}" -c:v libvpx -deadline realtime \
    -cpu-used 16 -threads 1 -b:v "$2" -g 9999 -static-thresh 100 -map_metadata -1 "$1"
}

# repeat FILE SECONDS OUTPUT: a file of that length by going round
repeat() {
  ffmpeg -nostdin -v error -y -stream_loop -1 -i "$1" -t "$2" -c copy "$3"
}

# cut_media FILE SECONDS OUTPUT: the pictures of its beginning, from 0 on
cut_media() {
  ffmpeg -nostdin -v error -y -i "$1" -map 0:v -t "$2" -c copy \
    -avoid_negative_ts make_zero "$3"
}

# cut_sound FILE SECONDS OUTPUT: likewise the sound
cut_sound() {
  ffmpeg -nostdin -v error -y -i "$1" -map 0:a:0 -t "$2" -c:a libopus \
    -b:a 32k "$3"
}

# given_media SCREEN WEBCAM DIR SECONDS: screen.webm, webcam.webm and sound.webm
given_media() {
  cut_media "$1" "$4" "$3/screen.webm" && cut_media "$2" "$4" "$3/webcam.webm" &&
    cut_sound "$1" "$4" "$3/sound.webm"
}

# make_media DIR SECONDS [QUIET]: screen.webm, 1080p: a page that stands still, is
# scrolled, and stands still again, while a counter counts; webcam.webm, 720p, in
# which everything moves; moving.webm, the same in 1080p; sound.webm, Opus. Six seconds go round. Of a
# quiet screen only the counter changes. As in RTP, no colorimetry is told: what
# conversion costs is not what is measured here.
make_media() {
  local dir=$1 seconds=$2 far=1400 some
  local font=/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf
  [ -z "${3:-}" ] || far=0
  some=$((seconds < 6 ? seconds : 6))
  page_of_words >"$dir/page.txt"
  encode "$dir/screen.part.webm" 1200k -f lavfi -i "color=0xf4f4f4:s=1920x3240:r=30:d=0.04,
    drawtext=fontfile=$font:textfile=$dir/page.txt:fontsize=22:line_spacing=6:x=60:y=60,
    loop=-1:1,setpts=N/30/TB,
    crop=1920:1080:0:'$far*clip((t-1)/1.5\,0\,1)-$far*clip((t-4)/0.5\,0\,1)',
    drawtext=fontfile=$font:fontsize=28:x=1600:y=20:box=1:text='%{eif\:t\:d\:4}',
    format=yuv420p" -t "$some" &&
    encode "$dir/webcam.part.webm" 1500k \
      -f lavfi -i "mandelbrot=s=320x180:r=30:maxiter=100,
        scale=1280:720,noise=alls=5:allf=t,format=yuv420p" -t "$some" &&
    encode "$dir/moving.part.webm" 4000k -i "$dir/webcam.part.webm" \
      -vf "scale=1920:1080:flags=fast_bilinear,setparams=colorspace=unknown" &&
    repeat "$dir/screen.part.webm" "$seconds" "$dir/screen.webm" &&
    repeat "$dir/webcam.part.webm" "$seconds" "$dir/webcam.webm" &&
    repeat "$dir/moving.part.webm" "$seconds" "$dir/moving.webm" &&
    ffmpeg -nostdin -v error -y -f lavfi -t "$seconds" \
      -i "anoisesrc=color=pink:amplitude=0.2:sample_rate=48000,tremolo=f=4" \
      -c:a libopus -b:a 32k "$dir/sound.webm"
}
