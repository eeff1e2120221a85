"""The far side of both SDKs: counts the reports it gets, and answers after a delay."""

import asyncio
import sys

from aiohttp import web

from benchmarks.noop import ANSWER, serve

COUNT = web.AppKey("COUNT", list[int])
DELAY = web.AppKey("DELAY", float)


async def take(request: web.Request) -> web.Response:
    body = await request.read()  # aiohttp has undone its Content-Encoding
    request.app[COUNT][0] += body.count(b'"type":"event"') or body.count(b'"incident":')
    await asyncio.sleep(request.app[DELAY])
    return web.Response(status=202, body=ANSWER, content_type="application/json")


async def tell(request: web.Request) -> web.Response:
    return web.json_response(request.app[COUNT][0])


async def main(port: int, delay: float) -> None:
    app = web.Application(client_max_size=16 * 1024 * 1024)
    app[COUNT], app[DELAY] = [0], delay
    app.router.add_post("/{path:.*}", take)
    app.router.add_get("/count", tell)
    await serve(app, port)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
