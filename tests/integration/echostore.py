#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
"""echostore.py PORT SEEN: a store that refuses and echoes what it was sent.

What it says stands in the key, /bucket/CASE: denied and skewed (403 with the
string to sign and the canonical request, as AWS does), html (a page of a proxy),
broken (no XML), moved (a redirect to what was sent), part (Create is fine, parts
are not), complete (200 with the error in its body), read (there is an object,
and its bytes are refused), good. The values of all Authorization headers, and
the signatures in them and in addresses, are appended to SEEN. It is a store of
Azure as well, as far as it refuses.
"""
import http.server
import re
import sys
import urllib.parse

CREATED = ("<InitiateMultipartUploadResult><UploadId>id</UploadId>"
           "</InitiateMultipartUploadResult>")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, text, headers=()):
        body = text.encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def echo(self, code):
        lines = "\n".join(f"{k}:{v}" for k, v in self.headers.items())
        request = f"{self.command}\n{self.path}\n{lines}"
        return (f"<Error><Code>{code}</Code><Message>The request signature we "
                f"calculated does not match. {request}</Message>"
                f"<StringToSign>{request}</StringToSign>"
                f"<CanonicalRequest>{request}</CanonicalRequest></Error>")

    def serve(self):
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        authorization = self.headers["Authorization"] or ""
        with open(sys.argv[2], "a") as f:
            print(authorization, file=f)
            for signature in re.findall(
                    "Signature=([0-9a-f]+)|SharedKey [^:]*:(.+)|[?&]sig=([^&]+)",
                    authorization + "\n" + self.path):
                for text in filter(None, signature):
                    print(text, urllib.parse.unquote(text), sep="\n", file=f)

        case = self.path.split("?")[0].rsplit("/", 1)[-1]
        create = self.command == "POST" and "uploads" in self.path
        complete = self.command == "POST" and "uploadId" in self.path
        if self.command == "DELETE":
            self.answer(204, "")
        elif self.command == "HEAD" and case in ("read", "good"):
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.send_header("ETag", '"x"')
            self.end_headers()
        elif self.command == "GET" and case != "read":
            self.answer(404, self.echo("NoSuchKey"))
        elif case == "html":
            self.answer(403, "<html><body>" + self.echo("x"))
        elif case == "broken":
            self.answer(400, self.echo("<<<" + authorization))
        elif case == "moved":
            self.answer(307, self.echo("TemporaryRedirect"), [
                ("Location", "http://127.0.0.1:9/?" + authorization)])
        elif case == "skewed":
            self.answer(403, self.echo("RequestTimeTooSkewed"))
        elif case == "complete" and complete:
            self.answer(200, self.echo("AccessDenied"))
        elif case in ("part", "complete", "good") and create:
            self.answer(200, CREATED)
        elif case in ("complete", "good") and self.command == "PUT":
            self.answer(200, "", [("ETag", '"d41d8cd98f00b204e9800998ecf8427e"')])
        elif case == "good" and complete:
            self.answer(200, "<CompleteMultipartUploadResult><ETag>\"x\"</ETag>"
                        "</CompleteMultipartUploadResult>")
        else:
            self.answer(403, self.echo("SignatureDoesNotMatch"))

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = serve

    def log_message(self, *args):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])),
                                Handler).serve_forever()
