"""Slack's incoming webhook, which hundreds of tools can speak and nothing else: best effort.

Green says that it is over, for an incident that the same link or title opened.
"""

import re
from collections.abc import Mapping, Sequence
from colorsys import rgb_to_hls
from typing import Any

from aiohttp import web

from core.errors import InvalidReport
from core.levels import Level
from core.reports import Signal
from web.intake.drafts import Draft, Link
from web.intake.format import Format, Taken
from web.intake.inbound import Inbound
from web.intake.words import first_of, lasting_name, map_in, maps_in, moment_in, text_in

# Degrees of the colour circle: yellow is 60, green 120; what Slack calls by a name, and orange.
_YELLOW, _GREEN = range(30, 70), range(70, 170)
_NAMED = {"good": 120, "green": 120, "warning": 45, "yellow": 60, "orange": 39, "danger": 0}
_HEX = re.compile(r"#?[0-9a-f]{6}", re.IGNORECASE)
_GREY = 0.2
_MARKS = "*_` "  # what makes a line bold, italic or code
_OVER = re.compile(r"^\W*(?:resolved|recovered|ok|up)\b[\]:\s-]*", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:[^|<>]*\|)?([^<>]*)>")


def read(inbound: Inbound) -> Sequence[Draft]:
    body = inbound.hook
    attachments = maps_in(body.get("attachments"))
    parts = [part for one in (attachments or [{}]) if (part := _draft_of(body, one))]
    if not parts:
        raise InvalidReport("text", "required")
    return parts


def recognises(inbound: Inbound) -> bool:
    body = map_in(inbound.json_or_none)
    return "attachments" in body or "blocks" in body or "payload" in inbound.form


def answer(_inbound: Inbound, _taken: Sequence[Taken]) -> web.Response:
    return web.Response(text="ok")


def _draft_of(body: Mapping[str, Any], attachment: Mapping[str, Any]) -> Draft | None:
    lines = [text_in(body.get("text")), *_block_lines(body)]
    lines += [text_in(attachment.get("text")), *_block_lines(attachment)]
    texts = [plain(line) for line in lines if line.strip()]
    title = _title_of(plain(text_in(first_of(attachment, "title", "fallback"))) or "\n".join(texts))
    if not title:
        return None
    over = _OVER.match(title)
    hue = _hue_of(text_in(attachment.get("color")))
    link = text_in(attachment.get("title_link"))
    return Draft(
        title=title,
        key=link or lasting_name(_OVER.sub("", title)),
        signal=Signal.resolve if over or hue in _GREEN else Signal.trigger,
        message="\n".join(text for text in texts if text.strip(_MARKS) != title),
        level=Level.warning if hue in _YELLOW else Level.error,
        tags={
            text_in(field.get("title")): field.get("value")
            for field in maps_in(attachment.get("fields"))
        },
        links=[Link("link", link), Link("image", text_in(attachment.get("image_url")))],
        occurred_at=moment_in(attachment.get("ts")),
    )


def _title_of(text: str) -> str:
    """Take the first line, or the next one where the first is a banner that is said again."""
    lines = [bare for line in text.splitlines() if (bare := line.strip(_MARKS))]
    is_banner = lines and lines[0] in lines[1:]
    return next((line for line in lines if not is_banner or line != lines[0]), "".join(lines[:1]))


def _hue_of(color: str) -> int | None:
    """Find where a colour stands; None for grey and for what is no colour."""
    if not _HEX.fullmatch(color):
        return _NAMED.get(color.lower())
    red, green, blue = (byte / 255 for byte in bytes.fromhex(color.removeprefix("#")))
    hue, _, saturation = rgb_to_hls(red, green, blue)
    return round(hue * 360) if saturation > _GREY else None


def _block_lines(body: Mapping[str, Any]) -> list[str]:
    """The text of the blocks that carry some: headers, sections and contexts."""
    lines = []
    for block in maps_in(body.get("blocks")):
        parts = [block.get("text"), *maps_in(block.get("fields")), *maps_in(block.get("elements"))]
        lines += [text_in(part.get("text")) for part in parts if isinstance(part, dict)]
    return [line for line in lines if line]


def plain(text: str) -> str:
    """Take Slack's links apart: `<https://x|label>` reads as its label."""
    return _MARKUP.sub(r"\1", text)


FORMAT = Format(
    name="slack",
    title="Slack webhook",
    read=read,
    recognises=recognises,
    answer=answer,
    routes=(("POST", "/services/{team}/{channel}/{token}"),),
)
