"""The Python end of a `worker` pipeline: JSON lines on standard input and output, one job at a time.

    import ix_pipeline

    def run(request, job):                  # or: async def run(request, job)
        job.progress(0.5, "half way")
        return {"answer": 42}

    ix_pipeline.serve(run)

The value that `run` returns is the response. Raise Retry for another start, Discard to give the job up. Every other
exception ends the job with the code pipeline_error, and the traceback is in the job's log: sys.exit() too. A response that
JSON can't write ends the job the same way, and the error names the place, such as $.items[3].price.

print() and logging go to the job's log, because standard output belongs to the protocol. A cancel raises Cancelled at the
next job.progress(), and in an `async def run` at its next await. A run that takes no notice is ended by TERM after half of
the grace, with its process.

The process is kept for the next job: files, environment and globals of one job are there for the next, which may be another
client's. job.leave() makes this job the process's last.

Standard library only; Python 3.9 or later. Copy the file beside your pipeline.
"""
from __future__ import annotations

import asyncio
import collections
import inspect
import json
import math
import os
import select
import sys
import threading
import traceback
from typing import Any, Awaitable, Callable, Optional, Union

__version__ = "2"
__all__ = ["Cancelled", "Discard", "Job", "Retry", "serve"]

# JSON has no NaN and no infinity; Python writes both unless told.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class Retry(Exception):
    """Start the job again later: after `after` seconds if given."""

    def __init__(self, message: str = "the pipeline asked for another attempt", after: Optional[float] = None):
        super().__init__(message)
        self.after = after


class Discard(Exception):
    """End the job with this error, because another start would not help."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


class Cancelled(BaseException):
    """The job was cancelled. Not an Exception, so that a broad `except Exception` lets it pass."""


class Job:
    """What a run knows beside its request."""

    #: The job's id, and the number of the attempt, from 1.
    job_id: str
    attempt: int
    max_attempts: int
    ix_id: str
    use_case: str
    client_id: str
    request_id: str
    #: The time at which the daemon stops the run: RFC 3339, UTC.
    deadline: str
    traceparent: str
    #: The caller's W3C tracestate; None without one.
    tracestate: Optional[str] = None
    #: The job's own empty directory, which is then the working directory too; None without `fresh_directory`.
    directory: Optional[str] = None

    def __init__(self, fields: dict, pipes: _Pipes):
        self.__dict__.update(fields)
        self._pipes = pipes
        # Every line names the job and the attempt: the same job may come again, and a thread may outlive its run.
        self._run = {name: fields[name] for name in ("job_id", "attempt") if name in fields}
        self._leaves = False

    @property
    def cancelled(self) -> bool:
        """True when the daemon wants the job ended. Costs a look at the pipe."""
        return self._pipes.has_cancelled(self._run)

    def progress(self, fraction: Optional[float], message: Any = None) -> None:
        """Tells how far the run is, 0 to 1, and a line for people. A fraction that is no number counts as unknown."""
        if self.cancelled:
            raise Cancelled()
        line = {"progress": _fraction(fraction), **self._run}
        if message is not None and message != "":
            line["message"] = _text(message)
        self._pipes.hint(line)

    def log(self, text: Any) -> None:
        """Adds a line to the job's log."""
        self._pipes.hint({"log": _text(text), **self._run})

    def leave(self) -> None:
        """Makes this job the process's last. The next job finds a fresh process."""
        self._leaves = True


def serve(run: Callable[[Any, Job], Union[Any, Awaitable[Any]]]) -> None:
    """Runs jobs until the daemon closes its end. Call it once everything slow is loaded."""
    pipes = _Pipes()
    call = _Async(run, pipes) if inspect.iscoroutinefunction(run) else run
    home = os.getcwd()
    pipes.send({"ready": {"protocol": 2}})
    while (message := pipes.next_run()) is not None:
        pipes.reopen()
        job = Job(message["job"], pipes)
        if job.directory:
            os.chdir(job.directory)
        line = _line(call, message["request"], job)
        if os.getpid() != pipes.owner:
            os._exit(0)  # a fork that came back out of the handler: the job is the parent's
        if job.directory:
            os.chdir(home)
        pipes.write(line)
        if job._leaves:
            return


class _Async:
    """Runs `async def run` on one event loop for the life of the process."""

    def __init__(self, run, pipes):
        self._run, self._pipes = run, pipes
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)

    def __call__(self, request, job):
        task = self._loop.create_task(self._run(request, job))

        def look():
            if job.cancelled:
                self._loop.remove_reader(self._pipes.input)
                task.cancel()

        self._loop.add_reader(self._pipes.input, look)
        try:
            return self._loop.run_until_complete(task)
        except asyncio.CancelledError:
            if job.cancelled:
                raise Cancelled() from None
            raise
        finally:
            self._loop.remove_reader(self._pipes.input)


