"""POST /telegram/webhook: an update from Telegram, for whoever takes updates in this process."""

from aiohttp import web

from web.keys import RECEIVE_UPDATE

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name


async def telegram_webhook(request: web.Request) -> web.Response:
    receive = request.app[RECEIVE_UPDATE]
    if receive is None:
        raise web.HTTPNotFound
    taken = await receive(await request.read(), request.headers.get(SECRET_HEADER))
    if not taken:
        raise web.HTTPUnauthorized
    return web.Response()
