"""What the messenger works on: sources of work, and one attempt to deliver a piece of it."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from core.due import Due
from core.errors import DeliveryError


class Attempt(Protocol):
    """One piece of work on its way into its chat; the sessions are those that write its end."""

    @property
    def chat_id(self) -> int: ...

    @property
    def failures(self) -> int:
        """How often in a row it failed, if it fails now."""
        ...

    async def send(self) -> bool:
        """Make the call; False when none is needed. Raises DeliveryError."""
        ...

    async def done(self, session: AsyncSession, now: datetime) -> None:
        """Telegram took it."""
        ...

    async def put_back(self, session: AsyncSession, due_at: datetime, *, failed: bool) -> None:
        """It surely did not arrive, and is tried again."""
        ...

    async def doubt(self, session: AsyncSession, now: datetime, error: DeliveryError) -> None:
        """It may have arrived."""
        ...

    async def repost(self, session: AsyncSession, now: datetime) -> None:
        """The message that was to be edited is gone."""
        ...

    async def give_up(self, session: AsyncSession, now: datetime, error: DeliveryError) -> None:
        """Repeating the same call cannot help."""
        ...


class Source(Protocol):
    """A kind of work: what is due of it, and how a piece becomes an attempt."""

    kind: str

    async def due(self, session: AsyncSession, now: datetime, limit: int) -> list[Due]: ...

    async def begin(self, session: AsyncSession, now: datetime, ids: Collection[int]) -> set[int]:
        """Write down what is about to be sent; returns what may go."""
        ...

    async def attempt(self, id_: int, now: datetime) -> Attempt | None:
        """Draw a piece of work as it is now; None when there is nothing to do any more."""
        ...
