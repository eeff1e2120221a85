"""Envelopes as Sentry's SDKs send them: one event of about 10 KB with 20 frames, in gzip."""

import gzip
import json
from collections.abc import Iterator
from itertools import count

FRAMES = [
    {
        "filename": f"shop/orders_{number}.py",
        "abs_path": f"/srv/shop/shop/orders_{number}.py",
        "module": f"shop.orders_{number}",
        "function": f"charge_{number}",
        "lineno": 40 + number,
        "in_app": number > 10,
        "context_line": f"    return bank.charge(order, attempt={number})",
        "pre_context": ["def charge(order, attempt):", "    bank = connect()", "    order.lock()"],
        "post_context": ["", "def refund(order):", "    raise NotImplementedError"],
        "vars": {"order": "<Order 4711>", "attempt": str(number), "bank": "<Bank of tests>"},
    }
    for number in range(20)
]
EVENT = {
    "level": "error",
    "platform": "python",
    "environment": "production",
    "release": "shop@2026.11",
    "server_name": "web-1",
    "transaction": "POST /orders",
    "tags": {"region": "eu"},
    "contexts": {"runtime": {"name": "CPython", "version": "3.11.7"}},
    "exception": {
        "values": [
            {"type": "BankError", "value": "it said no", "stacktrace": {"frames": FRAMES}},
        ]
    },
}
REST = json.dumps(EVENT)[1:]


def envelopes(code: str, start: int) -> Iterator[bytes]:
    """Make complete HTTP requests: events of one group, each with an id of its own."""
    for number in count(start):
        event = f'{{"event_id": "{number:032x}", {REST}'
        item = f'{{"type": "event", "length": {len(event)}}}'
        body = gzip.compress(f"{{}}\n{item}\n{event}\n".encode(), compresslevel=1, mtime=0)
        head = (
            "POST /api/1/envelope/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            "Content-Type: application/x-sentry-envelope\r\nContent-Encoding: gzip\r\n"
            f"X-Sentry-Auth: Sentry sentry_key={code}, sentry_version=7\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body
