#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# composite-pictures.sh layouts | colours: a picture of dualcompositor against
# one that ffmpeg makes of the same inputs, with the rectangles that the page of
# the element documents. With REC_KEEP set, the pictures stay as PNG files.

. "$REC_SRCDIR/tests/integration/common.sh"
need gst-launch-1.0 ffmpeg ffprobe
need_element dualcompositor avdec_ffv1 avenc_ffv1 matroskademux matroskamux \
  taginject
cd "$REC_TMP" || exit 1

ff() { ffmpeg -v error -nostdin -y "$@" || fail "ffmpeg $*"; }

# source NAME SIZE FILTER [OPTION...]: one picture, lossless
source() {
  local name=$1 size=$2 filter=$3
  shift 3
  ff -f lavfi -i "$filter=size=$size:rate=30" -frames:v 1 -c:v ffv1 "$@" \
    "$name.mkv"
}

# compose NAME OUTPUT-CAPS PROPERTIES INPUT...; an input is PAD, or PAD:TAG
compose() {
  local name=$1 caps=$2 input inputs=()
  local properties=($3)
  shift 3
  for input; do
    inputs+=(filesrc location="${input%%:*}.mkv" ! matroskademux ! avdec_ffv1)
    [[ $input == *:* ]] &&
      inputs+=(! taginject tags="image-orientation=${input#*:}")
    inputs+=(! queue ! "c.${input%%:*}")
  done
  timeout 60 gst-launch-1.0 -q dualcompositor name=c "${properties[@]}" \
    ! "video/x-raw,format=I420,$caps" ! avenc_ffv1 ! matroskamux \
    ! filesink location="$name.mkv" "${inputs[@]}" ||
    fail "$name: the pipeline failed"
  [ -n "${REC_KEEP:-}" ] && ff -i "$name.mkv" -frames:v 1 "$name.png"
}

# ssim NAME MIN: of the composite and of the reference, in each plane
ssim() {
  local line plane
  line=$(ffmpeg -nostdin -i "$1.mkv" -i "$1-reference.mkv" -frames:v 1 -lavfi \
    '[0:v]format=yuv420p[a];[1:v]format=yuv420p[b];[a][b]ssim' \
    -f null - 2>&1 | sed -n 's/.*SSIM //p')
  echo "$1: ${line:-no SSIM}"
  for plane in Y U V; do
    awk -v line="$line" -v plane="$plane" -v min="$2" 'BEGIN {
        exit !match(line, plane ":[0-9.]+") ||
          substr(line, RSTART + 2, RLENGTH - 2) + 0 < min }' ||
      wrong "$1: $line, less than $2"
  done
}

# check NAME SIZE PROPERTIES FILTER INPUT...: FILTER makes the reference of
# [screen], [webcam] and [waveform], each on demand, on the background [base].
check() {
  local name=$1 size=$2 properties=$3 filter=$4 i=0 input inputs=() labels=
  shift 4
  compose "$name" "width=${size%x*},height=${size#*x},framerate=30/1,colorimetry=bt709" \
    "$properties" "$@"
  for input; do
    inputs+=(-i "${input%%:*}.mkv")
    labels+="[$i:v]setpts=0,format=yuv420p[${input%%:*}];"
    i=$((i + 1))
  done
  ff "${inputs[@]}" -sws_flags bicubic+accurate_rnd -filter_complex \
    "${labels}color=0x203040:size=$size:rate=30,format=gbrp,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p[base];$filter" \
    -map '[out]' -frames:v 1 -c:v ffv1 "$name-reference.mkv"
  # An inset two pixels beside its place has 0.993.
  ssim "$name" 0.997
}

sources() {
  local bt709=(-pix_fmt yuv420p -color_range tv -colorspace bt709)
  local matrix='scale=out_color_matrix=bt709:out_range=tv'
  source screen "$1" testsrc2 -vf "$matrix" "${bt709[@]}"
  source webcam "$2" mandelbrot -vf "$matrix" "${bt709[@]}"
  source waveform 640x100 rgbtestsrc -vf "$matrix" "${bt709[@]}"
}

# scaled INPUT WIDTHxHEIGHT: a filter
scaled() { echo "[$1]scale=${2/x/:}[$1-scaled]"; }
# over BASE INPUT X Y RESULT: a filter
over() { echo "[$1][$2-scaled]overlay=$3:$4[$5]"; }
# on_base INPUT WIDTHxHEIGHT X Y: all of the reference
on_base() { echo "$(scaled "$1" "$2");$(over base "$1" "$3" "$4" out)"; }

