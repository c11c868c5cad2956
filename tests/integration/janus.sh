#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# janus.sh publish|rejoin|mute|size|simulcast|srtp80|srtp32
#
# A live session: headless Chromium publishes a screen, a webcam and beeps in
# Janus' videoroom, which forwards them as RTP to the recorder. All in a network
# namespace of its own, from which nothing leaves: its one interface besides
# loopback has an end that leads nowhere (Janus takes no loopback for ICE).

. "$REC_SRCDIR/tests/integration/common.sh"
need janus chromium node ip ffmpeg gst-launch-1.0 openssl
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
[ -d "$REC_NODE_DIR/node_modules/playwright-core" ] ||
  skip "there is no playwright-core in $REC_NODE_DIR"
need_element rtprecordsrc dualcompositor x264enc avenc_aac mp4mux

# What happens, what the recorder tells of it, and when (seconds of the recording)
# all is there: until, meanwhile, and from.
seconds=15 idle=4 publish=() crypto= tells=() before=3.5 meanwhile= after=11
case ${1:-publish} in
  publish) seconds=12 after=3 ;;
  rejoin)
    idle=8
    publish=(--do '4 leave; 6 join')
    tells=(ssrc-changed paused resumed)
    ;;
  mute)
    publish=(--do '4 mute webcam; 4 mute audio; 6 unmute webcam; 6 unmute audio;
      7 detach webcam; 7 detach audio; 10 attach webcam; 10 attach audio')
    tells=(paused resumed)
    ;;
  size)
    publish=(--do '4 size screen 1920x1080; 6 size screen 1001x563;
      6 size webcam 641x361; 9 size screen 1280x720; 9 size webcam 960x540')
    tells=('width=(uint)1001, height=(uint)563' 'width=(uint)641')
    meanwhile='4.5 9'
    ;;
  simulcast)
    # Janus changes to the smallest layer only when we ask for a keyframe.
    seconds=20 before=5 meanwhile='8.5 12.8' after=16
    tells=('silence' 'width=(uint)240')
    publish=(--simulcast webcam --do '6 layers webcam 1; 13 layers webcam 3')
    ;;
  srtp80 | srtp32)
    seconds=12 after=3
    key=$(openssl rand -base64 30)
    publish=(--srtp "${1#srtp}:$key")
    crypto="a=crypto:1 AES_CM_128_HMAC_SHA1_${1#srtp} inline:$key"
    ;;
  *) fail "which case? $1" ;;
esac
cd "$REC_TMP" || exit 1

space=rec$$
ip netns add $space 2>/dev/null || skip "no network namespace can be made"
trap 'rec_cleanup; ip netns del $space' EXIT
ip -n $space link set lo up
ip -n $space link add v0 type veth peer name v1 ||
  skip "no veth interface can be made"
ip -n $space addr add 10.77.0.1/24 dev v0
ip -n $space link set v0 up
ip -n $space link set v1 up

lib=$(dirname "$(find /usr/lib -path '*/janus/plugins' -type d | head -1)")
mkdir conf
cat >conf/janus.jcfg <<END
general: {
  configs_folder = "$REC_TMP/conf"
  plugins_folder = "$lib/plugins"
  transports_folder = "$lib/transports"
  events_folder = "$lib/events"
  loggers_folder = "$lib/loggers"
  debug_level = 3
  interface = "127.0.0.1"
}
media: { rtp_port_range = "20000-20400" }
nat: { ice_enforce_list = "v0", ignore_mdns = true }
plugins: { disable = "$(cd "$lib/plugins" && ls ./*.so | sed 's,^\./,,' |
  grep -v videoroom | paste -sd,)" }
transports: { disable = "$(cd "$lib/transports" && ls ./*.so |
  sed 's,^\./,,' | grep -v http | paste -sd,)" }
END
cat >conf/janus.plugin.videoroom.jcfg <<'END'
general: { }
room-1234: {
  description = "recorded"
  publishers = 2
  bitrate = 4000000
  audiocodec = "opus"
  videocodec = "vp8"
}
END
cat >conf/janus.transport.http.jcfg <<'END'
general: { http = true, port = 8088, interface = "lo", ip = "127.0.0.1" }
END
ip netns exec $space janus -F conf -C conf/janus.jcfg >janus.log 2>&1 &
rec_pids+=($!)
wait_for 15 ip netns exec $space bash -c \
  'exec 3<>/dev/tcp/127.0.0.1/8088' 2>/dev/null ||
  fail "Janus does not start: $(tail -20 janus.log)"

