"""Bots, people and chats: made, and a basic group turned into a supergroup."""

from collections.abc import Iterable
from dataclasses import replace

from bot.simulator.api.rights import RIGHTS
from bot.simulator.api.updates import first_id
from bot.simulator.members import owner_of
from bot.simulator.state import Bot, Chat, Kind, Member, Status, User
from bot.simulator.telling import post_service, tell
from bot.simulator.world import World

_FIRST_USER = 5_000_001
_SUPERGROUP = -1_000_000_000_000


def add_bot(
    world: World,
    token: str,
    username: str = "dispatcher_bot",
    name: str = "",
    *,
    privacy: bool = True,
) -> Bot:
    """Register a bot; its id is the number in front of the token's colon."""
    number, _, secret = token.partition(":")
    if not (number.isdecimal() and secret):
        raise ValueError("a token is a number, a colon and a secret")
    bot = Bot(int(number), token, first_id(), privacy=privacy)
    world.state.users[bot.id] = User(bot.id, name or "Dispatcher", username, is_bot=True)
    world.state.bots[bot.id] = bot
    world.changes.announce("state")
    return bot


def add_user(
    world: World, name: str, language_code: str = "en", *, username: str = "", user_id: int = 0
) -> User:
    """Register a person with a private chat that no bot may write to before a Start."""
    taken = [known for known in world.state.users if known >= _FIRST_USER]
    user = User(user_id or max(taken, default=_FIRST_USER - 1) + 1, name, username, language_code)
    world.state.users[user.id] = user
    chat = Chat(user.id, "private", members={user.id: Member(user.id)})
    world.state.chats[chat.id] = chat
    world.changes.announce("state")
    return user


def add_chat(
    world: World,
    kind: Kind,
    title: str,
    members: Iterable[int] = (),
    *,
    bots: Status | None = "administrator",
    chat_id: int = 0,
    is_forum: bool = False,
) -> Chat:
    """Register a group whose first member owns it; every bot is in it, unless `bots` is None."""
    if is_forum and kind != "supergroup":
        raise ValueError("only a supergroup can be a forum")
    people = {number: Member(number) for number in members}
    for member in list(people.values())[:1]:
        member.status = "creator"
    if bots:
        rights = list(RIGHTS) if bots == "administrator" else []
        people |= {bot: Member(bot, bots, list(rights)) for bot in world.state.bots}
    chat = Chat(chat_id or _free_id(world, kind), kind, title, members=people)
    chat.is_forum = is_forum
    world.state.chats[chat.id] = chat
    world.changes.announce("state")
    return chat


def _free_id(world: World, kind: Kind) -> int:
    number = 4_000_001 + sum(chat.kind != "private" for chat in world.state.chats.values())
    return -number if kind == "group" else _SUPERGROUP - number


def migrate(world: World, chat: Chat) -> Chat:
    """Turn a basic group into a supergroup: a new id, new message ids, the old chat dead."""
    if chat.kind != "group" or chat.migrated_to is not None:
        raise ValueError("only a basic group can become a supergroup")
    new = add_chat(world, "supergroup", chat.title, bots=None)
    new.members = {member.user_id: replace(member) for member in chat.members.values()}
    new.can_send_messages = chat.can_send_messages
    owner = owner_of(chat) or next(iter(chat.members))
    tell(world, post_service(world, chat, owner, {"migrate_to_chat_id": new.id}))
    tell(world, post_service(world, new, owner, {"migrate_from_chat_id": chat.id}))
    chat.migrated_to = new.id
    world.changes.announce("state")
    return new


def delete_chat(world: World, chat: Chat) -> None:
    """Let nobody write in a group any more; bots are not told."""
    if chat.kind == "private":
        raise ValueError("a private chat ends with its person")
    chat.deleted = True
    world.changes.announce("state")


def switch_topics(world: World, chat: Chat, *, on: bool) -> Chat:
    """Make a group a forum, which turns a basic one into a supergroup, or a flat chat again."""
    if on and chat.kind == "group":
        chat = migrate(world, chat)
    if chat.kind != "supergroup":
        raise ValueError("only a supergroup can be a forum")
    chat.is_forum = on
    world.changes.announce("state")
    return chat
