"""POST /set-aside/{kind}s/{id}/{how}: have a dead letter sent again, or forgotten."""

from aiohttp import web

from core import dead_letters
from core.dead_letters import Kind
from core.errors import NotFound
from web.keys import DATABASE, NOW, TRANSLATOR
from web.pages import see_other
from web.update_settle import PAGE


async def letter_settle(request: web.Request) -> web.Response:
    kind, letter_id = Kind(request.match_info["kind"]), int(request.match_info["id"])
    replayed = request.match_info["how"] == "replay"
    t = request[TRANSLATOR]
    try:
        async with request.app[DATABASE].writing() as session:
            if replayed:
                await dead_letters.replay(session, request.app[NOW](), kind, letter_id)
            else:
                await dead_letters.discard(session, kind, letter_id)
    except NotFound:
        return see_other(request, PAGE, t("Somebody was first: it is settled."), good=False)
    return see_other(request, PAGE, t("It is sent again.") if replayed else t("Discarded."))
