"""getMe, and the bot's command lists: one per scope and language."""

import re
from typing import Any

from bot.simulator.api.errors import bad_request
from bot.simulator.api.objects import own_object
from bot.simulator.api.params import Params
from bot.simulator.state import Bot, Json
from bot.simulator.world import World

DEFAULT = "default"
_NAME = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES = frozenset(
    {DEFAULT, "all_private_chats", "all_group_chats", "all_chat_administrators"}
    | {"chat", "chat_administrators", "chat_member"}
)


async def get_me(world: World, bot: Bot, _params: Params) -> Json:
    return own_object(world.person(bot.id), bot)


async def set_my_commands(world: World, bot: Bot, params: Params) -> bool:
    commands = [_command(item) for item in _list(params.parsed("commands"))]
    bot.commands[_key(params)] = commands
    world.changes.announce("state")
    return True


async def get_my_commands(_world: World, bot: Bot, params: Params) -> list[Json]:
    return bot.commands.get(_key(params), [])


async def delete_my_commands(world: World, bot: Bot, params: Params) -> bool:
    bot.commands.pop(_key(params), None)
    world.changes.announce("state")
    return True


def _list(raw: Any) -> list[Any]:
    if not isinstance(raw, list):
        raise bad_request("expected an Array of bot commands")
    if len(raw) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return raw


def _command(item: Any) -> Json:
    name = str(item.get("command", "")).removeprefix("/") if isinstance(item, dict) else ""
    if not _NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    description = str(item.get("description", ""))
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    hidden = {"is_ephemeral": True} if item.get("is_ephemeral") else {}
    return {"command": name, "description": description, **hidden}


def _key(params: Params) -> str:
    """Scope, chat, user and language as one key of the bot's command lists."""
    scope = params.parsed("scope") or {"type": DEFAULT}
    if not isinstance(scope, dict) or scope.get("type") not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    parts = [scope["type"], scope.get("chat_id", ""), scope.get("user_id", "")]
    return "|".join([*map(str, parts), params.text("language_code")])
