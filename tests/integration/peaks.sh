#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# peaks.sh compare|killed|disk-full: audiopeaks beside peaks computed from raw
# samples by other means, and what is left of a file that was not finished.

# shellcheck source=tests/integration/common.sh
. "$(dirname "$0")/common.sh"
need python3
need_element audiopeaks
cd "$REC_TMP" || exit 1

# make_sound FORMAT CODEC: two channels that differ, 61.3 s at 44.1 kHz; the last
# pixel is not full. The saw of floats goes beyond full scale. No ticks: of each
# the audiotestsrc of GStreamer 1.22 leaves one sample unwritten. Joined by ffmpeg,
# whose word for the format CODEC is.
make_sound() {
  local loud=
  gst-launch-1.0 -q \
    audiotestsrc wave=pink-noise volume=0.2 num-buffers=2642 ! \
    audio/x-raw,format=$1,rate=44100,channels=1 ! wavenc ! \
    filesink location=left.wav \
    audiotestsrc wave=saw freq=3 volume=0.7 num-buffers=2642 ! \
    audio/x-raw,format=$1,rate=44100,channels=1 ! wavenc ! \
    filesink location=right.wav || fail "no sound"
  case $1 in
    F32LE) loud=volume=3:precision=float, ;;
    F64LE) loud=volume=3:precision=double, ;;
  esac
  ffmpeg -v error -y -i left.wav -i right.wav -filter_complex \
    "[1:a]${loud}anull[right];[0:a][right]amerge" -c:a "$2" sound.wav ||
    fail "no sound"
  [ "$(stat -c %s sound.wav)" -gt $((2 * $(stat -c %s left.wav) - 1000)) ] ||
    fail "not the sound of both"
}

# compare BITS SPLIT PIXEL: with what ffmpeg decodes, as 16 bits
compare() {
  gst-launch-1.0 -q filesrc location=sound.wav ! wavparse ! \
    audiopeaks location=peaks.json bits="$1" split-channels="$2" \
    samples-per-pixel="$3" ! fakesink || fail "audiopeaks"
  python3 - "$@" <<'PY' || fail "peaks differ: $*"
import array, json, sys
bits, split, pixel = int(sys.argv[1]), sys.argv[2] == "true", int(sys.argv[3])
trunc = lambda a, b: abs(a) // b * (1 if a >= 0 else -1)
samples = array.array("h", open("sound.raw", "rb").read())
bands = [samples[0::2], samples[1::2]]
if not split:
    bands = [[trunc(a + b, 2) for a, b in zip(*bands)]]
data = []
for at in range(0, len(bands[0]), pixel):
    for band in bands:
        part = band[at:at + pixel]
        data += [min(part), max(part)]
if bits == 8:
    data = [trunc(v, 256) for v in data]
got = json.load(open("peaks.json"))
head = {"version": 2, "channels": len(bands), "sample_rate": 44100,
        "samples_per_pixel": pixel, "bits": bits,
        "length": len(data) // len(bands) // 2}
assert list(got) == [*head, "data"], list(got)
assert {k: got[k] for k in head} == head, got["length"]
assert len(got["data"]) == len(data), len(got["data"])
# what was not 16 bits may be rounded otherwise
limit = 0 if sys.argv[4] == "exact" else 1
off = max(abs(a - b) for a, b in zip(got["data"], data))
assert off <= limit, off
assert len(set(data)) > 10
print(sys.argv[1:], len(data), "values, off by", off)
PY
}

case $1 in
  compare)
    need ffmpeg
    for format in S16LE S32LE F32LE F64LE; do
      make_sound $format "pcm_${format,,}"
      ffmpeg -v error -y -i sound.wav -f s16le sound.raw || fail "ffmpeg"
      exact=near
      [ $format = S16LE ] && exact=exact
      compare 16 true 512 $exact
      compare 16 false 1000 $exact
      compare 8 false 512 $exact
    done
    ;;
  killed)
    # nothing under the name, and memory as at the start
    gst-launch-1.0 -q audiotestsrc ! audiopeaks samples-per-pixel=2 bits=16 \
      location=peaks.json ! fakesink &
    pid=$!
    rec_pids+=($pid)
    grown() { [ "$(stat -c %s peaks.json.?????? 2>/dev/null || echo 0)" -gt "$1" ]; }
    rss() { awk '/^VmRSS/ { print $2 }' "/proc/$pid/status"; }
    wait_for 20 grown 20000000 || fail "nothing is written"
    before=$(rss)
    wait_for 60 grown 100000000 || fail "nothing more is written"
    after=$(rss)
    kill -KILL $pid
    wait $pid 2>/dev/null
    echo "$before KiB, 80 MB later $after KiB"
    [ $((after - before)) -lt 1024 ] || fail "memory grows: $before, $after KiB"
    [ ! -e peaks.json ] || fail "half a file has the name"
    ;;
  disk-full)
    unshare -rm true 2>/dev/null || skip "no namespaces to mount a disk in"
    mkdir disk
    unshare -rm bash -c 'mount -t tmpfs -o size=256k none disk &&
      gst-launch-1.0 audiotestsrc ! audiopeaks samples-per-pixel=2 \
        location=disk/peaks.json ! fakesink >log 2>&1
      echo $? >status; ls -A disk >left'
    [ "$(cat status)" = 1 ] || fail "it goes on: $(cat status)"
    grep -q "Make room on the disk of disk/peaks.json" log || fail "$(cat log)"
    [ ! -s left ] || fail "left: $(cat left)"
    ;;
  *) fail "usage: peaks.sh compare|killed|disk-full" ;;
esac
