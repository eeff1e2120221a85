"""POST /chats/{chat}/enable: have a chat served again that refused us."""

from aiohttp import web

from core.chat_health import enable
from core.chats import find_chat
from web.keys import DATABASE, NOW, TRANSLATOR
from web.pages import see_other


async def chat_enable(request: web.Request) -> web.Response:
    chat_id = int(request.match_info["chat"])
    async with request.app[DATABASE].writing() as session:
        await find_chat(session, chat_id)
        await enable(session, request.app[NOW](), chat_id)
    told = request[TRANSLATOR](
        "What waits for this chat is sent now. If it is refused, it shows here."
    )
    return see_other(request, f"/chats#chat{chat_id}", told)
