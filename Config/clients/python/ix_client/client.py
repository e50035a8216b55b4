"""The calls of a producer and of a reader."""
import time
from typing import Any, Dict, Iterable, Iterator, Optional

from .connection import Connection
from .events import Event, follow

Job = Dict[str, Any]


class Client:
    """Calls one server. An instance may be shared by threads."""

    def __init__(self, server: str, token: Optional[str] = None, token_file: Optional[str] = None,
                 retry_for: float = 60.0, timeout: float = 90.0) -> None:
        self._connection = Connection(server, token, token_file, retry_for, timeout)

    def enqueue(self, use_case: str, request_id: str, client_id: Optional[str] = None,
                callback_url: Optional[str] = None, run_at: Optional[str] = None, expires_at: Optional[str] = None,
                max_attempts: Optional[int] = None, lenient: bool = False, wait: Optional[str] = None,
                traceparent: Optional[str] = None, tracestate: Optional[str] = None, **fields: Any) -> Job:
        """Inserts a job, or finds the job of the same request_id. Returns job_id, ix_id, status, duplicate, differs."""
        request = dict(fields, use_case=use_case, request_id=request_id)
        if client_id is not None:
            request["ix_client_id"] = client_id
        options = {"callback_url": callback_url, "run_at": run_at, "expires_at": expires_at,
                   "max_attempts": max_attempts}
        body = {"request": request, **{name: value for name, value in options.items() if value is not None}}
        headers = {"Prefer": "handling=lenient"} if lenient else {}
        if traceparent is not None:
            headers["traceparent"] = traceparent
            if tracestate is not None:
                headers["tracestate"] = tracestate
        return self._connection.json("POST", "/v1/jobs", {"wait": wait}, body, headers)

    def get(self, job_id: str, wait: Optional[str] = None, include: Iterable[str] = ()) -> Job:
        """Returns a job; `wait` is a duration such as 30s."""
        return self._connection.json("GET", f"/v1/jobs/{job_id}", {"wait": wait, "include": ",".join(include) or None})

    def lookup(self, request_id: str, client_id: Optional[str] = None) -> Job:
        """Returns the job of a request_id."""
        return self._connection.json("GET", "/v1/jobs/lookup", {"client_id": client_id, "request_id": request_id})

    def wait(self, job_id: str, seconds: float = 3600.0) -> Job:
        """Returns the ended job. Raises TimeoutError when the job has not ended in time."""
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            job = self.get(job_id, wait=f"{max(0.0, min(left, 30.0)):.3f}s")
            if job["status"] in ("done", "error"):
                return job
            if left <= 0:
                raise TimeoutError(f"job {job_id} is still {job['status']}")

    def request(self, job_id: str) -> Any:
        """Returns the request document."""
        return self._connection.json("GET", f"/v1/jobs/{job_id}/request")

    def response(self, job_id: str) -> Any:
        """Returns the response document."""
        return self._connection.json("GET", f"/v1/jobs/{job_id}/response")

    def jobs(self, **filters: Any) -> Iterator[Job]:
        """Yields jobs, newest first, page by page. A filter that is a list means any of its words."""
        chosen = {name: value if isinstance(value, (str, int)) else ",".join(value) for name, value in filters.items()}
        after: Optional[str] = None
        while True:
            page = self._connection.json("GET", "/v1/jobs", dict(chosen, after=after))
            yield from page["jobs"]
            after = page["next"]
            if after is None:
                return

    def follow(self, job_id: str, last_id: Optional[str] = None) -> Iterator[Event]:
        """Yields the events of a job up to its end: status, attempt, progress, log, callback, gap, end."""
        def has_ended() -> bool:
            return self.get(job_id)["status"] in ("done", "error")

        return follow(self._connection, f"/v1/jobs/{job_id}/events", last_id, has_ended)

    def follow_queue(self, last_id: Optional[str] = None) -> Iterator[Event]:
        """Yields the statistics of the queue whenever they change, without an end."""
        return follow(self._connection, "/v1/events", last_id, lambda: False)

    def cancel(self, job_id: str) -> Job:
        """Cancels a job: `result` is cancelled or cancelling."""
        return self._connection.json("POST", f"/v1/jobs/{job_id}/cancel")

    def resubmit(self, job_id: str, request_id: Optional[str] = None) -> Job:
        """Inserts an ended job again."""
        body = {"request_id": request_id} if request_id else {}
        return self._connection.json("POST", f"/v1/jobs/{job_id}/resubmit", body=body)

    def stats(self) -> Dict[str, Any]:
        """Returns the counts of the queue."""
        return self._connection.json("GET", "/v1/stats")
