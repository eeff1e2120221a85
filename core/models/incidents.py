"""What is to be dealt with, and what happened to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, UtcDateTime
from core.levels import Level
from core.lifecycle import Status
from core.models.apps import App
from core.models.columns import Json, Key, LevelNumber, StatusName
from core.models.people import Person


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
