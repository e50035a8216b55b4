#!/usr/bin/env python3
"""The pipelines' program: does what the request's context says, so that a test knows what comes.

sleep: seconds; steps: parts of that time, each with progress and a line of the log; log: a line, with `long` more
characters; fail and message: the error.
"""
import json
import os
import sys
import time

context = json.load(sys.stdin).get("context") or {}
steps = int(context.get("steps", 1))
for step in range(steps):
    time.sleep(float(context.get("sleep", 0)) / steps)
    print(f"page {step + 1} of {steps} read", file=sys.stderr, flush=True)
    with open(os.environ["IX_CONTROL"], "a") as control:
        control.write(json.dumps({"progress": (step + 1) / steps, "message": context.get("word", f"page {step + 1} of {steps}")}) + "\n")
if "log" in context:
    sys.stderr.buffer.write((context["log"] + "x" * context.get("long", 0)).encode("utf-8", "surrogatepass") + b"\n")
if "fail" in context:
    print(json.dumps({"error": {"code": context["fail"], "message": context.get("message", "it failed")}}))
else:
    print(json.dumps({"response": {"text": context.get("text", "read"), "pages": steps}}))
