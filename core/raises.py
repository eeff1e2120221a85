"""What has become worse is told aloud: the edit of its card makes no sound.

The intake writes these notices with the report that raised the level, for the chats that show the
incident already and call the new level bad; where its card is yet to come, that makes the sound.
"""

from typing import Any

from sqlalchemy import ColumnElement, Text, cast, literal_column, or_, select
from sqlalchemy.sql.dml import UpdateBase

from core.changes import Change, Given
from core.db import insert_into
from core.models import Card, Chat, Incident, Notice, Silence

NOTICE_KIND = "raised"
RAISED = {
    "incident_id": Incident.id.type,
    "app_id": Incident.app_id.type,
    "level": Incident.level.type,
    "at": Notice.created_at.type,
    "urgency": Notice.urgency.type,
    "fact": Text(),
    "data": Notice.data.type,
}


def raise_told(dialect: str) -> Change:
    """Make the insert of the notices about incidents whose level was raised."""

    def statement_of(given: Given) -> UpdateBase:
        values = _values(given)
        silence = select(Silence.app_id).where(
            Silence.app_id == given["app_id"], Silence.silent_until > given["at"]
        )
        heard = (
            select(*values.values())
            .select_from(Card)
            .join(Chat, Chat.id == Card.chat_id)
            .where(
                Card.incident_id == given["incident_id"],
                or_(Card.message_id.is_not(None), _is_under_way()),
                Chat.loud_from <= given["level"],
                ~silence.exists(),
            )
        )
        notice = insert_into(Notice, dialect).from_select(list(values), heard)
        return notice.on_conflict_do_nothing(index_elements=["key"])

    return Change(RAISED, statement_of)


def _is_under_way() -> ColumnElement[bool]:
    """A card that was drawn before it was raised may be in the chat already."""
    return Card.doubts > literal_column("0")


def _values(given: Given) -> dict[str, Any]:
    # The intake names its parameters: a constant stands in the text.
    return {
        "chat_id": Card.chat_id,
        "key": given["fact"] + literal_column("':'", Text) + cast(Card.chat_id, Text),
        "kind": literal_column(f"'{NOTICE_KIND}'"),
        "data": given["data"],
        "status": literal_column("'waiting'"),
        "attempts": literal_column("0"),
        "due_at": given["at"],
        "created_at": given["at"],
        "urgency": given["urgency"],
    }
