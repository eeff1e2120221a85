"""The pieces for frameworks, each in the real framework."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from queue import Queue
from typing import Any
from wsgiref.util import FileWrapper, setup_testing_defaults
from wsgiref.validate import validator

import pytest
from aiogram import Bot
from aiogram import Dispatcher as BotDispatcher
from aiogram.types import Chat, ErrorEvent, Message, Update
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED
from apscheduler.schedulers.background import BackgroundScheduler
from celery import Celery, signals
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route, WebSocketRoute

from dispatcher_maker import Dispatcher
from dispatcher_maker.contrib import aiogram, aiohttp, apscheduler, asgi, celery, wsgi
from dispatcher_maker.testing import CaughtReport, Outbox, catch_reports
from tests.maker.conftest import RunProgram
from tests.maker.stub import PATIENCE, Stub

SECRET = "hunter2"


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    with catch_reports() as caught:
        yield caught


def the_one(outbox: Outbox) -> CaughtReport:
    (report,) = outbox.reports
    assert SECRET not in str(report.context)
    return report


def environ(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "SCRIPT_NAME": "",
        "PATH_INFO": "/orders",
        "REQUEST_METHOD": "GET",
        "QUERY_STRING": f"token={SECRET}",
    }
    setup_testing_defaults(made)
    return {**made, **changes}


def start_response(*_: Any) -> Callable[[bytes], object]:
    return lambda _data: None


def answering(body: Iterable[bytes]) -> wsgi.Application:
    return lambda _environ, _start: body


def test_wsgi_reports_an_application_that_raises(dispatcher: Dispatcher, outbox: Outbox) -> None:
    def shop(_environ: dict[str, Any], _start: Callable[..., Any]) -> list[bytes]:
        take()
        return []

    with pytest.raises(ValueError, match="no stock"):
        wsgi.DispatcherMiddleware(shop, dispatcher)(environ(), start_response)
    report = the_one(outbox)
    assert report.title == "ValueError: no stock"
    assert report.context["request"] == {"method": "GET", "path": "/orders"}
    assert report.logs[0]["source"] == "traceback"


def test_wsgi_reports_an_answer_that_breaks_off(dispatcher: Dispatcher, outbox: Outbox) -> None:
    closed = []

    class Answer:
        def __iter__(self) -> Iterator[bytes]:
            yield b"one"
            raise ValueError("no more")

        def close(self) -> None:
            closed.append(True)

    app = wsgi.DispatcherMiddleware(answering(Answer()), dispatcher)
    body: Any = app(environ(), start_response)
    parts = iter(body)
    assert next(parts) == b"one"
    with pytest.raises(ValueError, match="no more"):
        next(parts)
    body.close()
    assert closed == [True]
    assert the_one(outbox).context["request"]["path"] == "/orders"


def test_wsgi_is_kept_on_both_sides(dispatcher: Dispatcher, outbox: Outbox) -> None:
    def shop(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterator[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        yield b"fine"

    app: Any = validator(wsgi.DispatcherMiddleware(validator(shop), dispatcher))
    body = app(environ(), start_response)
    assert list(body) == [b"fine"]
    body.close()
    assert outbox.reports == []


def test_wsgi_leaves_what_servers_know_as_it_is(dispatcher: Dispatcher) -> None:
    for body in ([b"fine"], FileWrapper(open("/dev/null", "rb"))):  # noqa: PTH123, SIM115 - closed below
        app = wsgi.DispatcherMiddleware(answering(body), dispatcher)
        assert app(environ(**{"wsgi.file_wrapper": FileWrapper}), start_response) is body
        getattr(body, "close", lambda: None)()


async def asgi_call(app: Any, kind: str = "http", path: str = "/orders") -> list[Any]:
    sent = []

    async def receive() -> dict[str, str]:
        return {"type": f"{kind}.connect" if kind == "websocket" else "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": kind,
        "method": "POST",
        "path": path,
        "query_string": f"token={SECRET}".encode(),
        "headers": [],
    }
    if kind == "websocket":
        del scope["method"]
    await app(scope, receive, send)
    return sent


def take() -> None:
    raise ValueError("no stock")


async def fail(_: Any) -> Any:
    take()


async def test_starlette_answers_500_and_raises_as_ever(
    dispatcher: Dispatcher, outbox: Outbox
) -> None:
    app = Starlette(routes=[Route("/orders", fail, methods=["POST"])])
    app.add_middleware(asgi.DispatcherMiddleware, dispatcher=dispatcher)
    sent: list[Any] = []
    with pytest.raises(ValueError, match="no stock"):
        sent += await asgi_call(app)
    report = the_one(outbox)
    assert report.title == "ValueError: no stock"
    assert report.context["request"] == {"method": "POST", "path": "/orders"}


async def test_starlette_handlers_of_exceptions_come_first(
    dispatcher: Dispatcher, outbox: Outbox
) -> None:
    async def excuse(_request: Request, _error: Exception) -> Any:
        async def answer(_scope: Any, _receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 409, "headers": []})
            await send({"type": "http.response.body"})

        return answer

    app = Starlette(
        routes=[Route("/orders", fail, methods=["POST"])], exception_handlers={ValueError: excuse}
    )
    app.add_middleware(asgi.DispatcherMiddleware, dispatcher=dispatcher)
    assert (await asgi_call(app))[0]["status"] == 409
    assert (await asgi_call(app, path="/nowhere"))[0]["status"] == 404
    assert outbox.reports == []


async def test_starlette_websockets_are_reported(dispatcher: Dispatcher, outbox: Outbox) -> None:
    app = Starlette(routes=[WebSocketRoute("/orders", fail)])
    app.add_middleware(asgi.DispatcherMiddleware, dispatcher=dispatcher)
    with pytest.raises(ValueError, match="no stock"):
        await asgi_call(app, "websocket")
    assert the_one(outbox).context["request"] == {"method": "websocket", "path": "/orders"}


async def test_aiohttp_reports_failures_and_not_answers(
    dispatcher: Dispatcher, outbox: Outbox
) -> None:
    async def gone(_: web.Request) -> web.StreamResponse:
        raise web.HTTPGone

    app = web.Application(middlewares=[aiohttp.dispatcher_middleware(dispatcher)])
    app.add_routes([web.get("/orders", fail), web.get("/gone", gone)])
    async with TestClient(TestServer(app)) as client:
        assert (await client.get("/gone")).status == 410
        assert (await client.get("/nowhere")).status == 404
        assert outbox.reports == []
        assert (await client.get("/orders", params={"token": SECRET})).status == 500
    report = the_one(outbox)
    assert report.title == "ValueError: no stock"
    assert report.context["request"] == {"method": "GET", "path": "/orders"}


def message() -> Update:
    chat = Chat(id=1, type="private")
    return Update(
        update_id=5,
        message=Message(message_id=1, date=datetime.now(UTC), chat=chat, text=SECRET),
    )


async def test_aiogram_reports_what_no_error_handler_takes(
    dispatcher: Dispatcher, outbox: Outbox
) -> None:
    bot = Bot("42:TEST")
    bots = BotDispatcher()
    bots.message.register(fail)
    aiogram.install(bots, dispatcher)
    with pytest.raises(ValueError, match="no stock"):
        await bots.feed_update(bot, message())
    report = the_one(outbox)
    assert report.title == "ValueError: no stock"
    assert report.context["update"] == {"id": 5, "type": "message"}


async def test_aiogram_error_handlers_come_first(dispatcher: Dispatcher, outbox: Outbox) -> None:
    async def excuse(event: ErrorEvent) -> str:
        if isinstance(event.exception, ValueError):
            return "sorry"
        raise event.exception

    bot = Bot("42:TEST")
    bots = BotDispatcher()
    bots.message.register(fail)
    bots.errors.register(excuse)
    aiogram.install(bots, dispatcher)
    assert await bots.feed_update(bot, message()) == "sorry"
    assert outbox.reports == []


@pytest.fixture
def fresh_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody hear after the test what it connects to Celery's signals."""
    for signal in (signals.task_failure, signals.worker_process_shutdown):
        monkeypatch.setattr(signal, "receivers", [])


