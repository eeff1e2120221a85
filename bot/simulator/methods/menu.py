"""setChatMenuButton, getChatMenuButton: of one private chat, or of all that have none."""

from typing import Any

from bot.simulator.api.errors import bad_request
from bot.simulator.api.params import Params
from bot.simulator.methods.access import joined_chat
from bot.simulator.state import Bot, Json
from bot.simulator.text import links
from bot.simulator.world import World

FOR_ALL = 0
DEFAULT: Json = {"type": "default"}


async def set_chat_menu_button(world: World, bot: Bot, params: Params) -> bool:
    button = _button(params.parsed("menu_button") or DEFAULT)
    bot.menu_buttons[_chat_id(world, bot, params)] = button
    world.changes.announce("state")
    return True


async def get_chat_menu_button(world: World, bot: Bot, params: Params) -> Json:
    known = bot.menu_buttons
    return known.get(_chat_id(world, bot, params)) or known.get(FOR_ALL, DEFAULT)


def _chat_id(world: World, bot: Bot, params: Params) -> int:
    if not params.get("chat_id"):
        return FOR_ALL
    chat = joined_chat(world, bot, params)
    if chat.kind != "private":
        raise bad_request("chat must be private")
    return chat.id


def _button(raw: Any) -> Json:
    kind = raw.get("type") if isinstance(raw, dict) else None
    if kind in {"default", "commands"}:
        return {"type": kind}
    if kind != "web_app":
        raise bad_request("can't parse MenuButton: unsupported type specified")
    url = str((raw.get("web_app") or {}).get("url", ""))
    try:
        web_app = {"url": links.checked(url, https_only=True)}
    except links.WrongLink as wrong:
        raise bad_request(f"menu button Web App URL '{url}' is invalid: {wrong}") from None
    if not raw.get("text"):
        raise bad_request("can't parse MenuButton: Can't find field \"text\"")
    return {"type": kind, "text": str(raw["text"]), "web_app": web_app}
