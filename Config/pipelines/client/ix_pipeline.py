"""The Python end of a `worker` pipeline: JSON lines on standard input and output, one job at a time.

    import ix_pipeline

    def run(request, job):
        job.progress(0.5, "half way")
        return {"answer": 42}

    ix_pipeline.serve(run)

What `run` returns is the response. Raise Retry to be started again, Discard to give up; any other exception ends the
job with the code pipeline_error, its traceback in the job's log. print() goes to the job's log too, since standard
output belongs to the protocol. A cancel raises Cancelled in `run` at the next job.progress(), or at once when
serve(run, interrupt=True) was asked for.

Standard library only; Python 3.9 or later. Copy it beside your pipeline.
"""
import json
import os
import queue
import signal
import sys
import threading
import traceback


class Retry(Exception):
    """Not now: start the job again, after so many seconds if given."""

    def __init__(self, message="the pipeline asked for another attempt", after=None):
        super().__init__(message)
        self.after = after


class Discard(Exception):
    """Never: end the job with this error."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Cancelled(BaseException):
    """The job is not wanted any more. Not an Exception, so that a broad `except` doesn't swallow it."""


class Job:
    """What a run knows beside its request: job_id, ix_id, use_case, client_id, request_id, attempt (1 for the first),
    max_attempts, deadline (RFC 3339) and traceparent."""

    def __init__(self, fields, send):
        self.__dict__.update(fields)
        self._send = send
        self._cancelled = threading.Event()

    @property
    def cancelled(self):
        return self._cancelled.is_set()

    def progress(self, fraction, message=None):
        """How far the run is, 0 to 1, and a line for people."""
        if self.cancelled:
            raise Cancelled()
        self._send({"progress": fraction, **({"message": message} if message else {})})

    def log(self, text):
        """A line for the job's log."""
        self._send({"log": str(text)})


class _Daemon:
    """The other end of the pipes."""

    def __init__(self, interrupt):
        # The protocol keeps the descriptors to itself: whatever else prints or reads can't get between.
        self._out = os.fdopen(os.dup(1), "wb", buffering=0)
        self._in = os.fdopen(os.dup(0), "rb")
        os.dup2(2, 1)
        os.close(0)
        os.open(os.devnull, os.O_RDONLY)
        sys.stdout = os.fdopen(os.dup(2), "w", buffering=1)
        self._interrupt = interrupt
        self._lock = threading.Lock()
        self._runs = queue.Queue()
        self._job = None
        threading.Thread(target=self._listen, daemon=True).start()

    def send(self, message):
        line = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            self._out.write(line)

    def jobs(self):
        """(request, Job) pairs until the daemon closes its end."""
        while (item := self._runs.get()) is not None:
            self._job = Job(item["job"], self.send)
            yield item["request"], self._job
            self._job = None

    def _listen(self):
        for line in self._in:
            message = json.loads(line)
            if "run" in message:
                self._runs.put(message["run"])
            elif "cancel" in message:
                self._cancel(message["cancel"]["job_id"])
        self._runs.put(None)

    def _cancel(self, job_id):
        job = self._job
        if job is None or job.job_id != job_id:
            return
        job._cancelled.set()
        if self._interrupt:
            signal.raise_signal(signal.SIGUSR1)


def serve(run, interrupt=False):
    """Runs jobs until the daemon closes its end. Call it in the main thread, once everything slow is loaded."""
    if interrupt:

        def raise_cancelled(*_):
            raise Cancelled()

        signal.signal(signal.SIGUSR1, raise_cancelled)
    daemon = _Daemon(interrupt)
    daemon.send({"ready": {"protocol": 1}})
    for request, job in daemon.jobs():
        daemon.send(_answer(run, request, job))


def _answer(run, request, job):
    try:
        return {"done": {"job_id": job.job_id, "response": run(request, job)}}
    except Retry as stop:
        after = {} if stop.after is None else {"after": stop.after}
        return {"retry": {"job_id": job.job_id, "message": str(stop), **after}}
    except Discard as stop:
        return {"discard": {"job_id": job.job_id, "code": stop.code, "message": str(stop)}}
    except Cancelled:
        return {"discard": {"job_id": job.job_id, "code": "cancelled", "message": "cancelled"}}
    except Exception:
        traceback.print_exc()
        return {"discard": {"job_id": job.job_id, "code": "pipeline_error", "message": "the pipeline failed"}}
