# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
"""The checksums of S3 in plain Python, and those of an object from its parts'."""

import base64
import hashlib
import zlib


# --- Checksums ---

def reverse(value, width):
    return int(format(value, f"0{width}b")[::-1], 2)


class Crc:
    """Reflected, all ones before and after. The message is one large number, of
    which the first half is folded onto the second until little is left: so
    nearly all of the work is that of Python's own arithmetic. The lowest bit
    of the number is the first of the message, its highest power."""

    def __init__(self, width, polynomial):
        self.width, self.polynomial = width, polynomial
        self.ones = (1 << width) - 1
        self.powers = {}        # x to the n, modulo the polynomial
        low = reverse(polynomial, width)
        self.table = []
        for value in range(256):
            for _ in range(8):
                value = value >> 1 ^ (low if value & 1 else 0)
            self.table.append(value)

    def of(self, data):
        if len(data) < 64:
            return self.remainder(data, self.ones) ^ self.ones
        number, bits = int.from_bytes(data, "little") ^ self.ones, \
            8 * len(data)
        while bits > 4096:
            number, bits = self.fold(number, bits)
        return self.remainder(number.to_bytes(bits // 8, "little"), 0) \
            ^ self.ones

    def fold(self, number, bits):
        first = (bits - self.width) // 16 * 8
        rest = bits - first
        head, number = number & (1 << first) - 1, number >> first
        power = self.power(rest)
        for bit in range(self.width):
            if power >> bit & 1:
                number ^= head << rest - first - bit
        return number, rest

    def remainder(self, data, crc):
        for byte in data:
            crc = self.table[(crc ^ byte) & 255] ^ crc >> 8
        return crc

    def power(self, n):
        if n not in self.powers:
            power, square, bits = 1, 2, n
            while bits:
                if bits & 1:
                    power = self.multiply(power, square)
                square = self.multiply(square, square)
                bits >>= 1
            self.powers[n] = power
        return self.powers[n]

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
        shifted = self.multiply(reverse(first, self.width),
                                self.power(8 * size))
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
assert crc32.of(bytes(range(256)) * 99) == zlib.crc32(bytes(range(256)) * 99)
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
