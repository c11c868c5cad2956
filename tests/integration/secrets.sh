#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# secrets.sh CASE: uploads that work and uploads that fail, with all that
# GStreamer and GLib can log, and no secret in any of it: logs, messages, dot
# files, properties.
. "$REC_SRCDIR/tests/integration/common.sh"
. "$REC_SRCDIR/tests/integration/store.sh"

need python3
cd "$REC_TMP" || exit 1

# What nobody may find, one a line: given by us, or seen by the store.
secrets=$REC_TMP/secrets
tell="$REC_TOOLS/tellall"

# loud COMMAND...: with all logs, into the folder "told"
loud() {
  mkdir -p told
  GST_DEBUG=9 GST_DEBUG_NO_COLOR=1 GST_DEBUG_FILE=$REC_TMP/told/gst.log \
    GST_DEBUG_DUMP_DOT_DIR=$REC_TMP/told G_MESSAGES_DEBUG=all \
    timeout 100 "$@" >told/out.txt 2>told/err.txt
}

# expect_silence NAME: and that there was something to be seen at all
expect_silence() {
  local n
  [ "$(wc -l <told/gst.log)" -gt 1000 ] || wrong "$1: there is no log"
  ls told/*.dot >/dev/null 2>&1 || wrong "$1: there is no dot file"
  [ -s "$secrets" ] || fail "there are no secrets"
  # Structures and dot files escape what they hold.
  sed -i 's/\\//g' told/*
  if grep -rFf <(grep . "$secrets" | sort -u) told >found.txt; then
    n=$(wc -l <found.txt)
    wrong "$1: $n lines tell a secret: $(cut -c1-300 found.txt | head -n 5)"
  fi
  rm -rf told
}

# A store that refuses, and says with what
start_echo() {
  local port
  read -r port <<<"$(free_ports 1)"
  endpoint=http://127.0.0.1:$port
  : >"$secrets"
  python3 "$integration/echostore.py" "$port" "$secrets" 2>echo.err &
  rec_pids+=($!)
  wait_for 10 curl -so /dev/null "$endpoint" || fail "no store: $(cat echo.err)"
}

new_secrets() {
  export SECRET=Secret.$RANDOM$RANDOM.Key TOKEN=Token.$RANDOM$RANDOM.Session
  SSE_KEY=$(head -c 32 /dev/urandom | base64 -w0)
  export SSE_KEY
  printf '%s\n' "$SECRET" "$TOKEN" "$SSE_KEY" \
    "$(base64 -d <<<"$SSE_KEY" | od -An -tx1 | tr -d ' \n')" >>"$secrets"
}

echo_cases="denied html broken moved skewed part complete"

# By an application, which sets them as properties
case_properties() {
  local key
  need_element s3sink
  start_echo
  for key in $echo_cases; do
    new_secrets
    loud "$tell" $((12 * mib)) s3sink location=s3://bucket/$key \
      endpoint=$endpoint retries=1 part-size=$((5 * mib)) access-key-id=AKID \
      secret-access-key@SECRET session-token@TOKEN sse-customer-key@SSE_KEY
    [ $? = 1 ] || wrong "$key: no error: $(tail -n 3 told/out.txt)"
    grep -q '^error' told/out.txt || wrong "$key: no error: $(cat told/out.txt)"
    expect_silence "$key"
  done
}

# Objects that are read, by an application and by a URI
case_source() {
  local key
  need_element s3src
  start_echo
  for key in denied html broken moved skewed read; do
    new_secrets
    loud "$tell" 0 s3src location=s3://bucket/$key endpoint=$endpoint retries=1 \
      access-key-id=AKID secret-access-key@SECRET session-token@TOKEN \
      sse-customer-key@SSE_KEY
    [ $? = 1 ] || wrong "$key: no error: $(tail -n 3 told/out.txt)"
    grep -q '^error' told/out.txt || wrong "$key: no error: $(cat told/out.txt)"
    expect_silence "$key"
    AWS_ACCESS_KEY_ID=AKID AWS_SECRET_ACCESS_KEY=$SECRET \
      AWS_SESSION_TOKEN=$TOKEN loud gst-launch-1.0 -m uridecodebin \
      uri="s3://bucket/$key?endpoint=$endpoint&retries=1" ! fakesink &&
      wrong "$key: no error"
    expect_silence "$key by URI"
  done
}

# By the environment, with what gst-launch-1.0 has to say about it
case_environment() {
  local key
  need_element s3sink
  start_echo
  for key in $echo_cases; do
    new_secrets
    AWS_ACCESS_KEY_ID=AKID AWS_SECRET_ACCESS_KEY=$SECRET \
      AWS_SESSION_TOKEN=$TOKEN loud gst-launch-1.0 -m fakesrc num-buffers=9 \
      sizetype=fixed sizemax=$mib ! s3sink location=s3://bucket/$key \
      endpoint=$endpoint retries=1 part-size=$((5 * mib)) &&
      wrong "$key: no error"
    grep -q '^ERROR' told/err.txt || wrong "$key: no error: $(cat told/err.txt)"
    expect_silence "$key"
  done
}

# By a file, and by who gives them out; the token that asks for them, too
case_sources() {
  local port
  need_element s3sink
  start_echo
  new_secrets
  mkdir -p .aws
  printf '[default]\naws_access_key_id=AKID\naws_secret_access_key=%s\n' \
    "$SECRET" >.aws/credentials
  unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
  loud "$tell" 1 s3sink location=s3://bucket/denied endpoint=$endpoint retries=0
  expect_silence file
  rm .aws/credentials

  read -r port <<<"$(free_ports 1)"
  printf '{"Credentials":{"AccessKeyId":"AKID","SecretAccessKey":"%s",
    "SessionToken":"%s"}}' "$SECRET" "$TOKEN" >keys.json
  python3 "$integration/metadata.py" "$port" keys.json 600 >asked.txt 2>&1 &
  rec_pids+=($!)
  wait_for 10 curl -so /dev/null "http://127.0.0.1:$port" || fail "no metadata"
  printf '%s\n' container-token machine-token== >>"$secrets"
  AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:$port/container \
    AWS_CONTAINER_AUTHORIZATION_TOKEN="Bearer container-token" \
    loud "$tell" 1 s3sink location=s3://bucket/denied endpoint=$endpoint retries=0
  grep -q 'container 200' asked.txt || wrong "nobody asked: $(cat asked.txt)"
  expect_silence container
  AWS_EC2_METADATA_DISABLED=false \
    AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:$port \
    loud "$tell" 1 s3sink location=s3://bucket/denied endpoint=$endpoint retries=0
  grep -q 'recorder 200' asked.txt || wrong "nobody asked: $(cat asked.txt)"
  expect_silence machine

  # An STS that echoes the token of a web identity
  new_secrets
  echo "$TOKEN" >token
  AWS_WEB_IDENTITY_TOKEN_FILE=$REC_TMP/token AWS_ROLE_ARN=arn \
    AWS_ENDPOINT_URL_STS=$endpoint \
    loud "$tell" 1 s3sink location=s3://bucket/denied endpoint=$endpoint retries=0
  grep -q 'STS answered 403 SignatureDoesNotMatch' told/out.txt ||
    wrong "not by STS: $(grep ^debug told/out.txt)"
  expect_silence web-identity
}

# A real store, and an upload that works
case_upload() {
  need_s3
  need_element s3sink
  make_certificates
  start_s3
  : >"$secrets"
  new_secrets
  echo TESTSECRET >>"$secrets"
  export PLAIN=TESTSECRET
  loud "$tell" $((12 * mib)) s3sink location=s3://$bucket/good \
    endpoint=https://127.0.0.1:"$HTTPS" ca-file="$STATE/tls/ca.pem" \
    part-size=$((5 * mib)) access-key-id=TESTKEY secret-access-key@PLAIN \
    sse-customer-key@SSE_KEY || wrong "no upload: $(grep ^error told/out.txt)"
  expect_silence upload

  # A signed URL stands in the message that it was asked for, and in what
  # GStreamer logs of that message; nowhere else.
  local signature
  loud "$tell" 1 s3sink location=s3://$bucket/signed endpoint=$endpoint \
    sign-url-expiry=60 || wrong "no upload: $(grep ^error told/out.txt)"
  signature=$(grep -o 'X-Amz-Signature\\*=[0-9a-f]*' told/out.txt | head -n 1)
  [ -n "$signature" ] || fail "no signed URL: $(grep ^message told/out.txt)"
  signature=${signature#*=}
  grep -v store-complete <(grep -rFh "$signature" told) &&
    wrong "the signature of a URL is told"
  grep -q "told/gst.log" <(grep -rF "$signature" told) ||
    wrong "GStreamer does not log messages any more: tell so in s3sink.md"
  expect_silence signed

  AWS_SECRET_ACCESS_KEY=$SECRET \
    loud "$tell" 1 s3sink location=s3://$bucket/bad endpoint=$endpoint &&
    wrong "a wrong secret is fine"
  expect_silence refused
}

# A store of Azure that echoes, and the three ways to be let in
case_azure() {
  local key
  need_element azureblobsink
  start_echo
  for key in denied broken moved; do
    AZURE_KEY=$(head -c 64 /dev/urandom | base64 -w0)
    SAS="sv=2021-12-02&sr=c&sp=rcw&se=2100-01-01T00%3A00%3A00Z"
    SAS="$SAS&sig=$(head -c 30 /dev/urandom | base64 -w0 | sed 's/[+]/%2B/g; s,/,%2F,g')%3D"
    CONNECTION="AccountName=acct;AccountKey=$AZURE_KEY;BlobEndpoint=$endpoint/acct"
    export AZURE_KEY SAS CONNECTION
    printf '%s\n' "$AZURE_KEY" "${SAS##*sig=}" >>"$secrets"
    azure_fails "$key by key" location=azblob://acct/container/$key \
      endpoint=$endpoint/acct account-key@AZURE_KEY
    azure_fails "$key by SAS" location=azblob://acct/container/$key \
      endpoint=$endpoint/acct sas-token@SAS
    azure_fails "$key by connection string" connection-string@CONNECTION \
      container=container blob=$key
    AZURE_STORAGE_KEY=$AZURE_KEY azure_fails "$key by environment" \
      location=azblob://acct/container/$key endpoint=$endpoint/acct
  done
}

azure_fails() {
  loud "$tell" $((12 * mib)) azureblobsink retries=1 "${@:2}"
  [ $? = 1 ] || wrong "$1: no error: $(tail -n 3 told/out.txt)"
  grep -q '^error' told/out.txt || wrong "$1: no error: $(cat told/out.txt)"
  expect_silence "$1"
}

case_azure_upload() {
  local signature
  need_azure
  need_element azureblobsink
  start_azure
  : >"$secrets"
  echo "$azure_key" >>"$secrets"
  export AZURE_KEY=$azure_key
  loud "$tell" $((12 * mib)) azureblobsink account-key@AZURE_KEY \
    location="azblob://$azure_account/$container/good" \
    endpoint="$azure_endpoint" || wrong "no upload: $(grep ^error told/out.txt)"
  expect_silence upload

  loud "$tell" 1 azureblobsink account-key@AZURE_KEY sign-url-expiry=60 \
    location="azblob://$azure_account/$container/signed" \
    endpoint="$azure_endpoint" || wrong "no upload: $(grep ^error told/out.txt)"
  signature=$(grep -o 'sig\\*=[A-Za-z0-9%]*' told/out.txt | head -n 1)
  [ -n "$signature" ] || fail "no signed URL: $(grep ^message told/out.txt)"
  signature=${signature#*=}
  grep -v store-complete <(grep -rFh "$signature" told) &&
    wrong "the signature of a URL is told"
  expect_silence signed
}

"case_${1//-/_}"
exit $rec_failed
