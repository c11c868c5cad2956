#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# s3-faults.sh line|answers|tls|clock|credentials|restart
# s3-faults.sh random N [SEED]
# Uploads of 200 MB while something goes wrong. Each one either ends with the
# object in the store, byte by byte, or with one error within the time that
# timeout and retries allow, and then nothing is left: no object and no upload.
# The process ends by itself and its memory is bounded either way.
. "$REC_SRCDIR/tests/integration/common.sh"
. "$REC_SRCDIR/tests/integration/store.sh"

need_s3
need /usr/bin/time
need_element s3sink
cd "$REC_TMP" || exit 1

size=200000000
timeout=2 retries=4
# of the tries, the pauses between them and an abort
longest_error=30
longest_upload=60
# kB: parallel + 2 parts of 8 MiB, and the program
most_memory=110000
n=0

begin() {
  start_s3
  direct=$endpoint
  head -c $size /dev/urandom >in.bin
}

# upload [PROPERTY...]: into object-N; how it ended is in "status", what it took
# in "took" and "memory"
upload() {
  local begun=$SECONDS
  n=$((n + 1)) key=object-$n.bin
  /usr/bin/time -f %M -o memory.txt timeout -k 5 $longest_upload \
    ${before:-} gst-launch-1.0 -m filesrc location=in.bin blocksize=$mib ! \
    ${slowly:+identity sleep-time=$slowly !} \
    s3sink location="s3://$bucket/$key" endpoint="$endpoint" \
    timeout=$timeout retries=$retries "$@" >out.txt 2>err.txt
  status=$?
  took=$((SECONDS - begun)) memory=$(tail -1 memory.txt)
}

n_errors() { grep -c '^ERROR: from element.*GstRecS3Sink' err.txt; }
n_left() { s3 "$bucket?prefix=$key&uploads=" | grep -o '<UploadId>' | wc -l; }

# Ours to look at, not the fault's to hinder
at_the_store() { local endpoint=$direct; "$@"; }

check_always() {
  [ "$status" -lt 124 ] || wrong "$1: hangs, or crashed: $status"
  [ "$memory" -lt $most_memory ] || wrong "$1: $memory kB of memory"
  ! grep -q TESTSECRET out.txt err.txt || wrong "$1: a secret in the output"
}

check_stored() {
  at_the_store s3 "$bucket/$key" | cmp - in.bin || wrong "$1: not the same"
  [ "$(grep -c store-complete out.txt)" = 1 ] || wrong "$1: no store-complete"
  [ "$(at_the_store n_left)" = 0 ] || wrong "$1: an upload is left"
  at_the_store s3 "$bucket/$key" -X DELETE
}

check_failed() {
  [ "$(n_errors)" = 1 ] || wrong "$1: not one error: $(cat err.txt)"
  [ "$took" -le $longest_error ] || wrong "$1: an error after $took s"
  check_abandoned "$1"
  [ "$(at_the_store object_status "$key")" = 404 ] ||
    wrong "$1: there is an object"
}

# What could not be aborted, for there was no way to the store, is named in a
# message and can be aborted later.
check_abandoned() {
  local left
  left=$(at_the_store n_left)
  [ "$left" != 0 ] || return
  [ -n "${unreachable:-}" ] || wrong "$1: an upload is left"
  # nobody was told its id
  ! grep -q CreateMultipartUpload err.txt || return
  [ "$(grep -c store-abandoned out.txt)" = 1 ] ||
    wrong "$1: an upload is left, and nobody says so"
  [ "$("$REC_TOOLS/s3uploads" "$direct" $bucket "$key" abort)" = "$left" ] ||
    wrong "$1: what is left cannot be aborted"
}

# expect completes|fails|either NAME: of the upload just made
expect() {
  check_always "$2"
  if [ "$status" = 0 ]; then
    [ "$1" != fails ] || wrong "$2: succeeds"
    check_stored "$2"
  else
    [ "$1" != completes ] || wrong "$2: $(cat err.txt)"
    check_failed "$2"
  fi
  echo "$2: $([ "$status" = 0 ] && echo stored || echo an error)" \
    "after $took s, $memory kB"
}

# --- On the line ---

# on_line completes|fails|either WORD...: faults of the proxy's words
on_line() {
  fault "${@:2}" >/dev/null
  upload
  fault clear >/dev/null
  expect "$1" "${*:2}"
}

case_line() {
  begin
  start_faultproxy
  unreachable=1 on_line fails refuse
  on_line completes reset-up=20000000 times=4
  on_line completes reset-down=100 times=2
  on_line completes end-down=100 times=2
  on_line completes stall-up=9000000 times=2
  on_line completes stall-down=0 times=2
  on_line fails reset-up=1000000
  on_line fails stall-up=5000000
}

# --- In what the store answers ---

# on_answer completes|fails|either FAULT
on_answer() {
  proxy_fault "$2"
  upload
  proxy_reset
  expect "$1" "$2"
}

case_answers() {
  begin
  TRUST=1 start_s3proxy
  on_answer completes 'status=500&times=3&skip=2'
  on_answer completes 'status=503&retry-after=2&times=2&operation=part'
  on_answer completes 'status=503&times=2&operation=create'
  on_answer completes 'status=429&retry-after=1&times=4'
  on_answer completes 'truncate=10&operation=part&times=2'
  on_answer completes 'truncate=10&operation=create'
  on_answer completes 'body-error=InternalError&operation=complete'
  on_answer completes 'status=503&after=1&operation=complete'
  on_answer fails 'status=503&operation=part&times=1000'
  on_answer fails 'status=403&operation=part&skip=5&code=AccessDenied'
}

