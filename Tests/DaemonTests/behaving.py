#!/usr/bin/env python3
"""A receiver on 127.0.0.1 that behaves as each path says; prints its port and a JSON line per POST as it comes.

    behaving.py [PORT [STORE]]      with the URL or file of the store, each line has the job's status as it is then, read on
                                    a connection of its own: what is not committed is not seen

    /ok…            204
    /status/CODE…   that status                     /after/CODE/SECONDS…   the same with Retry-After
    /redirect…      302 to /elsewhere, likewise 301, 303, 307, 308 as /redirect/CODE
    /flap/N…        503 N times per path, then 204   /hang…                 no answer
    /drip…          204 and a body, a byte every half second without end
    /dripping-head… a head, a byte every half second without end
    /endless…       200 and a body without end       /large…                500 and 1 MiB
    /garbage…       what is no HTTP                  /close…                hangs up
    /slow/SECONDS…  204 after so long
"""
import collections
import json
import os
import socketserver
import sqlite3
import subprocess
import sys
import time

times = collections.Counter()
STORE = (sys.argv + ["", ""])[2]


def status(job):
    query = "SELECT status FROM ix_jobs WHERE job_id = '%s'" % job
    if STORE.startswith("/"):
        rows = sqlite3.connect("file:%s?mode=ro" % STORE, uri=True, timeout=10).execute(query).fetchall()
        return rows[0][0] if rows else None
    return subprocess.run(["psql", STORE, "-qAtXc", query], capture_output=True, text=True).stdout.strip()


class Receiver(socketserver.StreamRequestHandler):
    def handle(self):
        at = time.time()
        try:
            verb, path, _ = self.rfile.readline().decode("latin-1").split(" ", 2)
        except ValueError:
            return
        headers = {}
        for line in iter(lambda: self.rfile.readline().decode("latin-1").strip(), ""):
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length") or 0)).decode()
        line = {"at": at, "verb": verb, "path": path, "headers": headers, "body": body}
        if STORE:
            line["status"] = status(headers.get("webhook-id"))
        os.write(1, (json.dumps(line) + "\n").encode())
        times[path] += 1
        try:
            self.behave(path.strip("/").split("/"), path)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def behave(self, words, path):
        kind = words[0]
        if kind == "status":
            self.answer(int(words[1]))
        elif kind == "after":
            self.answer(int(words[1]), "Retry-After: %s\r\n" % words[2].replace("_", " "))
        elif kind == "redirect":
            code = int(words[1]) if len(words) > 1 else 302
            self.answer(code, "Location: http://127.0.0.1:%d/elsewhere\r\n" % self.server.server_address[1])
        elif kind == "flap":
            self.answer(503 if times[path] <= int(words[1]) else 204)
        elif kind == "slow":
            time.sleep(float(words[1]))
            self.answer(204)
        elif kind == "hang":
            time.sleep(600)
        elif kind == "drip":
            self.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            self.drip(b"1\r\nx\r\n")
        elif kind == "dripping-head":
            self.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
            self.drip(b"x")
        elif kind == "endless":
            self.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                self.write(b"x" * 65536)
        elif kind == "large":
            self.write(b"HTTP/1.1 500 No\r\nContent-Length: 1048576\r\n\r\n" + b"\0answer \xff" * 100000)
        elif kind == "lf-only":
            self.write(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok")
        elif kind == "two-lengths":
            self.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok")
        elif kind == "garbage":
            self.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        elif kind != "close":
            self.answer(204)

    def answer(self, code, extra=""):
        reason = b"" if code == 204 else b"it is so"
        head = "HTTP/1.1 %d X\r\n%sContent-Length: %d\r\n\r\n" % (code, extra, len(reason))
        self.write(head.encode() + reason)

    def drip(self, byte):
        while True:
            self.write(byte)
            time.sleep(0.5)

    def write(self, data):
        self.wfile.write(data)
        self.wfile.flush()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512


if __name__ == "__main__":
    server = Server(("127.0.0.1", int((sys.argv + ["0"])[1])), Receiver)
    os.write(1, b"port %d\n" % server.server_address[1])
    server.serve_forever()
