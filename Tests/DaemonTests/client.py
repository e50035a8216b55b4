"""Does with the installed Python package what a producer does: client.py SERVER TOKEN_FILE SECRET."""
import json
import queue
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ix_client import BadSignature, Client, Problem, verify_callback

server, token_file, secret = sys.argv[1:4]
client = Client(server, token_file=token_file)


def started(handler):
    """A server on a free port of loopback, and its address."""
    there = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=there.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{there.server_port}"


# A job, its wait, its documents, and the same again.
job = client.enqueue("echo", "order-1", client_id="shop", context={"hello": "wörld", "n": 17})
assert not job["duplicate"], job
ended = client.wait(job["job_id"], seconds=30)
assert ended["status"] == "done" and ended["request_id"] == "order-1", ended
assert client.request(job["job_id"])["context"]["hello"] == "wörld"
assert "wörld" in json.dumps(client.response(job["job_id"]), ensure_ascii=False)
again = client.enqueue("echo", "order-1", client_id="shop", context={"hello": "wörld", "n": 17})
assert again["duplicate"] and not again["differs"] and again["job_id"] == job["job_id"], again
try:
    client.enqueue("echo", "order-1", client_id="shop", context={"other": True})
    sys.exit("another content passed")
except Problem as problem:
    assert problem.name == "request_differs" and problem.status == 409, problem
assert client.enqueue("echo", "order-1", client_id="shop", lenient=True)["differs"]
assert client.lookup("order-1", client_id="shop")["job_id"] == job["job_id"]

# Lists, by a filter with several words; a cancel; a resubmit.
waiting = client.enqueue("echo", "later", client_id="shop", run_at="2199-01-01T00:00:00Z")
assert client.cancel(waiting["job_id"])["result"] == "cancelled"
keys = {found["request_id"] for found in client.jobs(client_id="shop", status=["done", "error"], limit=1)}
assert keys == {"order-1", "later"}, keys
more = client.resubmit(waiting["job_id"])
assert client.resubmit(waiting["job_id"])["new_job_id"] == more["new_job_id"]
assert client.stats()["pending"] >= 0
try:
    client.get("00000000-0000-0000-0000-000000000000")
    sys.exit("an unknown job was found")
except Problem as problem:
    assert problem.name == "not_found", problem

# The life of a job, as events.
slow = client.enqueue("sleep", "slow", client_id="shop", options={"seconds": 2})
names = [event.name for event in client.follow(slow["job_id"])]
assert names[-1] == "end", names
assert next(client.follow_queue()).name == "stats"

# A callback, and its signature.
received = queue.Queue()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        received.put((dict(self.headers), self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


told = client.enqueue("echo", "told", client_id="shop", callback_url=started(Receiver))
headers, body = received.get(timeout=30)
assert verify_callback(["whsec_" + "A" * 32, secret], headers, body) == told["job_id"]
for bad in (lambda: verify_callback(secret, headers, body + b" "), lambda: verify_callback("whsec_" + "A" * 32, headers, body),
            lambda: verify_callback(secret, dict(headers, **{"webhook-timestamp": "1"}), body)):
    try:
        bad()
        sys.exit("a wrong signature passed")
    except BadSignature:
        pass

# A server that is away for a moment gets the same key again.
keys = []


class Away(BaseHTTPRequestHandler):
    def do_POST(self):
        keys.append(json.loads(self.rfile.read(int(self.headers["content-length"])))["request"]["request_id"])
        answer = b'{"job_id": "x"}' if len(keys) == 3 else b'{"type": "/problems/store_away", "detail": "away"}'
        if len(keys) == 1:
            return self.connection.close()
        self.send_response(201 if len(keys) == 3 else 503)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


assert Client(started(Away), token="t").enqueue("echo", "same", client_id="shop")["job_id"] == "x"
assert keys == ["same"] * 3, keys

# A stream that is lost goes on behind the last event.
asked = []


class Stream(BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append(self.headers.get("Last-Event-ID"))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"retry: 10\n\n: \n\n")
        if len(asked) == 1:
            self.wfile.write(b'id: a-1\nevent: stats\ndata: {"n": 1}\n\nid: a-2\nevent: stats\nda')
        elif len(asked) == 2:
            self.wfile.write(b"event: bye\ndata: {}\n\n")
        else:
            self.wfile.write(b'event: gap\ndata: {"missed":3}\n\nid: a-5\nevent: stats\ndata: {"n": 5}\n\n')

    def log_message(self, *_):
        pass


events = Client(started(Stream), token="t").follow_queue()
assert [(event.name, event.data) for event in (next(events), next(events), next(events))] == [
    ("stats", {"n": 1}), ("gap", {"missed": 3}), ("stats", {"n": 5})]
assert asked == [None, "a-1", "a-1"], asked
print("all is well")
