"""What the installation knows of itself."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Fact(Base):
    """What the installation remembers of itself: one value a key."""

    __tablename__ = "facts"

    key: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
