#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# tls.sh DIR: an authority of our own in DIR/ca.pem and a certificate of it for
# this machine in DIR/server.pem and DIR/server.key.
set -eu
mkdir -p "$1"
cd "$1"
for name in ca server; do
  openssl ecparam -name prime256v1 -genkey -noout -out $name.key
done
openssl req -x509 -new -key ca.key -sha256 -days 3650 -subj "/CN=test CA" \
  -out ca.pem -addext basicConstraints=critical,CA:TRUE \
  -addext keyUsage=critical,keyCertSign,cRLSign
openssl req -new -key server.key -subj "/CN=server" -out server.csr
cat >server.ext <<X
subjectAltName=DNS:localhost,DNS:s3.localhost,DNS:*.s3.localhost,IP:127.0.0.1
extendedKeyUsage=serverAuth
basicConstraints=CA:FALSE
X
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial \
  -sha256 -days 825 -extfile server.ext -out server.pem 2>/dev/null
