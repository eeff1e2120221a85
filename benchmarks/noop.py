"""The yardstick: an aiohttp handler that reads the body and answers, in a process of its own."""

import asyncio
import json
import signal
import sys

from aiohttp import web

ANSWER = json.dumps(
    {
        "report": "019ab3c4-0000-7000-8000-000000000000",
        "incident": {
            "id": 1,
            "number": 1,
            "status": "open",
            "new": False,
            "count": 1,
            "url": "http://127.0.0.1:8080/incidents/1",
        },
    }
).encode()


async def read_and_answer(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(status=202, body=ANSWER, content_type="application/json")


async def read_and_answer_sentry(request: web.Request) -> web.Response:
    await request.read()
    return web.json_response({"id": "0" * 32})


async def main(port: int) -> None:
    app = web.Application()
    app.router.add_post("/api/v1/reports", read_and_answer)
    app.router.add_post("/api/1/envelope/", read_and_answer_sentry)
    await serve(app, port)


async def serve(app: web.Application, port: int) -> None:
    """Listen until SIGTERM."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    await stopped.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