@pytest.mark.usefixtures("fresh_signals")
def test_celery_reports_a_task_that_fails_for_good(dispatcher: Dispatcher, outbox: Outbox) -> None:
    celery.install(dispatcher)
    shop = Celery("shop", broker="memory://", set_as_current=False)

    def order(self: Any, password: str) -> None:
        try:
            take()
        except ValueError as error:
            raise self.retry(exc=error, countdown=0, max_retries=2) from None

    task = shop.task(order, bind=True, name="shop.order")
    outcome = task.apply(args=[SECRET])
    assert outcome.state == "FAILURE"
    report = the_one(outbox)
    assert report.title == "ValueError: no stock"
    assert report.context["task"]["name"] == "shop.order"


@pytest.mark.usefixtures("fresh_signals")
def test_celery_children_send_what_is_queued_before_they_end(
    dispatcher: Dispatcher, stub: Stub
) -> None:
    celery.install(dispatcher)
    signals.task_failure.send(sender=None, task_id="1", exception=ValueError("no stock"))
    signals.worker_process_shutdown.send(sender=None, pid=1, exitcode=0)
    assert stub.titles == ["ValueError: no stock"]


def test_apscheduler_reports_jobs_that_fail_and_jobs_that_are_late(
    dispatcher: Dispatcher, outbox: Outbox
) -> None:
    scheduler = BackgroundScheduler(timezone=UTC)
    apscheduler.install(scheduler, dispatcher)
    ended: Queue[str] = Queue()
    scheduler.add_listener(
        lambda event: ended.put(event.job_id), EVENT_JOB_ERROR | EVENT_JOB_MISSED
    )
    scheduler.add_job(take, id="order")
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    scheduler.add_job(take, "date", run_date=long_ago, id="backup", misfire_grace_time=1)
    scheduler.start()
    assert {ended.get(timeout=PATIENCE), ended.get(timeout=PATIENCE)} == {"order", "backup"}
    scheduler.shutdown()

    found = {report.context["job"]["id"]: report for report in outbox.reports}
    assert found["order"].title == "ValueError: no stock"
    assert found["order"].level == "error"
    assert found["backup"].title == "Job backup missed its time"
    assert found["backup"].level == "warning"
    assert found["backup"].context["job"]["scheduled_at"].startswith("2026-01-01")


