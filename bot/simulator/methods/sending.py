"""sendMessage, sendChatAction."""

from bot.simulator.api.errors import bad_request
from bot.simulator.api.objects import message_object
from bot.simulator.api.params import Params
from bot.simulator.methods import keyboards
from bot.simulator.methods.access import open_topic, writable_chat
from bot.simulator.methods.content import check_length, content_of, version_of
from bot.simulator.state import Bot, Chat, Json, Message
from bot.simulator.world import World

ACTIONS = frozenset(
    {"typing", "choose_sticker", "find_location", "upload_photo", "upload_document"}
    | {"record_video", "record_voice", "record_video_note"}
    | {"upload_video", "upload_voice", "upload_video_note"}
)


async def send_message(world: World, bot: Bot, params: Params) -> Json:
    content = content_of(world, params)
    raw = keyboards.parsed(params.parsed("reply_markup"))
    reply = params.parsed("reply_parameters") or {}
    chat = writable_chat(world, bot, params)
    topic = open_topic(chat, params)
    answered = _answered(chat, reply)
    check_length(content, "message is too long")
    version = version_of(world, params, content, keyboards.checked(raw, chat, world.settings))
    world.meter.spend(chat)
    message = world.post(
        chat,
        bot.id,
        version,
        silent=params.flag("disable_notification"),
        protected=params.flag("protect_content"),
        thread_id=topic.id if topic else answered and answered.thread_id,
        reply_to=answered and answered.id,
        quote=reply.get("quote") or "" if answered else "",
        editable=not (raw and raw.get("other")),
    )
    return message_object(world.state, message)


def _answered(chat: Chat, reply: Json) -> Message | None:
    """The message answered, once it is known to be there with the words quoted."""
    if not reply:
        return None
    message = chat.messages.get(reply.get("message_id") or 0)
    if message is None or message.deleted:
        if reply.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")
    if (reply.get("quote") or "") not in message.current.text:
        raise bad_request("QUOTE_TEXT_INVALID")
    return message


async def send_chat_action(world: World, bot: Bot, params: Params) -> bool:
    if params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    open_topic(writable_chat(world, bot, params), params)
    world.meter.spend()
    return True
