"""Notices: a digest comes once, drawn when it is sent, and is not repeated if it may have come."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.models import Notice
from core.notices import add_notice
from tests.bot.stage import Stage
from tests.factories import OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def tell(stage: Stage, kind: str = "digest", **data: Any) -> None:
    now = stage.clock.now()
    window = {
        "since": (now - timedelta(days=1)).isoformat(),
        "until": now.isoformat(),
        "late": False,
        **data,
    }
    async with stage.database.writing() as session:
        await add_notice(session, now, OPS, kind, "key", window)


async def notice(stage: Stage) -> Notice:
    async with stage.database.reading() as session:
        return (await session.scalars(select(Notice))).one()


async def test_a_digest_is_sent_once_with_what_is_known_now(stage: Stage) -> None:
    await tell(stage, late=True)
    async with stage.running():
        message = await stage.sim.expect(OPS, text="Digest")
    assert "It comes late" in message.current.text
    assert not message.silent
    sent = await notice(stage)
    assert (sent.status, sent.message_id) == ("sent", message.id)
    async with stage.running():
        await stage.incident()
        await stage.card()
    assert sum("Digest" in call.parameters["text"] for call in stage.sim.calls("sendMessage")) == 1


async def test_a_digest_that_may_have_come_is_not_repeated(stage: Stage) -> None:
    stage.sim.fault("reset_after", "sendMessage")
    await tell(stage)
    async with stage.running():
        await stage.called("sendMessage")
    assert (await notice(stage)).status == "failed"
    assert len(stage.sim.calls("sendMessage")) == 1


async def test_a_digest_that_surely_did_not_come_is_sent_later(stage: Stage) -> None:
    stage.sim.fault("429", "sendMessage", retry_after=1)
    await tell(stage)
    async with stage.running():
        await stage.sim.expect(OPS, text="Digest")
    assert (await notice(stage)).status == "sent"


async def test_a_digest_for_a_chat_that_refuses_us_waits_for_the_chat(stage: Stage) -> None:
    stage.sim.fault("error", "sendMessage", code=403, description="Forbidden: bot was kicked")
    await tell(stage)
    async with stage.running():
        await stage.called("sendMessage")
    assert (await notice(stage)).status == "waiting"
    assert (await stage.chat_row()).disabled_at


@pytest.mark.parametrize("data", [{"since": "yesterday"}, {"kind": "fanfare"}])
async def test_a_notice_that_cannot_be_drawn_says_why(stage: Stage, data: dict[str, str]) -> None:
    await tell(stage, **data)
    async with stage.running():
        async with asyncio.timeout(10):
            while (await notice(stage)).status != "failed":  # noqa: ASYNC110 - the database has no bell for that
                await asyncio.sleep(0.01)
        await stage.incident()
        await stage.card()
    assert (await notice(stage)).error