# --- Certificates ---

case_tls() {
  make_certificates
  begin
  local certificate
  for certificate in expired wrongname; do
    endpoint=$direct
    start_s3proxy $certificate
    upload ca-file="$STATE/tls/ca.pem"
    expect fails "certificate $certificate"
    [ "$took" -le 5 ] || wrong "$certificate: tried for $took s"
    grep -qi certificate err.txt || wrong "$certificate: $(cat err.txt)"
  done
  endpoint=https://127.0.0.1:$HTTPS
  start_faultproxy
  fault reset-up=20000000 times=2 >/dev/null
  upload ca-file="$STATE/tls/ca.pem"
  expect completes "TLS, reset-up=20000000 times=2"
}

# --- Clocks ---

case_clock() {
  need faketime
  begin
  export FAKETIME_DONT_FAKE_MONOTONIC=1
  local off
  for off in +20m -20m; do
    before="faketime -f $off" upload
    expect completes "clock $off"
  done
}

# --- Credentials ---

# Temporary ones of the store's own STS, which it takes for expired in the middle.
case_credentials() {
  need_aws
  begin
  aws_role >role.json && aws_role >second.json || fail "no role"
  TRUST=1 start_s3proxy
  export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
  AWS_ACCESS_KEY_ID=$(json role.json Credentials.AccessKeyId)
  AWS_SECRET_ACCESS_KEY=$(json role.json Credentials.SecretAccessKey)
  AWS_SESSION_TOKEN=$(json role.json Credentials.SessionToken)
  upload
  expect completes "temporary credentials"

  # for good, of a session token that nobody renews
  on_answer fails 'status=400&code=ExpiredToken&operation=part&skip=8&times=1000'
  ! grep -qF "$AWS_SESSION_TOKEN" out.txt err.txt || wrong "the token is shown"

  # and of a container's endpoint, which has others when it is asked again
  local port
  port=$(free_ports 1)
  python3 - "$port" role.json second.json <<'P' 2>served.txt &
import http.server, json, sys
roles = [json.load(open(name))["Credentials"] for name in sys.argv[2:]]
for role in roles:
    role["Token"] = role.pop("SessionToken")
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(
            roles.pop(0) if len(roles) > 1 else roles[0]).encode())
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
P
  rec_pids+=($!)
  wait_for 10 bash -c ": 2>/dev/null </dev/tcp/127.0.0.1/$port" ||
    fail "no server of credentials"
  unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
  export AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:$port/role
  on_answer completes 'status=400&code=ExpiredToken&operation=part&skip=8'
  [ "$(grep -c 'GET /role' served.txt)" = 2 ] ||
    wrong "the credentials are not asked for again: $(cat served.txt)"
}

# --- A store that comes back ---

restart_soon() {
  sleep 1
  "$rgw" stop-gateway
  sleep "$1"
  "$rgw" start-gateway
}

case_restart() {
  begin
  restart_soon 1 &
  rec_pids+=($!)
  slowly=15000 retries=8 upload
  wait "${rec_pids[-1]}"
  expect completes "the store restarts"

  restart_soon 20 &
  rec_pids+=($!)
  slowly=15000 retries=1 upload
  wait "${rec_pids[-1]}"
  unreachable=1 expect fails "the store is away"
}

# --- At random ---

pick() { local -a of=("$@"); echo "${of[RANDOM % $#]}"; }

random_line() {
  local at=$((RANDOM * 32768 + RANDOM))
  case $(pick reset stall end refuse corrupt) in
    reset) echo "reset-$(pick up down)=$((at % 60000000))" ;;
    stall) echo "stall-$(pick up down)=$((at % 60000000))" ;;
    end) echo "end-down=$((at % 20000))" ;;
    corrupt) echo "corrupt-up=$((1000000 + at % 50000000))" ;;
    refuse) echo refuse ;;
  esac
}

random_answer() {
  local fault
  case $(pick status truncate body delay) in
    status) fault="status=$(pick 500 502 503 504 429)$(pick '' '&retry-after=1')" ;;
    truncate) fault="truncate=$((RANDOM % 200))" ;;
    body) fault='body-error=InternalError&operation=complete' ;;
    delay) fault="delay=$(pick 1 3)" ;;
  esac
  echo "$fault$(pick '' '&after=1')&skip=$((RANDOM % 30))&times=$(pick 1 2 5 100)"
}

# Nothing has to succeed here, and nothing may be wrong.
case_random() {
  local runs=$1 seed=${2:-$(date +%s)} run of
  echo "seed $seed"
  RANDOM=$seed
  begin
  TRUST=1 start_s3proxy
  start_faultproxy
  unreachable=1
  for ((run = 0; run < runs; run++)); do
    if [ $((RANDOM % 2)) = 0 ]; then
      of=$(random_line)
      of="$of $([ "$of" = refuse ] || pick times=1 times=2 times=4 '')"
      # shellcheck disable=SC2086
      on_line either $of
    else
      on_answer either "$(random_answer)"
    fi
    [ $rec_failed = 0 ] || fail "run $run of seed $seed"
  done
}

"case_$1" "${@:2}"
exit $rec_failed
