#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# density.sh BUILD-DIR [--sessions "N..."] [--screen FILE --cam FILE | --quiet]
#     [--quick | --smoke]
#
# How many sessions of four streams (screen 1080p30, webcam 720p30, two of sound)
# are recorded at once, in real time, from RTP to MP4, with the settings of
# docs/dense.md, a process a session. The media are the files given, or made with
# ffmpeg, or with --quiet a screen on which next to nothing happens.
#
# One sender plays the files to all sessions in step, so that all keyframes come
# at once. It runs on the same processors; its time is given, and is not in that
# of the sessions, which is user and system. A number of sessions is kept up with
# if every file has all of its pictures and of its sound, nothing was lost on the
# way, and what reached the muxer in the last five seconds was less than 1.5 s
# late (a second is the latency of rtprecordsrc).

set -u
build=$(cd "$1" && pwd) || exit 2
shift
sessions='12' seconds=60 screen='' webcam='' quiet=''
while [ $# -gt 0 ]; do
  case $1 in
    --sessions) sessions=$2; shift ;;
    --screen) screen=$2; shift ;;
    --cam) webcam=$2; shift ;;
    --quiet) quiet=1 ;;
    --quick) seconds=15 ;;
    --smoke) sessions=1 seconds=3 ;;
    *) echo "unknown: $1" >&2; exit 2 ;;
  esac
  shift
done
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
tool=$build/tests/benchmarks/density
base=${REC_BASE_PORT:-33000}
. "$here/media.sh"
tmp=$(mktemp -d)
pids=()
trap 'kill ${pids[@]:-} 2>/dev/null; wait; rm -rf "$tmp"' EXIT
export GST_PLUGIN_PATH=$build/gst/dualcompositor:$build/gst/rtprecord
export GST_REGISTRY=$tmp/registry.dat
need ffmpeg ffprobe /usr/bin/time -- dualcompositor rtprecordsrc vp8dec opusdec x264enc avenc_aac mp4mux

if [ -n "$screen" ] && [ -n "$webcam" ]; then
  given_media "$screen" "$webcam" "$tmp" "$seconds" || exit 1
else
  make_media "$tmp" "$seconds" $quiet || exit 1
fi

# The block of the documentation, as a launch line, with a second voice. A
# session's streams have the ports BASE + 8 * N and every second one after it.
line=$("$root/tools/readme-block" dense "$root/docs/dense.md" |
  sed -e 's/^gst-launch-1.0 -e//' -e 's/\\$//' | tr '\n' ' ')
voice=$(grep -o "r\.audio_0 .*! queue ! m\. " <<<"$line")
line+=${voice/audio_0/audio_1}
[ -n "$voice" ] || { echo "docs/dense.md has no block <!-- test: dense -->" >&2; exit 1; }

sdp() { # SESSION
  local port=$((base + 8 * $1))
  printf '%s\r\n' v=0 'o=- 1 1 IN IP4 127.0.0.1' s=session 'c=IN IP4 127.0.0.1' \
    't=0 0' "m=video $port RTP/AVPF 96" 'a=rtpmap:96 VP8/90000' a=rtcp-mux \
    a=content:slides "m=video $((port + 2)) RTP/AVPF 97" \
    'a=rtpmap:97 VP8/90000' a=rtcp-mux a=content:main \
    "m=audio $((port + 4)) RTP/AVP 111" 'a=rtpmap:111 opus/48000/2' a=rtcp-mux \
    "m=audio $((port + 6)) RTP/AVP 111" 'a=rtpmap:111 opus/48000/2' a=rtcp-mux
}

clients() { # STREAM SESSIONS: the port of that stream in each session
  local i list=
  for ((i = 0; i < $2; i++)); do
    list+=${list:+,}127.0.0.1:$((base + 8 * i + 2 * $1))
  done
  echo "$list"
}

