"""The Python end of a `worker` pipeline: JSON lines on standard input and output, one job at a time.

    import ix_pipeline

    def run(request, job):
        job.progress(0.5, "half way")
        return {"answer": 42}

    ix_pipeline.serve(run)

What `run` returns is the response. Raise Retry to be started again, Discard to give up; any other exception, and a
response that JSON can't write, ends the job with the code pipeline_error, its traceback in the job's log. print() goes to the job's log too, since standard
output belongs to the protocol. A cancel raises Cancelled in `run` at its next job.progress(); a run that doesn't come
by there is ended by TERM after half of the grace, and its process with it.

Standard library only; Python 3.9 or later. Copy it beside your pipeline.
"""
import json
import os
import select
import sys
import traceback


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
# JSON has no NaN and no infinity; Python writes them unless told.
_STRICT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


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

    def __init__(self, fields, pipes):
        self.__dict__.update(fields)
        self._pipes = pipes
        # Every line names the job and the attempt: the same job may come again, and a thread may outlive its run.
        self._run = {name: fields[name] for name in ("job_id", "attempt") if name in fields}

    @property
    def cancelled(self):
        """Whether the daemon wants the job ended. Costs a look at the pipe."""
        return self._pipes.has_cancelled(self._run)

    def progress(self, fraction, message=None):
        """How far the run is, 0 to 1, and a line for people."""
        if self.cancelled:
            raise Cancelled()
        self._pipes.send({"progress": fraction, **({"message": message} if message else {}), **self._run})

    def log(self, text):
        """A line for the job's log."""
        self._pipes.send({"log": str(text), **self._run})


class _Pipes:
    """The way to the daemon and back."""

    def __init__(self):
        # The protocol keeps the descriptors to itself: whatever else prints or reads can't get between.
        self._out, self._in = os.dup(1), os.dup(0)
        os.dup2(2, 1)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        self._rest = b""
        self._cancelled = None

    def send(self, message):
        self.write(_ENCODER.encode(message).encode() + b"\n")

    def write(self, line):
        while line:
            line = line[os.write(self._out, line):]

    def receive(self):
        """The next message, None when the daemon has closed its end."""
        while b"\n" not in self._rest:
            data = os.read(self._in, 1 << 16)
            if not data:
                return None
            self._rest += data
        line, self._rest = self._rest.split(b"\n", 1)
        return json.loads(line)

    def has_cancelled(self, run):
        while self._rest or select.select([self._in], [], [], 0)[0]:
            message = self.receive()
            if message is None:
                return True
            if "cancel" in message:
                self._cancelled = message["cancel"]
        # A cancel holds for the attempt that it names; a daemon that names none means the run in hand.
        cancelled = self._cancelled
        return cancelled is not None and all(cancelled.get(name, run[name]) == run[name] for name in run)

    def forget_cancel(self):
        """A run begins: what was cancelled was an earlier one."""
        self._cancelled = None


def serve(run):
    """Runs jobs until the daemon closes its end. Call it once everything slow is loaded."""
    pipes = _Pipes()
    pipes.send({"ready": {"protocol": 1}})
    while (message := pipes.receive()) is not None:
        if "run" in message:
            pipes.forget_cancel()
            job = Job(message["run"]["job"], pipes)
            pipes.write(_line(run, message["run"]["request"], job))


def _line(run, request, job):
    """The answer as it is sent. What JSON can't write (a datetime, NaN, half a surrogate) is the pipeline's failure."""
    try:
        return _STRICT.encode(_answer(run, request, job)).encode() + b"\n"
    except Exception:
        traceback.print_exc()
        return _STRICT.encode(_failed(job)).encode() + b"\n"


def _failed(job):
    return {"discard": {**job._run, "code": "pipeline_error", "message": "the pipeline failed"}}


def _answer(run, request, job):
    try:
        return {"done": {**job._run, "response": run(request, job)}}
    except Retry as stop:
        after = {} if stop.after is None else {"after": stop.after}
        return {"retry": {**job._run, "message": str(stop), **after}}
    except Discard as stop:
        return {"discard": {**job._run, "code": stop.code, "message": str(stop)}}
    except Cancelled:
        return {"discard": {**job._run, "code": "cancelled", "message": "cancelled"}}
    except Exception:
        traceback.print_exc()
        return _failed(job)
