"""GET /digest: what the next digest would say, and when each chat gets its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from zoneinfo import available_timezones

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from core.chats import all_chats
from core.digest import DAY, digest_of
from core.i18n import Translator
from core.models import Chat, DigestSchedule
from core.schedules import DEFAULT_CRON, all_schedules, next_due
from web.forms import Values
from web.keys import DATABASE, NOW, SETTINGS, TRANSLATOR
from web.pages import render

MAX_CHATS = 100
CONTINENTS = {
    "Africa",
    "America",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
}
NO_FAULTS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Plan:
    """When a chat gets its digest; `due_at` is None for never."""

    chat: Chat
    schedule: DigestSchedule | None
    due_at: datetime | None

    @property
    def fields(self) -> Values:
        """What the form is filled with."""
        if self.schedule is None:
            return {"cron": DEFAULT_CRON, "time_zone": self.chat.time_zone, "enabled": ""}
        enabled = "yes" if self.schedule.enabled else ""
        return {
            "cron": self.schedule.cron,
            "time_zone": self.schedule.time_zone,
            "enabled": enabled,
        }


async def digest_show(request: web.Request) -> web.Response:
    return await digest_page(request)


async def digest_page(
    request: web.Request,
    *,
    chat_id: int | None = None,
    typed: Values = NO_FAULTS,
    faults: Mapping[str, str] = NO_FAULTS,
) -> web.Response:
    """Write the page; with what was typed and is wrong in the form of one chat."""
    now, base_url = request.app[NOW](), request.app[SETTINGS].base_url
    async with request.app[DATABASE].reading() as session:
        digest = await digest_of(session, now - DAY, now, base_url)
        plans = await plans_of(session, now)
    return render(
        request,
        "digest_show.html",
        status=400 if faults else 200,
        digest=digest,
        mean=partial(_mean, request[TRANSLATOR]),
        plans=plans,
        zones=zone_names(),
        faulty_chat=chat_id,
        typed=typed,
        faults=faults,
    )


async def plans_of(session: AsyncSession, now: datetime) -> list[Plan]:
    """List the chats and their schedules, those without one too."""
    schedules = {chat.id: schedule for schedule, chat in await all_schedules(session)}
    return [
        Plan(chat, schedules.get(chat.id), _due_at(schedules.get(chat.id), now))
        for chat in (await all_chats(session))[:MAX_CHATS]
    ]


def _due_at(schedule: DigestSchedule | None, now: datetime) -> datetime | None:
    return next_due(schedule, now) if schedule and schedule.enabled else None


def _mean(t: Translator, length: timedelta | None) -> str:
    return t.duration(length) if length is not None else "–"


@cache
def zone_names() -> tuple[str, ...]:
    """List the time zones to choose from: the cities, and UTC."""
    names = sorted(name for name in available_timezones() if name.split("/")[0] in CONTINENTS)
    return ("UTC", *names)
