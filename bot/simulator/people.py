"""What a person does in a chat: write, press a button, delete a message."""

import secrets

from bot.simulator.api.objects import maybe_inaccessible, user_object
from bot.simulator.places import set_member, tell
from bot.simulator.state import Chat, Member, Message, Press, Version
from bot.simulator.text.formatted import plain
from bot.simulator.world import World


def write(
    world: World, chat: Chat, user_id: int, text: str, reply_to: int | None = None
) -> Message:
    """Post a person's message; in a private chat the first one is the Start."""
    if not chat.has(user_id):
        raise PermissionError(f"{world.person(user_id).first_name} is not in this chat")
    if reply_to is not None and reply_to not in chat.messages:
        raise LookupError(f"no message {reply_to} in this chat")
    if chat.kind == "private":
        _start(world, chat)
    content = plain(text)
    version = Version(world.now(), content.text, content.entities)
    message = world.post(chat, user_id, version, reply_to=reply_to, editable=False)
    tell(world, message)
    return message


def _start(world: World, chat: Chat) -> None:
    for bot in world.state.bots.values():
        member = chat.members.get(bot.id)
        if member and member.status == "kicked":
            set_member(world, chat, bot.id, "member")
        else:
            chat.members[bot.id] = Member(bot.id)


def press(world: World, message: Message, user_id: int, data: str) -> Press:
    """Send a press to the message's bot.

    Neither the button nor a membership is asked for: a modified client can send any data,
    so a bot must not trust either.
    """
    if message.sender_id not in world.state.bots:
        raise LookupError("only a bot's message has buttons")
    bot = world.state.bots[message.sender_id]
    number = str(secrets.randbits(62))
    pressed = Press(number, bot.id, user_id, message.chat_id, message.id, data, world.now())
    world.state.presses[number] = pressed
    world.emit(
        bot,
        "callback_query",
        {
            "id": number,
            "from": user_object(world.person(user_id)),
            "message": maybe_inaccessible(world.state, message),
            "chat_instance": str(message.chat_id * 7919 % 2**62),
            "data": data,
        },
    )
    return pressed


def data_of(message: Message, label: str) -> str:
    """The callback data behind a button's label; part of the label is enough."""
    found = [button for button in message.buttons if label.lower() in button["text"].lower()]
    exact = [button for button in found if button["text"] == label] or found
    if not exact:
        labels = ", ".join(button["text"] for button in message.buttons) or "none"
        raise LookupError(f"no button {label!r}; there are: {labels}")
    if "callback_data" not in exact[0]:
        raise LookupError(f"the button {label!r} sends nothing to the bot")
    return str(exact[0]["callback_data"])
