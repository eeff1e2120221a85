"""Inline keyboards: what may be sent, in the order in which Telegram objects."""

from typing import Any

from bot.simulator.api.errors import bad_request
from bot.simulator.api.params import Params
from bot.simulator.settings import Feature, SimulatorSettings
from bot.simulator.state import Chat, Json
from bot.simulator.text import links

# The server takes the first action it finds in this order (get_inline_keyboard_button_type).
ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "login_url",
    "web_app",
    "copy_text",
    "disabled",
)
OTHER_KINDS = frozenset({"keyboard", "remove_keyboard", "force_reply"})
_STYLES = frozenset({"danger", "success", "primary"})
_NEWER: dict[str, Feature] = {
    "style": "button_styles",
    "copy_text": "copy_buttons",
    "disabled": "disabled_buttons",
}
_MOST = {"strict": (8, 100), "tdlib": (12, 300)}  # a row, a keyboard


def parsed(params: Params, features: frozenset[Feature]) -> Json | None:
    """Check the shape, which comes before any look at the chat."""
    raw = params.parsed("reply_markup")
    if not raw:
        return None
    if not isinstance(raw, dict):
        raise bad_request("object expected as reply markup")
    if OTHER_KINDS & raw.keys():
        return {"inline_keyboard": [], "other": True}
    rows = raw.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    return {"inline_keyboard": [[_button(item, features) for item in row] for row in rows if row]}


def checked(markup: Json | None, chat: Chat, settings: SimulatorSettings) -> Json | None:
    """Check addresses, sizes and what this chat allows; return what will be shown."""
    if markup is None or not markup["inline_keyboard"]:
        return None
    rows = [[_allowed(button, chat) for button in row] for row in markup["inline_keyboard"]]
    in_row, in_total = _MOST[settings.keyboard_caps]
    if settings.keyboard_caps == "strict":
        if max(map(len, rows)) > in_row or sum(map(len, rows)) > in_total:
            raise bad_request("reply markup is too long")
        return {"inline_keyboard": rows}
    return {"inline_keyboard": _truncated(rows, in_row, in_total)}


def _button(item: Any, features: frozenset[Feature]) -> Json:
    if not isinstance(item, dict):
        raise _unparsable("expected an Object")
    item = {name: part for name, part in item.items() if _NEWER.get(name) in {None, *features}}
    if not item.get("text"):
        raise _unparsable('Can\'t find field "text"')
    if item.get("style", "primary") not in _STYLES:
        raise _unparsable("invalid button style specified")
    action = next((name for name in ACTIONS if item.get(name) is not None), None)
    if action is None:
        raise _unparsable("Text buttons are unallowed in the inline keyboard")
    kept = ("text", action, "style", "icon_custom_emoji_id")
    return {name: item[name] for name in kept if item.get(name) is not None}


def _unparsable(reason: str) -> Exception:
    return bad_request(f"can't parse InlineKeyboardButton: {reason}")


def _allowed(button: Json, chat: Chat) -> Json:
    if "url" in button:
        return {**button, "url": _address(button["url"], "URL")}
    if "login_url" in button:
        _address(button["login_url"].get("url", ""), "login URL", https_only=True)
    if "web_app" in button:
        _address(button["web_app"].get("url", ""), "Web App URL", https_only=True)
        if chat.kind != "private":
            raise bad_request("BUTTON_TYPE_INVALID")
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    if "copy_text" in button and not 1 <= len(button["copy_text"].get("text", "")) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return button


def _address(url: str, what: str, *, https_only: bool = False) -> str:
    try:
        return links.checked(url, https_only=https_only)
    except links.WrongLink as wrong:
        raise bad_request(f"inline keyboard button {what} '{url}' is invalid: {wrong}") from None


def _truncated(rows: list[list[Json]], in_row: int, in_total: int) -> list[list[Json]]:
    kept: list[list[Json]] = []
    for row in rows:
        room = in_total - sum(map(len, kept))
        if room > 0:
            kept.append(row[: min(in_row, room)])
    return kept
