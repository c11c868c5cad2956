#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# session-soak.sh SECONDS: ten sessions of four streams each in one process, with
# pauses, losses, rejoins and new sizes at random, as they come into a Matroska
# file a stream; and two more in another, decoded, composited and encoded into
# an MP4 each.
#
# The memory of a process is flat: a line through its resident size, from the
# third minute on, rises by less than $REC_SOAK_SLOPE kB a minute (default 300,
# which is 30 a session), or by less than 4 MB in all. Where pictures are decoded,
# memory goes with their size, so there it is the second half that counts, and
# 16 MB. Every file is whole: it is as long as the session and decodes to the
# end without a complaint.

. "$REC_SRCDIR/tests/integration/common.sh"
need gst-launch-1.0 ffprobe ffmpeg
need_element rtprecordsrc dualcompositor x264enc avenc_aac mp4mux matroskamux
cd "$REC_TMP" || exit 1

seconds=${1:?seconds}
base_port=${REC_BASE_PORT:-48000}
slope_limit=${REC_SOAK_SLOPE:-300}
n_sessions=12 n_composed=2 idle=20

send() {
  "$REC_TOOLS/rtpsim" --sdp-dir . --sessions $n_sessions --rtcp-mux \
    --base-port "$base_port" "$@"
}

# The description of one session's branches.
branches() {
  local i=$1 name
  printf ' rtprecordsrc name=r%d sdp-location=session-%d.sdp idle-timeout=%d' \
    "$i" "$i" $idle
  if [ "$i" -lt $n_composed ]; then
    printf ' r%d.screen ! c%d.screen r%d.webcam ! c%d.webcam' "$i" "$i" "$i" "$i"
    printf ' dualcompositor name=c%d !' "$i"
    printf ' video/x-raw,width=640,height=360,framerate=10/1 ! queue !'
    printf ' x264enc tune=zerolatency speed-preset=ultrafast bitrate=300'
    printf ' threads=1 ! h264parse ! queue ! m%d.' "$i"
    printf ' r%d.audio_0 ! queue ! audioconvert ! avenc_aac ! queue ! m%d.' \
      "$i" "$i"
    printf ' r%d.audio_1 ! fakesink async=false sync=false' "$i"
    printf ' mp4mux name=m%d fragment-duration=2000 !' "$i"
    printf ' filesink async=false location=session-%d.mp4' "$i"
    return
  fi
  printf ' decode=false'
  for name in screen webcam audio_0 audio_1; do
    # an index entry for every packet of sound would be memory that grows
    printf ' r%d.%s ! matroskamux min-index-interval=2000000000 !' "$i" "$name"
    printf ' filesink async=false'
    printf ' location=session-%d-%s.mkv' "$i" "$name"
  done
}

# gone PID: a child that ended stays until it is waited for
gone() {
  [ ! -d "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status"
}

listening() { grep -q "$(printf ':%04X ' "$1")" /proc/net/udp; }

# kB of the process, each second, with the second
sample_memory() {
  local second
  for ((second = 0; ; second++)); do
    awk -v s=$second '/^VmRSS/ { print s, $2 }' "/proc/$1/status" || return
    sleep 1
  done 2>/dev/null
}

# judge_memory FILE FROM MOST: the line of least squares through what was sampled
# from FROM s to the end of the session; MOST kB it may rise in all.
judge_memory() {
  awk -v from="$2" -v to="$seconds" -v limit="$slope_limit" -v most="$3" \
    -v name="${1%.txt}" '
    $1 >= from && $1 <= to {
      n++; x += $1; y += $2; xx += $1 * $1; xy += $1 * $2
      if (n == 1) first = $2
      if ($2 > highest) highest = $2
    }
    END {
      if (n < 10) { print "no samples"; exit 1 }
      slope = (n * xy - x * y) / (n * xx - x * x) * 60
      printf "%s: from %d s on: %d kB, at most %d kB, slope %.0f kB/min\n",
        name, from, first, highest, slope
      exit !(slope < limit || slope * (to - from) / 60 < most)
    }' "$1" || wrong "memory grows: ${1%.txt}"
}

# check_file FILE: as long as the session, and decodes to the end
check_file() {
  local duration
  duration=$(ffprobe -v error -of default=nw=1:nk=1 \
    -show_entries format=duration "$1")
  awk -v d="$duration" -v s="$seconds" \
    'BEGIN { exit !(d > s - 25 && d < s + 2) }' ||
    wrong "$1 takes '$duration' s of a session of $seconds s"
  ffmpeg -nostdin -v error -i "$1" -f null - 2>"$1.err" ||
    wrong "$1 does not decode"
  [ ! -s "$1.err" ] || wrong "$1: $(head -2 "$1.err")"
}

send --duration 0 >/dev/null || fail "rtpsim wrote no SDP"
# start NAME FIRST END: a recorder of those sessions
start() {
  local description= i
  for ((i = $2; i < $3; i++)); do description+=$(branches $i); done
  # shellcheck disable=SC2086
  gst-launch-1.0 -e $description >"$1.log" 2>&1 &
  recorders+=($!)
  rec_pids+=($!)
  sample_memory $! >"$1.txt" &
  rec_pids+=($!)
}

recorders=()
start composed 0 $n_composed
start as-they-come $n_composed $n_sessions
for ((i = 0; i < n_sessions * 4; i++)); do
  wait_for 30 listening $((base_port + i * 2)) ||
    fail "port $((base_port + i * 2)): $(tail -5 ./*.log)"
done
send --random --duration "$seconds" >sender.txt || fail "rtpsim failed"
tail -48 sender.txt
grep "$(printf ':%03X' $((base_port >> 4)))" /proc/net/udp |
  awk '{ drops += $NF } END { print "dropped by the kernel:", drops + 0 }'

for recorder in "${recorders[@]}"; do
  wait_for $((idle + 60)) gone "$recorder" || kill "$recorder"
  wait "$recorder" || wrong "a recorder failed: $?: $(tail -5 ./*.log)"
done
! grep -E 'CRITICAL|Assertion|ERROR' ./*.log || wrong "errors"

judge_memory as-they-come.txt $((seconds < 360 ? seconds / 3 : 120)) 4096
judge_memory composed.txt $((seconds / 2)) 16384
for ((i = 0; i < n_sessions; i++)); do
  if [ $i -lt $n_composed ]; then
    check_file session-$i.mp4
  else
    for name in screen webcam audio_0 audio_1; do
      check_file session-$i-$name.mkv
    done
  fi
done
echo "$(ls session-*.mp4 session-*.mkv | wc -l) files checked"
[ $rec_failed = 0 ] || fail "soak"
