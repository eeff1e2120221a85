"""Sentry's SDK as it is, by a DSN; and bodies after its documentation of events and envelopes."""

import gzip
import json
from typing import Any
from uuid import uuid4

import brotli
import pytest

from core.levels import Level
from tests.web.formats.clients import run_client
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ENVELOPE = "/api/7/envelope/"

SDK = """
import logging, sys
import sentry_sdk

sentry_sdk.init(dsn=sys.argv[1], release="shop@2", environment="prod", enable_logs=True)
sentry_sdk.set_tag("region", "eu")

def charge(order):
    raise ValueError(f"order {order} has no card")

for order in (1, 2):
    logging.warning("order %s is odd", order)
    try:
        charge(order)
    except ValueError:
        sentry_sdk.capture_exception()
logging.getLogger("shop").error("cannot reach %s", "the bank")
sentry_sdk.flush(10)
"""


def dsn_of(tool: Tool) -> str:
    return tool.site.url("/7").replace("http://", f"http://{tool.code}@")


async def test_the_real_sdk_reports_exceptions_and_log_records(tool: Tool) -> None:
    await run_client(SDK, dsn_of(tool))
    raised, logged = await tool.incidents()
    assert raised.title.startswith("ValueError: order ")
    assert (raised.count, raised.level) == (2, Level.error)
    assert logged.title == "cannot reach the bank"
    first = (await tool.reports())[0]
    tags = first.tags or {}
    assert (tags["environment"], tags["release"], tags["region"]) == ("prod", "shop@2", "eu")
    lines = await tool.lines()
    assert any("order 2 is odd" in line for line in lines)


async def test_a_traceback_ends_with_what_was_raised(tool: Tool) -> None:
    frames = [
        {"filename": "lib.py", "function": "call", "lineno": 3, "in_app": False},
        {"filename": "pay.py", "function": "charge", "lineno": 9, "context_line": "  boom()"},
    ]
    raised = {"type": "ValueError", "value": "no card", "stacktrace": {"frames": frames}}
    await store(tool, exception={"values": [raised]})
    assert await tool.lines() == [
        "Traceback (most recent call last):",
        '  File "lib.py", line 3, in call (library)',
        '  File "pay.py", line 9, in charge',
        "    boom()",
        "ValueError: no card",
    ]


async def store(tool: Tool, status: int = 200, **event: Any) -> None:
    body = {"event_id": uuid4().hex, "level": "fatal", **event}
    auth = {"X-Sentry-Auth": f"Sentry sentry_key={tool.code}, sentry_version=7"}
    assert (await tool.send("/api/7/store/", json=body, headers=auth)).status == status


async def test_the_template_groups_and_the_filled_in_text_is_shown(tool: Tool) -> None:
    for order in ("abc", "xyz"):
        entry = {"message": "order %s lost", "formatted": f"order {order} lost"}
        await store(tool, logentry=entry)
    incident = await tool.incident()
    assert (incident.title, incident.count, incident.level) == ("order abc lost", 2, Level.crit)


@pytest.mark.parametrize(
    ("first", "second", "incidents"),
    [
        (["pay"], ["pay"], 1),
        (["pay"], ["ship"], 2),
        (["{{ default }}", "eu"], ["{{ default }}", "us"], 2),
        (["{{ default }}", "eu"], ["{{default}}", "eu"], 1),
    ],
)
async def test_the_clients_own_fingerprint_decides(
    tool: Tool, first: list[str], second: list[str], incidents: int
) -> None:
    await store(tool, message="lost", fingerprint=first)
    await store(tool, message="lost", fingerprint=second)
    assert len(await tool.incidents()) == incidents


def envelope(*items: tuple[dict[str, Any], bytes], **header: Any) -> bytes:
    lines = [json.dumps(header).encode()]
    for item, payload in items:
        lines += [json.dumps({"length": len(payload), **item}).encode(), payload]
    return b"\n".join(lines) + b"\n"


def event_item(**event: Any) -> tuple[dict[str, Any], bytes]:
    return {"type": "event"}, json.dumps({"message": "lost", **event}).encode()


async def test_log_items_become_the_tail_of_the_next_event(tool: Tool) -> None:
    items = [{"body": "step 1", "level": "info", "timestamp": 1790000000}, {"body": "step 2"}]
    logs = json.dumps({"version": 2, "items": items}).encode()
    where = f"{ENVELOPE}?sentry_key={tool.code}"
    assert (await tool.send(where, data=envelope(({"type": "log"}, logs)))).status == 200
    assert await tool.incidents() == []
    await tool.send(where, data=envelope(event_item()))
    assert [line.rpartition("step")[2] for line in await tool.lines()] == [" 1", " 2"]


