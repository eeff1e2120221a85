"""The far side of both SDKs: counts the reports it gets, and answers after a delay."""

import asyncio
import signal
import sys

from aiohttp import web

from benchmarks.noop import ANSWER

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
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    app = web.Application(client_max_size=16 * 1024 * 1024)
    app[COUNT], app[DELAY] = [0], delay
    app.router.add_post("/{path:.*}", take)
    app.router.add_get("/count", tell)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    await stopped.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
