"""One keep-alive connection to the server. Imported by the worker, on its first report."""

from __future__ import annotations

import encodings.idna  # noqa: F401 - what the first connection would import, perhaps at a fork
from functools import partial
from gzip import compress
from http.client import HTTPResponse
from io import BufferedReader, RawIOBase
from socket import socket
from time import monotonic
from typing import Any, Dict, NamedTuple, Optional
from urllib.parse import quote

from .route import Route
from .settings import HEARTBEATS_PATH, REPORTS_PATH, Settings
from .version import __version__

ANSWER_BYTES = 64 * 1024
PLAIN_BYTES = 8 * 1024


class Response(NamedTuple):
    """What the server said; of its body, the first 64 KB."""

    status: int
    body: bytes
    retry_after: Optional[str]
    location: Optional[str]


class Transport:
    """Posts bodies, one after the other; raises OSError or HTTPException when it cannot."""

    def __init__(self, settings: Settings) -> None:
        path, route = settings.endpoint.path, Route(settings.endpoint)
        self._reports = route.target(path)
        self._heartbeats = route.target(path[: -len(REPORTS_PATH)] + HEARTBEATS_PATH)
        self._connect_timeout = settings.connect_timeout
        self._connection = route.connection()
        self._headers = {
            **route.headers,
            "Authorization": f"Bearer {settings.code}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": f"dispatcher-maker/{__version__}",
        }

    def post(self, body: bytes, timeout: float, check: Optional[str] = None) -> Response:
        """Send a report, or a heartbeat of a check, and read the answer within the timeout."""
        path = self._reports if check is None else self._heartbeats + quote(check, safe="")
        headers = self._headers
        if len(body) > PLAIN_BYTES:  # log lines become a tenth
            body, headers = compress(body, 6), {**headers, "Content-Encoding": "gzip"}
        ends = monotonic() + timeout
        reused = self._connection.sock is not None
        try:
            return self._exchange(path, body, headers, ends)
        except ConnectionError:
            if not reused:
                raise
        return self._exchange(path, body, headers, ends)  # the server had closed the idle one

    def close(self) -> None:
        self._connection.close()

    def _exchange(self, path: str, body: bytes, headers: Dict[str, str], ends: float) -> Response:
        finished = False
        self._connection.response_class = partial(_TimedResponse, ends=ends)  # type: ignore[assignment] # makes one
        try:
            self._connect(ends)
            self._connection.request("POST", path, body, headers)
            response = self._connection.getresponse()
            with response:
                content = response.read(ANSWER_BYTES)
                finished = response.isclosed()
            find = response.getheader
            return Response(response.status, content, find("Retry-After"), find("Location"))
        finally:
            if not finished:
                self._connection.close()

    def _connect(self, ends: float) -> None:
        if self._connection.sock is None:
            self._connection.timeout = min(self._connect_timeout, _left(ends))
            self._connection.connect()
        self._connection.sock.settimeout(_left(ends))


class _TimedResponse(HTTPResponse):
    """An answer whose time is limited as a whole, not byte by byte."""

    def __init__(self, sock: socket, *args: Any, ends: float, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp.close()
        self.fp = BufferedReader(_TimedReader(sock, ends))


class _TimedReader(RawIOBase):
    def __init__(self, sock: socket, ends: float) -> None:
        self._sock = sock
        self._source = sock.makefile("rb", 0)  # keeps the socket open after "Connection: close"
        self._ends = ends

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Optional[int]:
        self._sock.settimeout(_left(self._ends))
        return self._source.readinto(buffer)

    def close(self) -> None:
        self._source.close()
        super().close()


def _left(ends: float) -> float:
    left = ends - monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left
