"""How fast we may send, so that Telegram never has to refuse us. Pure; moments are seconds.

Telegram publishes about one message a second in a chat, 20 a minute in a group and 30 a second
in all; sends and edits share them. The settings stay below that. What is taken is remembered
message by message: a bucket that refills would let its burst through on top of a full minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.settings import Settings

SLOWED_TO = 0.7  # of its pace goes a chat that refused us
SLOW_SECONDS = 600.0
RECOVERED_PER_SECOND = 0.1 / 60
COUNTERS_STRETCHED = 3.0  # so many times longer are the pauses added between them in a full chat


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` messages in any stretch of `seconds`; the last `kept` are for the urgent."""

    most: int
    seconds: float
    kept: int = 0


Limits = tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class Paces:
    """The limits of each kind of chat, of the bot as a whole, and of its answers to presses."""

    private: Limits
    group: Limits
    bot: Limits
    answers: Limits
    counter_seconds: float

    def of(self, chat_id: int) -> Limits:
        """The limits of a chat; groups have negative ids."""
        return self.group if chat_id < 0 else self.private


def paces_of(settings: Settings) -> Paces:
    """Make the limits that an installation has chosen."""
    burst, private = settings.group_burst, settings.private_burst
    others = max(1, burst // 2)
    minute = Limit(settings.group_messages_per_minute, 60.0, settings.kept_for_urgent)
    a_second = max(1, settings.messages_per_second - settings.kept_for_answers)
    return Paces(
        private=_one_a_second(private, private),
        group=(*_one_a_second(burst, others), minute),
        bot=(Limit(a_second, 1.0, a_second // 2),),
        # What is kept for them, and what the setting leaves of Telegram's 30 a second.
        answers=(Limit(max(1, settings.messages_per_second // 3), 1.0),),
        counter_seconds=60 / settings.counter_edits_per_minute,
    )


def _one_a_second(burst: int, others: int) -> Limits:
    """At most `burst` at once, then one a second; of what is not urgent half as fast, `others`.

    A bucket that gains one a second, as stretches of one, `burst`, and twice as many seconds: none
    lets more through than the bucket with one more place would.
    """
    more, double = burst + 2, 2 * burst
    return (
        Limit(burst, 1.0, burst - others),
        Limit(more, float(burst), more - others),
        Limit(double, float(double), double - 2 * others),
    )


def opens_at(limits: Limits, taken: Sequence[float], *, urgent: bool, share: float = 1.0) -> float:
    """Tell from when on a further message may go, at this share of the full pace."""
    return max(_opens_at(limit, taken, urgent, share) for limit in limits)


def counter_pause(paces: Paces, limits: Limits, taken: Sequence[float], now: float) -> float:
    """How long after an edit that only counts on the next may go; longer the fuller the chat."""
    longest = _longest(limits)
    lately = sum(moment > now - longest.seconds for moment in taken)
    return paces.counter_seconds * (1 + COUNTERS_STRETCHED * lately / longest.most)


def counters_open_at(limits: Limits, taken: Sequence[float]) -> float:
    """Tell from when on an edit that only counts on may go: while two thirds of a chat are free."""
    longest = _longest(limits)
    third = Limit(max(1, longest.most // 3), longest.seconds)
    return opens_at((third,), taken, urgent=True)


def with_another(limits: Limits, taken: Sequence[float], now: float) -> list[float]:
    """Remember a message, and as many before it as any limit asks about."""
    return [*taken, now][-max(limit.most for limit in limits) :]


def share_of(share: float, refused_at: float, now: float) -> float:
    """How much of the full pace a chat has that had this share when it last refused us."""
    return min(1.0, share + max(0.0, now - refused_at - SLOW_SECONDS) * RECOVERED_PER_SECOND)


def _longest(limits: Limits) -> Limit:
    return max(limits, key=lambda limit: limit.seconds)


def _opens_at(limit: Limit, taken: Sequence[float], urgent: bool, share: float) -> float:
    most = limit.most if urgent else max(1, limit.most - limit.kept)
    return 0.0 if len(taken) < most else taken[-most] + limit.seconds / share
