"""A client of ix-worker's HTTP API, in one file of the standard library.

    from ix_client import Client, Problem

    client = Client("http://127.0.0.1:8791", token_file="~/.local/state/ix-worker/http-token")
    job = client.enqueue("echo", "order-17", client_id="shop", context={"hello": "world"})
    done = client.wait(job["job_id"])
    print(done["status"], client.response(job["job_id"]))

`enqueue` may be repeated without harm: the same request_id finds the same job. A call that the server can't carry out now
(503, 429, a lost connection) is tried again for `retry_for` seconds.
"""
import json
import os
import random
import time
import urllib.error
import urllib.parse
import urllib.request


class Problem(Exception):
    """A refusal by the server: `name`, `status`, `detail`, and `members` with everything else."""

    def __init__(self, status, members):
        self.status = status
        self.members = members
        self.name = members.get("type", "").rsplit("/", 1)[-1]
        self.detail = members.get("detail", "")
        super().__init__(f"{self.name} ({status}): {self.detail}")


class Client:
    """Calls one server. An instance may be shared by threads."""

    def __init__(self, server, token=None, token_file=None, retry_for=60.0, timeout=90.0):
        self.server = server.rstrip("/")
        self.retry_for = retry_for
        self.timeout = timeout
        if token is None and token_file is not None:
            with open(os.path.expanduser(token_file), encoding="utf-8") as file:
                token = file.read().split()[-1]
        self._token = token

    def enqueue(self, use_case, request_id, client_id=None, callback_url=None, run_at=None, expires_at=None,
                max_attempts=None, lenient=False, wait=None, **fields):
        """Inserts a job, or finds the job of the same request_id. Returns job_id, ix_id, status, duplicate, differs."""
        request = dict(fields, use_case=use_case, request_id=request_id)
        if client_id is not None:
            request["ix_client_id"] = client_id
        body = {"request": request}
        for name, value in (("callback_url", callback_url), ("run_at", run_at), ("expires_at", expires_at),
                            ("max_attempts", max_attempts)):
            if value is not None:
                body[name] = value
        headers = {"Prefer": "handling=lenient"} if lenient else {}
        return self._json("POST", "/v1/jobs", {"wait": wait}, body, headers)

    def get(self, job_id, wait=None, include=()):
        """Returns a job; `wait` is a duration such as 30s."""
        return self._json("GET", f"/v1/jobs/{job_id}", {"wait": wait, "include": ",".join(include) or None})

    def wait(self, job_id, seconds=3600.0):
        """Returns the ended job. Raises TimeoutError when the job has not ended in time."""
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            job = self.get(job_id, wait=f"{max(0.0, min(left, 30.0)):.3f}s")
            if job["status"] in ("done", "error"):
                return job
            if left <= 0:
                raise TimeoutError(f"job {job_id} is still {job['status']}")

    def request(self, job_id):
        """Returns the request document."""
        return self._json("GET", f"/v1/jobs/{job_id}/request")

    def response(self, job_id):
        """Returns the response document."""
        return self._json("GET", f"/v1/jobs/{job_id}/response")

    def jobs(self, **filters):
        """Yields jobs, newest first, page by page."""
        after = None
        while True:
            page = self._json("GET", "/v1/jobs", dict(filters, after=after))
            yield from page["jobs"]
            after = page["next"]
            if after is None:
                return

    def cancel(self, job_id):
        """Cancels a job: `result` is cancelled or cancelling."""
        return self._json("POST", f"/v1/jobs/{job_id}/cancel")

    def resubmit(self, job_id, request_id=None):
        """Inserts an ended job again."""
        return self._json("POST", f"/v1/jobs/{job_id}/resubmit", body={"request_id": request_id} if request_id else {})

    def stats(self):
        """Returns the counts of the queue."""
        return self._json("GET", "/v1/stats")

    def _json(self, method, path, query=None, body=None, headers=None):
        pairs = {name: value for name, value in (query or {}).items() if value is not None}
        url = self.server + path + ("?" + urllib.parse.urlencode(pairs) if pairs else "")
        data = None if body is None else json.dumps(body).encode()
        fields = dict(headers or {}, Accept="application/json")
        if data is not None:
            fields["Content-Type"] = "application/json"
        if self._token:
            fields["Authorization"] = "Bearer " + self._token
        end = time.monotonic() + self.retry_for
        pause = 0.1
        while True:
            try:
                request = urllib.request.Request(url, data=data, headers=fields, method=method)
                with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                    text = answer.read()
                    return json.loads(text) if text else None
            except urllib.error.HTTPError as error:
                problem = Problem(error.code, self._members(error.read()))
                again = error.headers.get("Retry-After")
                if error.code not in (429, 503) or time.monotonic() >= end:
                    raise problem from None
                pause = max(pause, float(again)) if again and again.isdigit() else pause
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                # Every call of this client may be repeated.
                if time.monotonic() >= end:
                    raise
            time.sleep(min(pause * random.uniform(0.5, 1.5), max(0.0, end - time.monotonic())))
            pause = min(pause * 2, 5.0)

    @staticmethod
    def _members(text):
        try:
            return json.loads(text)
        except ValueError:
            return {"detail": text.decode(errors="replace")}
