"""Requests to one server, tried again where that is harmless."""
import json
import os
import random
import time
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from typing import Any, Dict, Iterator, Mapping, Optional

Query = Mapping[str, Any]


class Problem(Exception):
    """A refusal by the server: `name`, `status`, `detail`, and `members` with everything else."""

    def __init__(self, status: int, members: Dict[str, Any]) -> None:
        self.status = status
        self.members = members
        self.name: str = str(members.get("type", "")).rsplit("/", 1)[-1]
        self.detail: str = str(members.get("detail", ""))
        super().__init__(f"{self.name} ({status}): {self.detail}")


class Connection:
    """Calls one server. An instance may be shared by threads."""

    def __init__(self, server: str, token: Optional[str], token_file: Optional[str], retry_for: float,
                 timeout: float) -> None:
        self.server = server.rstrip("/")
        self.retry_for = retry_for
        self.timeout = timeout
        if token is None and token_file is not None:
            with open(os.path.expanduser(token_file), encoding="utf-8") as file:
                token = file.read().split()[-1]
        self._token = token

    def json(self, method: str, path: str, query: Optional[Query] = None, body: Any = None,
             headers: Optional[Mapping[str, str]] = None) -> Any:
        """Returns the answer's JSON. Raises Problem for a refusal; every call of this client may be repeated."""
        request = self._request(method, path, query, body, dict(headers or {}, Accept="application/json"))
        end = time.monotonic() + self.retry_for
        pause = 0.1
        while True:
            try:
                with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                    text = answer.read()
                    return json.loads(text) if text else None
            except urllib.error.HTTPError as error:
                with error:
                    problem = self.problem(error)
                    again = error.headers.get("Retry-After")
                if problem.status not in (429, 503) or time.monotonic() >= end:
                    raise problem from None
                pause = max(pause, float(again)) if again and again.isdigit() else pause
            except (urllib.error.URLError, HTTPException, ConnectionError, TimeoutError):
                if time.monotonic() >= end:
                    raise
            time.sleep(min(pause * random.uniform(0.5, 1.5), max(0.0, end - time.monotonic())))
            pause = min(pause * 2, 5.0)

    def lines(self, path: str, headers: Mapping[str, str], timeout: float) -> Iterator[str]:
        """Yields the lines of a streamed answer as they come. Raises OSError when the connection is lost."""
        request = self._request("GET", path, None, None, headers)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                for line in answer:
                    yield line.decode("utf-8").rstrip("\r\n")
        except urllib.error.HTTPError as error:
            with error:
                raise self.problem(error) from None
        except HTTPException as error:
            raise ConnectionError(str(error)) from None

    def _request(self, method: str, path: str, query: Optional[Query], body: Any,
                 headers: Mapping[str, str]) -> urllib.request.Request:
        pairs = {name: value for name, value in (query or {}).items() if value is not None}
        url = self.server + path + ("?" + urllib.parse.urlencode(pairs) if pairs else "")
        fields = dict(headers)
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            fields["Content-Type"] = "application/json"
        if self._token:
            fields["Authorization"] = "Bearer " + self._token
        return urllib.request.Request(url, data=data, headers=fields, method=method)

    @staticmethod
    def problem(error: urllib.error.HTTPError) -> Problem:
        """Returns the problem of an answer, with the text of the answer where a proxy wrote it."""
        text = error.read()
        try:
            members = json.loads(text)
        except ValueError:
            members = None
        return Problem(error.code, members if isinstance(members, dict) else {"detail": text.decode(errors="replace")})
