"""Our own wire format over real HTTP: what is accepted, what is refused and how clearly."""

import asyncio
import gzip
import json
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession
from sqlalchemy import func, select

from core import apps, logs
from core.db import Database
from core.levels import Level
from core.models import Incident, Report
from tests.factories import Scene
from tests.web.browsers import Site, running_site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Sender:
    """A program that reports for the app Shop."""

    site: Site
    http: ClientSession
    code: str

    async def send(
        self, body: Any, path: str = "/api/v1/reports", **headers: str
    ) -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.post(self.site.url(path), data=BytesIO(data), headers=named) as answer:
            return answer.status, await answer.json()

    def body(self, /, **changes: Any) -> dict[str, Any]:
        incident = {"title": "Payment failed", "message": "no answer", "level": "error"}
        return {"incident": {**incident, **changes}, "app_name": "Shop", "code": self.code}


@pytest.fixture
async def sender(site: Site, scene: Scene) -> AsyncIterator[Sender]:
    async with ClientSession() as http:
        yield Sender(site, http, scene.code)


async def stored_report(database: Database) -> Report:
    async with database.reading() as session:
        return (await session.scalars(select(Report))).one()


async def stored_lines(database: Database) -> list[tuple[str, list[str], bool, str]]:
    async with database.reading() as session:
        report = (await session.scalars(select(Report))).one()
        tails = await logs.tails_of_report(session, report.id)
    return [(tail.source, list(tail.lines), tail.truncated, tail.note) for tail in tails]


@pytest.mark.parametrize("path", ["/api/v1/reports", "/"])
async def test_the_documented_body_is_accepted_at_both_addresses(sender: Sender, path: str) -> None:
    body = sender.body(title="Error in user registration", logs="log 1\nlog 2", unknown=[1])
    status, answer = await sender.send(body, path)
    assert status == 202
    incident = answer["incident"]
    assert set(answer) == {"report", "incident"}
    assert set(incident) == {"id", "number", "status", "new", "count", "url"}
    assert (incident["status"], incident["new"], incident["count"]) == ("open", True, 1)
    assert incident["url"].endswith(f"/incidents/{incident['id']}")
    assert await stored_lines(sender.site.database) == [("", ["log 1", "log 2"], False, "")]


async def test_the_code_may_come_as_a_bearer_token(sender: Sender) -> None:
    body = sender.body()
    code = body.pop("code")
    status, _ = await sender.send(body, Authorization=f"Bearer {code}")
    assert status == 202


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (["a", "b\nc"], [("", ["a", "b", "c"], False, "")]),
        ("one\r\ntwo\n", [("", ["one", "two"], False, "")]),
        (
            [
                {"source": "app.log", "lines": ["x"], "truncated": True},
                {"source": "no.log", "note": "gone"},
            ],
            [("app.log", ["x"], True, ""), ("no.log", [], False, "gone")],
        ),
        (None, []),
    ],
)
async def test_logs_come_as_text_as_lines_or_by_source(
    sender: Sender, sent: Any, stored: list[Any]
) -> None:
    assert (await sender.send(sender.body(logs=sent)))[0] == 202
    assert await stored_lines(sender.site.database) == stored


@pytest.mark.parametrize(
    ("given", "level"),
    [("CRITICAL", Level.crit), ("fatal", Level.crit), ("Warn", Level.warning), (None, Level.error)],
)
async def test_other_names_of_levels_are_understood(
    sender: Sender, given: str | None, level: Level
) -> None:
    assert (await sender.send(sender.body(level=given)))[0] == 202
    assert (await stored_report(sender.site.database)).level == level


async def test_the_optional_keys_are_kept(sender: Sender) -> None:
    uid = str(uuid4())
    optional = {
        "fingerprint": "till-3",
        "tags": {"part": "till"},
        "context": {"order": {"id": 7}},
        "occurred_at": "2026-11-22T10:00:00+03:00",
        "report_id": uid,
    }
    status, answer = await sender.send(sender.body(**optional))
    assert (status, answer["report"]) == (202, uid)
    report = await stored_report(sender.site.database)
    assert report.tags == {"part": "till"}
    assert report.context == {"order": {"id": 7}}
    assert report.occurred_at == datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
    async with sender.site.database.reading() as session:
        assert await session.scalar(select(Incident.fingerprint)) == "till-3"


