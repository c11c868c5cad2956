#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# tls.sh DIR: an authority of our own in DIR/ca.pem, and certificates of it with
# their keys (NAME.pem, NAME.key): "server" for this machine, "wrongname" for
# another, "expired" for this one but of last year.
set -eu
mkdir -p "$1"
cd "$1"
here=DNS:localhost,DNS:s3.localhost,DNS:*.s3.localhost,IP:127.0.0.1,IP:::1

new_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }

# leaf NAME ALTERNATIVE-NAMES [OPTION OF openssl ca...]
leaf() {
  name=$1
  new_key "$name"
  openssl req -new -key "$name.key" -subj "/CN=$name" -out "$name.csr"
  cat >"$name.cnf" <<C
[ca]
default_ca = authority
[authority]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
x509_extensions = leaf
[any]
commonName = supplied
[leaf]
subjectAltName = $2
extendedKeyUsage = serverAuth
basicConstraints = CA:FALSE
C
  shift 2
  openssl ca -batch -notext -config "$name.cnf" -cert ca.pem -keyfile ca.key \
    -in "$name.csr" -out "$name.pem" "$@" 2>/dev/null
}

new_key ca
openssl req -x509 -new -key ca.key -sha256 -days 3650 -subj "/CN=test CA" \
  -out ca.pem -addext basicConstraints=critical,CA:TRUE \
  -addext keyUsage=critical,keyCertSign,cRLSign
: >index
echo 1000 >serial
leaf server "$here" -days 825
leaf wrongname DNS:other.example -days 825
leaf expired "$here" -startdate 20200101000000Z -enddate 20200201000000Z
rm -f ./*.csr ./*.cnf [0-9]*.pem index* serial*
