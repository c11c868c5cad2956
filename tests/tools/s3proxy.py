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
bodies are believed: they take 100 ms a megabyte.

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

import base64
import hashlib
import http.client
import http.server
import json
import os
import re
import socketserver
import ssl
import sys
import threading
import time
import urllib.parse
import xml.etree.ElementTree as xml
import zlib
from email.utils import formatdate


# --- Checksums ---

def reverse(value, width):
    return int(format(value, f"0{width}b")[::-1], 2)


class Crc:
    """Reflected, all ones before and after; two bytes a step."""

    def __init__(self, width, polynomial):
        self.width, self.polynomial = width, polynomial
        self.ones = (1 << width) - 1
        self.table = None

    def make_table(self):
        low = reverse(self.polynomial, self.width)
        bytes_ = []
        for value in range(256):
            for _ in range(8):
                value = value >> 1 ^ (low if value & 1 else 0)
            bytes_.append(value)
        self.table = [bytes_[bytes_[v & 255] & 255 ^ v >> 8]
                      ^ bytes_[v & 255] >> 8 for v in range(65536)]
        self.bytes = bytes_

    def of(self, data):
        if self.table is None:
            self.make_table()
        crc, table, even = self.ones, self.table, len(data) & ~1
        for word in memoryview(data)[:even].cast("H"):
            crc = table[(crc ^ word) & 0xffff] ^ crc >> 16
        if even < len(data):
            crc = self.bytes[(crc ^ data[-1]) & 255] ^ crc >> 8
        return crc ^ self.ones

    def multiply(self, a, b):
        product = 0
        for bit in range(self.width):
            if b >> bit & 1:
                product ^= a << bit
        for bit in range(2 * self.width - 2, self.width - 1, -1):
            if product >> bit & 1:
                product ^= (self.polynomial | 1 << self.width) \
                    << bit - self.width
        return product

    def join(self, first, second, size):
        """Of A and B together, from those of both; B has size bytes."""
        power, square = 1, 2
        bits = 8 * size
        while bits:
            if bits & 1:
                power = self.multiply(power, square)
            square = self.multiply(square, square)
            bits >>= 1
        shifted = self.multiply(reverse(first, self.width), power)
        return reverse(shifted, self.width) ^ second


crc32c = Crc(32, 0x1EDC6F41)
crc32 = Crc(32, 0x04C11DB7)
crc64nvme = Crc(64, 0xAD93D23594C93659)

digests = {
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "crc32c": lambda data: crc32c.of(data).to_bytes(4, "big"),
    "crc64nvme": lambda data: crc64nvme.of(data).to_bytes(8, "big"),
    "sha1": lambda data: hashlib.sha1(data).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
}
crcs = {"crc32": crc32, "crc32c": crc32c, "crc64nvme": crc64nvme}
assert crc32c.of(b"123456789") == 0xE3069283
assert crc64nvme.of(b"123456789") == 0xAE8B14860A799888
assert crc32.join(zlib.crc32(b"12345"), zlib.crc32(b"6789"), 4) == \
    zlib.crc32(b"123456789")


def base64_of(data):
    return base64.b64encode(data).decode()


