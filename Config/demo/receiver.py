#!/usr/bin/env python3
"""A small HTTP receiver on 127.0.0.1: receiver.py PORT_FILE OUT_FILE

Writes its port to PORT_FILE, appends each POST to OUT_FILE as one JSON line (path, headers, body), answers 204.
"""
import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(BaseHTTPRequestHandler):
    lock = threading.Lock()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        line = {"path": self.path, "headers": dict(self.headers), "body": body.decode("utf-8", "replace")}
        with self.lock, open(self.server.out, "a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def main(port_file, out_file):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    server.out = out_file
    # shutdown() waits for serve_forever(), which a signal handler interrupts: leave that to another thread.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    with open(port_file + ".new", "w", encoding="utf-8") as new:
        new.write("%d\n" % server.server_port)
    os.rename(port_file + ".new", port_file)
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
