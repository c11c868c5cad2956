#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# leaks.sh PROGRAM: runs a test program in one process under GStreamer's leaks
# tracer, and fails if an object outlives it.

log=$(mktemp)
trap 'rm -f "$log"' EXIT

CK_FORK=no GST_TRACERS=leaks GST_DEBUG=GST_TRACER:7 GST_DEBUG_NO_COLOR=1 \
  GST_DEBUG_FILE=$log "$1" || exit 1
grep -q 'format string: object-alive' "$log" || {
  echo "the leaks tracer did not run" >&2
  exit 1
}
if grep 'TRACE .* object-alive, ' "$log" >&2; then
  exit 1
fi
