# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# shellcheck shell=bash
# For tests against object stores: the stores, started on ports that nobody has,
# and the clients of others that read back what ours wrote. Bash, sourced behind
# common.sh.

mib=$((1024 * 1024))
integration=$REC_SRCDIR/tests/integration
export STATE=$REC_TMP REC_NODE_DIR

# Nothing of whoever runs the test
unset "${!AWS_@}" "${!AZURE_@}" http_proxy https_proxy all_proxy
export HOME=$REC_TMP AWS_EC2_METADATA_DISABLED=true
export AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET

# free_ports N: on the loopback, below those that the system gives to whoever
# asks for any
free_ports() {
  python3 - "$1" <<'P'
import random, socket, sys
ports = []
while len(ports) < int(sys.argv[1]):
    port = random.randrange(12000, 23000)
    with socket.socket() as s:
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            continue
    if port not in ports:
        ports.append(port)
print(*ports)
P
}

# --- S3 ---

rgw=$integration/rgw.sh
bucket=recordings
need_s3() {
  need radosgw ceph-mon ceph-osd monmaptool openssl curl cmp uuidgen python3
}

# start_s3 [BUCKET]: and makes the bucket; certificates have to be there before
start_s3() {
  [ -n "${HTTP:-}" ] || read -r MON HTTP HTTPS <<<"$(free_ports 3)"
  export MON HTTP HTTPS
  endpoint=http://127.0.0.1:$HTTP
  "$rgw" start || fail "RGW does not start"
  s3 "${1:-$bucket}" -f -X PUT || fail "no bucket"
}

# s3 PATH-AND-QUERY [CURL OPTION...]: signed by curl
s3() {
  local target=$1
  shift
  curl -sS --aws-sigv4 aws:amz:us-east-1:s3 -u TESTKEY:TESTSECRET \
    -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' "$@" "$endpoint/$target"
}

object_status() { s3 "$bucket/$1" -o /dev/null -w '%{http_code}' -I; }

n_uploads() { s3 "$bucket?uploads=" | grep -o '<UploadId>' | wc -l; }

expect_nothing_left() {
  [ "$(object_status "$1")" = 404 ] || wrong "$1: there is an object"
  [ "$(n_uploads)" = 0 ] || wrong "$1: there is an upload"
}

# The command line of AWS as Debian has it, against our store. Any of its
# services: "aws s3api ...", "aws sts ...".
need_aws() {
  [ -x /usr/bin/aws ] || skip "Debian's awscli is not installed"
}
aws() {
  AWS_DEFAULT_REGION=us-east-1 AWS_PAGER='' /usr/bin/aws \
    --endpoint-url "$endpoint" --output json "$@"
}

# aws_get KEY FILE [OPTION OF get-object...]: what it says of the object is left
# in FILE.json
aws_get() {
  aws s3api get-object --bucket $bucket --key "$1" "${@:3}" "$2" >"$2.json"
}

# aws_put KEY FILE [OPTION OF put-object...]
aws_put() {
  aws s3api put-object --bucket $bucket --key "$1" --body "$2" "${@:3}"
}

# json FILE PATH: aws_get's word for it: json back.bin.json Metadata.agent
json() {
  python3 - "$@" <<'P'
import json, sys
value = json.load(open(sys.argv[1]))
for name in sys.argv[2].split("."):
    value = value[int(name)] if isinstance(value, list) else value.get(name, "")
print(value)
P
}

# aws_bucket NAME [locked|versioned]
aws_bucket() {
  case ${2:-} in
    locked)
      aws s3api create-bucket --bucket "$1" \
        --object-lock-enabled-for-bucket >/dev/null
      ;;
    versioned)
      aws s3api create-bucket --bucket "$1" >/dev/null &&
        aws s3api put-bucket-versioning --bucket "$1" \
          --versioning-configuration Status=Enabled
      ;;
    *) aws s3api create-bucket --bucket "$1" >/dev/null ;;
  esac || fail "no bucket $1"
}

