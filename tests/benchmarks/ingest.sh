#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# ingest.sh BUILD-DIR [--quick | --smoke]: what it costs to receive VP8 streams
# of 1.5 Mbit/s without decoding them, side by side:
#
#   session      rtprecordsrc decode=false, SRTP and RTCP, one process
#   chain        udpsrc ! rtpjitterbuffer ! rtpvp8depay, plain RTP, one process
#   ffmpeg-srtp  ffmpeg -c copy, SRTP and RTCP, a process for each session of two
#   ffmpeg       the same with plain RTP
#
# Processor time (user and system) is of the receiver alone, over a window in
# which all streams are there; memory is the proportional set size at its end
# less that of a receiver of nothing. --quick: one round of 20 streams; --smoke:
# a second of two, to see that all of it starts.

set -u
build=$(cd "$1" && pwd) || exit 2
counts=(50 200) rounds=2 window=8 settle=7
case ${2:-} in
  --quick) counts=(20) rounds=1 window=5 ;;
  --smoke) counts=(2) rounds=1 window=1 settle=4 ;;
esac
tools=$build/tests/benchmarks
base=${REC_BASE_PORT:-31000}
export GST_PLUGIN_PATH=$build/gst/rtprecord
tmp=$(mktemp -d)
export GST_REGISTRY=$tmp/registry.dat
failed=0 pids=() load=
trap 'kill ${pids[@]:-} $load 2>/dev/null; wait; rm -rf "$tmp"' EXIT
ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"

ticks=$(getconf CLK_TCK)
cpu() { # user + system seconds of all receivers
  cat "${pids[@]/%//stat}" | sed 's/.*) //' |
    awk -v t="$ticks" '{ s += $12 + $13 } END { print s / t }'
}
pss() { # kB
  cat "${pids[@]/%//smaps_rollup}" | awk '/^Pss:/ { s += $2 } END { print s }'
}
threads() { cat "${pids[@]/%//status}" | awk '/^Threads:/ { s += $2 } END { print s }'; }

# drops STREAMS: datagrams that the kernel threw away for want of a reader
drops() {
  awk -v lo="$base" -v hi=$((base + 2 * $1)) '
    function port(s, i, v) {
      for (i = 1; i <= 4; i++)
        v = v * 16 + index("0123456789ABCDEF", substr(s, i, 1)) - 1
      return v
    }
    NR > 1 { split($2, a, ":"); p = port(a[2])
             if (p >= lo && p < hi) d += $NF }
    END { print d + 0 }' /proc/net/udp
}

start_receivers() { # KIND STREAMS
  local i
  case $1 in
    session | chain)
      [ "$1" = session ] && set -- "$1" $(($2 / 2)) "$tmp/sdp" ||
        set -- "$1" "$2" "$base"
      "$tools/ingest" "$@" >"$tmp/report" &
      pids=(/proc/$!)
      until grep -q ready "$tmp/report"; do
        [ -d "${pids[0]}" ] || return 1
        sleep 0.1
      done ;;
    *)
      for ((i = 0; i < $2 / 2; i++)); do
        # it looks for a keyframe first, and there is one each two seconds
        ffmpeg -nostdin -nostats -protocol_whitelist file,crypto,data,rtp,udp,srtp \
          -analyzeduration 2500000 -i "$tmp/sdp/$i.sdp" -map 0 -c copy \
          -f null - >"$tmp/ffmpeg.$i" 2>&1 &
        pids+=(/proc/$!)
      done ;;
  esac
}

stop_receivers() {
  local p
  for p in "${pids[@]}"; do kill -TERM "${p#/proc/}" 2>/dev/null; done
  for p in "${pids[@]}"; do wait "${p#/proc/}"; done 2>/dev/null
  pids=()
}

