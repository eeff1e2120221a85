"""The demo: the real program, a simulated Telegram, and a sample app that fails now and then.

Everything lives in a temporary folder and ends with the process.
"""

import asyncio
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import aiohttp
import click

from bot.simulator import seed
from bot.simulator.settings import SimulatorSettings
from bot.simulator.simulator import Simulator
from core import access, apps
from core.clock import utc_now
from core.db import Database
from core.digest import DAY
from core.errors import SettingsError
from core.levels import Level
from core.people import ensure_person
from core.schema import migrate
from core.settings import Settings, load_settings

TOKEN = "42:simulated-telegram"  # noqa: S105 - the simulator takes any
APP = "Flaky shop"
SAMPLE = Path(__file__).parent.parent / "maker" / "examples" / "flaky_shop.py"
STOP_SECONDS = 5

_FIRED = (
    ("crit", "Checkout is down", "every payment since 12:04 was refused"),
    ("error", "Order could not be saved", "database is locked"),
    ("warning", "The bank is slow", "an answer took 9.4 s"),
)


class Program(Protocol):
    """What the demo shows: started before it, stopped after it."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...


class Demo:
    """Starts the simulator, the program and the sample app, and stops them in the other order."""

    def __init__(
        self,
        make_program: Callable[[Settings], Program],
        *,
        listen: str,
        chat: str,
        every: float,
        locale: str,
    ) -> None:
        self._make_program = make_program
        self._listen = listen
        self._chat = chat
        self._every = every
        self._locale = locale
        self._code = ""

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT."""
        asked = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, asked.set)
        with TemporaryDirectory(prefix="dispatcher-demo-") as folder:
            async with self._simulated_telegram() as address:
                settings = self._settings(folder, address)
                link = await self._prepare(settings)
                async with _running(self._make_program(settings)), self._sample(settings):
                    _say(address, settings, link)
                    await asked.wait()

    def _settings(self, folder: str, address: str) -> Settings:
        return load_settings(
            _env_file=None,
            database_url=f"sqlite:///{folder}/demo.db",
            listen=self._listen,
            bot_token=TOKEN,
            bot_api_url=address,
            bot_mode="polling",
            admin_chat=seed.OPS,
            admins=(seed.ALICE,),
            locale=self._locale,
        )

    @asynccontextmanager
    async def _simulated_telegram(self) -> AsyncIterator[str]:
        host, _, port = self._chat.rpartition(":")
        pages = load_settings(_env_file=None, listen=self._listen).base_url
        settings = SimulatorSettings(web_url=f"{_reachable(pages)}/", fire=self._fire)
        simulator = Simulator(settings, seed=partial(seed.demo, token=TOKEN, language=self._locale))
        try:
            yield await _started(simulator, host, int(port))
        finally:
            await simulator.stop()

    async def _prepare(self, settings: Settings) -> str:
        """Register the sample app, and make a sign-in link for Alice."""
        database = Database(settings.database_url)
        await migrate(database)
        async with database.writing() as session:
            now = utc_now()
            self._code = (await apps.register(session, now, APP, Level.warning)).code
            alice = await ensure_person(session, now, seed.ALICE, "Alice")
            token = await access.new_login_link(session, now, alice, DAY)
        await database.close()
        return f"{settings.base_url}/login/{token}"

    @asynccontextmanager
    async def _sample(self, settings: Settings) -> AsyncIterator[None]:
        url = _reachable(f"http://{settings.listen}")
        arguments = ("--url", url, "--app", APP, "--code", self._code)
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(SAMPLE), *arguments, "--every", str(self._every)
        )
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await process.wait()
            except TimeoutError:
                process.kill()

    async def _fire(self) -> None:
        """Report something: behind the button of the simulator's page."""
        level, title, message = random.choice(_FIRED)  # noqa: S311 - which one does not matter
        incident = {"level": level, "title": title, "message": message}
        body = {"incident": incident, "app_name": APP, "code": self._code}
        url = _reachable(f"http://{self._listen}/api/v1/reports")
        async with aiohttp.ClientSession() as http, http.post(url, json=body) as answer:
            answer.raise_for_status()


async def _started(simulator: Simulator, host: str, port: int) -> str:
    try:
        return _reachable(await simulator.start(host, port))
    except OSError as error:
        raise SettingsError([("--chat", f"cannot listen there: {error.strerror}")]) from None


def _reachable(address: str) -> str:
    """Give the address at which this machine reaches what listens on all of its addresses."""
    return address.replace("//0.0.0.0:", "//127.0.0.1:")


@asynccontextmanager
async def _running(program: Program) -> AsyncIterator[None]:
    try:
        await program.start()
        yield
    finally:
        await program.stop()


def _say(address: str, settings: Settings, link: str) -> None:
    click.echo(
        "\nDispatcher is running with a simulated Telegram.\n\n"
        f"  the chat    {address}/?lang={settings.locale}\n"
        f"  the pages   {_reachable(link)}   (signs you in as Alice)\n"
        f"  the intake  {_reachable(settings.base_url)}/api/v1/reports\n\n"
        "A sample app fails now and then: its cards come by themselves. Ctrl+C ends everything.\n"
    )
