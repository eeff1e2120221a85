"""A group that becomes a supergroup goes on being served, whichever way the bot learns of it."""

from typing import Any

import pytest

from core.chats import ensure_chat
from core.levels import Level
from tests.bot.stage import ALICE, BOB, WEBHOOK, Stage
from tests.factories import DEFAULTS, OPS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GROUP = -77


# Without polling no service message arrives, and the refused call alone tells.
@pytest.mark.parametrize("overrides", [{}, WEBHOOK])
async def test_open_cards_come_once_more_and_work(stage: Stage, overrides: dict[str, Any]) -> None:
    stage.sim.add_chat("group", "Old ops", [ALICE, BOB], chat_id=GROUP)
    async with stage.database.writing() as session:
        (await ensure_chat(session, OPS, DEFAULTS)).is_default = False
        (await ensure_chat(session, GROUP, DEFAULTS)).is_default = True
    incident = await stage.incident(level=Level.crit)
    async with stage.running(**overrides):
        await stage.sim.expect(GROUP, text="Payment failed")
        new = stage.sim.migrate(GROUP)
        await stage.incident(title="Disk full", level=Level.crit)
        card = await stage.sim.expect(new.id, text="Payment failed", button="Resolve")
        await stage.sim.expect(new.id, text="Disk full", button="Resolve")
    assert (await stage.card_row(incident)).message_id == card.id
    sent = [
        call.parameters["text"] for call in stage.sim.calls("sendMessage") if call.status == 200
    ]
    assert len(sent) == 3
