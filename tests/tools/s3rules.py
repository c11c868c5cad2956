# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
"""What S3 refuses and what it answers, of one request: Exchange.check() before the
store has it, Exchange.note() with the store's answer."""

import base64
import hashlib
import os
import re
import threading
import urllib.parse
import xml.etree.ElementTree as xml

from s3checksums import base64_of, composite, crcs, digests, full_object


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
    for name in ("retention", "legal-hold", "tagging", "acl"):
        if name in query:
            return name
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
