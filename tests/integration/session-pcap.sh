#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# Captures of sessions, replayed in real time into the recorder.
#
#   session-pcap.sh NAME      tests/data/NAME.pcap with its SDP
#   session-pcap.sh sdp FILE  prints the SDP of a capture of such a folder
#   session-pcap.sh folder    every capture in the folder $REC_PCAPS: sound on
#                             port 5000, screen on 5004, webcam on 5008; RTCP
#                             one above, or with "mux" in the name on the same
#                             port; the codec is in the name, else VP8
#
# Encrypted captures ("srtp", "gcm" in the name) need their keys in the folder's
# INDEX.md, below the heading "## NAME": a line "- SRTP SUITE … `KEY`" for all
# streams, or one a stream, "- audio: … SUITE … key `KEY` … `OUR KEY`" (audio,
# screen, cam).

. "$REC_SRCDIR/tests/integration/common.sh"
if [ "$1" != sdp ]; then
  need gst-launch-1.0 ffmpeg
  need_element rtprecordsrc dualcompositor x264enc avenc_aac mp4mux
fi
cd "$REC_TMP" || exit 1

# replay CAPTURE LOW-HIGH: into out.mp4, by session.sdp
replay() {
  local recorder low=${2%-*}
  rm -f out.mp4
  timeout 90 gst-launch-1.0 -m -e rtprecordsrc name=r sdp-location=session.sdp \
    idle-timeout=6 r.screen ! queue ! c.screen r.webcam ! queue ! c.webcam \
    dualcompositor name=c ! queue ! x264enc tune=zerolatency \
    speed-preset=ultrafast ! h264parse ! queue ! m. \
    r.audio_0 ! queue ! audioconvert ! audioresample ! avenc_aac ! queue ! m. \
    mp4mux name=m ! filesink location=out.mp4 >record.log 2>&1 &
  recorder=$!
  rec_pids+=($recorder)
  wait_for 10 grep -q "$(printf ':%04X ' "$low")" /proc/net/udp ||
    fail "the recorder does not listen: $(tail -5 record.log)"
  sleep 0.3
  "$REC_TOOLS/pcapreplay" --ports "$2" "$1" | tee replay.txt
  wait $recorder || { tail -5 record.log; wrong "recording $1 failed: $?"; }
}

# The whole capture is in the file, and so are its sound and picture. Silence
# and stillness in a capture are its own affair: --silent is not judged.
check() {
  local sent
  sent=$(sed -n 's/.*duration=//p' replay.txt)
  "$REC_SRCDIR/tests/integration/mp4check.sh" out.mp4 --duration "$sent" \
    --tolerance 300 || wrong "${1##*/}"
  grep -c 'rtprecord-stream' record.log >/dev/null ||
    wrong "no stream was announced"
}

crypto_lines() { # CAPTURE STREAM
  local name suite line keys
  name=$(basename "$1" .pcap)
  line=$(awk -v name="$name" -v stream="- $2:" '/^## / { on = $2 == name }
    on && (/^- SRTP / || index($0, stream) == 1) && /`/' \
    "$REC_PCAPS/INDEX.md" 2>/dev/null | head -1)
  suite=$(grep -oE '(AES_CM|AEAD_AES)_[A-Z0-9_]+' <<<"$line" | head -1)
  [ -n "$suite" ] || return 0
  mapfile -t keys < <(grep -oE '`[A-Za-z0-9+/=]{38,}`' <<<"$line" | tr -d '`')
  printf 'a=crypto:1 %s inline:%s\r\n' "$suite" "${keys[0]}"
  [ -z "${keys[1]:-}" ] ||
    printf 'a=x-crypto-send:1 %s inline:%s\r\n' "$suite" "${keys[1]}"
}

section() { # KIND PORT PT CODEC CONTENT MUX
  printf '%s\r\n' "m=$1 $2 RTP/AVPF $3" "a=rtpmap:$3 $4"
  [ "$1" = audio ] || printf '%s\r\n' "a=rtcp-fb:$3 nack pli" "a=content:$5"
  [ -n "$6" ] && printf 'a=rtcp-mux\r\n' || printf 'a=rtcp:%d\r\n' $(($2 + 1))
}

# The payload type that most packets of a port have
payload_type() {
  sed -n "s/^port=$1 pt=\\([0-9]*\\) packets=\\([0-9]*\\).*/\\2 \\1/p" info.txt |
    sort -n | tail -1 | cut -d' ' -f2
}

make_sdp() {
  local codec=VP8 mux= name=${1##*/} pt
  case $name in
    *h264*) codec=H264 ;;
    *vp9*) codec=VP9 ;;
  esac
  case $name in
    *mux*) mux=1 ;;
  esac
  "$REC_TOOLS/pcapreplay" --info --ports 5000-5009 "$1" >info.txt
  printf '%s\r\n' 'v=0' 'o=- 1 1 IN IP4 127.0.0.1' 's=-' \
    'c=IN IP4 127.0.0.1' 't=0 0'
  pt=$(payload_type 5000)
  [ -z "$pt" ] || { section audio 5000 "$pt" opus/48000/2 '' "$mux" &&
    crypto_lines "$1" audio; }
  pt=$(payload_type 5004)
  [ -z "$pt" ] || { section video 5004 "$pt" $codec/90000 slides "$mux" &&
    crypto_lines "$1" screen; }
  pt=$(payload_type 5008)
  [ -z "$pt" ] || { section video 5008 "$pt" $codec/90000 main "$mux" &&
    crypto_lines "$1" cam; }
}

if [ "$1" = sdp ]; then
  make_sdp "$2"
elif [ "$1" != folder ]; then
  cp "$REC_SRCDIR/tests/data/$1.sdp" session.sdp
  replay "$REC_SRCDIR/tests/data/$1.pcap" 47400-47420
  check "$1"
else
  [ -n "${REC_PCAPS:-}" ] || skip "REC_PCAPS names no folder of captures"
  for capture in "$REC_PCAPS"/${REC_PCAPS_ONLY:-*}.pcap; do
    make_sdp "$capture" >session.sdp
    case $capture in
      *srtp* | *gcm*) grep -q '^a=crypto' session.sdp || continue ;;
    esac
    echo "== $capture"
    replay "$capture" 5000-5009
    check "$capture"
    [ -z "${REC_PCAPS_OUT:-}" ] || {
      mkdir -p "$REC_PCAPS_OUT"
      cp out.mp4 "$REC_PCAPS_OUT/$(basename "$capture" .pcap).mp4"
      cp record.log "$REC_PCAPS_OUT/$(basename "$capture" .pcap).log"
    }
  done
fi
[ $rec_failed = 0 ] || fail "$1"
