#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
"""metadata.py PORT KEYS LIFE: who gives a container or a machine of AWS its
credentials, on the loopback.

Gives what the file KEYS holds, the answer of an AssumeRole, and says that it
lives LIFE seconds. /container wants the token "Bearer container-token";
/latest is the metadata service of a machine, version 2 only. Below
/.well-known and /certs stand the files of an OpenID Connect provider, in the
folder it runs in. A line on the standard output for each request.
"""
import datetime
import http.server
import json
import sys

ROLES = "/latest/meta-data/iam/security-credentials/"
TOKEN = "machine-token=="


def keys():
    with open(sys.argv[2]) as f:
        given = json.load(f)["Credentials"]
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(
        seconds=float(sys.argv[3]))
    return json.dumps({
        "Code": "Success", "Type": "AWS-HMAC",
        "AccessKeyId": given["AccessKeyId"],
        "SecretAccessKey": given["SecretAccessKey"],
        "Token": given["SessionToken"],
        "Expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ")})


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, text=""):
        print(self.command, self.path, status, flush=True)
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self):
        if (self.path != "/latest/api/token" or
                not self.headers["X-aws-ec2-metadata-token-ttl-seconds"]):
            self.answer(400)
        else:
            self.answer(200, TOKEN)

    def do_GET(self):
        if self.path == "/container":
            good = self.headers["Authorization"] == "Bearer container-token"
            self.answer(*((200, keys()) if good else (403,)))
        elif self.path.startswith("/latest/"):
            if self.headers["X-aws-ec2-metadata-token"] != TOKEN:
                self.answer(401)
            elif self.path == ROLES:
                self.answer(200, "recorder")
            elif self.path == ROLES + "recorder":
                self.answer(200, keys())
            else:
                self.answer(404)
        elif self.path in ("/.well-known/openid-configuration", "/certs"):
            with open(self.path.rsplit("/", 1)[-1]) as f:
                self.answer(200, f.read())
        else:
            self.answer(404)

    def log_message(self, *args):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])),
                                Handler).serve_forever()
