#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# upload.sh BUILD-DIR [--rounds N | --quick | --smoke]: what it costs to bring 1 GiB into
# an S3 store, in parts of 8 MiB, four at a time, side by side:
#
#   source           filesrc ! fakesink, which is in the figures of s3sink, too
#   s3sink signed    the SHA-256 of each part signed, CRC-32C
#   s3sink unsigned  payload-signing=never, CRC-32C
#   curl             one PUT, nothing hashed
#   s3sink tls       the defaults, over TLS: as unsigned
#   curl tls
#   awscli, rclone, rclone without MD5, s3cmd   where they are installed
#
# The store is a Ceph RGW in memory, started here; the file is in the page cache.
# Processor time (user and system) and peak memory are the client's alone. The
# rounds go through all clients in turns; each object is looked for, removed and
# collected before the next one comes. --rounds: 3 unless given; --quick: without
# awscli, rclone and s3cmd; --smoke: that, with 24 MiB, once.

set -u
build=$(cd "$1" && pwd) || exit 2
here=$(cd "$(dirname "$0")" && pwd)
size=$((1 << 30)) rounds=3 peers=1
case ${2:-} in
  --rounds) rounds=$3 ;;
  --quick) peers= ;;
  --smoke) size=$((24 << 20)) rounds=1 peers= ;;
esac
for program in radosgw ceph-mon ceph-osd curl openssl uuidgen /usr/bin/time; do
  command -v $program >/dev/null || { echo "SKIP: no $program"; exit 77; }
done

tmp=$(mktemp -d)
export STATE=$tmp MON=24300 HTTP=24000 HTTPS=24443
export CEPH_CONF=$tmp/rgw/ceph.conf
trap '"$here/../integration/rgw.sh" stop; rm -rf "$tmp"' EXIT
"$here/../integration/tls.sh" "$tmp/tls" || exit 1
bash "$here/../integration/rgw.sh" start || exit 1
plain=http://127.0.0.1:$HTTP tls=https://127.0.0.1:$HTTPS ca=$tmp/tls/ca.pem

export GST_PLUGIN_PATH=$build/ext/s3 GST_REGISTRY=$tmp/registry.dat
export AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET
export AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true
export AWS_CONFIG_FILE=$tmp/aws RCLONE_CONFIG=/dev/null
unset AWS_PROFILE AWS_CA_BUNDLE http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
gst-inspect-1.0 s3sink >/dev/null || exit 1
cat >"$tmp/aws" <<C
[default]
s3 =
  multipart_chunksize = 8MB
  max_concurrent_requests = 4
  addressing_style = path
C
for option in TYPE=s3 PROVIDER=Ceph ENDPOINT="$plain" ENV_AUTH=true \
  CHUNK_SIZE=8Mi UPLOAD_CONCURRENCY=4 NO_CHECK_BUCKET=true; do
  export "RCLONE_CONFIG_STORE_$option"
done

signed_curl() {
  curl -sS --fail --cacert "$ca" --aws-sigv4 aws:amz:us-east-1:s3 \
    --user TESTKEY:TESTSECRET -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' "$@"
}
sink() { # ENDPOINT OPTIONS...
  local endpoint=$1
  shift
  run gst-launch-1.0 -q filesrc location="$tmp/file" blocksize=262144 ! \
    s3sink location=s3://bench/object endpoint="$endpoint" ca-file="$ca" "$@"
}
put() { # ENDPOINT
  run curl -sS --fail --cacert "$ca" --aws-sigv4 aws:amz:us-east-1:s3 \
    --user TESTKEY:TESTSECRET -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
    -T "$tmp/file" "$1/bench/object"
}
run() { /usr/bin/time -o "$tmp/time" -f '%U %S %e %M' "$@" >"$tmp/log" 2>&1; }

