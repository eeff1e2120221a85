"""A check's status, its plan, when its silence counts, and its slug. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from zoneinfo import ZoneInfo, available_timezones

from core.cron import next_after
from core.errors import InvalidInput
from core.levels import Level
from core.models import Check

NAME_CHARS = 100
CRON_CHARS = 100
SHORTEST, LONGEST = timedelta(seconds=10), timedelta(days=366)
SHORTEST_GRACE = timedelta(seconds=1)

_SLUG = re.compile(r"[a-z0-9_-]{1,100}")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9_]+")


class CheckStatus(StrEnum):
    """Where a check stands."""

    new = "new"
    up = "up"
    down = "down"
    paused = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How often a check is to be heard of, by a period or a cron line, and what its silence is."""

    period: timedelta | None = None
    cron: str | None = None
    time_zone: str = "UTC"
    grace: timedelta = timedelta(hours=1)
    level: Level = Level.error


DEFAULT_PLAN = Plan(period=timedelta(days=1))


def plan_of(check: Check) -> Plan:
    period = check.period_seconds
    return Plan(
        period=None if period is None else timedelta(seconds=period),
        cron=check.cron,
        time_zone=check.time_zone,
        grace=timedelta(seconds=check.grace_seconds),
        level=check.level,
    )


def expected_after(plan: Plan, moment: datetime) -> datetime | None:
    """Find when the next heartbeat is to come; None for a cron line that never comes again."""
    if plan.cron is not None:
        return next_after(plan.cron, ZoneInfo(plan.time_zone), moment)
    return moment + (plan.period or LONGEST)


def due_of(check: Check) -> datetime | None:
    """Find when the silence of a check counts; None while it may be silent.

    A run that began must end within the grace, whenever the next one is expected.
    """
    if check.status in {CheckStatus.down, CheckStatus.paused}:
        return None
    plan = plan_of(check)
    begun = [check.started_at] if check.started_at else []
    if check.status == CheckStatus.up and check.last_ping_at:
        begun += [expected] if (expected := expected_after(plan, check.last_ping_at)) else []
    return min(begun) + plan.grace if begun else None


def is_slug(text: str) -> bool:
    return bool(_SLUG.fullmatch(text))


def slug_of(name: str) -> str:
    """Make the slug of a name: a slug is its own, and other names' slugs differ as they do."""
    if is_slug(name):
        return name
    plain = _NOT_IN_SLUG.sub("-", name.lower()).strip("-")
    if name.isascii() and is_slug(plain):
        return plain
    digest = blake2b(name.encode("utf-8", "replace"), digest_size=4).hexdigest()
    return f"{plain[:80] or 'check'}-{digest}"


def columns_of(plan: Plan, now: datetime) -> dict[str, object]:
    """Write a plan as columns. Raises InvalidInput naming the field."""
    if plan.time_zone not in available_timezones():
        raise InvalidInput("time_zone", "not a time zone name such as Europe/Moscow")
    if not SHORTEST_GRACE <= plan.grace <= LONGEST:
        raise InvalidInput("grace", "a grace lasts from one second to 366 days")
    cron = _checked_cron(plan, now)
    if cron is None and not (plan.period and SHORTEST <= plan.period <= LONGEST):
        raise InvalidInput("period", "a period lasts from 10 seconds to 366 days")
    seconds = int(plan.period.total_seconds()) if cron is None and plan.period else None
    return {
        "period_seconds": seconds,
        "cron": cron,
        "time_zone": plan.time_zone,
        "grace_seconds": int(plan.grace.total_seconds()),
        "level": plan.level,
    }


def _checked_cron(plan: Plan, now: datetime) -> str | None:
    if plan.cron is None:
        return None
    cron = " ".join(plan.cron.split())
    if len(cron) > CRON_CHARS:
        raise InvalidInput("cron", f"longer than {CRON_CHARS} characters")
    if next_after(cron, ZoneInfo(plan.time_zone), now) is None:
        raise InvalidInput("cron", "never comes")
    return cron
