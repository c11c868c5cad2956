#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# waveform.sh BUILDDIR [--smoke]: processor time of waveformstrip and audiopeaks
# for ten minutes of stereo sound at 48 kHz, beside GStreamer's visualizers with
# the same input and output. Figures of docs/benchmarks.md.

set -eu
build=$1
minutes=10 rounds=3
[ "${2:-}" = --smoke ] && minutes=0.02 rounds=1
export GST_PLUGIN_PATH=$build/gst/waveform${GST_PLUGIN_PATH:+:$GST_PLUGIN_PATH}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

strip='video/x-raw,width=1920,height=86,framerate=30/1'
# name|elements; the first one is subtracted from the others
chains=(
  "source|identity ! fakesink"
  "waveformstrip|waveformstrip ! $strip ! fakevideosink sync=false"
  "waveformstrip, 10/s|waveformstrip ! fakevideosink sync=false"
  "waveformstrip, copied|waveformstrip ! $strip ! fakesink"
  "wavescope|wavescope ! $strip ! fakevideosink sync=false"
  "wavescope shader=none|wavescope shader=none ! $strip ! fakevideosink sync=false"
  "spectrascope|spectrascope ! $strip ! fakevideosink sync=false"
  "spectrascope shader=none|spectrascope shader=none ! $strip ! fakevideosink sync=false"
  "audiopeaks|audiopeaks location=$dir/peaks.json ! fakesink"
  "level|level ! fakesink"
)

# Sound with pauses, as speech has.
n=$(awk -v m="$minutes" 'BEGIN { print int (m * 3000) }')
gst-launch-1.0 -q audiotestsrc wave=ticks tick-interval=700000000 \
  sine-periods-per-tick=200 num-buffers="$n" samplesperbuffer=960 ! \
  audio/x-raw,format=S16LE,rate=48000,channels=2 ! wavenc ! \
  filesink location="$dir/sound.wav"

TIMEFORMAT='%U %S'
for ((round = 0; round < rounds; round++)); do
  for chain in "${chains[@]}"; do
    # shellcheck disable=SC2086
    { time gst-launch-1.0 -q filesrc location="$dir/sound.wav" ! wavparse ! \
      audiobuffersplit output-buffer-duration=1/50 ! ${chain#*|} \
      >/dev/null 2>"$dir/log"; } 2>"$dir/time" ||
      { cat "$dir/log" >&2; exit 1; }
    awk -v name="${chain%%|*}" '{ print name "|" $1 + $2 }' "$dir/time" \
      >>"$dir/times"
  done
done

awk -F'|' -v minutes="$minutes" '
  { sum[$1] += $2; n[$1]++; if (n[$1] == 1) order[++k] = $1 }
  END {
    base = sum[order[1]] / n[order[1]]
    for (i = 2; i <= k; i++)
      printf "%-26s %8.3f ms CPU per second of sound\n", order[i],
        (sum[order[i]] / n[order[i]] - base) / minutes / 60 * 1000
  }' "$dir/times"
