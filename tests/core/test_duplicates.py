"""Two messages of one card: which of them is one too many."""

from datetime import datetime

import pytest

from core import facts
from core.db import Database
from core.duplicates import FOUND, superseded
from core.models import Incident
from tests.core.cards import card_of, due, shown
from tests.factories import OPS


@pytest.mark.parametrize(
    ("message_id", "generation", "away", "kept"),
    [
        (77, 1, None, 77),
        (77, None, None, 77),
        (76, 0, 76, 77),
        (78, 1, 77, 78),
        (76, None, 76, 77),
        (78, None, 77, 78),
    ],
)
async def test_the_older_of_two_messages_is_one_too_many(
    database: Database,
    incident: Incident,
    now: datetime,
    message_id: int,
    generation: int | None,
    away: int | None,
    kept: int,
) -> None:
    async with database.writing() as session:
        card = await shown(session, now, incident)
        pressed = (incident.id, OPS, message_id, generation)
        assert await superseded(session, now, *pressed) == away
        assert (await card_of(session, incident)).message_id == kept
        assert await facts.count_of(session, FOUND) == (away is not None)
        assert await due(session, now) == ([card.id] if kept != 77 else [])


async def test_a_press_in_another_chat_says_nothing_about_the_card(
    database: Database, incident: Incident, now: datetime
) -> None:
    async with database.writing() as session:
        await shown(session, now, incident)
        assert await superseded(session, now, incident.id, 101, 5, 0) is None
        assert await superseded(session, now, 404, OPS, 5, 0) is None


async def test_a_number_counts_up_from_nothing(database: Database) -> None:
    async with database.writing() as session:
        assert await facts.count_of(session, FOUND) == 0
        for _ in range(3):
            await facts.count_up(session, FOUND)
        assert await facts.count_of(session, FOUND) == 3