cat >session.sdp <<END
v=0
o=- 1 1 IN IP4 127.0.0.1
s=session
c=IN IP4 127.0.0.1
t=0 0${crypto:+
$crypto}
m=audio 5000 RTP/AVPF 111
a=rtpmap:111 opus/48000/2
a=rtcp:5001
m=video 5004 RTP/AVPF 96
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 nack pli
a=content:slides
a=rtcp:5005
m=video 5008 RTP/AVPF 97
a=rtpmap:97 VP8/90000
a=rtcp-fb:97 nack pli
a=content:main
a=rtcp:5009
END
# A browser takes its time to start, and the recorder waits no longer than
# idle-timeout for the first packet: it starts when all have joined.
mkfifo go
REC_NODE_DIR=$REC_NODE_DIR timeout $((seconds + 120)) ip netns exec $space \
  node "$REC_SRCDIR/tests/integration/janus-publish.mjs" \
  $seconds 5000 5004 5008 "${publish[@]}" <go >publish.txt 2>&1 &
publisher=$!
rec_pids+=($publisher)
exec 9>go
wait_for 60 grep -q joined publish.txt ||
  fail "publishing failed: $(cat publish.txt) $(tail -20 janus.log)"

timeout $((seconds + 60)) ip netns exec $space gst-launch-1.0 -m -e \
  rtprecordsrc name=r sdp-location=session.sdp idle-timeout=$idle ${crypto:+srtp-required=true} \
  r.screen ! queue ! c.screen r.webcam ! queue ! c.webcam \
  dualcompositor name=c layout=pip ! queue ! x264enc tune=zerolatency \
  speed-preset=ultrafast bitrate=2500 ! h264parse ! queue ! m. \
  r.audio_0 ! queue ! audioconvert ! audioresample ! avenc_aac ! queue ! m. \
  mp4mux name=m ! filesink location=live.mp4 >recorder.log 2>&1 &
recorder=$!
rec_pids+=($recorder)
wait_for 10 ip netns exec $space grep -q ':138C ' /proc/net/udp ||
  fail "the recorder does not listen: $(cat recorder.log)"

echo go >&9
wait $publisher || { cat publish.txt; fail "publishing failed: $(tail -20 janus.log)"; }
cat publish.txt
wait $recorder || fail "recording failed: $(tail -5 recorder.log)"

# Both parts of the picture live, and flash as the sound beeps, before and after
# what happened. Janus sends no sender reports, so the time that the browser takes
# to encode, on the cores that record too, is in each number, and what it skips is
# not there: session-lipsync.sh measures our part of it.
in_sync() { # FROM TO
  local pairs
  pairs=$(awk -v a="$1" -v b="$2" 'BEGIN { n = int((b - a) / 2); print (n > 1 ? n : 1) }')
  "$REC_TOOLS/avsync" --max 500 --max-median 250 --min-pairs "$pairs" \
    --from "$1" --to "$2" --region screen=0,0,0.7,0.7 \
    --region webcam=0.76,0.76,0.2,0.2 live.mp4 || rec_failed=1
}
[ ${#tells[@]} -eq 0 ] || in_sync 0 $before
# shellcheck disable=SC2086
[ -z "$meanwhile" ] || in_sync $meanwhile
in_sync $after $((seconds - 1))
for word in "${tells[@]}"; do
  grep 'rtprecord-timeline' recorder.log | grep -qF "$word" ||
    wrong "the recorder does not tell of $word"
done
# Forwarding starts and ends a little before and after what is counted.
"$REC_SRCDIR/tests/integration/mp4check.sh" live.mp4 --browser \
  --duration "$(sed -n 's/^sent=//p' publish.txt)" --tolerance 700 ||
  rec_failed=1
if [ -n "${REC_PICTURES:-}" ]; then
  mkdir -p "$REC_PICTURES"
  ffmpeg -v error -y -i live.mp4 -vf fps=1,scale=640:-2,tile=4x5 -frames:v 1 \
    "$REC_PICTURES/janus-${1:-publish}.png"
  cp recorder.log publish.txt "$REC_PICTURES/"
fi
[ $rec_failed = 0 ] || fail "the live session, ${1:-publish}"