layouts() {
  local background=background=0xff203040 halves corner x y inset

  sources 1920x1080 1280x720
  halves="$(scaled screen 960x540);$(scaled webcam 960x540)"
  check side-by-side 1920x1080 "layout=side-by-side $background" \
    "$halves;$(over base screen 0 270 a);$(over a webcam 960 270 out)" \
    screen webcam
  check stacked 1920x1080 "layout=stacked $background" \
    "$halves;$(over base screen 480 0 a);$(over a webcam 480 540 out)" \
    screen webcam

  # 0.3 of 1920, a border of 6 and a margin of 32
  for corner in top-left:32:32 top-right:1300:32 bottom-left:32:712 \
    bottom-right:1300:712; do
    IFS=: read -r corner x y <<<"$corner"
    inset="[webcam]scale=576:324,pad=588:336:6:6:color=0xe0a020[webcam-scaled]"
    check "pip-$corner" 1920x1080 "layout=pip pip-position=$corner \
      pip-scale=0.3 margin=32 pip-border=6 pip-border-color=0xffe0a020" \
      "$inset;[base]nullsink;$(over screen webcam "$x" "$y" out)" screen webcam
  done

  # A tenth of the height
  check with-waveform 1920x1080 \
    "layout=side-by-side waveform-height=0.1 $background" \
    "$halves;$(scaled waveform 1920x108);$(over base screen 0 216 a);$(over a webcam 960 216 b);$(over b waveform 0 972 out)" \
    screen webcam waveform

  # Portrait: what turns, and what is so
  check turned 1920x1080 "layout=screen-only $background" \
    "[screen]transpose=1,scale=608:1080[screen-scaled];$(over base screen 656 0 out)" \
    screen:rotate-90
  sources 1366x768 720x1280
  check screen-only 1920x1080 "layout=screen-only $background" \
    "$(on_base screen 1920x1080 0 0)" screen
  check webcam-only 1920x1080 "layout=webcam-only $background" \
    "$(on_base webcam 608x1080 656 0)" webcam
  check stacked-portrait 1080x1920 "layout=stacked $background" \
    "$(scaled screen 1080x608);$(scaled webcam 738x1312);$(over base screen 0 0 a);$(over a webcam 170 608 out)" \
    screen webcam
  check pip-portrait 1280x720 "layout=pip $background" \
    "$(scaled screen 1280x720);$(scaled webcam 180x320);$(over base screen 0 0 a);$(over a webcam 1080 380 out)" \
    screen webcam

  # Odd sides everywhere
  sources 1001x563 319x241
  check odd 641x361 "layout=side-by-side $background" \
    "$(scaled screen 320x180);$(scaled webcam 321x242);$(over base screen 0 90 a);$(over a webcam 320 58 out)" \
    screen webcam
  check odd-mirrored 641x361 "layout=webcam-only $background" \
    "[webcam]hflip,scale=478:361[webcam-scaled];$(over base webcam 80 0 out)" \
    webcam:flip-rotate-0
}

# colours_of NAME PIXELS MADE CAPS REFERENCE WANTED [OPTION...]: bars in PIXELS,
# MADE by the filter scale from those that ffmpeg has in bt709 and declared with
# OPTIONs; what ffmpeg makes of them with REFERENCE; how the output declares
# itself
colours_of() {
  local name=$1 pixels=$2 made=$3 caps=$4 reference=$5 wanted=$6 psnr declared
  shift 6
  source screen "${SIZE:-1280x720}" smptehdbars -vf \
    "scale=in_color_matrix=bt709:in_range=tv:$made" -pix_fmt "$pixels" "$@"
  compose "$name" "$caps,framerate=30/1" layout=screen-only screen
  ff -i screen.mkv -sws_flags accurate_rnd+full_chroma_int -vf \
    "$reference,format=yuv420p" -frames:v 1 -c:v ffv1 "$name-reference.mkv"
  psnr=$(ffmpeg -nostdin -i "$name.mkv" -i "$name-reference.mkv" \
    -frames:v 1 -lavfi '[0:v]format=yuv420p[a];[1:v]format=yuv420p[b];[a][b]psnr' \
    -f null - 2>&1 | sed -n 's/.*PSNR \(.*\) average.*/\1/p')
  declared=$(ffprobe -v error -select_streams v -show_entries \
    stream=color_range,color_space -of csv=p=0 "$name.mkv")
  echo "$name: PSNR $psnr, declared $declared"
  [ "$declared" = "$wanted" ] ||
    wrong "$name: declared as $declared instead of $wanted"
  # A shade or two, and other chroma at the edges of bars. With the wrong
  # matrix or range it is 20 to 30 dB.
  awk -v line="$psnr" 'BEGIN {
      n = split(line, part, /[ :]/)
      for (i = 2; i <= n; i += 2)
        if (part[i] != "inf" && part[i] + 0 < 38) exit 1
      exit n < 6 }' || wrong "$name: PSNR $psnr"
}

colours() {
  local hd=width=1280,height=720 sd=width=640,height=360
  local to709=out_color_matrix=bt709:out_range=tv
  local to601=out_color_matrix=bt601:out_range=tv
  local tojpeg=out_color_matrix=bt601:out_range=pc
  local from601=in_color_matrix=bt601:in_range=tv
  local from709=in_color_matrix=bt709:in_range=tv
  local fromjpeg=in_color_matrix=bt601:in_range=pc
  local bt601=(-color_range tv -colorspace smpte170m)
  local bt709=(-color_range tv -colorspace bt709)
  local jpeg=(-color_range pc -colorspace smpte170m)

  colours_of bt601-to-hd yuv420p "$to601" "$hd" "scale=$from601:$to709" \
    tv,bt709 "${bt601[@]}"
  colours_of bt709-to-hd yuv422p "$to709" "$hd" "scale=$from709:$to709" \
    tv,bt709 "${bt709[@]}"
  colours_of jpeg-to-hd yuvj420p "$tojpeg" "$hd" "scale=$fromjpeg:$to709" \
    tv,bt709 "${jpeg[@]}"
  colours_of bgrx-to-hd bgr0 out_range=pc "$hd" "scale=$to709" tv,bt709
  SIZE=640x360
  colours_of bt709-to-sd yuv420p "$to709" "$sd" "scale=$from709:$to601" \
    tv,smpte170m "${bt709[@]}"
  colours_of jpeg-to-sd yuvj420p "$tojpeg" "$sd" "scale=$fromjpeg:$to601" \
    tv,smpte170m "${jpeg[@]}"
  colours_of bgrx-to-sd bgr0 out_range=pc "$sd" "scale=$to601" tv,smpte170m
}

case $1 in
  layouts | colours) "$1" ;;
  *) fail "no test $1" ;;
esac
[ -n "${REC_KEEP:-}" ] && for f in *-reference.mkv; do
  ff -i "$f" -frames:v 1 "${f%.mkv}.png"
done
exit $rec_failed