async def test_a_repeated_report_id_gets_the_same_answer_and_counts_once(sender: Sender) -> None:
    body = sender.body(report_id=str(uuid4()))
    first = (await sender.send(body))[1]
    status, second = await sender.send(body)
    assert status == 202
    assert second["report"] == first["report"]
    assert (second["incident"]["new"], second["incident"]["count"]) == (False, 1)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_compressed_bodies_are_accepted(sender: Sender, encoding: str) -> None:
    compress = gzip.compress if encoding == "gzip" else zlib.compress
    raw = compress(json.dumps(sender.body()).encode())
    assert (await sender.send(raw, Content_Encoding=encoding))[0] == 202


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": None}, "incident.title"),
        ({"title": "  "}, "incident.title"),
        ({"title": 7}, "incident.title"),
        ({"title": "x" * 1001}, "incident.title"),
        ({"message": ["x"]}, "incident.message"),
        ({"message": "x" * 65_537}, "incident.message"),
        ({"level": "loud"}, "incident.level"),
        ({"logs": 5}, "incident.logs"),
        ({"logs": [{"source": "s", "lines": "x"}]}, "incident.logs[0].lines"),
        ({"logs": [{"source": "s" * 501}]}, "incident.logs[0].source"),
        ({"logs": [{"source": str(n)} for n in range(51)]}, "incident.logs"),
        ({"tags": {"a": 1}}, "incident.tags[]"),
        ({"tags": {str(n): "" for n in range(51)}}, "tags"),
        ({"tags": {"a": "x" * 501}}, "tags.a"),
        ({"context": []}, "incident.context"),
        ({"context": {"a": "x" * 65_536}}, "context"),
        ({"fingerprint": "x" * 256}, "fingerprint"),
        ({"occurred_at": "yesterday"}, "incident.occurred_at"),
        ({"occurred_at": 1e300}, "occurred_at"),
        ({"report_id": "7"}, "incident.report_id"),
    ],
)
async def test_a_bad_field_is_named_with_its_reason(
    sender: Sender, changes: dict[str, Any], field: str
) -> None:
    status, answer = await sender.send(sender.body(**changes))
    assert status == 400
    assert answer["error"]["field"] == field
    assert answer["error"]["reason"]


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"[]", "body"),
        (b"nonsense", "body"),
        (b'{"app_name": "Shop"}', "incident"),
        (b'{"incident": {"title": "x"}}', "app_name"),
        (b'{"incident": {}, "app_name": "Shop"}', "incident.title"),
        (
            b'{"incident": {"title": "x", "context": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_002,
            "body",
        ),
        (b"[" * 10_000, "body"),
    ],
)
async def test_a_broken_body_is_refused_by_name(sender: Sender, raw: bytes, field: str) -> None:
    status, answer = await sender.send(raw)
    assert (status, answer["error"]["field"]) == (400, field)


async def test_a_body_that_is_not_what_its_encoding_says_is_refused(sender: Sender) -> None:
    status, answer = await sender.send(b"not gzip at all", Content_Encoding="gzip")
    assert status == 400
    assert answer["error"]["reason"]


@pytest.mark.parametrize("compressed", [False, True])
async def test_a_body_over_the_limit_is_refused_before_and_after_decompression(
    sender: Sender, *, compressed: bool
) -> None:
    raw = json.dumps(sender.body(logs="x" * 1_100_000)).encode()
    headers = {"Content_Encoding": "gzip"} if compressed else {}
    status, answer = await sender.send(gzip.compress(raw) if compressed else raw, **headers)
    assert (status, answer["error"]["field"]) == (413, "body")
    assert "1048576" in answer["error"]["reason"]


