#!/usr/bin/env python3
"""Enqueues a job and prints its response: enqueue.py SERVER TOKEN_FILE CLIENT REQUEST_ID."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))
from ix_client import Client  # noqa: E402

server, token_file, client_id, request_id = sys.argv[1:5]
client = Client(server, token_file=token_file)
job = client.enqueue("echo", request_id, client_id=client_id, context={"hello": "world"})
print(client.wait(job["job_id"])["status"], client.response(job["job_id"]))
