#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-plugins-recording authors
"""faultproxy.py PORT TARGET-PORT CONTROL-PORT: what goes wrong between a client
and a server on the loopback, below HTTP, so that TLS passes through.

A line of words to CONTROL-PORT sets what happens from now on, and is answered
with how it is as JSON; an empty line only asks:
  refuse             nobody listens; connections that stand are reset
  reset-up=N         both ends are reset after N bytes of the client's
  reset-down=N       likewise of the server's
  stall-up=N         nothing is passed on after N bytes, either way
  stall-down=N
  end-down=N         an orderly end of the connection after N bytes
  corrupt-up=N       a bit of that byte is turned over
  rate-up=N          bytes a second
  skip=N, times=N    not on the first N connections, and on N of them (all)
  clear              nothing goes wrong any more; what is stalled ends"""

import json
import socket
import struct
import sys
import threading
import time

lock = threading.Lock()
fault = {}                      # what is set
links = set()                   # connections that stand
counts = {"connections": 0, "faults": 0, "up": 0, "down": 0}
is_open = threading.Event()


def close_hard(end):
    """With a reset; shutdown wakes the thread that reads there."""
    for act in (lambda: end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                       struct.pack("ii", 1, 0)),
                lambda: end.shutdown(socket.SHUT_RD)):
        try:
            act()
        except OSError:
            pass
    end.close()


class Link:
    """A connection of the client's and the one behind it"""

    def __init__(self, client, server, rules):
        self.client, self.server, self.rules = client, server, rules
        self.over = threading.Event()

    def reset(self):
        self.over.set()
        close_hard(self.client)
        close_hard(self.server)

    def strike(self, way, done, data):
        """The data that may still pass, and whether the link is over"""
        for kind in ("reset", "stall", "end"):
            at = self.rules.get(f"{kind}-{way}")
            if at is None or done + len(data) <= at:
                continue
            counts["faults"] += 1
            return data[:max(0, at - done)], kind
        at = self.rules.get("corrupt-" + way)
        if at is not None and done <= at < done + len(data):
            counts["faults"] += 1
            data = bytearray(data)
            data[at - done] ^= 1
        return data, None

    def pass_on(self, source, sink, way):
        done, rate = 0, self.rules.get("rate-" + way)
        while data := source.recv(65536):
            data, kind = self.strike(way, done, data)
            sink.sendall(data)
            done += len(data)
            counts[way] += len(data)
            if kind == "reset":
                time.sleep(.02)         # what was sent arrives before it
                self.reset()
            elif kind == "stall":
                self.over.wait()
            elif kind == "end":
                self.over.set()
                for end in (self.client, self.server):
                    end.shutdown(socket.SHUT_RDWR)
            if self.over.is_set():
                return
            if rate:
                time.sleep(len(data) / rate)
        sink.shutdown(socket.SHUT_WR)

    def run(self, source, sink, way):
        try:
            self.pass_on(source, sink, way)
        except OSError:                 # as the other end did
            if not self.over.is_set():
                self.reset()


def rules_of_the_next():
    """With lock held: what the next connection has to suffer"""
    counts["connections"] += 1
    if fault.get("skip", 0) > 0:
        fault["skip"] -= 1
        return {}
    rules = dict(fault)
    if "times" in fault:
        fault["times"] -= 1
        if fault["times"] == 0:
            fault.clear()
    return rules


def serve(client, target):
    with lock:
        rules = rules_of_the_next()
    try:
        server = socket.create_connection(("127.0.0.1", target))
    except OSError:
        close_hard(client)
        return
    for end in client, server:
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link = Link(client, server, rules)
    with lock:
        links.add(link)
    ways = [threading.Thread(target=link.run, args=args, daemon=True)
            for args in ((client, server, "up"), (server, client, "down"))]
    for way in ways:
        way.start()
    for way in ways:
        way.join()
    with lock:
        links.discard(link)
    client.close()
    server.close()


def listen(port):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


def accept_all(port, target):
    while True:
        is_open.wait()
        with listen(port) as listener:
            listener.settimeout(.05)
            while is_open.is_set():
                try:
                    client = listener.accept()[0]
                except TimeoutError:
                    continue
                client.settimeout(None)
                threading.Thread(target=serve, args=(client, target),
                                 daemon=True).start()


def obey(words):
    for word in words:
        name, _, value = word.partition("=")
        if name == "clear":
            fault.clear()
            is_open.set()
            for link in links:
                if link.rules:
                    link.reset()
        elif name == "refuse":
            is_open.clear()
            for link in links:
                link.reset()
        else:
            fault[name] = int(value)


def control(port):
    listener = listen(port)
    while True:
        client = listener.accept()[0]
        with client, client.makefile() as lines, lock:
            obey(lines.readline().split())
            client.sendall(json.dumps(
                dict(counts, fault=fault, links=len(links))).encode() + b"\n")


def main():
    port, target, control_port = map(int, sys.argv[1:4])
    is_open.set()
    threading.Thread(target=accept_all, args=(port, target),
                     daemon=True).start()
    control(control_port)


main()
