"""The reports that a check makes, in the language and on the clock of the chat they go to."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.checks import fingerprint_of_check
from core.delivery import chats_of
from core.i18n import Translator, translator_of
from core.models import Check, Ping
from core.reports import LogPart, Report, Signal

ENGLISH, UTC = "en", "UTC"
SHOWN_RUNS = 10
_MARKS = {"success": "✅", "fail": "❌"}


async def silent(session: AsyncSession, now: datetime, check: Check) -> Report:
    """Report that a check was not heard of in time, or that a run of it does not end."""
    t, zone = await _reader(session, check)
    grace = timedelta(seconds=check.grace_seconds)
    if check.started_at and check.started_at + grace <= now:
        title = t("%(name)s does not end", name=check.name)
        said = t("It began on %(time)s.", time=t.moment(check.started_at, zone))
    else:
        title = t("%(name)s is silent", name=check.name)
        heard_at = check.last_ping_at or check.created_at
        said = t("Last heard of on %(time)s.", time=t.moment(heard_at, zone))
    lines = (said, _rhythm(t, check), await _lately(session, t, check))
    return _report(check, now, title, _joined(lines))


async def failed(
    session: AsyncSession, now: datetime, check: Check, exit_status: int | None, body: bytes
) -> Report:
    """Report that a check itself told of a failure; what it said becomes the logs."""
    t, _ = await _reader(session, check)
    said = "" if exit_status is None else t("Exit status %(number)s.", number=exit_status)
    text, lines = text_of(body), (said, await _lately(session, t, check))
    logs = (LogPart(check.slug, text),) if text else ()
    return _report(check, now, t("%(name)s failed", name=check.name), _joined(lines), logs=logs)


def told(check: Check, now: datetime, body: bytes, signal: Signal) -> Report:
    """Make the signal of a check about the incident it has."""
    return _report(check, now, check.name, text_of(body), signal=signal)


def text_of(body: bytes) -> str:
    """Read a body as a text that every database takes."""
    return body.decode("utf-8", "replace").replace("\0", "\ufffd").replace("\r\n", "\n").strip("\n")


async def _reader(session: AsyncSession, check: Check) -> tuple[Translator, ZoneInfo]:
    chat = next(iter(await chats_of(session, check.app_id)), None)
    locale, zone = (chat.locale, chat.time_zone) if chat else (ENGLISH, UTC)
    return translator_of(locale), ZoneInfo(zone)


async def _lately(session: AsyncSession, t: Translator, check: Check) -> str:
    """Show how the last runs ended, the newest at the end."""
    ended = (
        select(Ping.kind)
        .where(Ping.check_id == check.id, Ping.kind.in_(_MARKS))
        .order_by(Ping.number.desc())
        .limit(SHOWN_RUNS)
    )
    marks = [_MARKS[kind] for kind in (await session.scalars(ended)).all()]
    return t("Lately: %(marks)s", marks="".join(reversed(marks))) if len(marks) > 1 else ""


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line)


def _rhythm(t: Translator, check: Check) -> str:
    grace = t.span(timedelta(seconds=check.grace_seconds))
    if check.cron is not None:
        cron = f"{check.cron} ({check.time_zone})"
        return t("Expected at %(cron)s, with %(grace)s of grace.", cron=cron, grace=grace)
    period = t.span(timedelta(seconds=check.period_seconds or 0))
    return t("Expected every %(period)s, with %(grace)s of grace.", period=period, grace=grace)


def _report(
    check: Check,
    now: datetime,
    title: str,
    message: str,
    *,
    logs: tuple[LogPart, ...] = (),
    signal: Signal = Signal.trigger,
) -> Report:
    return Report(
        app_id=check.app_id,
        uid=uuid4(),
        title=title,
        message=message,
        level=check.level,
        fingerprint=fingerprint_of_check(check),
        occurred_at=now,
        received_at=now,
        logs=logs,
        tags={"check": check.slug},
        signal=signal,
    )
