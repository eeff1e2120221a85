"""What Telegram sent."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, UtcDateTime
from core.models.columns import Key


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
