"""GET /incidents: what is to be dealt with, newest first."""

from collections.abc import Mapping

from aiohttp import web

from core import incident_list as incidents
from core.apps import all_apps
from core.incident_list import COUNT_CAP, Page
from core.levels import Level
from core.lifecycle import Status
from core.models import Incident
from web.incident_filters import TABS, search_of
from web.keys import DATABASE, SETTINGS, ZONE
from web.pages import HOME, render, see_other

NOTHING: Page[Incident] = Page((), None)


async def incident_list(request: web.Request) -> web.Response:
    search = search_of(request.query, request[ZONE])
    async with request.app[DATABASE].reading() as session:
        apps = await all_apps(session)
        counts = await incidents.status_counts(session, search.filters)
        page = NOTHING
        if not search.faults:
            page = await incidents.incident_list(session, search.filters, search.cursor)
    return render(
        request,
        "incident_list.html",
        status=400 if search.faults else 200,
        search=search,
        page=page,
        apps=apps,
        levels=tuple(Level),
        tabs={tab: count_in(counts, statuses) for tab, statuses in TABS.items()},
        base_url=request.app[SETTINGS].base_url,
    )


async def home(request: web.Request) -> web.Response:
    """GET /: the incidents are what everybody comes for."""
    return see_other(request, HOME)


def count_in(counts: Mapping[Status, int], statuses: tuple[Status, ...]) -> str:
    """Add up a tab's counts, which go no further than the cap."""
    count = sum(counts[status] for status in statuses)
    return f"{COUNT_CAP - 1}+" if count >= COUNT_CAP else str(count)
