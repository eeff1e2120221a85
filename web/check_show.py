"""GET /checks/{id}: one check, how to ping it, and what it told."""

from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from core.check_plans import CheckStatus, expected_after, plan_of
from core.check_reports import text_of
from core.checks import find_check, incident_of_check
from core.heartbeats import MAX_PINGS, pings_of
from core.logs import unpack_bytes
from core.models import Check, Ping
from core.snippets import cron_line_of, ping_of
from web.keys import DATABASE, SETTINGS
from web.pages import render

BODY_CHARS = 1000
NIGHTLY = "0 3 * * *"


@dataclass(frozen=True, slots=True)
class PingRow:
    """A heartbeat in the history."""

    ping: Ping
    duration: timedelta | None
    text: str
    is_cut: bool


async def check_show(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        check = await find_check(session, int(request.match_info["id"]))
        rows = [_row_of(ping) for ping in await pings_of(session, check.id)]
        incident_id = await incident_of_check(session, check)
    url = f"{request.app[SETTINGS].base_url}/ping/{check.uuid}"
    return render(
        request,
        "check_show.html",
        check=check,
        plan=plan_of(check),
        expected_at=_expected_at(check),
        rows=rows,
        max_rows=MAX_PINGS,
        incident_id=incident_id,
        url=url,
        ping_line=ping_of(url),
        cron_line=cron_line_of(url, check.cron or NIGHTLY),
    )


def _expected_at(check: Check) -> object:
    if check.status != CheckStatus.up or check.last_ping_at is None:
        return None
    return expected_after(plan_of(check), check.last_ping_at)


def _row_of(ping: Ping) -> PingRow:
    seconds, text = ping.duration_seconds, text_of(unpack_bytes(ping.body))
    return PingRow(
        ping,
        None if seconds is None else timedelta(seconds=seconds),
        text[:BODY_CHARS],
        len(text) > BODY_CHARS,
    )
