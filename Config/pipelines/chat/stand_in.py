#!/usr/bin/env python3
"""Stands in for an LLM server: answers POST /v1/chat/completions as one does, by turning the last message round.

    stand_in.py PORT      0 for a free one; the port is printed

The content "busy" is answered with 429 and Retry-After, "broken" with 500, a body without messages with 400.
"""
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path != "/v1/chat/completions":
            return self.answer(404, {"error": {"message": "not found", "type": "invalid_request_error"}})
        request = json.loads(body)
        if not request.get("messages"):
            return self.answer(400, {"error": {"message": "messages is missing", "type": "invalid_request_error"}})
        text = request["messages"][-1]["content"]
        if text == "busy":
            return self.answer(429, {"error": {"message": "busy", "type": "rate_limit_error"}}, {"retry-after": "1"})
        if text == "broken":
            return self.answer(500, {"error": {"message": "broken", "type": "server_error"}})
        usage = {"prompt_tokens": len(text.split()), "completion_tokens": len(text.split())}
        choice = {"index": 0, "message": {"role": "assistant", "content": text[::-1]}, "finish_reason": "stop"}
        self.answer(200, {
            "id": "chatcmpl-1", "object": "chat.completion", "created": int(time.time()),
            "model": request.get("model"), "choices": [choice], "usage": usage})

    def answer(self, status, body, headers=()):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
