#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# record.sh BUILD-DIR [--screen FILE --cam FILE] [--all] [--rounds N]
#     [--quick | --smoke]
#
# A whole recording from two files: decode, composite as pip in 1080p30, encode,
# AAC, MP4. Side by side in one run:
#
#   ffmpeg PRESET  scale and overlay, libx264 at 2.5 Mbit/s on average
#   full PRESET    our pipeline, the same preset of x264 at the same bitrate,
#                  every picture
#   dense          our pipeline with the settings of docs/dense.md
#
# with ultrafast, and with --all superfast and veryfast too. Without files the
# media are made with ffmpeg. Columns: user and system seconds of the process,
# the same as a fraction of ffmpeg's with that preset (dense: of ffmpeg veryfast,
# or of the slowest that was run), the most memory it held, the bitrate of the
# whole file, pictures in it, and SSIM.
#
# SSIM is that of what is decoded from the MP4 against a composite that ffmpeg
# makes without loss, each picture with the one of its own time. For `dense` the
# webcam in that composite has every other of its pictures, as there.

set -u
build=$(cd "$1" && pwd) || exit 2
shift
seconds=60 rounds=1 presets=(ultrafast) screen='' webcam=''
while [ $# -gt 0 ]; do
  case $1 in
    --screen) screen=$2; shift ;;
    --cam) webcam=$2; shift ;;
    --all) presets=(ultrafast superfast veryfast) ;;
    --rounds) rounds=$2; shift ;;
    --quick) seconds=10 ;;
    --smoke) seconds=1 ;;
    *) echo "unknown: $1" >&2; exit 2 ;;
  esac
  shift
done
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
. "$here/media.sh"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export GST_PLUGIN_PATH=$build/gst/dualcompositor
export GST_REGISTRY=$tmp/registry.dat
need ffmpeg ffprobe /usr/bin/time -- dualcompositor vp8dec opusdec x264enc avenc_aac mp4mux

if [ -n "$screen" ] && [ -n "$webcam" ]; then
  given_media "$screen" "$webcam" "$tmp" "$seconds" || exit 1
else
  make_media "$tmp" "$seconds" || exit 1
fi
cd "$tmp" || exit 1

# measure NAME COMMAND...: a line NAME CPU RSS
measure() {
  /usr/bin/time -o time.txt -f '%U %S %M' "${@:2}" >log.txt 2>&1 || {
    echo "$1 failed:" >&2
    tail -5 log.txt >&2
    exit 1
  }
  awk -v name="$1" '{ printf "%s %.2f %.1f\n", name, $1 + $2, $3 / 1024 }' \
    time.txt | tee -a results
}

composite='[1:v]scale=480:270[w];[0:v][w]overlay=1420:790:eof_action=repeat'
by_ffmpeg() { # PRESET
  measure "ffmpeg-$1" ffmpeg -nostdin -y -i screen.webm -i webcam.webm \
    -i sound.webm \
    -filter_complex "$composite,format=yuv420p[o]" -map '[o]' -map 2:a \
    -c:v libx264 -preset "$1" -b:v 2400k -c:a aac -b:a 96k "ffmpeg-$1.mp4"
}

by_us() { # PRESET
  measure "full-$1" gst-launch-1.0 \
    filesrc location=screen.webm ! matroskademux ! vp8dec threads=1 ! c.screen \
    filesrc location=webcam.webm ! matroskademux ! vp8dec threads=1 ! c.webcam \
    dualcompositor name=c layout=pip ! queue ! \
    x264enc speed-preset="$1" bitrate=2400 vbv-buf-capacity=0 ! m. \
    filesrc location=sound.webm ! matroskademux ! opusdec ! audioconvert ! \
    avenc_aac bitrate=96000 ! m. \
    mp4mux name=m ! filesink location="full-$1.mp4"
}

# The block of the documentation, as it is printed.
by_us_dense() {
  "$root/tools/readme-block" dense-files "$root/docs/dense.md" >dense.sh || exit 1
  measure dense sh -e dense.sh
}

# In thirtieths of a second, so that each picture meets the one of its own time.
ssim() { # FILE WEBCAM-FILTER
  ffmpeg -nostdin -i "$1.mp4" -i screen.webm -i webcam.webm -filter_complex "
      [2:v]settb=1/30,${2}scale=480:270[w];[1:v]settb=1/30,fps=30[s];
      [s][w]overlay=1420:790:eof_action=repeat,format=yuv420p[r];
      [0:v]format=yuv420p,settb=1/30[o];[o][r]ssim" \
    -f null - 2>&1 | sed -n 's/.*SSIM.* All:\([0-9.]*\).*/\1/p'
}

# A line for the table: NAME CPU RSS KBPS PICTURES SSIM
describe() { # NAME
  local filter='' kbps pictures
  [ "$1" != dense ] || filter="select='not(mod(pts,2))',"
  kbps=$(ffprobe -v error -show_entries format=bit_rate -of csv=p=0 "$1.mp4" |
    awk '{ printf "%.0f", $1 / 1000 }')
  pictures=$(ffprobe -v error -select_streams v -show_entries stream=nb_frames \
    -of csv=p=0 "$1.mp4")
  echo "$1 $kbps $pictures $(ssim "$1" "$filter")" >>described
}

echo "$(uname -srm), $(nproc) processors:" \
  "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
gst-launch-1.0 --version | sed -n 2p
ffmpeg -version | head -1
for ((r = 0; r < rounds; r++)); do
  for preset in "${presets[@]}"; do
    by_ffmpeg "$preset"
    by_us "$preset"
  done
  by_us_dense
done
echo
for file in *.mp4; do describe "${file%.mp4}"; done

# Fields of results: name cpu rss, of described: name kbps pictures ssim
awk -v slowest="ffmpeg-${presets[-1]}" '
  FILENAME == "results" {
    if (!($1 in n)) order[++names] = $1
    n[$1]++; cpu[$1] += $2; if ($3 > rss[$1]) rss[$1] = $3
    next
  }
  { kbps[$1] = $2; pictures[$1] = $3; ssim[$1] = $4 }
  END {
    printf "%-18s %7s %9s %6s %7s %8s %s\n", "", "CPU s", "to ffmpeg", "MB",
      "kbit/s", "pictures", "SSIM"
    for (i = 1; i <= names; i++) { k = order[i]
      if (k == "dense") to = slowest
      else { to = k; sub(/^full-/, "ffmpeg-", to) }
      printf "%-18s %7.2f %9.2f %6.0f %7d %8d %s\n", k, cpu[k] / n[k],
        (cpu[k] / n[k]) / (cpu[to] / n[to]), rss[k], kbps[k], pictures[k],
        ssim[k]
    } }' results described