# aws_role: temporary credentials of RGW's STS, good for all of S3, as JSON; none
# is for less than 900 s
aws_role() {
  local trust allow
  # in one line each: RGW takes them otherwise for malformed
  trust='"Principal":{"AWS":["arn:aws:iam:::user/test"]}'
  trust="{\"Effect\":\"Allow\",$trust,\"Action\":[\"sts:AssumeRole\"]}"
  allow='{"Effect":"Allow","Action":["s3:*"],"Resource":"arn:aws:s3:::*"}'
  # or it is there
  aws iam create-role --role-name recorder --assume-role-policy-document \
    "{\"Version\":\"2012-10-17\",\"Statement\":[$trust]}" >/dev/null 2>&1
  aws iam put-role-policy --role-name recorder --policy-name all \
    --policy-document "{\"Version\":\"2012-10-17\",\"Statement\":[$allow]}" &&
    aws sts assume-role --role-arn arn:aws:iam:::role/recorder \
      --role-session-name test --duration-seconds 900
}

# --- What RGW leaves out of S3, and what goes wrong between it and us ---

# start_s3proxy [CERTIFICATE]: tests/tools/s3proxy.py in front of the store, which
# then is what "endpoint" means, with HTTPS for a CERTIFICATE ("server"). With
# TRUST=1 it believes the checksums, for much data.
start_s3proxy() {
  local port scheme=http
  [ -z "${1:-}" ] || scheme=https
  port=$(free_ports 1)
  python3 -B "$REC_SRCDIR/tests/tools/s3proxy.py" "$port" "$HTTP" \
    "$REC_TMP/requests.json" ${1:+"$STATE/tls/$1"} 2>"$REC_TMP/s3proxy.txt" &
  rec_pids+=($!)
  endpoint=$scheme://127.0.0.1:$port
  proxy=$endpoint/-
  wait_for 10 proxy_state >/dev/null || fail "no proxy: $(cat s3proxy.txt)"
}

# proxy_fault "status=503&retry-after=1": see s3proxy.py
proxy_fault() { curl -fsk -o /dev/null "$proxy/fault?$1"; }
proxy_reset() { curl -fsk -o /dev/null "$proxy/reset"; }
proxy_state() { curl -fsk "$proxy/state"; }

# requests CONDITION EXPRESSION: what the proxy recorded, r, as Python says it; a
# line each: requests 'r["operation"] == "part"' 'r["headers"]["content-md5"]'
requests() {
  python3 - "$REC_TMP/requests.json" "$@" <<'P'
import json, sys
for line in open(sys.argv[1]):
    r = json.loads(line)
    if eval(sys.argv[2]):
        print(eval(sys.argv[3]))
P
}

# start_faultproxy: tests/tools/faultproxy.py in front of what "endpoint" is, which
# then is what that means
start_faultproxy() {
  local scheme=${endpoint%%:*} target=${endpoint##*:} port
  read -r port fault_control <<<"$(free_ports 2)"
  python3 "$REC_SRCDIR/tests/tools/faultproxy.py" "$port" "$target" \
    "$fault_control" 2>"$REC_TMP/faultproxy.txt" &
  rec_pids+=($!)
  endpoint=$scheme://127.0.0.1:$port
  wait_for 10 fault >/dev/null 2>&1 ||
    fail "no proxy: $(cat faultproxy.txt)"
}

# fault WORD...: see faultproxy.py; says how it is
fault() {
  exec 9<>"/dev/tcp/127.0.0.1/$fault_control" || return 1
  echo "$*" >&9
  cat <&9
  exec 9>&-
}

# --- TLS ---

# Before a store is started: it serves HTTPS, too.
make_certificates() {
  "$integration/tls.sh" "$STATE/tls" >tls.txt 2>&1 || fail "no certificates"
}

# --- Azure ---

azurite=$integration/azurite.sh
container=recordings
azure_account=testacct
azure_key=$(head -c 64 /dev/zero | tr '\0' k | base64 -w0)
need_azure() {
  need node curl
  [ -d "$REC_NODE_DIR/node_modules/azurite" ] ||
    skip "there is no azurite in $REC_NODE_DIR"
}

start_azure() {
  [ -n "${BLOB:-}" ] || read -r BLOB BLOBS <<<"$(free_ports 2)"
  export BLOB BLOBS
  azure_endpoint=http://127.0.0.1:$BLOB/$azure_account
  "$azurite" start || fail "Azurite does not start"
  azure create || fail "no container"
}

# azure COMMAND [ARGUMENT...]: Microsoft's client, see azure-blob.mjs
azure() {
  node "$integration/azure-blob.mjs" "$azure_endpoint" "$azure_account" \
    "$azure_key" "$container" "$@"
}

# The stores end with the test.
store_cleanup() {
  "$rgw" stop
  "$azurite" stop
  rec_cleanup
}
trap store_cleanup EXIT
