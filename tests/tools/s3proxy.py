#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
"""s3proxy.py PORT TARGET-PORT LOG [TLS-NAME]: between a client and Ceph RGW, on
the loopback, what RGW leaves out of Amazon S3. TLS-NAME.pem and TLS-NAME.key
make it serve HTTPS.

Checks. Of each request: x-amz-checksum-*, Content-MD5 and x-amz-content-sha256
against the body; that every x-amz-* header is signed; on multipart uploads the
algorithm, the type, each part's checksum and number, the object's checksum and
x-amz-mp-object-size. What is wrong is refused as S3 documents it (400 BadDigest
and so on) and never comes to RGW. With TRUST in the environment, the CRCs of
bodies are believed: they take some 20 ms a megabyte.

Answers. Checksums of parts and objects, full-object or composite, also to HEAD
and GET with x-amz-checksum-mode; x-amz-server-side-encryption: AES256; an ETag
where RGW's Complete has none; 412 for If-None-Match: * on Complete.

Records. LOG has a JSON object a line for each request: connection, method, path,
query, headers, size, status. Secrets are not in it.

Misbehaves. GET /-/fault?status=503&times=2 answers 503 to the next two requests:
  status=N          with an error of S3's form, and the headers and code below
  retry-after=S     a header of that answer; may be a date
  date=S            its Date is S seconds off
  code=NAME         the <Code> of that error
  region=NAME       x-amz-bucket-region of that answer
  truncate=N        the store's answer ends after N bytes of its body
  body-error=NAME   200, with <Error><Code>NAME after the store has done its work
  after=1           status, truncate: the store has done its work
  delay=S           the answer comes that much later
  method=, operation=   of these requests only: PUT; put, get, head, delete,
                    create, part, complete, abort, list
  skip=N, times=N   not of the first N, and N times (1)
GET /-/state says how many faults are left and how many connections there were.
It is plain Python without packages, so that nothing in it is the product's."""

import http.client
import http.server
import json
import re
import socketserver
import ssl
import sys
import time
import urllib.parse
from email.utils import formatdate

from s3rules import Exchange, Refused, lock

faults = []                     # dictionaries
counts = {"connections": 0, "requests": 0, "faults": 0, "refused": 0}
log = None


def due_fault(exchange):
    """The one that is due, or None"""
    with lock:
        for fault in faults:
            if fault.get("method", exchange.method) != exchange.method or \
                    fault.get("operation",
                              exchange.operation) != exchange.operation:
                continue
            if int(fault.get("skip", 0)) > 0:
                fault["skip"] = int(fault["skip"]) - 1
                continue
            fault["times"] = int(fault.get("times", 1)) - 1
            if fault["times"] == 0:
                faults.remove(fault)
            counts["faults"] += 1
            return fault
    return None


def record(exchange, connection, status, is_tls, fault):
    headers = {}
    for name, value in exchange.headers.items():
        value = re.sub(r"Signature=[^, ]*", "Signature=", value)
        headers[name] = "[not told]" if name in (
            "x-amz-security-token", "cookie") or \
            name.endswith("customer-key") else value
    query = {name: "[not told]" if name in
             ("X-Amz-Signature", "X-Amz-Security-Token") else value
             for name, value in exchange.query.items()}
    line = json.dumps({
        "connection": connection, "tls": is_tls, "method": exchange.method,
        "operation": exchange.operation, "path": exchange.path, "query": query,
        "headers": headers, "size": len(exchange.body), "status": status,
        "fault": fault is not None})
    with lock:
        log.write(line + "\n")
        log.flush()


