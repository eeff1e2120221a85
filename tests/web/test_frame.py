"""What is around every page: ids, headers, errors, static files, the webhook."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from aiohttp import web
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from core import alarms
from core.db import Database
from core.errors import Overloaded
from tests.factories import Scene
from tests.web.browsers import Browser, Site, running_site
from web import app as web_app

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "form-action 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@pytest.mark.parametrize("path", ["/", "/incidents", "/login", "/login/x", "/nothing"])
async def test_every_page_carries_the_security_headers(alice: Browser, path: str) -> None:
    answer = await alice.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize("path", ["/incidents", "/incidents?q=nothing", "/login/x", "/nothing"])
async def test_no_page_has_inline_script_or_style(alice: Browser, path: str) -> None:
    text = (await alice.get(path)).text.lower()
    assert "<script" not in text
    assert "<style" not in text
    assert " style=" not in text
    assert " onclick=" not in text


async def test_a_request_id_is_made_or_taken_over_when_it_is_sane(alice: Browser) -> None:
    own = (await alice.get("/incidents")).headers["X-Request-ID"]
    assert len(own) == 16
    given = await alice.get("/incidents", X_Request_ID="proxy-1.2_3")
    assert given.headers["X-Request-ID"] == "proxy-1.2_3"
    for bad in ("x" * 65, "a b", "<b>"):
        assert (await alice.get("/incidents", X_Request_ID=bad)).headers["X-Request-ID"] != bad


async def test_an_unknown_page_is_a_page_that_helps(alice: Browser) -> None:
    answer = await alice.get("/incidents/999", X_Request_ID="look-for-me")
    assert answer.status == 404
    assert "There is nothing here" in answer.words
    assert "look-for-me" in answer.words
    assert "/incidents" in answer.links


async def test_a_wrong_method_is_a_page_too(alice: Browser) -> None:
    answer = await alice.post("/incidents")
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/"])
async def test_programs_get_their_errors_as_json(charlie: Browser, path: str) -> None:
    answer = await charlie.get(path)
    assert answer.status == 404
    assert answer.text == '{"error": {"field": null, "reason": "Not Found"}}'
    assert "Set-Cookie" not in answer.headers


async def test_a_form_that_is_too_long_or_no_form_is_refused(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with running_site(database, now, max_body_bytes=1024) as site, site.browser() as alice:
        await alice.sign_in(scene.alice)
        too_long = await alice.post("/logout", {"text": "x" * 2000})
        no_form = await alice.post("/logout", Content_Type="application/json")
    assert (too_long.status, no_form.status) == (413, 400)
    assert "This is too long" in too_long.words


Handler = Callable[[web.Request], Awaitable[web.Response]]


@pytest.fixture
def broken_page(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: web.Request) -> web.Response:
        raise RuntimeError("the wheel came off")

    async def broken_api(_: web.Request) -> web.Response:
        raise RuntimeError("the wheel came off")

    async def busy(_: web.Request) -> web.Response:
        raise Overloaded(7)

    async def away(_: web.Request) -> web.Response:
        raise OperationalError("SELECT", {}, Exception("gone"))

    pages = [*web_app.PAGES, web.get("/broken", broken), web.get("/busy", busy)]
    machines = [*web_app.MACHINES, web.get("/api/broken", broken_api), web.get("/api/away", away)]
    monkeypatch.setattr(web_app, "PAGES", pages)
    monkeypatch.setattr(web_app, "MACHINES", machines)


@pytest.mark.usefixtures("broken_page")
async def test_a_fault_of_ours_shows_its_number_and_is_logged(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with running_site(database, now) as site, site.browser() as alice:
        await alice.sign_in(scene.alice)
        with capture_logs() as logs:
            page = await alice.get("/broken", X_Request_ID="number-1")
            json = await alice.get("/api/broken")
        busy = await alice.get("/busy")
    assert page.status == json.status == 500
    assert "number-1" in page.words
    assert "the wheel" not in page.text + json.text
    assert json.text == '{"error": {"field": null, "reason": "internal error"}}'
    assert [str(entry["exc_info"]) for entry in logs] == ["the wheel came off"] * 2
    assert (busy.status, busy.headers["Retry-After"]) == (503, "7")


@pytest.mark.usefixtures("broken_page")
async def test_while_the_database_is_away_programs_are_told_to_come_back(
    database: Database, now: datetime
) -> None:
    async with running_site(database, now) as site, site.browser() as charlie:
        with capture_logs() as logs:
            answer = await charlie.get("/api/away")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert [entry["log_level"] for entry in logs] == ["error"]


async def test_static_files_are_kept_for_good_under_their_versioned_address(
    alice: Browser,
) -> None:
    links = (await alice.get("/incidents")).links
    sheet = next(link for link in links if link.startswith("/static/app.css?v="))
    answer = await alice.get(sheet)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert (await alice.get("/static/app.css")).headers["Cache-Control"] == "no-cache"
    assert (await alice.get("/static/nothing.css")).status == 404
    assert (await alice.get("/static/..%2Fapp.py")).status == 404


async def test_an_update_is_handed_over_with_its_secret(charlie: Browser, site: Site) -> None:
    header = "X_Telegram_Bot_Api_Secret_Token"
    taken = await charlie.client.post(
        site.url("/telegram/webhook"), data=b"{}", headers={header.replace("_", "-"): "right"}
    )
    refused = await charlie.client.post(site.url("/telegram/webhook"), data=b"{}")
    assert (taken.status, refused.status) == (200, 401)
    assert site.updates == [(b"{}", "right"), (b"{}", None)]


async def test_without_a_receiver_there_is_no_webhook(database: Database, now: datetime) -> None:
    async with (
        running_site(database, now, takes_updates=False) as site,
        site.browser() as telegram,
    ):
        assert (await telegram.post("/telegram/webhook")).status == 404


async def test_a_token_that_is_refused_is_told_on_every_page_but_to_no_stranger(
    alice: Browser, charlie: Browser, database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        await alarms.note_token_refused(session, now)
    said = "Telegram does not accept the bot's token"
    assert said in (await alice.get("/incidents")).words
    assert said in (await alice.get("/apps")).words
    assert said not in (await charlie.get("/login")).words
    async with database.writing() as session:
        await alarms.note_token_accepted(session)
    assert said not in (await alice.get("/incidents")).words
