"""POST /apps/{id}/archive and /apps/{id}/unarchive: refuse an app's reports, or take them again."""

from aiohttp import web

from core.apps import archive
from web.keys import DATABASE, INTAKE, NOW, TRANSLATOR
from web.pages import see_other


async def app_archive(request: web.Request) -> web.Response:
    archived = request.match_info["change"] == "archive"
    app_id = int(request.match_info["id"])
    async with request.app[DATABASE].writing() as session:
        await archive(session, request.app[NOW](), app_id, archived=archived)
    request.app[INTAKE].gate.forget()
    t = request[TRANSLATOR]
    told = (
        t("Archived: its reports are refused.") if archived else t("Its reports are taken again.")
    )
    return see_other(request, f"/apps/{app_id}", told)
