#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# session-mutate.sh SECONDS: captures of sessions, spoiled in many ways, into
# the recorder, which must neither crash nor end; those of tests/data and of the
# folder $REC_PCAPS. Worth most in a build with sanitizers.

. "$REC_SRCDIR/tests/integration/common.sh"
cd "$REC_TMP" || exit 1

captures=("$REC_SRCDIR"/tests/data/*.pcap)
for capture in ${REC_PCAPS:+"$REC_PCAPS"/*.pcap}; do
  case $capture in
    *srtp* | *gcm*) continue ;;
  esac
  name=$(basename "$capture" .pcap)
  bash "$REC_SRCDIR/tests/integration/session-pcap.sh" sdp "$capture" \
    >"$name.sdp" || fail "no SDP for $capture"
  ln -s "$(realpath "$capture")" "$name.pcap"
  captures+=("$PWD/$name.pcap")
done

"$REC_TOOLS/rtpmutate" --duration "${1:?seconds}" \
  --seed "${REC_MUTATE_SEED:-1}" --base-port "${REC_BASE_PORT:-47600}" \
  "${captures[@]}" || fail "rtpmutate ended with $?"
