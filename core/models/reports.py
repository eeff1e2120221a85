"""What the apps sent, and how much of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime
from core.levels import Level
from core.models.columns import Json, Key, LevelNumber


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
