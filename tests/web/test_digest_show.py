"""GET /digest and the schedules on it."""

from datetime import datetime, timedelta

import pytest

from core.access import sign_out
from core.chats import ensure_chat
from core.db import Database
from core.incidents import act
from core.levels import Level
from core.lifecycle import Action
from core.models import DigestSchedule
from core.schedules import ensure_schedule, schedule_of, set_schedule
from tests.factories import DEFAULTS, OPS, Scene, actor_of, make_incident
from tests.web.browsers import Answer, Browser, Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HOUR = timedelta(hours=1)
FORM = f"/digest/chats/{OPS}"


async def schedule_in(database: Database) -> DigestSchedule | None:
    async with database.reading() as session:
        return await schedule_of(session, OPS)


async def save(browser: Browser, **fields: str) -> Answer:
    filled = {"cron": "0 9 * * *", "time_zone": "UTC", "enabled": "yes", **fields}
    return await browser.submit("/digest", FORM, **filled)


async def test_the_page_says_what_the_digest_would_say(
    alice: Browser, site: Site, database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        bob = actor_of(scene.bob)
        old = await make_incident(session, now - 30 * HOUR, scene.shop, "Stock is negative")
        await act(session, now - 29 * HOUR, old.id, Action.acknowledge, bob)
        new = await make_incident(session, now - 5 * HOUR, scene.shop, "Bank failed")
        await act(session, now - 4 * HOUR, new.id, Action.acknowledge, bob)
        await act(session, now - 2 * HOUR, new.id, Action.resolve, bob)
    page = await alice.get("/digest")
    assert page.status == 200
    assert "Opened 1 1" in page.words
    assert "Resolved 1 0" in page.words
    assert "Reports 1 1" in page.words
    assert "Mean time to acknowledge 60 min 60 min" in page.words
    assert "Mean time to resolve 3 hr –" in page.words
    assert "Shop 1 1" in page.words
    assert "error 1 1" in page.words
    open_now = page.words.partition("Still open")[2]
    assert f"#{old.number} Stock is negative" in open_now
    assert "Bank failed" not in open_now
    assert f"/incidents/{old.id}" in page.links


async def test_a_long_list_of_open_incidents_is_cut_and_counted(
    alice: Browser, database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        for number in range(23):
            name = f"Fault of {'abcdefghijklmnopqrstuvw'[number]}"
            await make_incident(session, now, scene.shop, name, level=Level.crit)
    page = await alice.get("/digest")
    assert page.words.count("Fault of") == 20
    assert "and 3 more" in page.words


async def test_a_quiet_day_is_no_error(alice: Browser) -> None:
    page = await alice.get("/digest")
    assert "Opened 0 0" in page.words
    assert "Nothing: all is resolved." in page.words


async def test_titles_and_chat_names_are_shown_as_text(
    alice: Browser, database: Database, scene: Scene, now: datetime
) -> None:
    attack = "<script>alert(1)</script>"
    async with database.writing() as session:
        await make_incident(session, now, scene.shop, attack)
        (await ensure_chat(session, -2, DEFAULTS)).title = attack
    page = await alice.get("/digest")
    assert "<script>alert" not in page.text
    assert page.words.count(attack) == 2


async def test_each_chat_says_when_its_next_digest_is_due(
    alice: Browser, database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        chat = await ensure_chat(session, OPS, DEFAULTS)
        await ensure_chat(session, -2, DEFAULTS)
        await ensure_schedule(session, now, chat)
    words = (await alice.get("/digest")).words
    assert f"Ops {OPS} The next one: in 24 hours" in words
    assert "-2 This chat gets none." in words


async def test_a_schedule_is_saved(alice: Browser, database: Database) -> None:
    done = await save(alice, cron=" 30  8 * *  mon-fri ", time_zone="Europe/Moscow")
    assert done.location == "/digest#schedules"
    page = await alice.follow(done)
    assert "Saved." in page.words
    assert 'value="30 8 * * mon-fri"' in page.text
    assert "The next one: in 20 hours" in page.words
    schedule = await schedule_in(database)
    assert schedule
    assert (schedule.time_zone, schedule.enabled) == ("Europe/Moscow", True)


async def test_an_unticked_box_turns_it_off(
    alice: Browser, database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        await set_schedule(session, now, OPS, "0 9 * * *", "UTC", enabled=True)
    fields = {"cron": "0 9 * * *", "time_zone": "UTC"}
    await alice.submit("/digest", FORM, **fields)
    schedule = await schedule_in(database)
    assert schedule
    assert not schedule.enabled
    assert "This chat gets none." in (await alice.get("/digest")).words


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cron", ""),
        ("cron", "at nine"),
        ("cron", "0 9 * *"),
        ("cron", "99 9 * * *"),
        ("cron", "0 9 31 2 *"),
        ("cron", "*/0 * * * *"),
        ("cron", "0 9 * * *" + " " * 200 + ","),
        ("cron", ",".join(["1"] * 200) + " * * * *"),
        ("cron", "<b>"),
        ("time_zone", ""),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", "x" * 5000),
    ],
)
async def test_a_fault_stands_beside_its_field(
    alice: Browser, database: Database, field: str, value: str
) -> None:
    page = await save(alice, **{field: value})
    assert page.status == 400
    assert page.text.count(f'id="fault-{field}"') == 1
    assert "<b>" not in page.text
    assert await schedule_in(database) is None


async def test_a_fault_keeps_what_was_typed(alice: Browser) -> None:
    page = await save(alice, cron="at nine", time_zone="Asia/Tokyo")
    assert 'value="at nine"' in page.text
    assert 'value="Asia/Tokyo"' in page.text
    assert "checked" in page.text


@pytest.mark.parametrize("chat", ["5", "-5", "9" * 15])
async def test_a_chat_nobody_knows_is_a_404(alice: Browser, chat: str) -> None:
    answer = await alice.submit(
        "/digest", f"/digest/chats/{chat}", cron="0 9 * * *", time_zone="UTC"
    )
    assert answer.status == 404


async def test_charlie_neither_sees_nor_changes_it(
    alice: Browser, charlie: Browser, site: Site, database: Database, scene: Scene
) -> None:
    assert (await charlie.get("/digest")).location == "/login?next=%2Fdigest"
    fields = {"cron": "* * * * *", "time_zone": "UTC", "enabled": "yes"}
    stolen = (await alice.get("/digest")).csrf
    assert (await charlie.post(FORM, {**fields, "csrf": stolen})).location == "/login"
    await charlie.sign_in(scene.charlie)
    assert (await charlie.post(FORM, fields)).status == 403
    assert (await charlie.post(FORM, {**fields, "csrf": stolen})).status == 403
    secret = next(iter(alice.client.cookie_jar)).value
    async with database.writing() as session:
        await sign_out(session, secret)
    assert (await alice.get("/digest")).status == 303
    assert (await alice.post(FORM, {**fields, "csrf": stolen})).location == "/login"
    assert await schedule_in(database) is None