def error_body(code, message):
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}'
            f"</Code><Message>{message}</Message><RequestId>proxy"
            "</RequestId></Error>").encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120

    def setup(self):
        super().setup()
        with lock:
            counts["connections"] += 1
            self.number = counts["connections"]
        self.store = None

    def finish(self):
        if self.store:
            self.store.close()
        super().finish()

    def log_message(self, *_):
        pass

    def read_body(self):
        if "chunked" in self.headers.get("transfer-encoding", ""):
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return body
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def forward(self, exchange):
        for is_last in False, True:
            if self.store is None:
                self.store = http.client.HTTPConnection(
                    "127.0.0.1", self.server.target, timeout=120)
            try:
                self.store.putrequest(self.command, self.path,
                                      skip_host=True,
                                      skip_accept_encoding=True)
                for name, value in self.headers.items():
                    if name.lower() not in ("expect", "connection",
                                            "transfer-encoding",
                                            "content-length"):
                        self.store.putheader(name, value)
                if exchange.body or self.command in ("PUT", "POST"):
                    self.store.putheader("Content-Length",
                                         str(len(exchange.body)))
                self.store.endheaders(exchange.body or None)
                answer = self.store.getresponse()
                return (answer.status,
                        {k.lower(): v for k, v in answer.getheaders()},
                        answer.read())
            except (OSError, http.client.HTTPException):
                self.store.close()
                self.store = None
                if is_last:
                    raise

    def answer(self, status, headers, body, cut=None):
        self.send_response_only(status)
        for name, value in headers.items():
            if name not in ("transfer-encoding", "connection",
                            "content-length"):
                self.send_header(name, value)
        size = headers.get("content-length", len(body)) \
            if self.command == "HEAD" else len(body)
        if status != 204:
            self.send_header("content-length", str(size))
        if "date" not in headers:
            self.send_header("date", formatdate(usegmt=True))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body if cut is None else body[:cut])
        if cut is not None:
            self.wfile.flush()
            self.close_connection = True

    def answer_fault(self, fault):
        status = int(fault["status"])
        headers = {"content-type": "application/xml"}
        if "retry-after" in fault:
            headers["retry-after"] = fault["retry-after"]
        if "region" in fault:
            headers["x-amz-bucket-region"] = fault["region"]
        if "date" in fault:
            headers["date"] = formatdate(time.time() + float(fault["date"]),
                                         usegmt=True)
        code = fault.get("code", {503: "SlowDown", 429: "TooManyRequests",
                                  500: "InternalError"}.get(status, "Fault"))
        body = error_body(code, "on request of a test")
        if "region" in fault:
            body = body.replace(b"</Error>", b"<Region>"
                                + fault["region"].encode()
                                + b"</Region></Error>")
        self.answer(status, headers, body)
        return status

    def control(self):
        path, _, query = self.path.partition("?")
        with lock:
            if path == "/-/fault":
                faults.append(dict(urllib.parse.parse_qsl(query)))
            elif path == "/-/reset":
                faults.clear()
            body = json.dumps(dict(counts, left=len(faults))).encode() + b"\n"
        self.answer(200, {"content-type": "application/json"}, body)

    def handle_request(self):
        if self.path.startswith("/-/"):
            self.control()
            return
        exchange = Exchange(self, self.read_body())
        counts["requests"] += 1
        fault = due_fault(exchange)
        status = 0
        try:
            status = self.serve(exchange, fault or {})
        except Refused as refusal:
            counts["refused"] += 1
            status = refusal.status
            self.answer(status, {"content-type": "application/xml"},
                        error_body(refusal.code, refusal.message))
        except (OSError, http.client.HTTPException):
            self.close_connection = True        # the store is gone
        finally:
            record(exchange, self.number, status, self.server.is_tls, fault)

    def serve(self, exchange, fault):
        if "delay" in fault:
            time.sleep(float(fault["delay"]))
        if "status" in fault and "after" not in fault:
            return self.answer_fault(fault)
        exchange.check()
        status, headers, body = self.forward(exchange)
        body = exchange.note(status, headers, body)
        if "status" in fault:
            return self.answer_fault(fault)
        if "body-error" in fault:
            body = error_body(fault["body-error"], "on request of a test")
        cut = int(fault["truncate"]) if "truncate" in fault else None
        self.answer(status, headers, body, cut)
        return status

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_request


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128
    context = None

    def finish_request(self, request, client_address):
        if self.context:
            request.settimeout(60)
            with self.context.wrap_socket(request, server_side=True) as secure:
                super().finish_request(secure, client_address)
        else:
            super().finish_request(request, client_address)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def main():
    global log
    port, target, log_path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    log = open(log_path, "a", encoding="utf-8")
    server = Server(("127.0.0.1", port), Handler)
    server.target = target
    server.is_tls = len(sys.argv) > 4
    if server.is_tls:
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.context.load_cert_chain(sys.argv[4] + ".pem",
                                       sys.argv[4] + ".key")
    server.serve_forever()


main()
