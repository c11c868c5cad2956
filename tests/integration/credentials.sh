#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# credentials.sh CASE: s3sink with credentials of each source that is no pair of
# keys. They are real, of Ceph RGW's STS, and end in the middle of an upload.
. "$REC_SRCDIR/tests/integration/common.sh"
. "$REC_SRCDIR/tests/integration/store.sh"

need_s3
need_aws
need_element s3sink
cd "$REC_TMP" || exit 1

# AWS's shortest session is one of 15 minutes, and nobody waits for that.
export EXTRA="rgw_sts_min_session_duration = 1"

# The credentials of store.sh are for curl and awscli. Ours come from elsewhere.
# upload KEY [PROPERTY...]: 40 MiB in some seven seconds
upload() {
  head -c $((40 * mib)) /dev/urandom >in.bin
  env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY timeout 100 \
    gst-launch-1.0 -m filesrc location=in.bin blocksize=$mib ! \
    identity sleep-time=180000 ! \
    s3sink location="s3://$bucket/$1" endpoint=$endpoint part-size=$((5 * mib)) \
    "${@:2}" >out.txt 2>err.txt
}

expect_object() {
  aws_get "$1" back.bin && cmp in.bin back.bin || wrong "$1: not the same"
  rm -f back.bin
}

# A profile that asks for a role, with the keys of another
case_role() {
  start_s3
  aws_role >/dev/null || fail "no role"
  mkdir -p .aws
  cat >.aws/config <<C
[profile recorder]
role_arn = arn:aws:iam:::role/recorder
role_session_name = recorder
source_profile = keys
duration_seconds = 4
endpoint_url = $endpoint
region = us-east-1
C
  printf '[keys]\naws_access_key_id = TESTKEY\naws_secret_access_key = %s\n' \
    TESTSECRET >.aws/credentials
  upload role profile=recorder || wrong "role: $(cat err.txt)"
  expect_object role
  [ "$(n_asked)" -ge 3 ] || wrong "the role was asked for $(n_asked) times"

  # Not even the store is asked without a role.
  sed -i s/role.recorder/role\\/other/ .aws/config
  upload other profile=recorder && wrong "a role that is none is fine"
  grep -q 'ERROR.*credentials' err.txt || wrong "no error: $(cat err.txt)"
  grep -q 'STS answered 4' err.txt || wrong "not by STS: $(cat err.txt)"
  expect_nothing_left other
}

