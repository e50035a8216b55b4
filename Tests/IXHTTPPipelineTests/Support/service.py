"""A real HTTP server: answers as the path says, and writes what it was asked to the file it is given."""
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

BODIES = {"empty": b"", "text": b"hello", "list": b"[1]", "nul": b'{"a":"\\u0000"}'}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        seen = {"headers": {k.lower(): v for k, v in self.headers.items()}, "body": body}
        with open(sys.argv[1], "a") as log:
            log.write(json.dumps(seen) + "\n")
        url = urlparse(self.path)
        what, query = url.path.strip("/"), parse_qs(url.query)
        if what == "hangup":
            self.close_connection = True
            return
        if what == "raw":
            self.wfile.write(("HTTP/1.1 %s x\r\ncontent-length: 0\r\n\r\n" % query["status"][0]).encode())
            return
        if what == "slow":
            time.sleep(30)
            return
        self.answer(int(what), query)

    def answer(self, status, query):
        kind = query.get("body", ["ok"])[0]
        self.send_response(status)
        if "retry-after" in query:
            self.send_header("retry-after", query["retry-after"][0])
        if 300 <= status < 400:
            self.send_header("location", "/200")
        if kind == "endless":
            return self.endless()
        data = BODIES.get(kind, b'{"n":1.10}')
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def endless(self):
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            for _ in range(1000):
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)


def end_with_the_test():
    sys.stdin.read()
    server.shutdown()


threading.Thread(target=end_with_the_test, daemon=True).start()
server.serve_forever()
