"""The gate: which app a sender is. Answers from memory, because it stands before every report.

What it remembers is at most FRESH_SECONDS old, and RECHECK_SECONDS when a code does not fit, so
that a code just made elsewhere works at once. Unknown app and wrong code take the same path and
get the same answer.
"""

import asyncio
import hmac
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from sqlalchemy import select

from core.apps import NAME_CHARS
from core.db import Database
from core.errors import Unauthorized
from core.models import App, AppCode
from core.secrets import hash_of

FRESH_SECONDS = 5.0
RECHECK_SECONDS = 0.5
MAX_REMEMBERED = 10_000

_NOBODY = hash_of("")


@dataclass(frozen=True, slots=True)
class _Known:
    app_id: int
    codes: tuple[tuple[str, datetime | None], ...]
    read_at: float


@dataclass(frozen=True, slots=True)
class _Code:
    app_id: int
    expires_at: datetime | None
    read_at: float


class Gate:
    """Finds apps by name and code."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._by_code: OrderedDict[str, _Code] = OrderedDict()
        self._reading: dict[str, asyncio.Future[_Known]] = {}

    async def app_id(self, name: str, code: str) -> int:
        """Find the app that this name and code prove. Raises Unauthorized."""
        # One character over: a longer name is nobody's, not that of the app it begins with.
        name = name[: NAME_CHARS + 1]
        given = hash_of(code)
        known = self._known.get(name)
        fits = self._fits(known, given)
        age = monotonic() - known.read_at if known else FRESH_SECONDS
        if age >= FRESH_SECONDS or (not fits and age >= RECHECK_SECONDS):
            known = await self._read_once(name)
            fits = self._fits(known, given)
        if known is None or not fits:
            raise Unauthorized
        return known.app_id

    async def app_of_code(self, code: str) -> int:
        """Find the app whose code this is, for senders that give no name. Raises Unauthorized.

        The code itself is never compared: its hash is looked up.
        """
        given = hash_of(code)
        known = self._by_code.get(given)
        if known is None or monotonic() - known.read_at >= FRESH_SECONDS:
            known = await self._read_code(given)
        if known is None or (known.expires_at and known.expires_at <= self._clock()):
            raise Unauthorized
        return known.app_id

    def forget(self) -> None:
        """Read every app anew: called by whoever changed one in this process."""
        self._known.clear()
        self._by_code.clear()

    def _fits(self, known: _Known | None, given: str) -> bool:
        codes = known.codes if known else ()
        fits = False
        for kept, expires_at in codes or ((_NOBODY, None),):
            live = expires_at is None or expires_at > self._clock()
            fits |= hmac.compare_digest(kept, given) and live
        return fits and bool(codes)

    async def _read_once(self, name: str) -> _Known:
        """Read an app; whoever asks meanwhile waits for the same answer."""
        reading = self._reading.get(name)
        if reading is None:
            reading = asyncio.ensure_future(self._read(name))
            self._reading[name] = reading
            reading.add_done_callback(lambda _: self._reading.pop(name, None))
        return await asyncio.shield(reading)

    async def _read(self, name: str) -> _Known:
        query = (
            select(App.id, AppCode.hash, AppCode.expires_at)
            .join(AppCode, AppCode.app_id == App.id)
            .where(App.name == name, App.archived_at.is_(None))
        )
        async with self._database.reading() as session:
            rows = (await session.execute(query)).all()
        codes = tuple((row.hash, row.expires_at) for row in rows)
        known = _Known(rows[0].id if rows else 0, codes, monotonic())
        self._known[name] = known
        self._known.move_to_end(name)
        if len(self._known) > MAX_REMEMBERED:
            self._known.popitem(last=False)
        return known

    async def _read_code(self, given: str) -> _Code | None:
        """Read whose code this is; only those that are somebody's are remembered."""
        query = (
            select(AppCode.app_id, AppCode.expires_at)
            .join(App, App.id == AppCode.app_id)
            .where(AppCode.hash == given, App.archived_at.is_(None))
        )
        async with self._database.reading() as session:
            row = (await session.execute(query)).one_or_none()
        if row is None:
            self._by_code.pop(given, None)
            return None
        known = self._by_code[given] = _Code(row.app_id, row.expires_at, monotonic())
        if len(self._by_code) > MAX_REMEMBERED:
            self._by_code.popitem(last=False)
        return known