def test_django_reports_what_it_answers_with_500(run_program: RunProgram, stub: Stub) -> None:
    run_program(
        "import asyncio\n"
        "from django.conf import settings\n"
        "settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=['*'], LOGGING_CONFIG=None)\n"
        "import django; django.setup()\n"
        "from django.http import Http404\n"
        "from django.test import AsyncClient, Client\n"
        "from django.urls import path\n"
        "from dispatcher_maker.contrib.django import install\n"
        "def order(request): raise ValueError('no stock')\n"
        "def lost(request): raise Http404\n"
        "urlpatterns = [path('orders', order), path('lost', lost)]\n"
        "install(dispatcher)\n"
        "client = Client(raise_request_exception=False)\n"
        "assert client.get('/lost').status_code == 404\n"
        f"assert client.get('/orders?token={SECRET}').status_code == 500\n"
        "later = AsyncClient(raise_request_exception=False)\n"
        "assert asyncio.run(later.post('/orders')).status_code == 500\n",
        options="fold_seconds=0",
    )
    assert stub.titles == ["ValueError: no stock"] * 2
    requests = [seen.incident["context"]["request"] for seen in stub.seen]
    assert requests == [
        {"method": "GET", "path": "/orders"},
        {"method": "POST", "path": "/orders"},
    ]
    assert SECRET not in str(stub.seen)
