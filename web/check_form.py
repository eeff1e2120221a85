"""The form of a check, empty or filled: what its fields hold, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from core.apps import find_app
from core.check_plans import CRON_CHARS, NAME_CHARS, Plan, plan_of
from core.errors import InvalidInput
from core.i18n import N_
from core.levels import Level
from core.models import Check
from core.moments import length_text, read_length
from web.forms import Values, level_in, text_in
from web.keys import DATABASE
from web.pages import render

FAULTS = {
    "name": N_("A name has 1 to 100 printable characters."),
    "slug": N_("Write small letters, digits, - and _, and no other check's slug."),
    "checks": N_("This app has as many checks as it can have."),
    "period": N_("Write a length from 10 seconds to 366 days, such as 15m or 1d12h."),
    "cron": N_("Write a cron line such as 0 3 * * *, or leave this empty."),
    "time_zone": N_("Write the name of a time zone, such as Europe/Moscow."),
    "grace": N_("Write a length from 1 second to 366 days, such as 15m or 1d12h."),
    "level": N_("This is not one of the levels."),
}


@dataclass(frozen=True, slots=True)
class CheckFields:
    """What the form says."""

    name: str
    slug: str
    plan: Plan


def check_fields(form: Values) -> CheckFields:
    """Read the form. Raises InvalidInput."""
    cron = text_in(form, "cron") or None
    level = level_in(form, "level")
    plan = Plan(
        period=None if cron else _length_in(form, "period"),
        cron=cron,
        time_zone=text_in(form, "time_zone") or "UTC",
        grace=_length_in(form, "grace"),
        level=level or Level.error,
    )
    return CheckFields(text_in(form, "name"), text_in(form, "slug"), plan)


def filled_with(check: Check) -> Mapping[str, str]:
    return {"name": check.name, "slug": check.slug, **_planned(plan_of(check))}


def empty_form(time_zone: str) -> Mapping[str, str]:
    """Fill the form of a new check with what fits a nightly job."""
    plan = Plan(period=timedelta(days=1), time_zone=time_zone)
    return {"name": "", "slug": "", **_planned(plan)}


async def check_form(
    request: web.Request,
    typed: Values,
    *,
    app_id: int,
    check: Check | None = None,
    fault: InvalidInput | None = None,
) -> web.Response:
    """Write the form of a new check, or of one that is there, with a fault beside its field."""
    async with request.app[DATABASE].reading() as session:
        app = await find_app(session, app_id)
    return render(
        request,
        "check_form.html",
        status=400 if fault else 200,
        app=app,
        check=check,
        typed={name: typed.get(name, "") for name in empty_form("")},
        faults={fault.field: FAULTS[fault.field]} if fault else {},
        levels=tuple(Level),
        name_chars=NAME_CHARS,
        cron_chars=CRON_CHARS,
    )


def _planned(plan: Plan) -> dict[str, str]:
    return {
        "period": length_text(plan.period) if plan.period else "",
        "cron": plan.cron or "",
        "time_zone": plan.time_zone,
        "grace": length_text(plan.grace),
        "level": plan.level.name,
    }


def _length_in(form: Values, name: str) -> timedelta:
    length = read_length(text_in(form, name))
    if length is None:
        raise InvalidInput(name, FAULTS[name])
    return length
