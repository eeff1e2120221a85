"""A message as a value: text with entities, and a keyboard. No HTML, nothing to escape."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from hashlib import sha256
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from aiogram.utils.formatting import DateTime, Italic, Text, as_list

from core.i18n import Translator

MAX_TEXT = 4096 * 95 // 100  # in code points; Telegram's own limit less 5 %
SHORT_DATE_AND_TIME = "dt"  # core.telegram.org/bots/api#date-time-entity-formatting
_HOLE = re.compile(r"%\((\w+)\)s")
_PRIVATE_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test", ".invalid")

Buttons = list[InlineKeyboardButton]


@dataclass(frozen=True, slots=True)
class Content:
    """What one message says, in one language."""

    text: Text
    keyboard: InlineKeyboardMarkup | None = None

    def as_kwargs(self) -> dict[str, Any]:
        """Make the arguments that sending and editing share; links are not previewed."""
        return {
            **self.text.as_kwargs(),
            "reply_markup": self.keyboard,
            "link_preview_options": LinkPreviewOptions(is_disabled=True),
        }

    @property
    def hash(self) -> str:
        """A key that is equal when Telegram would show the same."""
        text, entities = self.text.render()
        keyboard = self.keyboard.model_dump(exclude_none=True) if self.keyboard else None
        parts = [text, [entity.model_dump(exclude_none=True) for entity in entities], keyboard]
        return sha256(json.dumps(parts).encode()).hexdigest()


def content_of(lines: Iterable[Text | str], *rows: Buttons) -> Content:
    """Put lines and rows of buttons together; empty rows fall away."""
    kept = [row for row in rows if row]
    return Content(as_list(*lines), InlineKeyboardMarkup(inline_keyboard=kept) if kept else None)


def sent_again(content: Content, t: Translator) -> Content:
    """Say below a message that it may be there twice."""
    note = Italic(t("Sent again: it is not known whether it arrived before."))
    return replace(content, text=as_list(content.text, note))


def filled(message: str, **values: object) -> Text:
    """Put values, which may carry entities, into the `%(name)s` of a translated message."""
    parts = _HOLE.split(message)
    return Text(*(values[part] if at % 2 else part for at, part in enumerate(parts) if part))


def date_time(t: Translator, at: datetime, zone: tzinfo = UTC) -> DateTime:
    """Show a moment in the reader's own zone; an old client shows it in `zone`, which it names."""
    local = f"{t.moment(at, zone)} {at.astimezone(zone).tzname()}"
    return DateTime(local, unix_time=at, date_time_format=SHORT_DATE_AND_TIME)


def size_of(*lines: Text | str) -> int:
    """Count the code points that lines take, with their line ends."""
    return sum(len(line if isinstance(line, str) else line.render()[0]) + 1 for line in lines)


def cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(0, limit - 1)].rstrip() + "…"


def one_line(text: str) -> str:
    return " ".join(text.split())


def link(label: str, url: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, url=url)


def is_public(url: str) -> bool:
    """Whether Telegram takes the address for a button and its readers can reach it."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in {"http", "https"} or "." not in host or host.endswith(_PRIVATE_NAMES):
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return True