async def test_unknown_app_and_wrong_code_get_one_and_the_same_answer(sender: Sender) -> None:
    unknown = await sender.send({**sender.body(), "app_name": "Nobody"})
    wrong = await sender.send({**sender.body(), "code": "0" * 32})
    missing = await sender.send({**sender.body(), "code": None})
    assert unknown == wrong == missing
    assert unknown[0] == 401


async def test_an_archived_app_is_refused_like_an_unknown_one(
    sender: Sender, scene: Scene, now: datetime
) -> None:
    async with sender.site.database.writing() as session:
        await apps.archive(session, now, scene.shop.id, archived=True)
    assert (await sender.send(sender.body()))[0] == 401


@pytest.mark.parametrize(
    ("raw_title", "stored"),
    [
        (b"nul \\u0000 inside", "nul � inside"),
        (b"half \\ud83d pair", "half � pair"),
        (b"bad \xff utf-8", "bad � utf-8"),
        (b"raw \x00 nul", "raw � nul"),
        ("Оплата не прошла 😱".encode(), "Оплата не прошла 😱"),
    ],
)
async def test_odd_characters_are_no_reason_to_lose_a_report(
    sender: Sender, raw_title: bytes, stored: str
) -> None:
    raw = json.dumps(sender.body(title="@", message="@@")).encode()
    raw = raw.replace(b'"@"', b'"' + raw_title + b'"').replace(b'"@@"', b'"' + raw_title + b'"')
    assert (await sender.send(raw))[0] == 202
    report = await stored_report(sender.site.database)
    assert (report.title, report.message) == (stored, stored)


async def test_a_900_kb_log_line_is_kept_whole(sender: Sender) -> None:
    line = "x" * 900_000
    assert (await sender.send(sender.body(logs=[line])))[0] == 202
    assert await stored_lines(sender.site.database) == [("", [line], False, "")]


async def test_a_full_queue_answers_503_with_retry_after_and_loses_nothing(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with (
        running_site(database, now, queue_reports=2) as site,
        ClientSession() as http,
    ):
        body = Sender(site, http, scene.code).body()

        async def send() -> tuple[int, str | None]:
            async with http.post(site.url("/api/v1/reports"), json=body) as answer:
                return answer.status, answer.headers.get("Retry-After")

        answers = await asyncio.gather(*(send() for _ in range(60)))
    accepted = sum(status == 202 for status, _ in answers)
    assert {status for status, _ in answers} == {202, 503}
    assert all(retry for status, retry in answers if status == 503)
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Report)) == accepted


async def test_after_a_rotation_both_codes_work_until_the_overlap_ends(
    sender: Sender, scene: Scene, now: datetime
) -> None:
    site = sender.site
    async with site.database.writing() as session:
        new = await apps.rotate(session, now, scene.shop.id, site.settings.code_overlap)
    assert (await sender.send(sender.body()))[0] == 202
    assert (await sender.send({**sender.body(), "code": new.code}))[0] == 202
    site.now = now + site.settings.code_overlap
    assert (await sender.send(sender.body()))[0] == 401
    assert (await sender.send({**sender.body(), "code": new.code}))[0] == 202


async def test_an_app_registered_elsewhere_can_report_after_it_was_refused(
    sender: Sender, now: datetime
) -> None:
    body = {**sender.body(), "app_name": "Bakery"}
    assert (await sender.send(body))[0] == 401
    async with sender.site.database.writing() as session:
        new = await apps.register(session, now, "Bakery")
    with_code = {**body, "code": new.code}

    async def accepted() -> bool:
        return (await sender.send(with_code))[0] == 202

    async with asyncio.timeout(10):
        while not await accepted():
            pass


async def test_why_reports_were_dropped_stands_with_the_data(sender: Sender) -> None:
    told = {"dropped": 3, "dropped_by_reason": {"queue full": 3}}
    assert (await sender.send(sender.body(context={"order": 7}) | told))[0] == 202
    report = await stored_report(sender.site.database)
    assert report.dropped == 3
    assert report.context == {"order": 7, "dropped_by_reason": {"queue full": 3}}
