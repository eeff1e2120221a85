"""The load: so many connections, each sending its next report when the last one is answered.

With a pace, no sooner than that. Runs in a process of its own and prints one line of JSON. A
connection finishes the request it has begun, so the answers counted are all there were.
"""

import argparse
import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import count

from benchmarks.envelopes import envelopes

# Letters that are no hex digits: a fingerprint masks numbers and hex ids.
LETTERS = "ghijklmnopqrstuvwxyz"
LINES = [
    f"2026-11-23 10:00:{i % 60:02} INFO shop.orders request {i * 7919} done in {i * 13 % 97} ms"
    for i in range(50)
]


def word_of(number: int, length: int = 12) -> str:
    letters = []
    for _ in range(length):
        number, digit = divmod(number, len(LETTERS))
        letters.append(LETTERS[digit])
    return "".join(letters)


def requests(app: str, code: str, start: int, *, distinct: bool) -> Iterator[bytes]:
    """Make complete HTTP requests of about 5 KB; all of one group, or each of its own."""
    mark = "@" * 12
    incident = {"title": f"Order {mark} failed", "message": "the bank said no", "level": "error"}
    body = json.dumps({"incident": {**incident, "logs": LINES}, "app_name": app})
    head = (
        "POST /api/v1/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {code}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    before, after = (head + body).encode().split(mark.encode())
    for number in count(start):
        yield before + word_of(number if distinct else 0).encode() + after


class Sender(asyncio.Protocol):
    """One connection; `finished` is done when it has its last answer."""

    def __init__(self, source: Iterator[bytes], deadline: float, interval: float) -> None:
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.latencies: list[float] = []
        self.statuses: Counter[str] = Counter()
        self._source = source
        self._deadline = deadline
        self._interval = interval
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - narrows the type
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _content_length(head):
            return
        self.latencies.append(time.perf_counter() - self._sent_at)
        self.statuses[head[9:12].decode()] += 1
        self._buffer = b""
        rest = self._sent_at + self._interval - time.perf_counter()
        if time.perf_counter() + max(rest, 0.0) >= self._deadline:
            self._transport.close()
        elif rest > 0:
            asyncio.get_running_loop().call_later(rest, self._send)
        else:
            self._send()

    def connection_lost(self, _: Exception | None) -> None:
        if not self.finished.done():
            self.finished.set_result(None)

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(next(self._source))


def _same(sender: Sender) -> Sender:
    return sender


def _source_of(arguments: argparse.Namespace, start: int) -> Iterator[bytes]:
    if arguments.envelopes:
        return envelopes(arguments.code, start)
    return requests(arguments.app, arguments.code, start, distinct=arguments.distinct)


def _content_length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0])


async def load(arguments: argparse.Namespace) -> dict[str, object]:
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    deadline = began + arguments.seconds
    senders = []
    pace = arguments.per_second
    interval = arguments.connections / pace if pace else 0.0
    for number in range(arguments.connections):
        start = arguments.start + number * 10_000_000
        source = _source_of(arguments, start)
        sender = Sender(source, deadline, interval)
        await loop.create_connection(partial(_same, sender), "127.0.0.1", arguments.port)
        senders.append(sender)
    await asyncio.gather(*(sender.finished for sender in senders))
    seconds = time.perf_counter() - began
    latencies = sorted(latency for sender in senders for latency in sender.latencies)
    statuses = sum((sender.statuses for sender in senders), Counter())
    return {
        "statuses": dict(statuses),
        "per_second": len(latencies) / seconds,
        "p50_ms": latencies[len(latencies) // 2] * 1000,
        "p99_ms": latencies[len(latencies) * 99 // 100] * 1000,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--connections", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--per-second", type=float, default=0.0, help="0: as many as possible")
    parser.add_argument("--app", default="Bench")
    parser.add_argument("--code", default="")
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--distinct", action="store_true")
    parser.add_argument("--envelopes", action="store_true", help="of Sentry, instead of our own")
    print(json.dumps(asyncio.run(load(parser.parse_args()))))


if __name__ == "__main__":
    main()
