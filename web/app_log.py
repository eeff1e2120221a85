"""GET /apps/{id}/log: all that one source of an app ever sent, joined into one log.

`before` pages back. `report` shows the page that ends with this report's lines: the address of a
line names its report, so that it stays right when newer reports come.
"""

from aiohttp import web
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.apps import find_app
from core.errors import NotFound
from core.joined_log import joined_log
from core.logs import sources_of
from core.models import Log
from web.forms import Values, id_in, text_in
from web.joined_view import newest_that_fit, parts_of
from web.keys import DATABASE
from web.pages import render


async def app_log(request: web.Request) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        app = await find_app(session, int(request.match_info["id"]))
        sources = await sources_of(session, app.id)
        source = _chosen(sources, request.query)
        before = await _before(session, app.id, source, request.query)
        page = await joined_log(session, app.id, source, before)
        shown, older = newest_that_fit(page.stretches), page.older
        if len(shown) < len(page.stretches):
            older = await _place(session, app.id, source, shown[0].report_id)
    return render(
        request,
        "app_log.html",
        app=app,
        sources=sources,
        source=source,
        parts=list(parts_of(shown)),
        older=older,
        is_newest=before is None,
    )


def _chosen(sources: list[str], query: Values) -> str:
    if "source" in query or not sources:
        return text_in(query, "source")
    return sources[0]


async def _before(session: AsyncSession, app_id: int, source: str, query: Values) -> int | None:
    report_id = id_in(query, "report")
    if report_id is None:
        return id_in(query, "before")
    return await _place(session, app_id, source, report_id) + 1


async def _place(session: AsyncSession, app_id: int, source: str, report_id: int) -> int:
    """Find where in a source's log a report's lines stand. Raises NotFound."""
    query = select(Log.id).where(
        Log.report_id == report_id, Log.app_id == app_id, Log.source == source
    )
    found = (await session.scalars(query.order_by(Log.id).limit(1))).one_or_none()
    if found is None:
        raise NotFound("report", report_id)
    return found