send() { # SESSIONS
  /usr/bin/time -o "$tmp/sender" -f '%U %S' gst-launch-1.0 -q \
    filesrc location="$tmp/screen.webm" ! matroskademux ! queue ! \
    rtpvp8pay pt=96 mtu=1200 ! multiudpsink clients="$(clients 0 "$1")" \
    filesrc location="$tmp/sound.webm" ! matroskademux ! tee name=t ! queue ! rtpopuspay pt=111 ! \
    multiudpsink clients="$(clients 2 "$1")" \
    t. ! queue ! rtpopuspay pt=111 ! multiudpsink clients="$(clients 3 "$1")" \
    filesrc location="$tmp/webcam.webm" ! matroskademux ! queue ! \
    rtpvp8pay pt=97 mtu=1200 ! multiudpsink clients="$(clients 1 "$1")" \
    >/dev/null
}

start() { # SESSION
  mkdir -p "$tmp/$1"
  sdp "$1" >"$tmp/$1/session.sdp"
  (cd "$tmp/$1" && exec "$tool" "$line") >"$tmp/$1/report" 2>"$tmp/$1/log" &
  pids+=($!)
  until grep -q ready "$tmp/$1/report"; do
    kill -0 ${pids[-1]} 2>/dev/null || { cat "$tmp/$1/log" >&2; exit 1; }
    sleep 0.1
  done
}

# Whether the file has all of the session; else it says what is missing.
check() { # SESSION
  ffprobe -v error -show_entries stream=codec_type,duration,nb_frames \
    -of compact "$tmp/$1/dense.mp4" 2>&1 | awk -v want="$seconds" -v n="$1" '
      { split($0, a, "|"); for (i in a) { split(a[i], kv, "="); v[kv[1]] = kv[2] }
        streams++
        d = v["duration"] - want
        if (d > 0.5 || d < -0.5) { print "session " n ": " $0; bad = 1 } }
      v["codec_type"] == "video" { if (v["nb_frames"] < want) bad = 1 }
      END {
        if (streams != 3) { print "session " n " has " streams + 0 " streams"; bad = 1 }
        exit bad }'
}

record() { # SESSIONS
  local i pid whole=0
  rm -rf "$tmp"/[0-9]*
  pids=()
  for ((i = 0; i < $1; i++)); do start $i; done
  local began=$(date +%s.%N)
  send "$1"
  for pid in "${pids[@]}"; do wait "$pid" || echo "a session failed" >&2; done
  local took=$(awk -v a="$began" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')
  pids=()
  for ((i = 0; i < $1; i++)); do check $i && whole=$((whole + 1)); done
  cat "$tmp"/[0-9]*/report | grep ^cpu= | tr '=' ' ' |
    awk -v n="$1" -v whole=$whole -v seconds="$seconds" -v took="$took" \
      -v sender="$(cat "$tmp/sender")" '
      { cpu += $2; if ($4 > rss) rss = $4; if ($6 > late) late = $6
        if ($8 > end) end = $8; packets += $10; lost += $12; withheld += $14 }
      END {
        split(sender, s, " ")
        kept = NR == n && whole == n && lost == 0 && withheld == 0 && end < 1.5
        printf "%8d %8d %9.2f %7.2f %7.2f %6.0f %7.2f %7.2f %6d %6d %s\n", n,
          4 * n, NR ? cpu / NR : 0, cpu / seconds, (s[1] + s[2]) / seconds, rss,
          late, end, lost, whole, kept ? "yes" : "no" }'
}

echo "$(uname -srm), $(nproc) processors:" \
  "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
gst-launch-1.0 --version | sed -n 2p
echo "$seconds s of session; CPU s of one session; cores of all, and of the sender"
printf '%8s %8s %9s %7s %7s %6s %7s %7s %6s %6s %s\n' sessions streams 'CPU s' \
  cores sender MB 'late s' 'at end' lost whole 'kept up'
for n in $sessions; do record "$n"; done
