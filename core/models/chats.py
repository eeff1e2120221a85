"""Where things are told, and to whom."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime
from core.levels import Level
from core.models.columns import Json, LevelNumber


class Chat(Base):
    """A Telegram chat that cards and digests go to; the key is Telegram's own."""

    __tablename__ = "chats"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(12))
    locale: Mapped[str] = mapped_column(String(5))
    time_zone: Mapped[str] = mapped_column(String(64))
    is_default: Mapped[bool] = mapped_column(default=False)
    policy: Mapped[str] = mapped_column(String(12), server_default="anyone")
    loud_from: Mapped[Level] = mapped_column(LevelNumber, server_default=text("40"))
    rights: Mapped[list[str] | None] = mapped_column(Json)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trouble: Mapped[str | None] = mapped_column(String(12))
    last_error: Mapped[str | None] = mapped_column(String(500))
    slow_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    away_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AppChat(Base):
    """A route: this app's cards go to this chat, or to one topic of it.

    An app without one uses the default chats.
    """

    __tablename__ = "app_chats"

    app_id: Mapped[int] = mapped_column(ForeignKey("apps.id"), primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"), primary_key=True)
    thread_id: Mapped[int | None] = mapped_column(BigInteger)


class ChatPerson(Base):
    """Somebody who wrote or pressed in a chat, and has not left it."""

    __tablename__ = "chat_people"

    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)


class DigestSchedule(Base):
    """When a chat gets its digest; `last_due_at` is the due time that was last taken care of."""

    __tablename__ = "digest_schedules"

    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"), primary_key=True)
    cron: Mapped[str] = mapped_column(String(100))
    time_zone: Mapped[str] = mapped_column(String(64))
    enabled: Mapped[bool] = mapped_column()
    last_due_at: Mapped[datetime] = mapped_column(UtcDateTime)
