"""Who is in a chat with which rights: changed, with the updates that Telegram sends."""

from collections.abc import Sequence

from bot.simulator.api.objects import chat_object, user_object
from bot.simulator.api.rights import RIGHTS, member_object
from bot.simulator.state import PRESENT, Chat, Json, Member, Status
from bot.simulator.telling import post_service, tell
from bot.simulator.world import World


def set_member(
    world: World,
    chat: Chat,
    user_id: int,
    status: Status,
    rights: Sequence[str] | None = None,
    *,
    actor_id: int = 0,
) -> Member:
    """Add, promote, restrict or remove somebody, and tell the bots of the chat.

    An administrator gets all rights, if none are named. Without an actor somebody leaves
    by themselves, and all else is done by the owner, in a private chat by the person.
    """
    old = chat.member(user_id)
    given = RIGHTS if rights is None and status == "administrator" else rights or ()
    new = chat.members[user_id] = Member(user_id, status, list(given))
    actor_id = actor_id or _actor(chat, new)
    _tell_membership(world, chat, actor_id, old, new)
    if chat.kind in {"group", "supergroup"} and (old.status in PRESENT) != (status in PRESENT):
        _tell_arrival(world, chat, actor_id, new)
    world.changes.announce("state")
    return new


def owner_of(chat: Chat) -> int | None:
    owners = (member.user_id for member in chat.members.values() if member.status == "creator")
    return next(owners, None)


def _actor(chat: Chat, changed: Member) -> int:
    if chat.kind == "private":
        return chat.id
    if changed.status == "left":
        return changed.user_id
    return owner_of(chat) or changed.user_id


def _tell_membership(world: World, chat: Chat, actor_id: int, old: Member, new: Member) -> None:
    payload: Json = {
        "chat": chat_object(world.state, chat),
        "from": user_object(world.person(actor_id)),
        "date": int(world.now()),
        "old_chat_member": member_object(world.state, old),
        "new_chat_member": member_object(world.state, new),
    }
    for bot in world.state.bots.values():
        if bot.id == new.user_id:
            world.emit(bot, "my_chat_member", payload)
        elif chat.member(bot.id).status == "administrator":
            world.emit(bot, "chat_member", payload)


def _tell_arrival(world: World, chat: Chat, actor_id: int, member: Member) -> None:
    user = user_object(world.person(member.user_id))
    came = member.status in PRESENT
    service = {"new_chat_members": [user]} if came else {"left_chat_member": user}
    tell(world, post_service(world, chat, actor_id, service))
