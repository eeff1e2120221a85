"""What Telegram is to show, and the ways there."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Float,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime
from core.models.columns import Json, Key


class Redrawn:
    """What a message that is redrawn in place is known by: the revision wanted and the one shown.

    `generation` counts the messages that were begun for it, `doubts` those of unknown outcome.
    """

    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"))
    wanted_revision: Mapped[int] = mapped_column(Integer)
    shown_revision: Mapped[int] = mapped_column(Integer)
    shown_hash: Mapped[str | None] = mapped_column(String(64))
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    attempts: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(500))
    first_failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    urgency: Mapped[int] = mapped_column(SmallInteger, server_default=text("6"))
    urgent_revision: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    generation: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    doubts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))


class Card(Redrawn, Base):
    """What one chat shows of one incident.

    A storm that has `absorbed` a card stands for it; `storm_id` names the one it went through.
    """

    __tablename__ = "cards"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    menu: Mapped[str | None] = mapped_column(String(12))
    menu_page: Mapped[int | None] = mapped_column(SmallInteger)
    menu_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    storm_id: Mapped[int | None] = mapped_column(ForeignKey("storms.id"), index=True)
    absorbed: Mapped[bool] = mapped_column(server_default=false())

    __table_args__ = (
        UniqueConstraint("incident_id", "chat_id"),
        Index(
            "ix_cards_dead",
            "last_failed_at",
            sqlite_where=text("last_failed_at IS NOT NULL"),
            postgresql_where=text("last_failed_at IS NOT NULL"),
        ),
        Index(
            "ix_cards_menu",
            "menu_until",
            sqlite_where=text("menu_until IS NOT NULL"),
            postgresql_where=text("menu_until IS NOT NULL"),
        ),
        Index(
            "ix_cards_message",
            "message_id",
            sqlite_where=text("message_id IS NOT NULL"),
            postgresql_where=text("message_id IS NOT NULL"),
        ),
        Index(
            "ix_cards_due",
            "chat_id",
            "urgency",
            "due_at",
            sqlite_where=text("wanted_revision <> shown_revision AND absorbed = 0"),
            postgresql_where=text("wanted_revision <> shown_revision AND NOT absorbed"),
        ),
    )


class Storm(Redrawn, Base):
    """Many new cards of a chat in one; at most one that has not ended for each chat."""

    __tablename__ = "storms"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    redrawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sounded: Mapped[bool] = mapped_column(server_default=false())

    __table_args__ = (
        Index(
            "uq_storms_raging",
            "chat_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_storms_due",
            "chat_id",
            "urgency",
            "due_at",
            sqlite_where=text("wanted_revision <> shown_revision"),
            postgresql_where=text("wanted_revision <> shown_revision"),
        ),
    )


class Notice(Base):
    """One message that must be delivered; `key` makes it once per fact."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    status: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(String(500))
    urgency: Mapped[int] = mapped_column(SmallInteger, server_default=text("6"))
    doubts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    first_failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index(
            "ix_notices_dead",
            "last_failed_at",
            sqlite_where=text("last_failed_at IS NOT NULL"),
            postgresql_where=text("last_failed_at IS NOT NULL"),
        ),
        Index(
            "ix_notices_due",
            "chat_id",
            "urgency",
            "due_at",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
    )


class Lane(Base):
    """The way into one chat: who sends there now, and when the next message may go.

    `taken` holds when the last messages went, in seconds since 1970; the moments beside it follow
    from it. The lane of chat 0 is the bot as a whole.
    """

    __tablename__ = "lanes"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    taken: Mapped[list[float]] = mapped_column(Json)
    open_at: Mapped[datetime] = mapped_column(UtcDateTime)
    urgent_open_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counter_open_at: Mapped[datetime] = mapped_column(UtcDateTime)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    share: Mapped[float] = mapped_column(Float)
    lease_owner: Mapped[int | None] = mapped_column(Integer)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
