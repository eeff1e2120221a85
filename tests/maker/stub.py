"""The far side of the SDK: an HTTP server that remembers what it got and answers as told."""

import gzip
import json
import socket
import sys
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from uuid import uuid4

PATIENCE = 20.0


@dataclass(frozen=True)
class Reply:
    """What to answer once; without a body, what a dispatcher says to a report it took."""

    status: int = 202
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    hang_up: bool = False
    then_close: bool = False


@dataclass(frozen=True)
class Seen:
    """One request, decoded."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    size: int
    client: tuple[str, int]

    @property
    def incident(self) -> dict[str, Any]:
        return cast("dict[str, Any]", self.body["incident"])

    @property
    def title(self) -> str:
        return str(self.incident["title"])


class Stub:
    """A server in a thread; `replies` are used up one by one, then everything is accepted."""

    def __init__(self) -> None:
        self.replies: deque[Reply] = deque()
        self.seen: list[Seen] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        self._changed = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.stub = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def titles(self) -> list[str]:
        return [seen.title for seen in self.seen]

    def wait_for(self, count: int) -> list[Seen]:
        """Wait until so many requests have come, and return all that have."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.seen) >= count, PATIENCE)
        assert arrived, f"{len(self.seen)} of {count} requests came"
        return self.seen

    def take(self, seen: Seen) -> Reply:
        with self._changed:
            self.seen.append(seen)
            self._changed.notify_all()
            reply = self.replies.popleft() if self.replies else Reply()
        assert self.may_answer.wait(PATIENCE)
        return reply

    def close(self) -> None:
        self.may_answer.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128
    stub: Stub

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a sender may go at any time
            super().handle_error(request, client_address)

    def hang_up(self) -> None:
        for connection in list(self.open):
            with suppress(OSError):  # the other side was faster
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one piece: two would wait 40 ms for each other
    server: _Server

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Encoding"] == "gzip":
            data = gzip.decompress(data)
        seen = Seen(self.path, dict(self.headers), json.loads(data), len(data), self.client_address)
        reply = self.server.stub.take(seen)
        if reply.hang_up:
            self.close_connection = True
            return
        body = accepted(seen) if reply.body is None else reply.body
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = reply.then_close

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the overridden name
        pass


def accepted(seen: Seen) -> bytes:
    if "incident" not in seen.body:  # a heartbeat
        return b'{"check": {}}'
    incident = {
        "id": 7,
        "number": 3,
        "status": "open",
        "new": True,
        "count": 1,
        "url": "https://dispatcher.example.com/incidents/7",
    }
    report = seen.incident.get("report_id", str(uuid4()))
    return json.dumps({"report": report, "incident": incident}).encode()
