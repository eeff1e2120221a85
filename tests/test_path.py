"""The whole way: SDK -> server -> card -> press -> page -> digest, killed between the steps."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar

from bot.simulator import people, seed
from bot.simulator.simulator import Simulator
from tests.programs import Program

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TOKEN = "42:simulated"
LOADING = 30.0  # seconds that a busy machine may take to load the bot

SENDER = """
import sys
from dispatcher_maker import Dispatcher
url, code, log = sys.argv[1:]
dispatcher = Dispatcher(
    dispatcher_url=url, app_name="Shop", dispatcher_code=code, loggers_paths=[log]
)
dispatcher.send(title="Error in user registration", message="User 42 failed", level="error")
"""


@pytest.fixture
async def telegram() -> AsyncIterator[Simulator]:
    simulator = Simulator(seed=lambda world: seed.demo(world, token=TOKEN))
    simulator.base_url = await simulator.start()  # type: ignore[attr-defined]  # for the program below
    yield simulator
    await simulator.stop()
    assert not simulator.unsupported


@pytest.fixture
async def program(telegram: Simulator, database_url: str, tmp_path: Path) -> AsyncIterator[Program]:
    started = Program(
        tmp_path,
        database_url=database_url,
        bot_token=TOKEN,
        bot_api_url=telegram.base_url,  # type: ignore[attr-defined]  # set above
        admin_chat=seed.OPS,
    )
    yield started
    await started.close()


async def report_by_sdk(program: Program, code: str, log: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SENDER, program.url, code, str(log)
    )
    assert await process.wait() == 0


async def page_as_operator(program: Program, path: str) -> str:
    """Sign in with a link from the command line, as somebody with the machine would, and read."""
    link = (await program.command("login-link")).strip()
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
        async with browser.get(link) as answer:
            token = re.search(r'name="csrf" value="(\w*)"', await answer.text())
        assert token
        async with browser.post(link, data={"csrf": token[1]}) as answer:
            assert answer.status == 200
        async with browser.get(program.url + path) as answer:
            assert answer.status == 200
            text = re.sub(r"<[^>]*>", " ", await answer.text())
    return " ".join(unescape(text).split())


async def test_a_failure_is_reported_shown_handled_and_summed_up_over_kills(
    program: Program, telegram: Simulator, tmp_path: Path
) -> None:
    log = tmp_path / "app.log"
    log.write_text("form opened\nmail refused\n", encoding="utf-8")
    code = json.loads(await program.command("app", "add", "Shop", "--json"))["code"]

    await program.serve()
    await report_by_sdk(program, code, log)
    card = await telegram.expect(
        seed.OPS, text="Error in user registration", button="Acknowledge", timeout=LOADING
    )
    await program.kill()

    press = telegram.start_press(seed.BOB, seed.OPS, card.id, people.data_of(card, "Acknowledge"))
    await program.serve()
    await telegram.expect(seed.OPS, text="Bob", button="Unacknowledge", timeout=LOADING)
    async with asyncio.timeout(15):
        answer = await telegram.world.changes.until(lambda: press.answer)
    assert "Acknowledged by you" in answer.text
    await program.kill()

    await program.serve()
    page = await page_as_operator(program, "/incidents/1")
    assert "Error in user registration" in page
    assert "mail refused" in page
    assert "Bob" in page
    await program.kill()

    await program.serve()
    answer = await telegram.press(seed.ALICE, seed.OPS, card.id, "Resolve", timeout=LOADING)
    assert "Resolved by you" in answer.text
    await telegram.expect(seed.OPS, text="Alice", button="Reopen")
    telegram.write(seed.OPS, seed.BOB, "/digest")
    digest = await telegram.expect(seed.OPS, text="Digest")
    assert "Resolved: 1" in digest.current.text
    # A kill while Telegram's answer is on its way leaves it unknown: then the card comes again.
    assert len([one for one in telegram.transcript(seed.OPS) if "#1 ·" in str(one)]) <= 2
    assert telegram.unsupported == []
    assert await program.terminate() == 0
