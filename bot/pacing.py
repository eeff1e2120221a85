"""How fast we may send, so that Telegram never has to refuse us. Time is passed in, in seconds.

Telegram publishes about one message a second in a chat, 20 a minute in a group and 30 a second
in all; sends and edits share them. The settings stay below that.
"""

from collections import deque
from collections.abc import Iterable
from random import random

IN_PRIVATE = ((3, 3.0),)
IN_GROUP = ((4, 4.0),)
BOT_REFUSED_CHATS = 3
BOT_REFUSED_SECONDS = 5.0


class Window:
    """At most `most` messages in any stretch of `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._seconds = seconds
        self._taken: deque[float] = deque(maxlen=most)

    def opens_at(self, now: float) -> float:
        if len(self._taken) < (self._taken.maxlen or 0):
            return now
        return max(now, self._taken[0] + self._seconds)

    def take(self, now: float) -> None:
        self._taken.append(now)

    def is_idle(self, now: float) -> bool:
        return not self._taken or self._taken[-1] + self._seconds <= now


class Allowance:
    """One chat's windows, and until when Telegram wants nothing for it."""

    def __init__(self, limits: Iterable[tuple[int, float]]) -> None:
        self._windows = [Window(*limit) for limit in limits]
        self.blocked_until = 0.0

    def opens_at(self, now: float) -> float:
        return max(self.blocked_until, *(window.opens_at(now) for window in self._windows))

    def take(self, now: float) -> None:
        for window in self._windows:
            window.take(now)

    def is_idle(self, now: float) -> bool:
        return self.blocked_until <= now and all(window.is_idle(now) for window in self._windows)


class Pacing:
    """When the next message may go, for each chat and for the bot."""

    def __init__(self, group_per_minute: int, per_second: int) -> None:
        self._in_group = (*IN_GROUP, (group_per_minute, 60.0))
        self._bot = Allowance([(per_second, 1.0)])
        self._chats: dict[int, Allowance] = {}
        self._refused: dict[int, float] = {}

    def bot_opens_at(self, now: float) -> float:
        return self._bot.opens_at(now)

    def closed(self, now: float) -> dict[int, float]:
        """List the chats that must wait, each with when it opens."""
        self._chats = {
            chat: allowance for chat, allowance in self._chats.items() if not allowance.is_idle(now)
        }
        opens = {chat: allowance.opens_at(now) for chat, allowance in self._chats.items()}
        return {chat: at for chat, at in opens.items() if at > now}

    def take(self, chat_id: int, now: float) -> None:
        """Count a message or an edit that goes out now."""
        self._bot.take(now)
        self._allowance(chat_id).take(now)

    def refused(self, chat_id: int, retry_after: float, now: float) -> None:
        """Obey a 429: this chat waits; refusals from several chats at once mean the whole bot."""
        until = now + retry_after + random()  # noqa: S311 - spreads the returns, guards nothing
        self._allowance(chat_id).blocked_until = until
        recent = now - BOT_REFUSED_SECONDS
        self._refused = {chat: at for chat, at in self._refused.items() if at > recent}
        self._refused[chat_id] = now
        if len(self._refused) >= BOT_REFUSED_CHATS:
            self.block_bot(until)

    def block_bot(self, until: float) -> None:
        self._bot.blocked_until = max(self._bot.blocked_until, until)

    def _allowance(self, chat_id: int) -> Allowance:
        limits = self._in_group if chat_id < 0 else IN_PRIVATE
        return self._chats.setdefault(chat_id, Allowance(limits))
