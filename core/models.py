"""All tables on one page: columns and constraints, no rules."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from core.db import Base, UtcDateTime
from core.levels import Level
from core.lifecycle import Status

# SQLite gives automatic row numbers to INTEGER keys only.
Key = BigInteger().with_variant(Integer, "sqlite")
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class LevelNumber(TypeDecorator[Level]):
    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Level | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the base class names it
        # SQLite's driver is quick with plain values, and looks for adapters for all others.
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Level | None:  # noqa: ARG002 - the base class names it
        return None if value is None else Level(value)


class StatusName(TypeDecorator[Status]):
    impl = String(12)
    cache_ok = True

    def process_bind_param(self, value: Status | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base class names it
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Status | None:  # noqa: ARG002 - the base class names it
        return None if value is None else Status(value)


class App(Base):
    """A program that reports."""

    __tablename__ = "apps"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    lowest_level: Mapped[Level] = mapped_column(LevelNumber)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AppCode(Base):
    """A secret an app proves itself with; only its SHA-256 is kept."""

    __tablename__ = "app_codes"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    app_id: Mapped[int] = mapped_column(ForeignKey("apps.id"), index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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


class Person(Base):
    """Somebody who presses, signs in or is assigned."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    telegram_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    name: Mapped[str] = mapped_column(String(130))
    username: Mapped[str | None] = mapped_column(String(64))
    locale: Mapped[str | None] = mapped_column(String(5))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    role: Mapped[str | None] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ChatPerson(Base):
    """Somebody who wrote or pressed in a chat, and has not left it."""

    __tablename__ = "chat_people"

    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)


class Incident(Base):
    """The thing to deal with; at most one unresolved for each app and fingerprint."""

    __tablename__ = "incidents"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    app_id: Mapped[int] = mapped_column(ForeignKey("apps.id"))
    fingerprint: Mapped[str] = mapped_column(String(255))
    status: Mapped[Status] = mapped_column(StatusName)
    level: Mapped[Level] = mapped_column(LevelNumber)
    level_edited: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    count: Mapped[int] = mapped_column(BigInteger)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lasts_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    search_text: Mapped[str] = mapped_column(Text)

    app: Mapped[App] = relationship(lazy="raise_on_sql")
    assignee: Mapped[Person | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        Index(
            "uq_incidents_unresolved",
            "fingerprint",
            "app_id",
            unique=True,
            sqlite_where=text("status <> 'resolved'"),
            postgresql_where=text("status <> 'resolved'"),
        ),
        Index("ix_incidents_newest", "last_seen_at", "id"),
        Index("ix_incidents_status", "status", "last_seen_at", "id"),
        Index("ix_incidents_app", "app_id", "status", "last_seen_at", "id"),
        Index(
            "ix_incidents_past",
            "fingerprint",
            "app_id",
            "id",
            sqlite_where=text("status = 'resolved'"),
            postgresql_where=text("status = 'resolved'"),
        ),
        Index(
            "ix_incidents_lasting",
            "lasts_until",
            sqlite_where=text("lasts_until IS NOT NULL"),
            postgresql_where=text("lasts_until IS NOT NULL"),
        ),
        CheckConstraint("count > 0", "counted"),
    )

    @property
    def number(self) -> int:
        """What people call it: #42."""
        return self.id


class Report(Base):
    """One occurrence. `uid` is the sender's, or ours when it sent none."""

    __tablename__ = "reports"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    app_id: Mapped[int] = mapped_column(ForeignKey("apps.id"))
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    uid: Mapped[UUID] = mapped_column(Uuid)
    level: Mapped[Level] = mapped_column(LevelNumber)
    title: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    tags: Mapped[dict[str, str] | None] = mapped_column(Json)
    context: Mapped[dict[str, Any] | None] = mapped_column(Json)
    dropped: Mapped[int] = mapped_column(Integer)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("uid", "app_id"),
        Index("ix_reports_incident", "incident_id", "id"),
    )


class Log(Base):
    """The log lines one report brought from one source, compressed."""

    __tablename__ = "logs"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    app_id: Mapped[int] = mapped_column(ForeignKey("apps.id"))
    source: Mapped[str] = mapped_column(String(500))
    truncated: Mapped[bool] = mapped_column()
    note: Mapped[str] = mapped_column(String(500))
    body: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_logs_source", "app_id", "source", "id"),)


class Raw(Base):
    """A body as another tool sent it, cut and compressed; `hints` say how it is to be read.

    Its id is that of the first report that was read from it.
    """

    __tablename__ = "raw_bodies"

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    format: Mapped[str] = mapped_column(String(30))
    hints: Mapped[dict[str, str]] = mapped_column(Json)
    truncated: Mapped[bool] = mapped_column()
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Origin(Base):
    """Which body a report was read from; reports of our own format have none."""

    __tablename__ = "origins"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    raw_id: Mapped[int] = mapped_column(ForeignKey("raw_bodies.id"), index=True)


