"""Server-sent events, with a new connection where one is lost."""
import json
import time
from typing import Any, Callable, Dict, Iterator, NamedTuple, Optional

from .connection import Connection, Problem


class Event(NamedTuple):
    """An event: `gap` says that events were missed, `end` is a job's last state."""

    name: str
    data: Any
    id: Optional[str]


class _Reader:
    """Puts the lines of one stream together."""

    def __init__(self, last_id: Optional[str], retry: float) -> None:
        self.last_id = last_id
        self.retry = retry
        self._fields: Dict[str, str] = {}

    def take(self, line: str) -> Optional[Event]:
        """Returns the event that an empty line ends."""
        if line:
            name, _, value = line.partition(":")
            value = value[1:] if value.startswith(" ") else value
            if name == "retry" and value.isdigit():
                self.retry = int(value) / 1000
            elif name:
                self._fields[name] = value
            return None
        fields, self._fields = self._fields, {}
        if "data" not in fields:
            return None
        self.last_id = fields.get("id", self.last_id)
        return Event(fields.get("event", "message"), json.loads(fields["data"]), fields.get("id"))


def follow(connection: Connection, path: str, last_id: Optional[str], has_ended: Callable[[], bool]) -> Iterator[Event]:
    """Yields events until the stream has told its end. A lost connection goes on behind the last event.

    `has_ended` is asked about a stream that ended without telling why: by a proxy, or because all was told before.
    """
    retry, since = 2.0, time.monotonic()
    while True:
        reader = _Reader(last_id, retry)
        headers = {"Accept": "text/event-stream"}
        if last_id:
            headers["Last-Event-ID"] = last_id
        is_over = False
        try:
            # The server writes a comment at least each 15 seconds.
            for line in connection.lines(path, headers, timeout=45):
                since = time.monotonic()
                event = reader.take(line)
                if event is None:
                    continue
                if event.name == "bye":
                    break
                yield event
                is_over = is_over or event.name in ("end", "gone")
            else:
                is_over = is_over or has_ended()
        except Problem as problem:
            if problem.status not in (429, 503) or time.monotonic() - since > connection.retry_for:
                raise
        except OSError:
            if time.monotonic() - since > connection.retry_for:
                raise
        if is_over:
            return
        last_id, retry = reader.last_id, reader.retry
        time.sleep(retry)
