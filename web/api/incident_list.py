"""GET /api/v1/incidents: one page of the list, newest first.

Filters: `status` (repeated or comma separated; default: all but resolved), `app` (its name),
`level` (the lowest), `q` (words), `since` and `until` (ISO 8601, of the last report; UTC unless
they say otherwise). `limit` is 1 to 50, `cursor` the `next_cursor` of the page before.
"""

from datetime import UTC

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from core.apps import find_app_by_name
from core.errors import InvalidInput, NotFound
from core.incident_list import PAGE_SIZE, Filters, incident_list
from core.lifecycle import UNRESOLVED, Status
from web import keys
from web.api.shapes import incident_shape
from web.api.token import with_token
from web.forms import level_in, moment_in, text_in


@with_token
async def incidents(request: web.Request) -> web.Response:
    limit = _limit(request)
    async with request.app[keys.DATABASE].reading() as session:
        filters = await _filters(session, request)
        page = await incident_list(session, filters, text_in(request.query, "cursor"), limit)
    base_url = request.app[keys.SETTINGS].base_url
    return web.json_response(
        {
            "incidents": [incident_shape(incident, base_url) for incident in page.rows],
            "next_cursor": page.next_cursor,
        }
    )


async def _filters(session: AsyncSession, request: web.Request) -> Filters:
    return Filters(
        statuses=_statuses(request),
        app_id=await _app_id(session, text_in(request.query, "app")),
        lowest_level=level_in(request.query, "level"),
        text=text_in(request.query, "q"),
        since=moment_in(request.query, "since", UTC),
        until=moment_in(request.query, "until", UTC),
    )


def _statuses(request: web.Request) -> tuple[Status, ...]:
    words = ",".join(request.query.getall("status", ())).split(",")
    try:
        chosen = {Status(word.strip().lower()) for word in words if word.strip()}
    except ValueError:
        raise InvalidInput("status", f"not one of {', '.join(Status)}") from None
    return tuple(chosen) or UNRESOLVED


async def _app_id(session: AsyncSession, name: str) -> int | None:
    if not name:
        return None
    try:
        return (await find_app_by_name(session, name)).id
    except NotFound:
        raise InvalidInput("app", "there is no app of this name") from None


def _limit(request: web.Request) -> int:
    text = request.query.get("limit", str(PAGE_SIZE))
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= PAGE_SIZE):
        raise InvalidInput("limit", f"not a number from 1 to {PAGE_SIZE}")
    return int(text)
