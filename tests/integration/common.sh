# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# shellcheck shell=bash
# What the integration scripts share; meson gives REC_SRCDIR, REC_BUILDDIR and
# GST_PLUGIN_PATH. Bash, sourced.

set -u
REC_TOOLS=$REC_BUILDDIR/tests/tools
: "${XDG_CACHE_HOME:=$HOME/.cache}"
REC_NODE_DIR=${REC_NODE_DIR:-$XDG_CACHE_HOME/gst-plugins-recording/node}
REC_TMP=$(mktemp -d "${TMPDIR:-/tmp}/rec-test.XXXXXX")
rec_pids=()
rec_failed=0

rec_cleanup() {
  local pid
  for pid in "${rec_pids[@]}"; do kill "$pid" 2>/dev/null; done
  for pid in "${rec_pids[@]}"; do wait "$pid" 2>/dev/null; done
  [ -n "${REC_KEEP:-}" ] && echo "kept: $REC_TMP" || rm -rf "$REC_TMP"
}
trap rec_cleanup EXIT
trap 'exit 1' INT TERM

skip() { echo "SKIP: $*"; exit 77; }
fail() { echo "FAIL: $*" >&2; exit 1; }
# A wrong value is noted, and the checks that follow still say theirs.
wrong() { echo "WRONG: $*" >&2; rec_failed=1; }

need() {
  local program
  for program; do
    command -v "$program" >/dev/null || skip "$program is not installed"
  done
}

need_element() {
  local element
  for element; do
    # --exists wants a version of 1.0 at least, and ours has its own
    gst-inspect-1.0 "$element" >/dev/null 2>&1 || skip "there is no element $element"
  done
}

# wait_for SECONDS COMMAND...: until it succeeds
wait_for() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.1
  done
}

# start_session [OPTION...]: rtpsession in the background, which writes
# session.sdp and starts when the receiver is there; its report goes to
# sender.txt. All in $REC_TMP.
start_session() {
  "$REC_TOOLS/rtpsession" --sdp session.sdp ${REC_BASE_PORT:+--base-port $REC_BASE_PORT} --wait-for-receiver 20 "$@" \
    >sender.txt 2>sender.err &
  rec_sender=$!
  rec_pids+=($rec_sender)
  wait_for 5 test -s session.sdp || fail "rtpsession: $(cat sender.err)"
}

end_session() {
  wait "$rec_sender" || fail "rtpsession: $(cat sender.err)"
  cat sender.txt
}

# sent_value NAME KEY: from the report of one stream
sent_value() {
  sed -n "s/^stream name=$1 .* $2=\\([^ ]*\\).*/\\1/p" sender.txt
}

# What was sent, from the first picture or sound to the end of the last one.
sent_start() {
  sed -n 's/^stream .* first=\([0-9.]*\).*/\1/p' sender.txt | sort -n | head -1
}
sent_duration() {
  local last
  last=$(sed -n 's/^stream .* last=\([0-9.]*\).*/\1/p' sender.txt |
    sort -n | tail -1)
  awk -v a="$(sent_start)" -v b="$last" 'BEGIN { printf "%.3f", b - a + 0.02 }'
}

# within A B MS
within() {
  awk -v a="$1" -v b="$2" -v ms="$3" \
    'BEGIN { d = (a - b) * 1000; exit !(d <= ms && d >= -ms) }'
}
