#!/usr/bin/env python3
"""The storm's receiver of callbacks on 127.0.0.1: receiver.py PORT_FILE OUT_FILE

The receiver writes its port to PORT_FILE, appends each callback to OUT_FILE as one JSON line (at, ixID, body) and answers
204. The receiver ends when its standard input closes.
"""
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(BaseHTTPRequestHandler):
    lock = threading.Lock()

    def do_POST(self):
        at = time.time()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        line = {"at": at, "ix_id": json.loads(body)["ix_id"], "body": body}
        with self.lock, open(self.server.out, "a", encoding="utf-8") as out:
            out.write(json.dumps(line).replace('"ix_id"', '"ixID"', 1) + "\n")
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def main(port_file, out_file):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    server.out = out_file
    with open(port_file + ".new", "w", encoding="utf-8") as new:
        new.write("%d\n" % server.server_port)
    os.rename(port_file + ".new", port_file)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
