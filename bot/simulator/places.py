"""Bots, people, chats and who is in them: made and changed, with the updates Telegram sends."""

from collections.abc import Iterable, Sequence

from bot.simulator.api.objects import (
    RIGHTS,
    chat_object,
    member_object,
    message_object,
    user_object,
)
from bot.simulator.api.updates import first_id
from bot.simulator.state import (
    PRESENT,
    Bot,
    Chat,
    Json,
    Kind,
    Member,
    Message,
    Status,
    User,
    Version,
)
from bot.simulator.world import World

_FIRST_USER = 5_000_001
_SUPERGROUP = -1_000_000_000_000


def add_bot(world: World, token: str, username: str = "dispatcher_bot", name: str = "") -> Bot:
    """Register a bot; its id is the number in front of the token's colon."""
    number, _, secret = token.partition(":")
    if not (number.isdecimal() and secret):
        raise ValueError("a token is a number, a colon and a secret")
    bot = Bot(int(number), token, first_id())
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
) -> Chat:
    """Register a group whose first member owns it; every bot is in it, unless `bots` is None."""
    people = {number: Member(number) for number in members}
    for member in list(people.values())[:1]:
        member.status = "creator"
    if bots:
        rights = list(RIGHTS) if bots == "administrator" else []
        people |= {bot: Member(bot, bots, list(rights)) for bot in world.state.bots}
    chat = Chat(chat_id or _free_id(world, kind), kind, title, members=people)
    world.state.chats[chat.id] = chat
    world.changes.announce("state")
    return chat


def _free_id(world: World, kind: Kind) -> int:
    number = 4_000_001 + sum(chat.kind != "private" for chat in world.state.chats.values())
    return -number if kind == "group" else _SUPERGROUP - number


def set_member(
    world: World, chat: Chat, user_id: int, status: Status, rights: Sequence[str] | None = None
) -> Member:
    """Add, promote, restrict or remove somebody, and tell the bots of the chat."""
    old = chat.members.get(user_id, Member(user_id, "left"))
    given = RIGHTS if rights is None and status == "administrator" else rights or ()
    new = Member(user_id, status, list(given))
    chat.members[user_id] = new
    _tell_membership(world, chat, old, new)
    if chat.kind != "private" and (old.status in PRESENT) != (new.status in PRESENT):
        _tell_arrival(world, chat, new)
    world.changes.announce("state")
    return new


def _tell_membership(world: World, chat: Chat, old: Member, new: Member) -> None:
    payload: Json = {
        "chat": chat_object(world.state, chat),
        "from": user_object(world.person(_actor(chat, new.user_id))),
        "date": int(world.now()),
        "old_chat_member": member_object(world.state, old),
        "new_chat_member": member_object(world.state, new),
    }
    for bot in world.state.bots.values():
        if bot.id == new.user_id:
            world.emit(bot, "my_chat_member", payload)
        elif chat.members.get(bot.id, Member(bot.id, "left")).status == "administrator":
            world.emit(bot, "chat_member", payload)


def _actor(chat: Chat, user_id: int) -> int:
    """The owner acts in a group, in a private chat the person."""
    if chat.kind == "private":
        return chat.id
    owners = (member.user_id for member in chat.members.values() if member.status == "creator")
    return next(owners, user_id)


def _tell_arrival(world: World, chat: Chat, member: Member) -> None:
    user = user_object(world.person(member.user_id))
    came = member.status in PRESENT
    service = {"new_chat_members": [user]} if came else {"left_chat_member": user}
    tell(world, post_service(world, chat, _actor(chat, member.user_id), service))


def post_service(world: World, chat: Chat, sender_id: int, service: Json) -> Message:
    version = Version(world.now())
    return world.post(chat, sender_id, version, service=service, editable=False)


def tell(world: World, message: Message) -> None:
    """Give a message to the bots of its chat, except the bot that wrote it."""
    chat = world.state.chats[message.chat_id]
    for bot in world.state.bots.values():
        if chat.has(bot.id) and bot.id != message.sender_id:
            world.emit(bot, "message", message_object(world.state, message))


def migrate(world: World, chat: Chat) -> Chat:
    """Turn a basic group into a supergroup: a new id, new message ids, the old chat dead."""
    if chat.kind != "group" or chat.migrated_to is not None:
        raise ValueError("only a basic group can become a supergroup")
    new = add_chat(world, "supergroup", chat.title, bots=None)
    new.members = {member.user_id: member for member in chat.members.values()}
    owner = _actor(chat, next(iter(chat.members)))
    tell(world, post_service(world, chat, owner, {"migrate_to_chat_id": new.id}))
    tell(world, post_service(world, new, owner, {"migrate_from_chat_id": chat.id}))
    chat.migrated_to = new.id
    world.changes.announce("state")
    return new