def full_object(algorithm, parts):
    """From the checksums of its parts, as (raw, size)"""
    crc, value = crcs[algorithm], None
    for raw, size in parts:
        number = int.from_bytes(raw, "big")
        value = number if value is None else crc.join(value, number, size)
    return base64_of(value.to_bytes(crc.width // 8, "big"))


def composite(algorithm, parts):
    return base64_of(digests[algorithm](b"".join(raw for raw, _ in parts))) \
        + f"-{len(parts)}"


# --- What is known of uploads and objects ---

class Refused(Exception):
    def __init__(self, status, code, message):
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


class Upload:
    def __init__(self, headers):
        self.algorithm = headers.get("x-amz-checksum-algorithm", "").lower()
        self.type = headers.get("x-amz-checksum-type", "").upper()
        self.sse = headers.get("x-amz-server-side-encryption")
        self.parts = {}         # number: (raw, size, etag)
        if self.algorithm and self.algorithm not in digests:
            raise Refused(400, "InvalidRequest", "Checksum algorithm provided "
                          "is unsupported.")
        if not self.type:
            self.type = "FULL_OBJECT" if self.algorithm == "crc64nvme" \
                else "COMPOSITE"
        elif not self.algorithm:
            raise Refused(400, "InvalidRequest", "The x-amz-checksum-type "
                          "header can only be used with the "
                          "x-amz-checksum-algorithm header.")
        allowed = {"sha1": ["COMPOSITE"], "sha256": ["COMPOSITE"],
                   "crc64nvme": ["FULL_OBJECT"]}
        if self.type not in allowed.get(self.algorithm,
                                        ["COMPOSITE", "FULL_OBJECT"]):
            raise Refused(400, "InvalidRequest", f"The {self.type} checksum "
                          f"type cannot be used with the {self.algorithm} "
                          "checksum algorithm.")


lock = threading.Lock()
uploads = {}                    # id: Upload
objects = {}                    # path: headers that HEAD answers
faults = []                     # dictionaries
counts = {"connections": 0, "requests": 0, "faults": 0, "refused": 0}
log = None
is_trusting = bool(os.environ.get("TRUST"))


def checksum_of(headers):
    """The algorithm of the one x-amz-checksum-* header with a value, or None"""
    found = [name[len("x-amz-checksum-"):] for name in headers
             if name.startswith("x-amz-checksum-")
             and name[len("x-amz-checksum-"):] not in
             ("algorithm", "type", "mode")]
    if len(found) > 1:
        raise Refused(400, "InvalidRequest", "Expecting a single "
                      "x-amz-checksum- header. Multiple checksum Types are "
                      "not allowed.")
    if found and found[0] not in digests:
        raise Refused(400, "InvalidRequest", "Checksum algorithm provided is "
                      "unsupported.")
    return found[0] if found else None


def check_signature(headers, query):
    """AWS refuses x-amz-* headers that are not signed."""
    match = re.search(r"SignedHeaders=([^, ]+)",
                      headers.get("authorization", ""))
    signed = match.group(1) if match else query.get("X-Amz-SignedHeaders")
    if signed is None:
        return                  # anonymous: RGW decides
    signed = signed.split(";")
    for name in headers:
        if name.startswith("x-amz-") and name not in signed:
            raise Refused(403, "AccessDenied", "There were headers present in "
                          "the request which were not signed: " + name)


def check_body(headers, body):
    sha256 = headers.get("x-amz-content-sha256", "")
    if sha256.startswith("STREAMING-"):
        raise Refused(501, "NotImplemented", "aws-chunked")
    if re.fullmatch("[0-9a-f]{64}", sha256) and \
            hashlib.sha256(body).hexdigest() != sha256:
        raise Refused(400, "XAmzContentSHA256Mismatch", "The provided "
                      "'x-amz-content-sha256' header does not match what was "
                      "computed.")
    md5 = headers.get("content-md5")
    if md5 and base64_of(hashlib.md5(body).digest()) != md5:
        raise Refused(400, "BadDigest", "The Content-MD5 you specified did "
                      "not match what we received.")


def check_checksum(headers, body):
    """(algorithm, its raw value) of the body, or (None, None)"""
    algorithm = checksum_of(headers)
    wanted = headers.get("x-amz-sdk-checksum-algorithm", algorithm or "")
    if wanted.lower() != (algorithm or "") and algorithm:
        raise Refused(400, "InvalidRequest", "Value for "
                      "x-amz-sdk-checksum-algorithm header is invalid.")
    if algorithm is None:
        return None, None
    if is_trusting and algorithm in crcs:
        return algorithm, base64.b64decode(headers["x-amz-checksum-"
                                                   + algorithm])
    raw = digests[algorithm](body)
    if headers["x-amz-checksum-" + algorithm] != base64_of(raw):
        raise Refused(400, "BadDigest", f"The {algorithm.upper()} you "
                      "specified did not match the calculated checksum.")
    return algorithm, raw


# --- Requests ---

def operation_of(method, path, query):
    is_object = path.strip("/").count("/") > 0
    if method == "POST" and "uploads" in query:
        return "create"
    if "uploadId" in query:
        return {"PUT": "part", "POST": "complete", "DELETE": "abort",
                "GET": "list"}.get(method, "other")
    if not is_object:
        return "list" if method == "GET" else "bucket"
    return {"PUT": "put", "GET": "get", "HEAD": "head",
            "DELETE": "delete"}.get(method, "other")


def local(tag):
    return tag.rsplit("}", 1)[-1]


def parts_of(body):
    try:
        root = xml.fromstring(body)
    except xml.ParseError:
        raise Refused(400, "MalformedXML", "not XML") from None
    return [{local(e.tag): e.text or "" for e in part} for part in root
            if local(part.tag) == "Part"]


class Exchange:
    """One request and what is done about it."""

    def __init__(self, handler, body):
        self.method = handler.command
        self.path, _, query = handler.path.partition("?")
        self.query = dict(urllib.parse.parse_qsl(query,
                                                 keep_blank_values=True))
        self.headers = {k.lower(): v for k, v in handler.headers.items()}
        self.body = body
        self.operation = operation_of(self.method, self.path, self.query)
        self.checksum = None    # (algorithm, raw)
        self.object_checksum = None     # (algorithm, value, type)

    def check(self):
        check_signature(self.headers, self.query)
        check_body(self.headers, self.body)
        if self.operation == "create":
            self.upload = Upload(self.headers)
        elif self.operation == "part":
            self.check_part()
        elif self.operation == "complete":
            self.check_complete()
        elif self.operation == "put":
            self.check_put()

    def check_put(self):
        self.checksum = check_checksum(self.headers, self.body)
        if any(h.startswith("x-amz-object-lock-") for h in self.headers) and \
                not (self.checksum[0] or "content-md5" in self.headers):
            raise Refused(400, "InvalidRequest", "Content-MD5 OR "
                          "x-amz-checksum- HTTP header is required for Put "
                          "Object requests with Object Lock parameters")

    def check_part(self):
        if "x-amz-server-side-encryption" in self.headers:
            raise Refused(400, "InvalidArgument", "x-amz-server-side-"
                          "encryption header is not supported for this "
                          "operation.")
        self.checksum = check_checksum(self.headers, self.body)
        upload = uploads.get(self.query["uploadId"])
        if upload and upload.algorithm and \
                self.checksum[0] != upload.algorithm:
            raise Refused(400, "InvalidRequest", "Checksum Type mismatch "
                          "occurred, expected checksum Type: "
                          f"{upload.algorithm}, actual checksum Type: "
                          f"{self.checksum[0] or 'null'}")

    def check_complete(self):
        parts = parts_of(self.body)
        numbers = [int(p.get("PartNumber", 0)) for p in parts]
        if numbers != sorted(set(numbers)):
            raise Refused(400, "InvalidPartOrder", "The list of parts was not "
                          "in ascending order.")
        if self.headers.get("if-none-match") == "*" and self.path in objects:
            raise Refused(412, "PreconditionFailed", "At least one of the "
                          "pre-conditions you specified did not hold")
        upload = uploads.get(self.query["uploadId"])
        if upload is None:
            return              # RGW knows better
        known = self.known_parts(upload, parts)
        if upload.algorithm:
            self.check_object(upload, known)
        size = self.headers.get("x-amz-mp-object-size")
        total = sum(size for _, size, _ in known)
        if size is not None and int(size) != total:
            raise Refused(400, "InvalidRequest", "The provided "
                          f"'x-amz-mp-object-size' header value {size} does "
                          f"not match what was computed: {total}")
        self.etag = '"%s-%d"' % (hashlib.md5(b"".join(
            bytes.fromhex(etag) for _, _, etag in known)).hexdigest(),
            len(known))

    def known_parts(self, upload, parts):
        known = []
        for part in parts:
            number = int(part["PartNumber"])
            have = upload.parts.get(number)
            if have is None or have[2] != part.get("ETag", "").strip('"'):
                raise Refused(400, "InvalidPart", "One or more of the "
                              "specified parts could not be found.")
            given = part.get("Checksum" + upload.algorithm.upper()) \
                if upload.algorithm else None
            if given is None and upload.algorithm and \
                    upload.type == "COMPOSITE":
                raise Refused(400, "InvalidRequest", "The upload was created "
                              f"using a {upload.algorithm} checksum. The "
                              "complete request must include the checksum "
                              "for each part. It was missing for part "
                              f"{number} in the request.")
            if given is not None and given != base64_of(have[0]):
                raise Refused(400, "InvalidPart", "One or more of the "
                              "specified parts could not be found.")
            known.append(have)
        return known

    def check_object(self, upload, known):
        declared = self.headers.get("x-amz-checksum-type", upload.type)
        if declared != upload.type:
            raise Refused(400, "InvalidRequest", "The upload was created "
                          f"using the {upload.type} checksum mode. The "
                          "complete request must use the same checksum mode.")
        value = (full_object if upload.type == "FULL_OBJECT" else composite)(
            upload.algorithm, [(raw, size) for raw, size, _ in known])
        given = checksum_of(self.headers)
        if given and (given != upload.algorithm
                      or self.headers["x-amz-checksum-" + given] != value):
            raise Refused(400, "BadDigest", f"The {given} you specified did "
                          "not match the calculated checksum.")
        self.object_checksum = upload.algorithm, value, upload.type

    def note(self, status, headers, body):
        """The store has answered; what S3 would answer, too."""
        if not 200 <= status < 300:
            return body
        with lock:
            return getattr(self, "note_" + self.operation,
                           lambda _, b: b)(headers, body)

    def note_create(self, headers, body):
        match = re.search(rb"<UploadId>([^<]+)", body)
        if match:
            uploads[match.group(1).decode()] = self.upload
        if self.upload.algorithm:
            headers["x-amz-checksum-algorithm"] = \
                self.upload.algorithm.upper()
            headers["x-amz-checksum-type"] = self.upload.type
        self.note_encryption(headers, self.upload.sse)
        return body

    def note_part(self, headers, body):
        algorithm, raw = self.checksum
        upload = uploads.get(self.query["uploadId"])
        if upload:
            upload.parts[int(self.query["partNumber"])] = (
                raw, len(self.body), headers.get("etag", "").strip('"'))
            self.note_encryption(headers, upload.sse)
        if algorithm:
            headers["x-amz-checksum-" + algorithm] = base64_of(raw)
        return body

    def note_encryption(self, headers, sse):
        if sse == "AES256":
            headers["x-amz-server-side-encryption"] = sse

    def note_put(self, headers, body):
        known = {}
        algorithm, raw = self.checksum
        if algorithm:
            known["x-amz-checksum-" + algorithm] = base64_of(raw)
            known["x-amz-checksum-type"] = "FULL_OBJECT"
        self.note_encryption(known,
                             self.headers.get("x-amz-server-side-encryption"))
        headers.update(known)
        objects[self.path] = known
        return body

    def note_complete(self, headers, body):
        known, extra = {}, ""
        upload = uploads.get(self.query["uploadId"])
        if self.object_checksum:
            algorithm, value, kind = self.object_checksum
            known["x-amz-checksum-" + algorithm] = value
            known["x-amz-checksum-type"] = kind
            name = "Checksum" + algorithm.upper()
            extra = f"<{name}>{value}</{name}>" \
                f"<ChecksumType>{kind}</ChecksumType>"
        if upload:
            self.note_encryption(known, upload.sse)
            self.note_encryption(headers, upload.sse)
            body = re.sub(rb"<ETag></ETag>|<ETag/>",
                          b"<ETag>" + self.etag.encode() + b"</ETag>", body)
        objects[self.path] = known
        return body.replace(b"</CompleteMultipartUploadResult>",
                            extra.encode()
                            + b"</CompleteMultipartUploadResult>")

    def note_delete(self, headers, body):
        objects.pop(self.path, None)
        return body

    def note_head(self, headers, body):
        if "content-range" in headers:
            return body         # of a range there is no checksum
        for name, value in objects.get(self.path, {}).items():
            if not name.startswith("x-amz-checksum-") or \
                    self.headers.get("x-amz-checksum-mode") == "ENABLED":
                headers[name] = value
        return body

    note_get = note_head

    def fault(self):
        """The one that is due, or None"""
        with lock:
            for fault in faults:
                if fault.get("method", self.method) != self.method or \
                        fault.get("operation",
                                  self.operation) != self.operation:
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

    def record(self, connection, status, is_tls, fault):
        headers = {}
        for name, value in self.headers.items():
            value = re.sub(r"Signature=[^, ]*", "Signature=", value)
            headers[name] = "[not told]" if name in (
                "x-amz-security-token", "cookie") or \
                name.endswith("customer-key") else value
        query = {name: "[not told]" if name in
                 ("X-Amz-Signature", "X-Amz-Security-Token") else value
                 for name, value in self.query.items()}
        line = json.dumps({
            "connection": connection, "tls": is_tls, "method": self.method,
            "operation": self.operation, "path": self.path, "query": query,
            "headers": headers, "size": len(self.body), "status": status,
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
        fault = exchange.fault() or None
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
            exchange.record(self.number, status, self.server.is_tls, fault)

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