aws=$(command -v /usr/bin/aws || command -v aws)
client() { # NAME
  case $1 in
    source) run gst-launch-1.0 -q filesrc location="$tmp/file" \
      blocksize=262144 ! fakesink ;;
    "s3sink signed") sink "$plain" payload-signing=always ;;
    "s3sink unsigned") sink "$plain" payload-signing=never ;;
    "s3sink tls") sink "$tls" ;;
    curl) put "$plain" ;;
    "curl tls") put "$tls" ;;
    awscli) run "$aws" --endpoint-url "$plain" s3 cp --only-show-errors \
      "$tmp/file" s3://bench/object ;;
    rclone) run rclone copyto "$tmp/file" store:bench/object ;;
    "rclone without MD5") run rclone --s3-disable-checksum copyto \
      "$tmp/file" store:bench/object ;;
    s3cmd) run s3cmd --config=/dev/null --access_key=TESTKEY \
      --secret_key=TESTSECRET --host="127.0.0.1:$HTTP" \
      --host-bucket="127.0.0.1:$HTTP" --no-ssl --multipart-chunk-size-mb=8 \
      put "$tmp/file" s3://bench/object ;;
  esac
}

clients=(source "s3sink signed" "s3sink unsigned" curl "s3sink tls" "curl tls")
if [ -n "$peers" ]; then
  [ -z "$aws" ] || clients+=(awscli)
  command -v rclone >/dev/null && clients+=(rclone "rclone without MD5")
  command -v s3cmd >/dev/null && clients+=(s3cmd)
fi

remove() { # what there is, and its memory
  signed_curl -X DELETE "$plain/bench/object" &&
    radosgw-admin -n client.rgw gc process --include-all >/dev/null 2>&1
}

head -c $size /dev/urandom >"$tmp/file"
signed_curl -X PUT "$plain/bench" -o "$tmp/log" || { cat "$tmp/log"; exit 1; }
# memory that the store touches for the first time costs it time
if ! put "$plain" || ! remove; then cat "$tmp/log"; exit 1; fi

echo "$(uname -srm), $(nproc) processors:" \
  "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)"
[ -z "$peers" ] || for program in "$aws --version" "rclone --version" \
  "s3cmd --version" "curl --version"; do
  $program 2>/dev/null | head -1
done
echo "  client, CPU s, wall s, peak MB"
for ((round = 0; round < rounds; round++)); do
  for name in "${clients[@]}"; do
    client "$name" || { echo "$name failed:" >&2; cat "$tmp/log" >&2; exit 1; }
    awk -v n="$name" '{ printf "%s|%.2f|%.2f|%.0f\n", n, $1 + $2, $3,
      $4 / 1024 }' "$tmp/time" | tee -a "$tmp/results" | sed 's/^/  /'
    [ "$name" != source ] || continue
    signed_curl -I "$plain/bench/object" | grep -qi "^content-length: $size" ||
      { echo "$name stored something else" >&2; exit 1; }
    remove || exit 1
  done
done

echo
echo "the least and the median of $rounds rounds, and the medians' ratio to curl"
for name in "${clients[@]}"; do
  awk -F'|' -v n="$name" '$1 == n' "$tmp/results" >"$tmp/own"
  awk -F'|' -v n="$([[ $name == *tls ]] && echo curl tls || echo curl)" \
    '$1 == n' "$tmp/results" >"$tmp/curl"
  figures=()
  for column in 2 3; do
    mapfile -t own < <(cut -d'|' -f$column "$tmp/own" | sort -n)
    mapfile -t reference < <(cut -d'|' -f$column "$tmp/curl" | sort -n)
    figures+=("${own[0]}" "${own[rounds / 2]}" "${reference[rounds / 2]}")
  done
  printf '%s|%s|%s|%s|%s|%s|%s|%s\n' "$name" "${figures[@]}" \
    "$(cut -d'|' -f4 "$tmp/own" | sort -n | tail -1)" |
    awk -F'|' '{ printf "%-20s CPU %.2f %.2f s (%.2f x)  wall %.2f %.2f s" \
      " (%.2f x)  %s MB\n", $1, $2, $3, $3 / $4, $5, $6, $6 / $7, $8 }'
done
