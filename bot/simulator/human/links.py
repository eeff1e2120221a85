"""Links to a bot, t.me/NAME?start=WORD and ?startgroup=WORD, followed by a person."""

from urllib.parse import parse_qs, urlsplit

import msgspec

from bot.simulator.members import set_member
from bot.simulator.people import write
from bot.simulator.state import Chat, Status, User
from bot.simulator.world import World

_HOSTS = frozenset({"t.me", "telegram.me"})


class Followed(msgspec.Struct, forbid_unknown_fields=True):
    """The chat is the group that the person picks for a startgroup link."""

    user_id: int
    url: str
    chat_id: int | None = None


def follow(world: World, followed: Followed) -> Chat:
    """Say to the bot what the link says, and return the chat where that was."""
    address = urlsplit(followed.url)
    given = parse_qs(address.query, keep_blank_values=True)
    asked = {name: values[0] for name, values in given.items()}
    bot = _bot_of(world, address.hostname or "", address.path.strip("/"))
    if "startgroup" in asked:
        return _in_group(world, followed, bot, asked)
    if "startapp" in asked:
        raise ValueError("Mini Apps are not simulated")
    chat = world.state.chats[followed.user_id]
    write(world, chat, followed.user_id, f"/start {asked.get('start', '')}")
    return chat


def _bot_of(world: World, host: str, name: str) -> User:
    bots = [world.person(number) for number in world.state.bots]
    found = [bot for bot in bots if bot.username.lower() == name.lower()]
    if host not in _HOSTS or not found:
        raise LookupError("this is no link to a bot that is here")
    return found[0]


def _in_group(world: World, followed: Followed, bot: User, asked: dict[str, str]) -> Chat:
    if followed.chat_id is None:
        raise ValueError("a group must be picked: `chat_id`")
    chat = world.state.chats[followed.chat_id]
    if not chat.is_led_by(followed.user_id):
        raise PermissionError("only who leads a group lets bots in")
    # A plus in the link is a space by now.
    rights = [f"can_{name}" for name in asked.get("admin", "").split()]
    status: Status = "administrator" if rights else "member"
    set_member(world, chat, bot.id, status, rights or None, actor_id=followed.user_id)
    if word := asked["startgroup"]:
        write(world, chat, followed.user_id, f"/start@{bot.username} {word}")
    return chat