async def test_what_is_unknown_is_skipped_and_the_dsn_in_the_header_will_do(tool: Tool) -> None:
    body = envelope(
        ({"type": "replay_video"}, b"\x00\n\xff"), event_item(), dsn=f"https://{tool.code}@host/7"
    )
    answer = await tool.send(
        ENVELOPE, data=gzip.compress(body), headers={"Content-Encoding": "gzip"}
    )
    assert answer.status == 200
    assert (await tool.incident()).title == "lost"


async def test_the_same_event_twice_is_one_report(tool: Tool) -> None:
    uid = uuid4().hex
    for _ in range(2):
        await store(tool, message="lost", event_id=uid)
    assert (await tool.incident()).count == 1


@pytest.mark.parametrize(
    "body",
    [
        b'{}\n{"type": "event", "length": 999}\n{}\n',
        b'{}\n{"type": "event"}\nnot json\n',
        b"nonsense\n{}\n",
        b'{}\n{"type": "event", "length": 2}\n{}{}\n',
    ],
)
async def test_a_malformed_envelope_is_a_400(tool: Tool, body: bytes) -> None:
    answer = await tool.send(f"{ENVELOPE}?sentry_key={tool.code}", data=body)
    assert answer.status == 400
    assert await tool.incidents() == []


async def test_charlies_key_is_a_403_and_an_empty_envelope_is_fine(tool: Tool) -> None:
    assert (await tool.send(f"{ENVELOPE}?sentry_key={'0' * 32}", data=b"{}\n")).status == 403
    assert (await tool.send(f"{ENVELOPE}?sentry_key={tool.code}", data=b"{}\n")).status == 200


async def test_a_browser_may_ask_and_send(tool: Tool) -> None:
    asked = await tool.send(ENVELOPE, method="OPTIONS", headers={"Origin": "https://shop"})
    assert asked.status == 204
    assert "x-sentry-auth" in asked.headers["Access-Control-Allow-Headers"]
    sent = await tool.send(f"{ENVELOPE}?sentry_key={tool.code}", data=envelope(event_item()))
    assert sent.headers["Access-Control-Allow-Origin"] == "*"


async def test_the_universal_address_knows_it(tool: Tool) -> None:
    headers = {"Content-Type": "application/x-sentry-envelope"}
    assert (await tool.send(data=envelope(event_item()), headers=headers)).status == 200
    assert (await tool.incident()).title == "lost"


@pytest.mark.parametrize("header", [b'{"sdk": "\xff"}', b"{}"])
@pytest.mark.parametrize("item", [b'{"type": "event", "odd": "\xff"}', b'{"type": "event"}'])
async def test_bytes_that_are_no_text_lose_no_event(tool: Tool, header: bytes, item: bytes) -> None:
    body = b"\n".join((header, item, b'{"message": "lost \xff\\uD800"}', b""))
    assert (await tool.send(f"{ENVELOPE}?sentry_key={tool.code}", data=body)).status == 200
    assert (await tool.incident()).title == "lost \ufffd\ufffd"


async def test_a_browser_may_send_through_a_tunnel(tool: Tool) -> None:
    body = envelope(event_item(), dsn=f"https://{tool.code}@host/7")
    answer = await tool.send(data=body, headers={"Content-Type": "text/plain;charset=UTF-8"})
    assert answer.status == 200
    assert (await tool.incident()).title == "lost"


async def test_brotli_is_understood_as_the_sdk_prefers_it(tool: Tool) -> None:
    body = brotli.compress(envelope(event_item()))
    where = f"{ENVELOPE}?sentry_key={tool.code}"
    answer = await tool.send(where, data=body, headers={"Content-Encoding": "br"})
    assert answer.status == 200
    assert (await tool.incident()).title == "lost"


async def test_what_a_browser_blocked_is_a_warning(tool: Tool) -> None:
    report = {
        "document-uri": "https://shop.example.com/pay",
        "violated-directive": "script-src-elem 'self'",
        "blocked-uri": "https://evil.example.com/a.js?7",
    }
    kind = {"Content-Type": "application/csp-report"}
    where = f"/api/7/security/?sentry_key={tool.code}"
    for blocked in ("https://evil.example.com/a.js", "https://evil.example.com/b.js"):
        body = json.dumps({"csp-report": report | {"blocked-uri": blocked}})
        assert (await tool.send(where, data=body, headers=kind)).status == 200
    incident = await tool.incident()
    assert (incident.title, incident.level, incident.count) == (
        "Blocked by script-src-elem: https://evil.example.com",
        Level.warning,
        2,
    )


@pytest.mark.parametrize("address", ["https://[", "inline", ""])
async def test_an_odd_address_is_no_error_of_ours(tool: Tool, address: str) -> None:
    assert (await tool.send(ENVELOPE, data=envelope(event_item(), dsn=address))).status == 403
    report = {"csp-report": {"effective-directive": "img-src", "blocked-uri": address}}
    where = f"/api/7/security/?sentry_key={tool.code}"
    assert (await tool.send(where, json=report)).status == 200
