"""/mute and /unmute: an app's cards without sound for a while."""

from collections.abc import Sequence
from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import Answer
from bot.content import content_of, one_line
from bot.middlewares import ACTS
from bot.render_silences import SilenceRow, silence_line
from bot.rights import Right
from bot.whispers import whisper
from bot.zones import zone_of
from core.apps import all_apps
from core.i18n import Translator
from core.models import App, Person
from core.moments import read_until
from core.settings import Settings
from core.silences import end_silence, silence
from core.timeline import Actor, Source

MAX_NAMED = 20


def silences_router() -> Router:
    router = Router(name="silences")
    router.message.register(mute, Command("mute"), flags=ACTS)
    router.message.register(unmute, Command("unmute"), flags=ACTS)
    return router


async def mute(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    now: datetime,
    person: Person,
    t: Translator,
    settings: Settings,
    right: Right,
) -> Answer:
    """Silence an app: its name, how long, and why."""
    apps = await all_apps(session, right.scope)
    app, rest = app_named(command.args or "", apps)
    if app is None:
        return whisper(message, which_app(t, "/mute", apps))
    zone = await zone_of(session, message.chat.id, person, settings)
    read = read_until(rest, now, zone)
    if read is None:
        return whisper(message, how_long(t, app))
    until, reason = read
    actor = Actor(person.name, Source.telegram, person.id)
    made = await silence(session, now, app, until, one_line(reason), actor)
    line = silence_line(SilenceRow(app.name, made.silent_until, made.actor, made.reason), t, zone)
    ends = t("/unmute %(app)s ends it", app=app.name)
    return message.answer(**content_of([line, ends]).as_kwargs())


async def unmute(
    message: Message,
    command: CommandObject,
    session: AsyncSession,
    now: datetime,
    t: Translator,
    right: Right,
) -> Answer:
    """End an app's silence."""
    apps = await all_apps(session, right.scope)
    app, rest = app_named(command.args or "", apps)
    if app is None or rest:
        return whisper(message, which_app(t, "/unmute", apps))
    if await end_silence(session, now, app):
        return message.answer("🔔 " + t("%(app)s makes sounds again", app=app.name))
    return whisper(message, t("%(app)s was not muted", app=app.name))


def app_named(args: str, apps: Sequence[App]) -> tuple[App | None, str]:
    """Find the app whose name a text begins with, the longest first; with the rest of the text."""
    text = one_line(args)
    for app in sorted(apps, key=lambda app: len(app.name), reverse=True):
        name, rest = text[: len(app.name)], text[len(app.name) :]
        if name.casefold() == app.name.casefold() and rest[:1] in {"", " "}:
            return app, rest.lstrip()
    return None, text


def which_app(t: Translator, command: str, apps: Sequence[App]) -> str:
    names = ", ".join(app.name for app in apps[:MAX_NAMED])
    example = f"{command} {apps[0].name}" if apps else command
    return t("Name an app, as in: %(example)s. There are: %(names)s", example=example, names=names)


def how_long(t: Translator, app: App) -> str:
    return t(
        "Say for how long, at most 31 days, as in: /mute %(app)s 2h reason. "
        "30m, 2h, 1d and until 09:00 are understood.",
        app=app.name,
    )
