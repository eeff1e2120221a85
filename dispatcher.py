"""The composition root and the command line: the only place that knows bot, web and core.

What only a server needs is imported when one starts: aiogram alone takes a second, and a health
check comes every half minute.
"""

import asyncio
import gc
import json
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any, TypeVar

import click
import structlog
from sqlalchemy.exc import SQLAlchemyError

from core import access, apps, chats, people, stand_ins
from core.chats import ChatDefaults
from core.clock import SharedClock, utc_now
from core.db import Database
from core.digest import DAY, digest_of
from core.doctor import Finding, chats_to_ask, database_checks
from core.echo import Echo
from core.errors import DispatcherError, SettingsError
from core.facts import own_secret_key
from core.i18n import translator_of
from core.intake import Intake
from core.jobs import Jobs
from core.journal import set_up_journal
from core.levels import Level
from core.roles import Role
from core.schedules import ensure_schedule
from core.schema import migrate, revision_of
from core.settings import Settings, load_settings
from core.tally import Tally

if TYPE_CHECKING:
    from aiohttp.web import AppRunner

    from bot.app import Telegram

GARBAGE = 20_000
STOP_SECONDS = 18
HTTP_STOP_SECONDS = 5
HEALTH_SECONDS = 5

log = structlog.get_logger("dispatcher")
Result = TypeVar("Result")


class Server:
    """The whole program in one process: intake, pages, bot and jobs on one database."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._database = Database(settings.database_url)
        self._clock = SharedClock()
        self._tally = Tally()
        self._asked_to_stop = asyncio.Event()
        self._stopping = asyncio.Event()
        self._intake = Intake(
            self._database,
            self._clock,
            max_reports=settings.queue_reports,
            max_bytes=settings.queue_bytes,
            max_batch=settings.batch_reports,
        )
        self._jobs = Jobs(self._database, self._clock)
        self._echo = Echo(self._database, self._clock)
        self._echo_task: asyncio.Task[None] | None = None
        self._telegram: Telegram | None = None
        self._telegram_loaded = asyncio.Event()
        self._telegram_task: asyncio.Task[None] | None = None
        self._runner: AppRunner | None = None

    async def start(self) -> None:
        """Bring the database up to date, then take work; the bot follows when it is loaded."""
        await _bring_up_to_date(self._database)
        secret_key = await self._prepare()
        self._echo_task = asyncio.create_task(self._echo.run(), name="echo")
        self._intake.start()
        await self._jobs.start()
        await self._listen(secret_key)
        gc.set_threshold(GARBAGE, 20, 50)
        if self._settings.bot_token:
            self._telegram_task = asyncio.create_task(self._run_telegram(), name="telegram")
            self._telegram_task.add_done_callback(lambda _: self._asked_to_stop.set())
        else:
            log.warning("Telegram is off: DISPATCHER_BOT_TOKEN is not set; pages and intake work")
            _keep_what_is_there()

    async def stop(self) -> None:
        """Take no more work, finish what is in hand, and close; bounded by STOP_SECONDS.

        Raises what ended Telegram before its time.
        """
        self._stopping.set()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                if self._runner:
                    await self._runner.cleanup()
                await self._jobs.stop()
                await self._stop_telegram()
                await self._intake.stop()
                if self._echo_task:
                    self._echo_task.cancel()
                    await asyncio.wait({self._echo_task})
                await self._database.close()
        except TimeoutError:
            log.warning("stopped before all was finished; nothing that was accepted is lost")
        task = self._telegram_task
        if task and task.done() and not task.cancelled():
            await task

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT; an end of Telegram ends the rest too, so that it shows."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, self._asked_to_stop.set)
        try:
            await self.start()
            await self._asked_to_stop.wait()
            log.info("stopping")
        finally:
            await self.stop()

    async def _prepare(self) -> str:
        settings = self._settings
        defaults = ChatDefaults(settings.locale, settings.timezone)
        async with self._database.writing() as session:
            # First: of processes that start together on an empty database the others wait here.
            own_key = await own_secret_key(session)
            await stand_ins.set_admins(session, settings.admins)
            for chat in await chats.set_default_chats(session, settings.default_chats, defaults):
                await ensure_schedule(session, self._clock(), chat)
        return settings.secret_key.get_secret_value() if settings.secret_key else own_key

    async def _listen(self, secret_key: str) -> None:
        from aiohttp.web import AppRunner, TCPSite

        from web.app import build_app

        settings = self._settings
        web_app = build_app(
            settings,
            self._database,
            intake=self._intake,
            secret_key=secret_key,
            receive_update=self._receive_update if settings.bot_token else None,
            clock=self._clock,
            stopping=self._stopping,
            tally=self._tally,
        )
        self._runner = AppRunner(
            web_app, access_log=None, shutdown_timeout=HTTP_STOP_SECONDS, handle_signals=False
        )
        await self._runner.setup()
        site = TCPSite(self._runner, settings.host, settings.port, backlog=1024)
        try:
            await site.start()
        except OSError as error:
            reason = f"cannot listen there: {error.strerror}"
            raise SettingsError([("DISPATCHER_LISTEN", reason)]) from None
        log.info("listening", address=settings.listen, pages=settings.base_url)

    async def _run_telegram(self) -> None:
        """Load the bot beside the intake, which need not wait those seconds, and run it."""
        make = await asyncio.to_thread(_load_bot)
        self._telegram = make(
            self._settings,
            self._database,
            clock=self._clock,
            announce=click.echo,
            tally=self._tally,
        )
        self._telegram_loaded.set()
        _keep_what_is_there()
        await self._telegram.run()

    async def _receive_update(self, body: bytes, secret: str | None) -> bool:
        await self._telegram_loaded.wait()
        telegram = self._telegram
        return telegram is not None and await telegram.receive_webhook(body, secret)

    async def _stop_telegram(self) -> None:
        if self._telegram_task is None:
            return
        if self._telegram:
            await self._telegram.stop()
        else:
            self._telegram_task.cancel()
        await asyncio.wait({self._telegram_task})


def _load_bot() -> "type[Telegram]":
    from bot.app import Telegram

    return Telegram


def _keep_what_is_there() -> None:
    """Collecting garbage need not look again and again at what stays."""
    gc.collect()
    gc.freeze()


async def _bring_up_to_date(database: Database) -> tuple[str | None, str]:
    """Migrate a database; one that does not answer is a setting to look at, not a traceback."""
    try:
        await revision_of(database)
    except (OSError, SQLAlchemyError) as error:
        reason, _, _ = f"it does not answer: {error}".partition("\n")
        raise SettingsError([("DISPATCHER_DATABASE_URL", reason)]) from None
    return await migrate(database)


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.database_url)
    try:
        await _bring_up_to_date(database)
        yield database
    finally:
        await database.close()


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a command; an error of ours is one clear message and exit code 1."""
    try:
        return asyncio.run(work)
    except DispatcherError as error:
        raise click.ClickException(str(error)) from None


