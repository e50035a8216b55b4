#!/usr/bin/env python3
"""Receives callbacks on 127.0.0.1 and verifies their signatures: receiver.py SECRET [PORT]; one JSON line for each."""
import base64, hashlib, hmac, json, os, sys, time  # noqa: E401
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = base64.b64decode(sys.argv[1].removeprefix("whsec_"))


def is_genuine(headers, body):
    """Whether somebody who knows the secret signed exactly these bytes within the last five minutes."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > 300:
        return False
    content = ("%s.%s." % (message_id, timestamp)).encode() + body
    expected = base64.b64encode(hmac.new(SECRET, content, hashlib.sha256).digest()).decode()
    given = [one.partition(",")[2] for one in headers.get("webhook-signature", "").split() if one.startswith("v1,")]
    return any(hmac.compare_digest(expected, one) for one in given)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        genuine = is_genuine(self.headers, body)
        # Do the work before the answer: only a 2xx ends it, and the same webhook-id may come again.
        line = {"path": self.path, "headers": dict(self.headers), "body": body.decode(), "genuine": genuine}
        os.write(1, (json.dumps(line) + "\n").encode())
        self.send_response(204 if genuine else 401)
        self.end_headers()

    def log_message(self, *_): pass


server = ThreadingHTTPServer(("127.0.0.1", int((sys.argv + ["0"])[2])), Receiver)
os.write(1, b"port %d\n" % server.server_port)
server.serve_forever()
