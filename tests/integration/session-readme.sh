#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
#
# session-readme.sh NAME: runs the README's block <!-- test: NAME --> as it is
# printed, in an empty folder with a session.sdp, while the session is played;
# then checks the MP4 that it leaves there, or in the bucket or container. The
# block "later" has the block "separate" before it, which does the recording, and
# the block "s3" the block "play" behind it; the block "dense" is in docs/dense.md.

. "$REC_SRCDIR/tests/integration/common.sh"
need gst-launch-1.0 ffmpeg ffprobe
need_element rtprecordsrc dualcompositor x264enc avenc_aac mp4mux vp8enc \
  textoverlay

name=$1 late=() page=README.md
[ "$name" != dense ] || page=docs/dense.md
[ "$name" != strip ] ||
  need_element redact redactaudio waveformstrip audiopeaks
cd "$REC_TMP" || exit 1
mkdir snapshots run
block() {
  "$REC_SRCDIR/tools/readme-block" "$1" "$REC_SRCDIR/$page" >block.sh ||
    fail "$page has no block <!-- test: $1 -->"
  cat block.sh
}
run_block() {
  (cd run && timeout 60 sh -e ../block.sh) || fail "the block failed: $?"
}
[ "$name" = later ] && block separate || block "$name"

screen_in_pip=screen=0,0,1400,1080@0,0,1400,1080
case $name in
  pip | s3 | azure | later | dense) checks=(--match "$screen_in_pip"
    --match webcam=1420,790,480,270@0,0,1280,720) ;;
  strip) checks=(--match webcam=1420,704,480,270@0,0,1280,720) ;;
  side-by-side) checks=(--match screen=0,270,960,540@0,0,1920,1080
    --match webcam=960,270,960,540@0,0,1280,720) ;;
  screen-only) checks=(--match screen=0,0,1920,1080@0,0,1920,1080) ;;
  audio-only) checks=(--audio-only) ;;
  *) fail "no checks for $name" ;;
esac

s3() {
  curl -fsS --aws-sigv4 aws:amz:us-east-1:s3 --user TESTKEY:TESTSECRET \
    -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' "$@"
}
if [ "$name" = s3 ]; then
  need radosgw ceph-mon ceph-osd radosgw-admin curl uuidgen
  need_element s3sink
  export STATE=$REC_TMP MON=23310 HTTP=28010
  rgw=$REC_SRCDIR/tests/integration/rgw.sh
  trap 'timeout 20 "$rgw" stop; rec_cleanup' EXIT
  timeout 60 "$rgw" start || fail "the object store does not start"
  export S3_ENDPOINT=http://127.0.0.1:$HTTP
  export AWS_ACCESS_KEY_ID=TESTKEY AWS_SECRET_ACCESS_KEY=TESTSECRET
  s3 -X PUT "$S3_ENDPOINT/recordings" || fail "no bucket can be made"
fi

if [ "$name" = azure ]; then
  need node curl
  [ -d "$REC_NODE_DIR/node_modules/azurite" ] ||
    skip "there is no azurite in $REC_NODE_DIR"
  need_element azureblobsink
  export STATE=$REC_TMP REC_NODE_DIR BLOB=27910 BLOBS=27911
  azurite=$REC_SRCDIR/tests/integration/azurite.sh
  trap 'timeout 20 "$azurite" stop; rec_cleanup' EXIT
  timeout 60 "$azurite" start || fail "Azurite does not start"
  azure_endpoint=http://127.0.0.1:$BLOB/testacct
  azure_key=$(head -c 64 /dev/zero | tr '\0' k | base64 -w0)
  AZURE_STORAGE_CONNECTION_STRING="AccountName=testacct;AccountKey=$azure_key"
  AZURE_STORAGE_CONNECTION_STRING+=";BlobEndpoint=$azure_endpoint"
  export AZURE_STORAGE_CONNECTION_STRING
  azure() {
    node "$REC_SRCDIR/tests/integration/azure-blob.mjs" "$azure_endpoint" \
      testacct "$azure_key" recordings "$@"
  }
  azure create || fail "no container can be made"
fi

# Whoever comes late is where they were, later too.
[ "$name" != later ] || late=(--screen delay=1 --webcam delay=1.5)
start_session --duration 7 --snapshots snapshots --rtcp-mux "${late[@]}"
cp session.sdp run/
run_block
end_session
[ "$name" != later ] || { block later; run_block; }

[ "$name" != s3 ] ||
  s3 -o run/s3.mp4 "$S3_ENDPOINT/recordings/session.mp4" ||
  fail "there is no object in the bucket"
if [ "$name" = s3 ]; then
  need_element s3src fakevideosink fakeaudiosink
  # There need be no display and no loudspeaker; DirectFB's sink crashes where
  # playbin only looks at it.
  export GST_PLUGIN_FEATURE_RANK=fakevideosink:1000,fakeaudiosink:1000
  GST_PLUGIN_FEATURE_RANK+=,dfbvideosink:NONE
  block play
  run_block
fi
[ "$name" != azure ] || azure get session.mp4 run/azure.mp4 ||
  fail "there is no blob in the container"
set -- run/*.mp4
[ -f "$1" ] || fail "the block left no MP4"
[ "$name" != strip ] || [ -s run/session.json ] ||
  fail "there are no peaks in session.json"
[ "$name" = audio-only ] || checks+=(--snapshots snapshots)
# When a picture leaves the sender depends on what else the cores do;
# session-lipsync.sh measures time.
"$REC_SRCDIR/tests/integration/mp4check.sh" "$1" --browser --tolerance 600 \
  --duration "$(sent_duration)" --start "$(sent_start)" "${checks[@]}"
