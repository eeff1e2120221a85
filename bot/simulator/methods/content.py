"""The text and the link preview that sending and editing have in common."""

from bot.simulator.api.errors import bad_request
from bot.simulator.api.objects import user_object
from bot.simulator.api.params import Params
from bot.simulator.state import Json, Version
from bot.simulator.text import rich
from bot.simulator.text.formatted import LONGEST, Formatted, formatted
from bot.simulator.world import World

LONGEST_CAPTION = 1024  # code points after parsing; Bot API, sendDocument


def content_of(world: World, params: Params) -> Formatted:
    return _read(world, params, "text", "entities")


def caption_of(world: World, params: Params) -> Formatted:
    """The caption, which may be missing."""
    if not params.text("caption").strip():
        return Formatted("", [])
    return _read(world, params, "caption", "caption_entities")


def _read(world: World, params: Params, text: str, entities: str) -> Formatted:
    def known_user(user_id: int) -> Json | None:
        user = world.state.users.get(user_id)
        return user_object(user) if user else None

    raw, mode = params.text(text), params.text("parse_mode")
    return formatted(raw, mode, params.parsed(entities), known_user)


def check_length(content: Formatted, complaint: str) -> None:
    if len(content.text) > LONGEST:
        raise bad_request(complaint)


def check_caption(caption: Formatted) -> None:
    if len(caption.text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")


def version_of(world: World, params: Params, content: Formatted) -> Version:
    preview = params.parsed("link_preview_options")
    return Version(world.now(), content.text, content.entities, link_preview=preview)


def rich_version_of(world: World, params: Params) -> Version:
    """A rich message is kept as it was sent, beside its words."""
    sent = params.parsed("rich_message")
    if not isinstance(sent, dict):
        raise bad_request("can't parse rich message JSON object")
    words = rich.plain(sent)
    if not words:
        raise bad_request("message text is empty")
    if len(words) > rich.LONGEST:
        raise bad_request("message is too long")
    return Version(world.now(), words, rich=sent)
