"""A client of ix-worker's HTTP API, of the standard library alone.

    from ix_client import Client, Problem

    client = Client("http://127.0.0.1:8791", token_file="~/.local/state/ix-worker/http-token")
    job = client.enqueue("echo", "order-17", client_id="shop", context={"hello": "world"})
    done = client.wait(job["job_id"])
    print(done["status"], client.response(job["job_id"]))

`enqueue` may be repeated without harm: the same request_id finds the same job. A call that the server can't carry out now
(503, 429, a lost connection) is tried again for `retry_for` seconds.
"""
from .client import Client, Job
from .connection import Problem
from .events import Event
from .webhooks import BadSignature, verify_callback

__all__ = ["BadSignature", "Client", "Event", "Job", "Problem", "verify_callback"]
