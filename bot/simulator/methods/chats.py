"""getChat and who is in it; leaveChat."""

from bot.simulator.api.errors import bad_request
from bot.simulator.api.params import Params
from bot.simulator.api.rights import full_chat_object, member_object
from bot.simulator.members import set_member
from bot.simulator.methods.access import joined_chat
from bot.simulator.state import LEADING, PRESENT, Bot, Json
from bot.simulator.world import World


async def get_chat(world: World, bot: Bot, params: Params) -> Json:
    return full_chat_object(world.state, joined_chat(world, bot, params))


async def get_chat_member(world: World, bot: Bot, params: Params) -> Json:
    user_id = params.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    chat = joined_chat(world, bot, params)
    if user_id not in world.state.users:
        raise bad_request("member not found")
    return member_object(world.state, chat.member(user_id))


async def get_chat_administrators(world: World, bot: Bot, params: Params) -> list[Json]:
    chat = joined_chat(world, bot, params)
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    members = [member for member in chat.members.values() if member.status in LEADING]
    return [
        member_object(world.state, member)
        for member in members
        if member.user_id == bot.id or not world.person(member.user_id).is_bot
    ]


async def get_chat_member_count(world: World, bot: Bot, params: Params) -> int:
    chat = joined_chat(world, bot, params)
    return sum(member.status in PRESENT for member in chat.members.values())


async def leave_chat(world: World, bot: Bot, params: Params) -> bool:
    chat = joined_chat(world, bot, params)
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    set_member(world, chat, bot.id, "left")
    return True
