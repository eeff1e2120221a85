"""Cards, digests and what a message of them comes to, for tests that need no database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aiogram.types import InlineKeyboardButton

from bot.content import Content
from core.cards import Card
from core.digest import Digest, LevelRow, OpenIncident, Row
from core.levels import Level
from core.lifecycle import Status, actions_of
from core.stats import Figures

OPENED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PUBLIC = "https://dispatcher.example.com"

_OPEN = Card(
    number=12,
    app="Shop",
    title="Payment failed",
    message="The bank did not answer",
    level=Level.error,
    status=Status.open,
    count=1,
    opened_at=OPENED,
    last_seen_at=OPENED,
    holder=None,
    resolved_by=None,
    resolved_at=None,
    snoozed_until=None,
    predecessor=None,
    url=f"{PUBLIC}/incidents/12",
    actions=actions_of(Status.open),
)


def make_card(**changes: Any) -> Card:
    """An open error of Shop, changed as told; the actions follow the status."""
    status = changes.get("status", Status.open)
    return replace(_OPEN, actions=actions_of(status), **changes)


def make_digest(*, still_open: int = 1, late: bool = False, url: str = PUBLIC) -> Digest:
    opened = [
        OpenIncident(
            number=number,
            title="Payment failed",
            app="Shop",
            level=Level.crit,
            opened_at=OPENED,
            url=f"{url}/incidents/{number}",
        )
        for number in range(1, still_open + 1)
    ]
    return Digest(
        since=OPENED - timedelta(days=1),
        until=OPENED,
        late=late,
        now=Figures(3, 2, 40, timedelta(minutes=4), timedelta(minutes=50)),
        before=Figures(5, 5, 60, None, timedelta(hours=3)),
        by_level=[LevelRow(Level.crit, 10, 0), LevelRow(Level.error, 30, 60)],
        by_app=[Row("Shop", 40, 60)],
        still_open=opened,
        still_open_total=still_open,
    )


def text_of(content: Content) -> str:
    return content.text.render()[0]


def lines_of(content: Content) -> list[str]:
    return text_of(content).split("\n")


def buttons_of(content: Content) -> list[list[InlineKeyboardButton]]:
    return content.keyboard.inline_keyboard if content.keyboard else []


def labels_of(content: Content) -> list[list[str]]:
    return [[button.text for button in row] for row in buttons_of(content)]


def spans_of(content: Content, kind: str) -> list[str]:
    """The pieces of text that an entity of this kind covers."""
    text, entities = content.text.render()
    return [entity.extract_from(text) for entity in entities if entity.type == kind]
