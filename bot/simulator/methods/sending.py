"""sendMessage, sendRichMessage, sendChatAction."""

from bot.simulator.api.errors import bad_request
from bot.simulator.api.params import Params
from bot.simulator.methods.access import open_topic, writable_chat
from bot.simulator.methods.content import check_length, content_of, rich_version_of, version_of
from bot.simulator.methods.posting import place_of, post
from bot.simulator.state import Bot, Json
from bot.simulator.world import World

ACTIONS = frozenset(
    {"typing", "choose_sticker", "find_location", "upload_photo", "upload_document"}
    | {"record_video", "record_voice", "record_video_note"}
    | {"upload_video", "upload_voice", "upload_video_note"}
)


async def send_message(world: World, bot: Bot, params: Params) -> Json:
    content = content_of(world, params)
    place = place_of(world, bot, params)
    check_length(content, "message is too long")
    return post(world, bot, params, place, version_of(world, params, content))


async def send_rich_message(world: World, bot: Bot, params: Params) -> Json:
    version = rich_version_of(world, params)
    place = place_of(world, bot, params)
    return post(world, bot, params, place, version)


async def send_chat_action(world: World, bot: Bot, params: Params) -> bool:
    if params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    open_topic(writable_chat(world, bot, params), params)
    world.meter.spend()
    return True
