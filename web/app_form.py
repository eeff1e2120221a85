"""The form of an app, empty or filled: what its fields hold, and what is wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from re import fullmatch

from aiohttp import web

from core.apps import NAME_CHARS
from core.chats import ChatDefaults, all_chats
from core.errors import InvalidInput
from core.i18n import N_
from core.levels import Level
from core.models import App
from web.forms import Values, level_in, text_in
from web.keys import DATABASE, SETTINGS
from web.pages import render

MAX_CHATS = 20
MAX_KNOWN = 20
# Telegram's ids have at most 52 bits: https://core.telegram.org/bots/api#chat
_CHAT_ID = r"-?[1-9][0-9]{0,15}"
FAULTS = {
    "name": N_("A name has 1 to 100 printable characters and belongs to one app only."),
    "level": N_("This is not one of the levels."),
    "quiet_hours": N_("Write a number of hours from 1 to 8784, or nothing."),
    "chats": N_("Write at most 20 chat ids such as -1001234567890, one on each line."),
}
EMPTY = {"name": "", "level": Level.warning.name, "quiet_hours": "", "chats": ""}


@dataclass(frozen=True, slots=True)
class AppFields:
    """What the form says; no chats means the default ones."""

    name: str
    lowest_level: Level
    quiet_hours: int | None
    chats: tuple[int, ...]


def app_fields(form: Values) -> AppFields:
    """Read the form. Raises InvalidInput."""
    level = level_in(form, "level")
    if level is None:
        raise InvalidInput("level", FAULTS["level"])
    return AppFields(
        name=text_in(form, "name"),
        lowest_level=level,
        quiet_hours=_hours(text_in(form, "quiet_hours")),
        chats=_chat_ids(text_in(form, "chats")),
    )


def filled_with(app: App, chats: Sequence[int]) -> Mapping[str, str]:
    return {
        "name": app.name,
        "level": app.lowest_level.name,
        "quiet_hours": "" if app.quiet_hours is None else str(app.quiet_hours),
        "chats": "\n".join(map(str, chats)),
    }


async def app_form(
    request: web.Request, typed: Values, *, app: App | None = None, fault: str | None = None
) -> web.Response:
    """Write the form of a new app, or of one that is there, with a fault beside its field."""
    async with request.app[DATABASE].reading() as session:
        chats = await all_chats(session)
    return render(
        request,
        "app_form.html",
        status=400 if fault else 200,
        app=app,
        typed={name: typed.get(name, "") for name in EMPTY},
        faults={fault: FAULTS[fault]} if fault else {},
        levels=tuple(Level),
        known_chats=chats[:MAX_KNOWN],
        name_chars=NAME_CHARS,
    )


def chat_defaults(request: web.Request) -> ChatDefaults:
    settings = request.app[SETTINGS]
    return ChatDefaults(settings.locale, settings.timezone)


def _hours(text: str) -> int | None:
    if not fullmatch(r"[0-9]{0,5}", text := text.strip()):
        raise InvalidInput("quiet_hours", FAULTS["quiet_hours"])
    return int(text) if text else None


def _chat_ids(text: str) -> tuple[int, ...]:
    words = text.replace(",", " ").split()
    if len(words) > MAX_CHATS or not all(fullmatch(_CHAT_ID, word) for word in words):
        raise InvalidInput("chats", FAULTS["chats"])
    return tuple(dict.fromkeys(map(int, words)))
