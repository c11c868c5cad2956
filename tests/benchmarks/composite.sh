#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# composite.sh BUILD-DIR [--screen FILE --cam FILE] [--quick | --smoke]
#
# What compositing costs: dualcompositor and GStreamer's compositor, set up to
# make the same picture, 1080p30, and nothing encoded. Processor time is user
# and system, of the whole process with its sources, in rounds of
#
#   sources     each input into a fakesink
#   ours        the inputs ! dualcompositor ! fakesink
#   compositor  the inputs ! compositor ! fakesink
#
# one after the other; the medians of the rounds count. A compositor costs what
# its line has more than the sources' (`less sources`). As decoding costs
# several times that and is not the same twice, there is a closer look, too: what
# was spent outside of the threads in which the inputs are read and decoded
# (`own threads`); it does not know what a compositor does in its inputs' threads.
#
# Cases: a desktop with a moving webcam (the files given, else media made with
# ffmpeg), a still picture (both inputs the same buffer again and again), and a
# moving video in both inputs in each layout.

set -u
build=$(cd "$1" && pwd) || exit 2
shift
seconds=20 desktop=60 rounds=5 screen='' webcam=''
while [ $# -gt 0 ]; do
  case $1 in
    --screen) screen=$2; shift ;;
    --cam) webcam=$2; shift ;;
    --quick) seconds=10 desktop=20 rounds=3 ;;
    --smoke) seconds=1 desktop=1 rounds=1 ;;
    *) echo "unknown: $1" >&2; exit 2 ;;
  esac
  shift
done
tool=$build/tests/benchmarks/composite
. "$(dirname "$0")/media.sh"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export GST_PLUGIN_PATH=$build/gst/dualcompositor
export GST_REGISTRY=$tmp/registry.dat

need ffmpeg -- dualcompositor compositor vp8dec matroskademux imagefreeze
make_media "$tmp" "$seconds" || exit 1
if [ -n "$screen" ] && [ -n "$webcam" ]; then
  cut_media "$screen" "$desktop" "$tmp/screen.webm" &&
    cut_media "$webcam" "$desktop" "$tmp/desktop-webcam.webm" || exit 1
else
  ln "$tmp/webcam.webm" "$tmp/desktop-webcam.webm"
fi

decoded() { echo "filesrc location=$1 ! matroskademux ! vp8dec threads=1"; }
# the same memory each time
still() {
  echo "videotestsrc num-buffers=1 pattern=$1 !" \
    "video/x-raw,format=I420,width=$2,height=$3,framerate=30/1 !" \
    "imagefreeze num-buffers=$((seconds * 30))"
}

# The rectangles of our layouts for 16:9 inputs, as compositor's pads want them:
# x, y, width, height.
pad() { # NAME X Y WIDTH HEIGHT, or NAME hidden
  if [ "$2" = hidden ]; then
    echo "$1::alpha=0"
  else
    echo "$1::xpos=$2 $1::ypos=$3 $1::width=$4 $1::height=$5"
  fi
}
pads() { # LAYOUT
  case $1 in
    pip) pad sink_0 0 0 1920 1080; pad sink_1 1420 790 480 270 ;;
    side-by-side) pad sink_0 0 270 960 540; pad sink_1 960 270 960 540 ;;
    screen-only) pad sink_0 0 0 1920 1080; pad sink_1 hidden ;;
    webcam-only) pad sink_0 hidden; pad sink_1 0 0 1920 1080 ;;
  esac
}
caps=video/x-raw,format=I420,width=1920,height=1080,framerate=30/1

run() { # CASE LAYOUT WHO SCREEN WEBCAM
  local line
  case $3 in
    sources) line="$4 ! fakesink $5 ! fakesink" ;;
    ours) line="$4 ! c.screen $5 ! c.webcam
      dualcompositor name=c layout=$2 ! $caps ! fakesink" ;;
    compositor) line="$4 ! c.sink_0 $5 ! c.sink_1
      compositor name=c background=black $(pads "$2" | tr '\n' ' ') ! $caps ! fakesink" ;;
  esac
  echo "$1 $2 $3 $("$tool" "$line")" | tr '=' ' ' >>"$tmp/results"
}

compare() { # CASE LAYOUT SCREEN WEBCAM
  local who
  for who in sources ours compositor; do
    run "$1" "$2" "$who" "$3" "$4" || exit 1
  done
}

echo "$(uname -srm), $(nproc) processors:" \
  "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
gst-launch-1.0 --version | sed -n 2p
for ((r = 0; r < rounds; r++)); do
  compare desktop pip "$(decoded "$tmp/screen.webm")" \
    "$(decoded "$tmp/desktop-webcam.webm")"
  compare still pip "$(still smpte 1920 1080)" "$(still pinwheel 1280 720)"
  for layout in pip side-by-side screen-only webcam-only; do
    compare moving $layout "$(decoded "$tmp/moving.webm")" \
      "$(decoded "$tmp/webcam.webm")"
  done
done

# Fields: case layout who all S own S rss MB pictures N
awk '
  function median(list, n, i, j, t, v) {
    n = split(list, v, " ")
    for (i = 2; i <= n; i++)
      for (j = i; j > 1 && v[j] + 0 < v[j - 1] + 0; j--) {
        t = v[j]; v[j] = v[j - 1]; v[j - 1] = t
      }
    return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
  }
  function ratio(theirs, ours) {
    return ours > 0.0005 ? sprintf("%.1f", theirs / ours) : "-"
  }
  { k = $1 " " $2
    if (!(k in seen)) { seen[k] = 1; order[++n] = k }
    all[k, $3] = all[k, $3] " " $5; own[k, $3] = own[k, $3] " " $7
    pictures[k, $3] = $11 }
  END {
    print "CPU seconds     sources     less sources          own threads"
    print "case layout               ours  compositor  ratio   ours  compositor  ratio  ms a picture"
    for (i = 1; i <= n; i++) { k = order[i]; split(k, name)
      s = median(all[k, "sources"])
      o = median(all[k, "ours"]) - s; c = median(all[k, "compositor"]) - s
      oo = median(own[k, "ours"]); co = median(own[k, "compositor"])
      printf "%-8s %-13s %6.2f %6.2f %6.2f %8s %8.3f %8.3f %8s   %.3f\n", name[1],
        name[2], s, o, c, ratio(c, o), oo, co, ratio(co, oo),
        1000 * oo / pictures[k, "ours"]
      if (pictures[k, "ours"] != pictures[k, "compositor"])
        print "  pictures: " pictures[k, "ours"] " and " pictures[k, "compositor"]
    } }' "$tmp/results"
