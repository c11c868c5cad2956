#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# azurite.sh start|stop|stop-server|start-server
# Azurite, Microsoft's emulator of Azure Blob Storage, on the loopback, in
# memory, thrown away at stop. Environment: STATE (folder), BLOB, BLOBS (ports of
# HTTP and HTTPS), REC_NODE_DIR (where npm has put azurite). TLS where
# $STATE/tls/server.pem is; OAUTH=basic takes bearer tokens there. The two share
# nothing. The account is "testacct", its key 64 times the letter k in base64.
# stop-server and start-server keep what is stored, if DISK=1 stood at start.
set -eu
STATE=${STATE:?}
BLOB=${BLOB:-27000} BLOBS=${BLOBS:-27443}
dir=$STATE/azurite
tls=$STATE/tls

end() {
  for name in plain tls; do
    if [ -f "$dir/$name.pid" ]; then
      kill -9 "$(cat "$dir/$name.pid")" 2>/dev/null || :
      rm -f "$dir/$name.pid"
    fi
  done
}

# serve NAME URL OPTION...
serve() {
  local name=$1 url=$2
  shift 2
  if [ -n "${DISK:-}" ]; then
    set -- -l "$dir/$name" "$@"
  else
    set -- --inMemoryPersistence "$@"
  fi
  node "$REC_NODE_DIR/node_modules/azurite/dist/src/blob/main.js" \
    --blobHost 127.0.0.1 --disableTelemetry --silent "$@" \
    >"$dir/$name.log" 2>&1 &
  echo $! >"$dir/$name.pid"
  until curl -sk -o /dev/null "$url"; do
    kill -0 "$(cat "$dir/$name.pid")"
    sleep .05
  done
}

run() {
  key=$(head -c 64 /dev/zero | tr '\0' k | base64 -w0)
  export AZURITE_ACCOUNTS="testacct:$key"
  serve plain "http://127.0.0.1:$BLOB/" --blobPort "$BLOB"
  if [ -f "$tls/server.pem" ]; then
    serve tls "https://127.0.0.1:$BLOBS/" --blobPort "$BLOBS" \
      --cert "$tls/server.pem" --key "$tls/server.key" \
      ${OAUTH:+--oauth "$OAUTH"}
  fi
}

case $1 in
  stop | stop-server) end ;;
  start-server) run ;;
  start)
    end
    rm -rf "$dir"
    mkdir -p "$dir"
    run
    ;;
esac