# What ended, or received nothing, cost nothing.
check_ffmpeg() { # STREAMS
  local i
  for ((i = 0; i < $1 / 2; i++)); do
    grep -q '^frame= *[1-9]' "$tmp/ffmpeg.$i" || {
      echo "ffmpeg $i received nothing:" >&2
      tail -3 "$tmp/ffmpeg.$i" >&2
      failed=1
      return
    }
  done
}

baseline=()
measure_baseline() { # KIND: PSS of a receiver of nothing
  pids=() baseline[0]=0
  case $1 in
    session | chain) start_receivers "$1" 0 && sleep 0.5
      baseline[0]=$(pss); stop_receivers ;;
  esac
}

run() { # KIND STREAMS
  local options=() before after lost dropped
  case $1 in
    session) options=(--srtp) ;;
    chain) ;;
    ffmpeg-srtp) options=(--srtp --rtcp-apart) ;;
    ffmpeg) options=(--rtcp-apart) ;;
  esac
  mkdir -p "$tmp/sdp"
  "$tools/rtpload" --streams "$2" --base-port "$base" --sdp "$tmp/sdp" \
    --duration 600 "${options[@]}" >"$tmp/load" 2>&1 &
  load=$!
  until grep -q ready "$tmp/load"; do
    kill -0 $load || { cat "$tmp/load" >&2; exit 1; }
    sleep 0.1
  done
  pids=()
  start_receivers "$1" "$2" || { echo "$1 does not start" >&2; exit 1; }
  sleep "$settle"
  before=$(cpu)
  sleep "$window"
  after=$(cpu) dropped=$(drops "$2")
  printf '%s %s %s %s %s %s' "$1" "$2" \
    "$(awk -v a="$before" -v b="$after" -v n="$2" -v w="$window" \
      'BEGIN { printf "%.5f", (b - a) / n / w }')" \
    "$(awk -v p="$(pss)" -v b="${baseline[0]}" -v n="$2" \
      'BEGIN { printf "%.2f", (p - b) / n / 1024 }')" "$(threads)" "$dropped" \
    >>"$tmp/results"
  stop_receivers
  kill $load; wait $load 2>/dev/null; load=
  case $1 in
    ffmpeg*) check_ffmpeg "$2" ;;
  esac
  [ "$1" != session ] ||
    lost=$(sed -n 's/.*lost-packets=\([0-9]*\).*/\1/p' "$tmp/report")
  echo " ${lost:--}" >>"$tmp/results"
  tail -1 "$tmp/results" | sed 's/^/  /'
  # 0 is the goal, and what a receiver of nothing has to say is nothing
  [ "$1" != session ] || grep -q ' packets=[1-9]' "$tmp/report" || failed=1
  [ "$1" != session ] || [ "$dropped$lost" = 00 ] || failed=1
}

kinds=(session chain)
if command -v ffmpeg >/dev/null; then kinds+=(ffmpeg-srtp ffmpeg); fi
echo "$(uname -srm), $(nproc) processors:" \
  "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
gst-launch-1.0 --version | sed -n 2p
[ ${#kinds[@]} -eq 2 ] || ffmpeg -version | head -1
echo "  receiver streams cores/stream MB/stream threads drops lost"
for n in "${counts[@]}"; do
  for ((r = 0; r < rounds; r++)); do
    for kind in "${kinds[@]}"; do
      measure_baseline "$kind"
      run "$kind" "$n"
    done
  done
done

echo
echo "means of the rounds, and the ratio to the chain"
for n in "${counts[@]}"; do
  awk -v n="$n" '$2 == n { k = $1; if (!(k in c)) order[++m] = k
      c[k]++; s[k] += $3; mem[k] = $4 }
    END { for (i = 1; i <= m; i++) { k = order[i]
      printf "%d streams  %-12s %.5f cores a stream  %.2f x  %.2f MB a stream\n",
        n, k, s[k] / c[k], s[k] / c[k] / (s["chain"] / c["chain"]), mem[k] } }' \
    "$tmp/results"
done
exit $failed
