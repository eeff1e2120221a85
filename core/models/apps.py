"""What reports, and how it proves itself."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, UtcDateTime
from core.levels import Level
from core.models.columns import Key, LevelNumber


class App(Base):
    """A program that reports; what it does not report again for `quiet_hours` is over."""

    __tablename__ = "apps"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    lowest_level: Mapped[Level] = mapped_column(LevelNumber)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    quiet_hours: Mapped[int | None]


class AppCode(Base):
    """A secret an app proves itself with; only its SHA-256 is kept."""

    __tablename__ = "app_codes"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    app_id: Mapped[int] = mapped_column(ForeignKey("apps.id"), index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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
