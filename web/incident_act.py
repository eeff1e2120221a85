"""POST /incidents/{id}/{action}: what the buttons do, here and on the card alike."""

from aiohttp import web

from core.incidents import act
from core.lifecycle import Action
from core.told import told_of
from web.auth import actor_of
from web.keys import DATABASE, NOW, PERSON, SETTINGS, TRANSLATOR, ZONE
from web.pages import see_other


async def incident_act(request: web.Request) -> web.Response:
    incident_id, now = int(request.match_info["id"]), request.app[NOW]()
    window = request.app[SETTINGS].reopen_window
    async with request.app[DATABASE].writing() as session:
        outcome = await act(
            session,
            now,
            incident_id,
            Action(request.match_info["action"]),
            actor_of(request),
            reopen_window=window,
        )
    told = told_of(
        outcome,
        request[TRANSLATOR],
        now,
        person_id=request[PERSON].id,
        zone=request[ZONE],
        reopen_window=window,
    )
    return see_other(request, f"/incidents/{incident_id}", told, good=outcome.changed)
