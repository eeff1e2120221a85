"""A wish: that a card be drawn again, and how soon."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SmallInteger, case, literal, literal_column

from core.db import UtcDateTime
from core.models import Card
from core.urgency import LEAST_URGENT_OF_PEOPLE, Urgency


def wished(urgency: Any) -> dict[str, Any]:
    """Make the values of a card's update; the most urgent wish that is pending counts.

    What people wait for is urgent up to its own revision: what only counts on while that is being
    sent must not go on being urgent.
    """
    revision = Card.wanted_revision + literal_column("1")
    urgent = case((_is_urgent(urgency), revision), else_=Card.urgent_revision)
    return {
        "wanted_revision": revision,
        "urgency": _at_least(urgency),
        "urgent_revision": urgent,
    }


def wished_by_people(now: datetime) -> dict[str, Any]:
    """Make the values of an update that a person waits for, from now on unless she does already."""
    waits = is_pending(Card) & (Card.urgency <= Urgency.person)
    since = case((waits | (Card.due_at > now), Card.due_at), else_=literal(now, UtcDateTime))
    return wished(Urgency.person) | {"due_at": since}


def is_pending(kind: Any) -> ColumnElement[bool]:
    """Tell what its chat shows otherwise than is wanted."""
    pending: ColumnElement[bool] = kind.wanted_revision != kind.shown_revision
    return pending


def left_after(kind: Any, revision: int) -> ColumnElement[int]:
    """How urgent it is what is wanted beyond a revision that is shown now."""
    return case((kind.urgent_revision <= revision, Urgency.counter), else_=kind.urgency)


def _at_least(urgency: Any) -> ColumnElement[int]:
    return case((is_pending(Card) & (Card.urgency < urgency), Card.urgency), else_=urgency)


def _is_urgent(urgency: Any) -> ColumnElement[bool]:
    # The intake names its parameters: a constant stands in the text.
    least = literal_column(str(LEAST_URGENT_OF_PEOPLE.value), SmallInteger)
    urgent: ColumnElement[bool] = least >= urgency
    return urgent