class HourlyCount(Base):
    """How many reports of one incident and level came in one hour."""

    __tablename__ = "hourly_counts"

    hour_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    app_id: Mapped[int] = mapped_column(ForeignKey("apps.id"), primary_key=True)
    level: Mapped[Level] = mapped_column(LevelNumber, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)

    __table_args__ = ({"sqlite_with_rowid": False},)


class Entry(Base):
    """One dated fact of an incident; append-only. Together they are its timeline."""

    __tablename__ = "entries"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    actor: Mapped[str] = mapped_column(String(130))
    data: Mapped[dict[str, Any] | None] = mapped_column(Json)

    __table_args__ = (
        Index("ix_entries_incident", "incident_id", "id"),
        Index("ix_entries_kind", "kind", "at"),
    )


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


class Silence(Base):
    """Until a time the cards of an app make no sound."""

    __tablename__ = "silences"

    app_id: Mapped[int] = mapped_column(ForeignKey("apps.id"), primary_key=True)
    silent_until: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    actor: Mapped[str] = mapped_column(String(130))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    app: Mapped[App] = relationship(lazy="raise_on_sql")


class Check(Base):
    """What must tell again and again that it lives; once `due_at` has passed, its silence counts.

    It is expected every so many seconds or by a cron line.
    """

    __tablename__ = "checks"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    app_id: Mapped[int] = mapped_column(ForeignKey("apps.id"))
    slug: Mapped[str] = mapped_column(String(100))
    uuid: Mapped[UUID] = mapped_column(Uuid, unique=True)
    name: Mapped[str] = mapped_column(String(100))
    period_seconds: Mapped[int | None] = mapped_column(Integer)
    cron: Mapped[str | None] = mapped_column(String(100))
    time_zone: Mapped[str] = mapped_column(String(64))
    grace_seconds: Mapped[int] = mapped_column(Integer)
    level: Mapped[Level] = mapped_column(LevelNumber)
    status: Mapped[str] = mapped_column(String(12))
    pings: Mapped[int] = mapped_column(Integer)
    last_ping_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_rid: Mapped[UUID | None] = mapped_column(Uuid)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    app: Mapped[App] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        UniqueConstraint("app_id", "slug"),
        Index(
            "ix_checks_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        CheckConstraint("(period_seconds IS NULL) <> (cron IS NULL)", "one_rhythm"),
    )


class Ping(Base):
    """One heartbeat as it came; `number` counts those of its check, `rid` pairs start and end."""

    __tablename__ = "pings"

    check_id: Mapped[int] = mapped_column(ForeignKey("checks.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(8))
    exit_status: Mapped[int | None] = mapped_column(SmallInteger)
    duration_seconds: Mapped[float | None] = mapped_column(Float)
    rid: Mapped[UUID | None] = mapped_column(Uuid)
    body: Mapped[bytes] = mapped_column(LargeBinary)


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


class DigestSchedule(Base):
    """When a chat gets its digest; `last_due_at` is the due time that was last taken care of."""

    __tablename__ = "digest_schedules"

    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"), primary_key=True)
    cron: Mapped[str] = mapped_column(String(100))
    time_zone: Mapped[str] = mapped_column(String(64))
    enabled: Mapped[bool] = mapped_column()
    last_due_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Update(Base):
    """The inbox: what Telegram sent, stored before it is confirmed and handled once."""

    __tablename__ = "updates"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    bot_id: Mapped[int] = mapped_column(BigInteger)
    update_id: Mapped[int] = mapped_column(BigInteger)
    query_id: Mapped[str | None] = mapped_column(String(64))
    lane: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(Integer)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (
        UniqueConstraint("bot_id", "update_id"),
        Index("uq_updates_query", "bot_id", "query_id", unique=True),
        Index(
            "ix_updates_waiting",
            "bot_id",
            "lane",
            "id",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
        Index(
            "ix_updates_set_aside",
            "id",
            sqlite_where=text("status = 'dead'"),
            postgresql_where=text("status = 'dead'"),
        ),
    )


class LoginLink(Base):
    """A one-time way into the web; only its SHA-256 is kept."""

    __tablename__ = "login_links"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WebSession(Base):
    """A signed-in browser; the cookie's SHA-256 is the key."""

    __tablename__ = "web_sessions"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class ApiToken(Base):
    """A bearer token of the JSON API; only its SHA-256 is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str | None] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Fact(Base):
    """What the installation remembers of itself: one value a key."""

    __tablename__ = "facts"

    key: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