class _Pipes:
    """The way to the daemon and back. Safe from any thread; a forked child has no part in it."""

    def __init__(self):
        # The protocol keeps the descriptors to itself: nothing else that prints or reads can get between.
        self._out, self.input = os.dup(1), os.dup(0)
        # Standard input, output and error as jobs find them: empty, and the job's log twice.
        self._streams = (os.open(os.devnull, os.O_RDONLY), os.dup(2), os.dup(2))
        os.dup2(self._streams[0], 0)
        os.dup2(self._streams[1], 1)
        self.owner = os.getpid()
        self._writing, self._reading = threading.Lock(), threading.RLock()
        self._rest = b""
        self._runs: collections.deque = collections.deque()
        self._cancelled = None
        self._ended = False

    def reopen(self):
        """Opens again what the last job has closed: exit() closes standard input, for one."""
        for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
            try:
                os.fstat(number)
            except OSError:
                os.dup2(self._streams[number], number)
            if getattr(getattr(sys, name), "closed", True):
                setattr(sys, name, open(number, mode, closefd=False, errors="backslashreplace", buffering=1))

    def send(self, message):
        self.write(_ENCODER.encode(message).encode("utf-8", "replace") + b"\n")

    def hint(self, message):
        """Sends progress or log. A child of the run has no pipe of its own, and its text goes to standard error."""
        if os.getpid() == self.owner:
            return self.send(message)
        if "log" in message:
            print(message["log"], file=sys.stderr, flush=True)

    def write(self, line):
        with self._writing:
            while line:
                line = line[os.write(self._out, line):]

    def next_run(self):
        """The next run; None when the daemon has closed its end."""
        with self._reading:
            while not self._runs:
                if self._ended:
                    return None
                self._take()
            # What was cancelled was an earlier run.
            self._cancelled = None
            return self._runs.popleft()

    def has_cancelled(self, run):
        if os.getpid() != self.owner:
            return False
        with self._reading:
            while not self._ended and (b"\n" in self._rest or select.select([self.input], [], [], 0)[0]):
                self._take()
            cancelled = self._cancelled
        if self._ended:
            return True
        return cancelled is not None and all(cancelled.get(name, run[name]) == run[name] for name in run)

    def _take(self):
        """Reads a message and keeps it for the reader that waits for it. A run is kept even if a cancel was awaited."""
        while b"\n" not in self._rest:
            data = os.read(self.input, 1 << 16)
            if not data:
                self._ended = True
                return
            self._rest += data
        line, self._rest = self._rest.split(b"\n", 1)
        message = json.loads(line)
        if "run" in message:
            self._runs.append(message["run"])
        elif "cancel" in message:
            self._cancelled = message["cancel"]


def _line(run, request, job):
    """The answer as it is sent."""
    answer = _answer(run, request, job)
    if job._leaves:
        next(iter(answer.values()))["last"] = True
    # What was printed belongs to this job, not to the next one.
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # a closed stream prints nothing
            pass
    return _ENCODER.encode(answer).encode("utf-8", "replace") + b"\n"


def _answer(run, request, job):
    try:
        response = run(request, job)
        fault = _fault(response)
        if fault is None:
            return {"done": {**job._run, "response": response}}
        _say(f"the response can't be written as JSON: {fault}")
        return _discard(job, "pipeline_error", f"the response can't be written as JSON: {fault}")
    except Retry as stop:
        after = _number(stop.after)
        return {"retry": {**job._run, "message": _text(stop), **({} if after is None else {"after": after})}}
    except Discard as stop:
        return _discard(job, _text(stop.code), _text(stop))
    except Cancelled:
        return _discard(job, "cancelled", "cancelled")
    except BaseException:  # sys.exit and a library's cancellation end the job, never the process
        _say(traceback.format_exc())
        return _discard(job, "pipeline_error", "the pipeline failed")


def _say(text):
    try:
        print(text.rstrip("\n"), file=sys.stderr, flush=True)
    except Exception:  # the job has closed standard error
        pass


def _discard(job, code, message):
    return {"discard": {**job._run, "code": code, "message": message}}


def _text(value):
    """Any value as text that JSON can carry: a hint never fails."""
    try:
        return str(value).encode("utf-8", "replace").decode()
    except Exception:
        return f"<{type(value).__name__}>"


def _number(value):
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _fraction(value):
    number = _number(value)
    return None if number is None else min(max(number, 0.0), 1.0)


_LEVELS = 64


def _fault(value, place="$", level=0):
    """The first part of a response that JSON can't write, as words with its place; None when there is none."""
    if value is None or isinstance(value, bool) or type(value) is int:
        return None
    if isinstance(value, str):
        return f"{place} holds half a surrogate" if _is_torn(value) else None
    if isinstance(value, float):
        return None if math.isfinite(value) else f"{place} is {value}"
    if isinstance(value, int):
        return None
    if level >= _LEVELS:
        return f"{_short(place)} is nested deeper than {_LEVELS} levels"
    if isinstance(value, dict):
        for key, member in value.items():
            if not isinstance(key, (str, int, float, bool, type(None))):
                return f"{place} has a key of type {type(key).__name__}"
            if isinstance(key, str) and _is_torn(key) or isinstance(key, float) and not math.isfinite(key):
                return f"{place} has a key that JSON can't write: {key!r}"
            fault = _fault(member, f"{place}.{key}", level + 1)
            if fault:
                return fault
        return None
    if isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            fault = _fault(item, f"{place}[{index}]", level + 1)
            if fault:
                return fault
        return None
    return f"{place} is a {type(value).__name__}"


def _short(place):
    return place if len(place) <= 80 else place[:40] + "…" + place[-40:]


def _is_torn(text):
    try:
        text.encode()
        return False
    except UnicodeEncodeError:
        return True
