#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# A live session: headless Chromium publishes a screen, a webcam and beeps in
# Janus' videoroom, which forwards them as RTP to the recorder. All in a network
# namespace of its own, from which nothing leaves: its one interface besides
# loopback has an end that leads nowhere (Janus takes no loopback for ICE).

. "$REC_SRCDIR/tests/integration/common.sh"
need janus chromium node ip ffmpeg gst-launch-1.0
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
[ -d "$REC_NODE_DIR/node_modules/playwright-core" ] ||
  skip "there is no playwright-core in $REC_NODE_DIR"
need_element rtprecordsrc dualcompositor x264enc avenc_aac mp4mux
seconds=20
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

cat >session.sdp <<'END'
v=0
o=- 1 1 IN IP4 127.0.0.1
s=session
c=IN IP4 127.0.0.1
t=0 0
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
timeout $((seconds + 60)) ip netns exec $space gst-launch-1.0 -q -e \
  rtprecordsrc name=r sdp-location=session.sdp idle-timeout=4 \
  r.screen ! queue ! c.screen r.webcam ! queue ! c.webcam \
  dualcompositor name=c layout=pip ! queue ! x264enc tune=zerolatency \
  speed-preset=ultrafast bitrate=2500 ! h264parse ! queue ! m. \
  r.audio_0 ! queue ! audioconvert ! audioresample ! avenc_aac ! queue ! m. \
  mp4mux name=m ! filesink location=live.mp4 >recorder.log 2>&1 &
recorder=$!
rec_pids+=($recorder)
wait_for 10 ip netns exec $space grep -q ':138C ' /proc/net/udp ||
  fail "the recorder does not listen: $(cat recorder.log)"

REC_NODE_DIR=$REC_NODE_DIR timeout $((seconds + 60)) ip netns exec $space \
  node "$REC_SRCDIR/tests/integration/janus-publish.mjs" \
  $seconds 5000 5004 5008 | tee publish.txt
[ "${PIPESTATUS[0]}" = 0 ] || fail "publishing failed: $(tail -20 janus.log)"
wait $recorder || fail "recording failed: $(tail -5 recorder.log)"

# Both parts of the picture live, and flash as the sound beeps. Janus sends no
# sender reports, so the time that the browser takes to encode, on the cores that
# record too, is in each number; session-lipsync.sh measures our part of it.
"$REC_TOOLS/avsync" --max 250 --max-median 100 --min-pairs $((seconds - 6)) \
  --region screen=0,0,0.7,0.7 --region webcam=0.76,0.76,0.2,0.2 live.mp4 ||
  rec_failed=1
# Forwarding starts and ends a little before and after what is counted.
"$REC_SRCDIR/tests/integration/mp4check.sh" live.mp4 --browser \
  --duration "$(sed -n 's/^sent=//p' publish.txt)" --tolerance 700 ||
  rec_failed=1
[ $rec_failed = 0 ] || fail "the live session"
