"""What people type into forms and addresses, read into values. A fault names its field."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import MultiDict

from core.errors import InvalidInput
from core.i18n import N_
from core.levels import Level, level_of

FORM_TYPE = "application/x-www-form-urlencoded"
MAX_FIELDS = 1000

Values = Mapping[str, str]


async def form_of(request: web.Request) -> MultiDict[str]:
    """Read the fields of a posted form. Raises InvalidInput for what no form of ours sends."""
    if request.content_type != FORM_TYPE:
        raise InvalidInput("form", N_("This is not what the form sends."))
    body = (await request.read()).decode("utf-8", "replace")
    try:
        return MultiDict(parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError:
        raise InvalidInput("form", N_("This is not what the form sends.")) from None


def text_in(values: Values, name: str) -> str:
    """Read a text as databases and pages can hold it: no NUL, no lone surrogate, plain newlines."""
    text = values.get(name, "").replace("\0", "").replace("\r\n", "\n")
    return text.encode("utf-8", "replace").decode().strip()


def id_in(values: Values, name: str) -> int | None:
    """Read the id of a row, None for an empty field."""
    text = text_in(values, name)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise InvalidInput(name, N_("This is not one of the choices."))
    return int(text)


def level_in(values: Values, name: str) -> Level | None:
    text = text_in(values, name)
    level = level_of(text)
    if text and level is None:
        raise InvalidInput(name, N_("This is not one of the levels."))
    return level


def moment_in(values: Values, name: str, zone: tzinfo) -> datetime | None:
    """Read a date and time without a zone, as a browser's field sends it, in the reader's zone."""
    text = text_in(values, name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInput(name, N_("Write a date and time, such as 2026-11-23 09:00.")) from None