def _settings() -> Settings:
    try:
        settings = load_settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    set_up_journal(settings.log_format, settings.log_level)
    return settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dispatcher")
def main() -> None:
    """Dispatcher: incidents of your services, handled in Telegram.

    Settings come from the environment or from .env, each as DISPATCHER_<NAME>.
    """


@main.command()
def serve() -> None:
    """Run intake, web pages, bot and scheduled digests until stopped."""
    settings = _settings()

    async def work() -> None:
        await Server(settings).run()

    _run(work())


@main.command()
@click.option("--listen", default="127.0.0.1:8080", show_default=True, help="The product's pages.")
@click.option("--chat", default="127.0.0.1:8081", show_default=True, help="The simulated Telegram.")
@click.option(
    "--every", default=20.0, show_default=True, help="Seconds between the sample's orders."
)
@click.option("--locale", type=click.Choice(["en", "ru"]), default="en", show_default=True)
def demo(listen: str, chat: str, every: float, locale: str) -> None:
    """Try everything without a token: a simulated Telegram and a sample app that fails."""
    from bot.demo import Demo

    set_up_journal("console", "warning")

    async def work() -> None:
        await Demo(Server, listen=listen, chat=chat, every=every, locale=locale).run()

    _run(work())


@main.command("migrate")
def migrate_command() -> None:
    """Bring the database to this version (an SQLite file is copied beside itself first)."""
    settings = _settings()

    async def work() -> None:
        database = Database(settings.database_url)
        try:
            before, after = await _bring_up_to_date(database)
        finally:
            await database.close()
        click.echo(f"{before or 'empty'} -> {after}" if before != after else f"already at {after}")

    _run(work())


@main.command()
def health() -> None:
    """Ask a running server whether it is alive (for container health checks)."""
    settings = _settings()
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared, not bound
    try:
        with closing(HTTPConnection(host, settings.port, timeout=HEALTH_SECONDS)) as server:
            server.request("GET", "/healthz")
            answer = server.getresponse()
            text = answer.read().decode(errors="replace")
    except (OSError, HTTPException) as error:
        raise click.ClickException(f"no answer from {settings.listen}: {error}") from None
    if answer.status != 200:
        raise click.ClickException(f"{settings.listen} answers {answer.status}: {text}")
    click.echo(text)


