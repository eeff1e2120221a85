"""A card's second level of buttons: open for a minute, and part of what the card is to show.

Because it is wanted state like the rest, a redraw for any other reason shows it still, and one
that nobody uses is closed by a job.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import ring_after_commit
from core.models import Card
from core.people import people_in
from core.urgency import Urgency
from core.wishes import wished, wished_by_people

OPEN_FOR = timedelta(minutes=1)
PEOPLE_SHOWN = 8
CLOSED: dict[str, Any] = {"menu": None, "menu_page": None, "menu_until": None}


class MenuName(StrEnum):
    snooze = "snooze"
    assign = "assign"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody an incident can be given to."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Menu:
    """The menu a card shows; the one to assign has a page of people."""

    name: MenuName
    page: int = 0
    people: tuple[Candidate, ...] = ()
    more: bool = False


async def open_menu(
    session: AsyncSession,
    now: datetime,
    incident_id: int,
    chat_id: int,
    name: MenuName,
    page: int = 0,
) -> None:
    """Have an incident's card in one chat show a menu for a while."""
    card = _in_chat(incident_id, chat_id)
    menu = {"menu": name, "menu_page": page, "menu_until": now + OPEN_FOR}
    await _redraw(session, card, wished_by_people(now) | menu)


async def close_menu(session: AsyncSession, now: datetime, incident_id: int, chat_id: int) -> None:
    """Have a card show its first level again."""
    card = _in_chat(incident_id, chat_id)
    await _redraw(session, card & Card.menu.is_not(None), wished_by_people(now) | CLOSED)


async def close_forgotten(session: AsyncSession, now: datetime) -> None:
    """Close the menus that nobody used in time."""
    await _redraw(session, Card.menu_until <= now, wished(Urgency.rest) | CLOSED)


async def menu_of(session: AsyncSession, now: datetime, card: Card) -> Menu | None:
    """Read the menu that a card is to show."""
    if card.menu is None or card.menu_until is None or card.menu_until <= now:
        return None
    if card.menu != MenuName.assign:
        return Menu(MenuName(card.menu))
    page = card.menu_page or 0
    found = await people_in(
        session, card.chat_id, limit=PEOPLE_SHOWN + 1, offset=page * PEOPLE_SHOWN
    )
    shown = tuple(Candidate(person.id, person.name) for person in found[:PEOPLE_SHOWN])
    return Menu(MenuName.assign, page, shown, more=len(found) > PEOPLE_SHOWN)


def _in_chat(incident_id: int, chat_id: int) -> ColumnElement[bool]:
    return (Card.incident_id == incident_id) & (Card.chat_id == chat_id)


async def _redraw(
    session: AsyncSession, cards: ColumnElement[bool], values: Mapping[str, Any]
) -> None:
    changed = await session.execute(update(Card).where(cards).values(values))
    if cast("CursorResult[Any]", changed).rowcount:
        ring_after_commit(session)
