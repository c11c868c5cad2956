#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# rgw.sh start|stop|stop-gateway|start-gateway
# A Ceph object store of three processes (ceph-mon, ceph-osd, radosgw), in
# memory, on the loopback, thrown away at stop. Environment: STATE (folder),
# MON, HTTP, HTTPS (ports), EXTRA (lines for the gateway's configuration). TLS
# where $STATE/tls/server.pem is.
# The user "test" has the keys TESTKEY and TESTSECRET and may make roles; STS
# gives it temporary credentials. SSE-KMS knows the keys testkey-1 and testkey-2.
# Debian: radosgw ceph-mon ceph-osd ceph-common
set -eu
STATE=${STATE:?}
MON=${MON:-23300} HTTP=${HTTP:-28000} HTTPS=${HTTPS:-28443}
dir=$STATE/rgw
export CEPH_CONF=$dir/ceph.conf

end() {
  for name in "$@"; do
    if [ -f "$dir/$name.pid" ]; then
      kill -9 "$(cat "$dir/$name.pid")" 2>/dev/null || :
      rm -f "$dir/$name.pid"
    fi
  done
}

gateway() {
  radosgw -n client.rgw -f >"$dir/log/rgw.out" 2>&1 &
  echo $! >"$dir/rgw.pid"
  until curl -fs -o /dev/null "http://127.0.0.1:$HTTP/"; do
    kill -0 "$(cat "$dir/rgw.pid")"
    sleep .05
  done
}

case $1 in
  stop) end rgw osd mon; exit ;;
  stop-gateway) end rgw; exit ;;
  start-gateway) gateway; exit ;;
esac

end rgw osd mon
rm -rf "$dir"
mkdir -p "$dir"/{mon,osd,run,log}
fsid=$(uuidgen) osd=$(uuidgen) ssl=
if [ -f "$STATE/tls/server.pem" ]; then
  ssl="ssl_endpoint=127.0.0.1:$HTTPS"
  ssl="$ssl ssl_certificate=$STATE/tls/server.pem"
  ssl="$ssl ssl_private_key=$STATE/tls/server.key"
fi
kms_keys="testkey-1=$(printf %032d 1 | base64) testkey-2=$(printf %032d 2 | base64)"
cat >"$CEPH_CONF" <<C
[global]
fsid = $fsid
mon_host = v2:127.0.0.1:$MON
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
run_dir = $dir/run
crash_dir = $dir
admin_socket = $dir/run/\$name.asok
log_file = $dir/log/\$name.log
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pg_autoscale_mode = off
[mon]
mon_data = $dir/mon
mon_allow_pool_size_one = true
paxos_propose_interval = 0.01
paxos_min_wait = 0.005
[osd]
osd_data = $dir/osd
osd_objectstore = memstore
memstore_device_bytes = $((4 << 30))
[client.rgw]
ms_mon_client_mode = crc
rgw_data = $dir/run
rgw_frontends = beast endpoint=127.0.0.1:$HTTP $ssl
rgw_dns_name = s3.localhost
rgw_thread_pool_size = 32
rgw_crypt_require_ssl = false
rgw_crypt_s3_kms_backend = testing
rgw_crypt_s3_kms_encryption_keys = $kms_keys
rgw_s3_auth_use_sts = true
rgw_sts_key = abcdefghijklmnop
rgw_gc_obj_min_wait = 5
rgw_gc_processor_period = 5
${EXTRA:-}
C
monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$MON]" \
  "$dir/monmap" >/dev/null
ceph-mon -i a --mkfs --monmap "$dir/monmap" >"$dir/log/mkfs-mon.out" 2>&1
ceph-mon -i a -f >"$dir/log/mon.out" 2>&1 &
echo $! >"$dir/mon.pid"
until ceph osd new "$osd" >/dev/null 2>&1; do
  kill -0 "$(cat "$dir/mon.pid")"
done
ceph-osd -i 0 --mkfs --osd-uuid "$osd" >"$dir/log/mkfs-osd.out" 2>&1
ceph-osd -i 0 -f >"$dir/log/osd.out" 2>&1 &
echo $! >"$dir/osd.pid"
radosgw-admin -n client.rgw user create --uid=test --display-name=test \
  --access-key=TESTKEY --secret=TESTSECRET \
  --caps='roles=*;user-policy=*' >"$dir/log/user.json" 2>"$dir/log/user.err"
gateway
