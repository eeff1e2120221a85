"""A wish: that a card be drawn again, and how soon."""

from typing import Any

from sqlalchemy import ColumnElement, case, literal_column

from core.models import Card


def wished(urgency: Any) -> dict[str, Any]:
    """Make the values of a card's update; the most urgent wish that is pending counts."""
    revision = Card.wanted_revision + literal_column("1")
    return {"wanted_revision": revision, "urgency": _at_least(urgency)}


def _at_least(urgency: Any) -> ColumnElement[int]:
    pending = Card.wanted_revision != Card.shown_revision
    return case((pending & (Card.urgency < urgency), Card.urgency), else_=urgency)
