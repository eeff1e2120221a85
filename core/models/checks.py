"""What must show that it lives."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, UtcDateTime
from core.levels import Level
from core.models.apps import App
from core.models.columns import Key, LevelNumber


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