@main.command()
def doctor() -> None:
    """Finding the database, the token, the chat, the bot's rights and the clock."""
    from bot.doctor import telegram_checks

    settings = _settings()

    async def work() -> list[Finding]:
        database = Database(settings.database_url)
        try:
            found = await database_checks(database, utc_now())
            chat_ids = await chats_to_ask(database, settings.default_chats)
            return found + await telegram_checks(settings, chat_ids)
        finally:
            await database.close()

    found = _run(work())
    for check in found:
        click.echo(f"{'ok  ' if check.fine else 'FAIL'}  {check.name}: {check.says}")
    if not all(check.fine for check in found):
        sys.exit(1)


@main.group("app")
def app_group() -> None:
    """Register the apps that report."""


@app_group.command("add")
@click.argument("name")
@click.option("--level", type=click.Choice([level.name for level in Level]), default="warning")
@click.option(
    "--chat", "chat_ids", type=int, multiple=True, help="Send its cards here; repeatable."
)
@click.option("--json", "as_json", is_flag=True, help='Print {"id", "name", "code"}.')
def app_add(name: str, level: str, chat_ids: tuple[int, ...], as_json: bool) -> None:
    """Register an app and print its code, which is shown only now."""
    settings = _settings()

    async def work() -> apps.NewCode:
        async with _database(settings) as database, database.writing() as session:
            new = await apps.register(session, utc_now(), name, Level[level])
            defaults = ChatDefaults(settings.locale, settings.timezone)
            await chats.set_routes(session, new.app.id, chat_ids, defaults)
            return new

    new = _run(work())
    if as_json:
        click.echo(json.dumps({"id": new.app.id, "name": new.app.name, "code": new.code}))
    else:
        _print_code(settings, new)


@app_group.command("list")
def app_list() -> None:
    """List the apps."""
    settings = _settings()

    async def work() -> list[apps.AppRow]:
        async with _database(settings) as database, database.reading() as session:
            return await apps.app_list(session)

    for row in _run(work()):
        state = "archived" if row.app.archived_at else f"{row.unresolved} unresolved"
        click.echo(f"{row.app.id}\t{row.app.name}\t{row.app.lowest_level.name}\t{state}")


@app_group.command("rotate")
@click.argument("name")
def app_rotate(name: str) -> None:
    """Give an app a new code; the old one goes on working for a while."""
    settings = _settings()

    async def work() -> apps.NewCode:
        async with _database(settings) as database, database.writing() as session:
            app = await apps.find_app_by_name(session, name)
            return await apps.rotate(session, utc_now(), app.id, settings.code_overlap)

    _print_code(settings, _run(work()))


@main.group("token")
def token_group() -> None:
    """Manage the bearer tokens of the JSON API."""


@token_group.command("add")
@click.argument("name")
@click.option("--viewer", is_flag=True, help="It may read, and change nothing.")
def token_add(name: str, viewer: bool) -> None:
    """Make a token and print it; it is shown only now."""
    settings = _settings()

    async def work() -> str:
        async with _database(settings) as database, database.writing() as session:
            return await access.new_api_token(
                session, utc_now(), name, Role.viewer if viewer else None
            )

    click.echo(_run(work()))


@main.command("login-link")
@click.option("--telegram-id", type=int, help="Whose link; without it, the operator's.")
def login_link(telegram_id: int | None) -> None:
    """Print a one-time link that signs a browser in."""
    settings = _settings()

    async def work() -> str:
        async with _database(settings) as database, database.writing() as session:
            now = utc_now()
            person = (
                await people.ensure_operator(session, now)
                if telegram_id is None
                else await people.find_by_telegram_id(session, telegram_id)
            )
            lifetime = timedelta(minutes=settings.login_link_minutes)
            return await access.new_login_link(session, now, person, lifetime)

    click.echo(f"{settings.base_url}/login/{_run(work())}")


@main.group("digest")
def digest_group() -> None:
    """Read the digest."""


@digest_group.command("show")
def digest_show() -> None:
    """Print the digest of the last 24 hours."""
    from bot.render_digest import digest_text

    settings = _settings()

    async def work() -> str:
        async with _database(settings) as database, database.reading() as session:
            now = utc_now()
            digest = await digest_of(session, now - DAY, now, settings.base_url)
            return digest_text(digest, translator_of(settings.locale), settings.zone)

    click.echo(_run(work()))


def _print_code(settings: Settings, new: apps.NewCode) -> None:
    body = json.dumps(
        {"incident": {"title": "Hello", "level": "error"}, "app_name": new.app.name},
        ensure_ascii=False,
    ).replace("'", "'\\''")
    click.echo(
        f"app:   {new.app.name}\ncode:  {new.code}   (shown only now)\n\n"
        f"curl {settings.base_url}/api/v1/reports \\\n"
        f"  -H 'Authorization: Bearer {new.code}' \\\n  -d '{body}'"
    )


if __name__ == "__main__":
    main()
