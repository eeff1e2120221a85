"""Sentry's check-ins: a monitor is a check, its configuration the check's plan.

https://develop.sentry.dev/sdk/telemetry/check-ins/
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from core.check_plans import LONGEST
from core.errors import InvalidReport
from core.heartbeats import LONGEST_RUN, Heartbeat
from web.intake.beats import KINDS, Beat
from web.intake.words import map_in, text_in

MAX_RUNTIME = 30  # minutes: what Sentry allows a run of which nothing is said
_UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}


def check_in_of(body: Mapping[str, Any]) -> Beat | None:
    """Read a check-in; None for a status that only Sentry's server gives. Raises InvalidReport."""
    slug, kind = text_in(body.get("monitor_slug")), KINDS.get(text_in(body.get("status")))
    if not slug:
        raise InvalidReport("monitor_slug", "required")
    if kind is None:
        return None
    duration = _number(body.get("duration"), LONGEST_RUN)
    heartbeat = Heartbeat(
        kind,
        rid=_uuid(text_in(body.get("check_in_id"))),
        duration=None if duration is None else timedelta(seconds=duration),
    )
    return Beat(slug, heartbeat, _planned(map_in(body.get("monitor_config"))))


def _planned(config: Mapping[str, Any]) -> dict[str, Any]:
    """Read a configuration. Ours has one grace, so it is the longer of theirs."""
    schedule = map_in(config.get("schedule"))
    if schedule.get("type") == "crontab":
        planned: dict[str, Any] = {"cron": text_in(schedule.get("value")), "period": None}
    elif schedule.get("type") == "interval":
        unit = _UNITS.get(text_in(schedule.get("unit")), _UNITS["minute"])
        planned = {"cron": None, "period": (_number(schedule.get("value"), LONGEST) or 0) * unit}
    else:
        return {}
    margins = (_number(config.get(name), LONGEST) for name in ("checkin_margin", "max_runtime"))
    grace = max((margin for margin in margins if margin), default=MAX_RUNTIME)
    return {
        **planned,
        "grace": timedelta(minutes=grace),
        "time_zone": text_in(config.get("timezone")) or "UTC",
    }


def _number(value: Any, most: timedelta) -> float | None:
    """Read a number that is sure to be within what a length of time can be."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return min(max(value, 0), most.total_seconds())


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
