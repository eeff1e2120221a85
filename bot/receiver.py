"""Updates in: by long polling or by webhook, into one inbox.

An update is stored first and confirmed to Telegram after; the same update twice is one row.
"""

import asyncio
import hmac
import json
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeGuard

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramConflictError, TelegramRetryAfter
from aiogram.methods import TelegramMethod

from bot.errors import reason_of
from core import delivery, inbox, lanes, rivals
from core.bell import Bell
from core.db import Database
from core.pace import Paces

ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member", "chat_member"]
WEBHOOK_PATH = "/telegram/webhook"
MAX_WEBHOOK_BYTES = 1024 * 1024
POLL_SECONDS = 50  # the server's own cap
POLL_MARGIN_SECONDS = 15
MAX_QUERY_ID = 64
MAX_PAUSE = timedelta(seconds=30)
CONFLICT_PAUSE = timedelta(seconds=5)  # doubled with each conflict, up to MAX_PAUSE
ALARM_AFTER = 3
ALARM_WITHIN = timedelta(minutes=10)

log = structlog.get_logger("bot.receiver")

RawUpdate = dict[str, Any]


class RawGetUpdates(TelegramMethod[list[RawUpdate]]):
    """getUpdates that leaves its updates as they are: one that cannot be parsed blocks no other."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class Receiver:
    """Stores updates and rings for the one who handles them."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        arrived: Bell,
        paces: Paces,
        clock: Callable[[], datetime],
    ) -> None:
        self._bot = bot
        self._database = database
        self._arrived = arrived
        self._paces = paces
        self._clock = clock
        self._conflicts: deque[datetime] = deque(maxlen=ALARM_AFTER)

    async def store(self, updates: Iterable[RawUpdate]) -> None:
        rows = [
            inbox.NewUpdate(
                update["update_id"], lane_of(update), json.dumps(update), query_id_of(update)
            )
            for update in updates
            if is_update(update)
        ]
        if not rows:
            return
        async with self._database.writing() as session:
            await inbox.store(session, self._clock(), self._bot.id, rows)
        self._arrived.ring()

    async def take_webhook(self, body: bytes, secret: str | None, expected: str) -> bool:
        """Store a webhook call; False when its secret is not the one we agreed on."""
        given = (secret or "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, expected.encode()):
            return False
        try:
            update = json.loads(body) if len(body) <= MAX_WEBHOOK_BYTES else None
        except (ValueError, RecursionError):
            update = None
        if is_update(update):
            await self.store([update])
        else:
            # Refusing it would only make Telegram send it again.
            log.error("a webhook call brought no update", size=len(body))
        return True

    async def poll(self) -> None:
        """Ask for updates until cancelled."""
        offset: int | None = None
        failures = 0
        while True:
            try:
                offset = await self._poll_once(offset)
                failures = 0
            except Exception as error:  # noqa: BLE001 - polling must outlive any fault
                failures += 1
                pause = pause_after(error, failures)
                if isinstance(error, TelegramConflictError):
                    await self.note_rival(reason_of(error))
                else:
                    _log_failure(error, pause)
                if isinstance(error, TelegramRetryAfter):
                    await self._hold_back(error.retry_after)
                await asyncio.sleep(pause)

    async def _hold_back(self, seconds: float) -> None:
        """Send nothing for a while: who may not even ask for updates is refused as a whole."""
        try:
            async with self._database.writing() as session:
                now = self._clock()
                await lanes.block_bot(session, now, self._paces, now + timedelta(seconds=seconds))
        except Exception:  # polling must outlive a database that is away
            log.exception("cannot hold messages back")

    async def note_rival(self, reason: str = "the webhook is no longer ours") -> None:
        """Remember a conflict; several in a short time are more than a change of processes."""
        log.error(rivals.WHAT_TO_DO, reason=reason)
        now = self._clock()
        self._conflicts.append(now)
        lasts = len(self._conflicts) == ALARM_AFTER and now - self._conflicts[0] <= ALARM_WITHIN
        try:
            async with self._database.writing() as session:
                await rivals.note_rival(session, now)
                if lasts:
                    await rivals.tell_of_rival(session, now)
        except Exception:  # polling must outlive a database that is away
            log.exception("cannot tell of another program")

    async def _poll_once(self, offset: int | None) -> int | None:
        method = RawGetUpdates(offset=offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED_UPDATES)
        updates = await self._bot(method, request_timeout=POLL_SECONDS + POLL_MARGIN_SECONDS)
        await self.store(updates)
        ids = [update["update_id"] for update in updates if is_update(update)]
        # Once confirmed an offset has done its work: after a quiet week the numbers begin anew,
        # maybe below it.
        return ids[-1] + 1 if ids else None


def is_update(update: object) -> TypeGuard[RawUpdate]:
    number = update.get("update_id") if isinstance(update, dict) else None
    return isinstance(number, int) and 0 <= number < 2**63


def query_id_of(update: RawUpdate) -> str | None:
    """Find the press an update tells of: its id is the same however often it is told."""
    query = update.get("callback_query")
    given = query.get("id") if isinstance(query, dict) else None
    sane = isinstance(given, str) and len(given) <= MAX_QUERY_ID and given.isprintable()
    return given if sane else None


def lane_of(update: RawUpdate) -> int:
    """Choose what an update must keep its order in: the presser, else the chat."""
    for kind, whose in (
        ("callback_query", "from"),
        ("message", "chat"),
        ("my_chat_member", "chat"),
        ("chat_member", "chat"),
    ):
        event = update.get(kind)
        owner = event.get(whose) if isinstance(event, dict) else None
        lane = owner.get("id") if isinstance(owner, dict) else None
        if isinstance(lane, int) and abs(lane) < 2**63:
            return lane
    return 0


def pause_after(error: Exception, failures: int) -> float:
    """How many seconds not to ask after so many failures in a row."""
    if isinstance(error, TelegramRetryAfter):
        return error.retry_after
    pause = delivery.backoff(failures)
    if isinstance(error, TelegramConflictError):
        pause *= CONFLICT_PAUSE.total_seconds()
    return min(pause, MAX_PAUSE).total_seconds()


def _log_failure(error: Exception, pause: float) -> None:
    if isinstance(error, AiogramError):
        log.warning("cannot get updates", reason=reason_of(error), retry_in=pause)
    else:
        log.error("cannot store updates", retry_in=pause, exc_info=error)