# How often STS was asked, by the store's own log; awscli makes a role first.
n_asked() { grep -c '"POST / HTTP/1.1" 200 .*gst-plugins-rec' "$STATE"/rgw/log/*rgw.log; }

b64url() { base64 -w0 | tr +/ -_ | tr -d =; }

# The token of a web identity, good for ten minutes
web_token() {
  local now part
  now=$(date +%s)
  part=$(printf '{"alg":"RS256","typ":"JWT","kid":"key"}' | b64url)
  part=$part.$(printf '{"iss":"%s","sub":"pod","aud":"recorder","iat":%s,"exp":%s}' \
    "$provider" "$now" $((now + 600)) | b64url)
  printf %s "$part.$(printf %s "$part" |
    openssl dgst -sha256 -sign idp.key -binary | b64url)"
}

start_metadata() {
  read -r port <<<"$(free_ports 1)"
  provider=http://127.0.0.1:$port
  python3 "$integration/metadata.py" "$port" keys.json 4 >asked.txt 2>&1 &
  rec_pids+=($!)
  wait_for 10 curl -so /dev/null "$provider" || fail "metadata.py does not start"
}

case_web_identity() {
  local print policy
  start_s3
  start_metadata
  CEPH_CONF=$STATE/rgw/ceph.conf radosgw-admin -n client.rgw caps add \
    --uid=test --caps='oidc-provider=*' >/dev/null 2>caps.err ||
    fail "$(cat caps.err)"
  openssl req -x509 -newkey rsa:2048 -nodes -keyout idp.key -out idp.pem \
    -days 3 -subj /CN=idp 2>/dev/null || fail "no certificate"
  printf '{"issuer":"%s","jwks_uri":"%s/certs"}' "$provider" "$provider" \
    >openid-configuration
  printf '{"keys":[{"kid":"key","kty":"RSA","alg":"RS256","x5c":["%s"]}]}' \
    "$(openssl x509 -in idp.pem -outform der | base64 -w0)" >certs
  print=$(openssl x509 -in idp.pem -noout -fingerprint -sha1)
  print=$(tr -d : <<<"${print#*=}")
  aws iam create-open-id-connect-provider --url "$provider" \
    --thumbprint-list "$print" --client-id-list recorder >/dev/null ||
    fail "no provider"
  policy='"Action":["sts:AssumeRoleWithWebIdentity"]'
  policy="\"Principal\":{\"Federated\":[\"arn:aws:iam:::oidc-provider/127.0.0.1:$port\"]},$policy"
  policy="$policy,\"Condition\":{\"StringEquals\":{\"127.0.0.1:$port:app_id\":\"recorder\"}}"
  aws iam create-role --role-name web --assume-role-policy-document \
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",$policy}]}" \
    >/dev/null || fail "no role"
  policy='{"Effect":"Allow","Action":["s3:*"],"Resource":"arn:aws:s3:::*"}'
  aws iam put-role-policy --role-name web --policy-name all --policy-document \
    "{\"Version\":\"2012-10-17\",\"Statement\":[$policy]}" || fail "no policy"

  web_token >token
  export AWS_WEB_IDENTITY_TOKEN_FILE=$REC_TMP/token
  export AWS_ROLE_ARN=arn:aws:iam:::role/web AWS_ENDPOINT_URL_STS=$endpoint
  upload web || wrong "web identity: $(cat err.txt)"
  # It belongs to the user that RGW makes of a web identity.
  aws sts assume-role-with-web-identity --role-arn "$AWS_ROLE_ARN" \
    --role-session-name reader --web-identity-token "$(<token)" >keys.json ||
    fail "no role for awscli"
  AWS_ACCESS_KEY_ID=$(json keys.json Credentials.AccessKeyId) \
    AWS_SECRET_ACCESS_KEY=$(json keys.json Credentials.SecretAccessKey) \
    AWS_SESSION_TOKEN=$(json keys.json Credentials.SessionToken) \
    expect_object web

  echo no.token.atall >token
  upload refused && wrong "a token that is none is fine"
  grep -q 'STS answered 4' err.txt || wrong "not by STS: $(cat err.txt)"
  ! grep -q no.token err.txt out.txt || wrong "the token is shown"
  expect_nothing_left refused
}

# A container and a machine give those of a role; each says that they end soon.
case_metadata() {
  start_s3
  aws_role >keys.json || fail "no role"
  start_metadata
  AWS_CONTAINER_CREDENTIALS_FULL_URI=$provider/container \
    AWS_CONTAINER_AUTHORIZATION_TOKEN="Bearer container-token" \
    upload container || wrong "container: $(cat err.txt)"
  expect_object container
  [ "$(grep -c 'GET /container 200' asked.txt)" -ge 3 ] ||
    wrong "container: not renewed: $(cat asked.txt)"

  AWS_EC2_METADATA_DISABLED=false AWS_EC2_METADATA_SERVICE_ENDPOINT=$provider \
    upload machine || wrong "machine: $(cat err.txt)"
  expect_object machine
  [ "$(grep -c 'security-credentials/recorder 200' asked.txt)" -ge 3 ] ||
    wrong "machine: not renewed: $(cat asked.txt)"

  AWS_CONTAINER_CREDENTIALS_FULL_URI=$provider/container upload none &&
    wrong "a container without a token is fine"
  grep -q "endpoint answered 403" err.txt || wrong "$(cat err.txt)"
  expect_nothing_left none
}

"case_${1//-/_}"
exit $rec_failed
