"""What a person does in a chat: write, edit, press a button."""

import secrets
from dataclasses import replace

from bot.simulator import files
from bot.simulator.api.objects import maybe_inaccessible, user_object
from bot.simulator.files import Upload
from bot.simulator.members import set_member
from bot.simulator.state import (
    CHANNEL_BOT,
    GROUP_ANONYMOUS_BOT,
    Chat,
    Json,
    Member,
    Message,
    Press,
    Version,
    remember,
)
from bot.simulator.telling import tell
from bot.simulator.text.formatted import Formatted, plain
from bot.simulator.world import World


def write(
    world: World,
    chat: Chat,
    user_id: int,
    text: str,
    reply_to: int | None = None,
    *,
    thread_id: int | None = None,
    as_chat: int | None = None,
    file: Upload | None = None,
) -> Message:
    """Post a person's message; in a private chat the first one is the Start.

    Written as the chat itself it is an anonymous administrator's, otherwise a channel's.
    With a file the text is its caption, which may be empty.
    """
    sender_id = _sender(world, chat, user_id, as_chat)
    _check_place(chat, reply_to, thread_id)
    if chat.kind == "private":
        _start(world, chat)
    content = Formatted("", []) if file and not text.strip() else plain(text)
    media = _media(world, file) if file else None
    message = world.post(
        chat,
        sender_id,
        Version(world.now(), content.text, content.entities, media=media),
        sender_chat_id=as_chat,
        thread_id=thread_id,
        receiver_id=_ephemeral_receiver(world, chat, content.text),
        reply_to=reply_to,
        editable=False,
    )
    tell(world, message)
    return message


def _media(world: World, upload: Upload) -> Json:
    """A picture is shown, any other file is attached."""
    size = files.size_of_picture(upload.content)
    kind = "photo" if size else "document"
    file = files.keep(world, files.A_PERSONS, f"{kind}s", upload)
    return {kind: files.photo_object(file, size) if size else files.document_object(file)}


def edit(world: World, message: Message, user_id: int, text: str) -> None:
    """Let a person say something else in a message of theirs, or under its file."""
    if message.sender_id != user_id or message.deleted:
        raise PermissionError("only one's own message can be edited")
    content = plain(text)
    said = replace(message.current, at=world.now(), text=content.text, entities=content.entities)
    world.revise(message, said)
    tell(world, message)


def _sender(world: World, chat: Chat, user_id: int, as_chat: int | None) -> int:
    """Who stands in `from`; nobody may speak where they are not, or for whom they do not lead."""
    name = world.person(user_id).first_name
    if chat.migrated_to is not None:
        raise PermissionError("this group became a supergroup")
    if chat.deleted or world.person(user_id).deactivated:
        raise PermissionError("nobody can write here any more")
    if not chat.has(user_id):
        raise PermissionError(f"{name} is not in this chat")
    if as_chat is None:
        return user_id
    if not world.state.chats[as_chat].is_led_by(user_id):
        raise PermissionError(f"{name} cannot speak as this chat")
    return GROUP_ANONYMOUS_BOT.id if as_chat == chat.id else CHANNEL_BOT.id


def _check_place(chat: Chat, reply_to: int | None, thread_id: int | None) -> None:
    if reply_to is not None and reply_to not in chat.messages:
        raise LookupError(f"no message {reply_to} in this chat")
    if thread_id is not None and chat.topics[thread_id].closed:
        raise PermissionError("this topic is closed")


def _ephemeral_receiver(world: World, chat: Chat, text: str) -> int | None:
    """The bot of a group whose ephemeral command this is: nobody else will see it."""
    if chat.kind == "private" or not text.startswith("/"):
        return None
    name, _, address = text.split(maxsplit=1)[0][1:].partition("@")
    for bot in world.state.bots.values():
        known = [command for commands in bot.commands.values() for command in commands]
        hidden = {command["command"] for command in known if command.get("is_ephemeral")}
        is_meant = address in {"", world.person(bot.id).username}
        if chat.has(bot.id) and is_meant and name in hidden:
            return bot.id
    return None


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
    remember(world.state.presses, number, pressed, world.settings.calls_kept)
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
    return _data_behind(exact[0])


def data_at(message: Message, row: int, col: int) -> str:
    """The callback data behind the button at a place of the keyboard, both counted from 0."""
    rows = message.rows
    if not (0 <= row < len(rows) and 0 <= col < len(rows[row])):
        raise LookupError(f"no button at row {row}, col {col}")
    return _data_behind(rows[row][col])


def _data_behind(button: Json) -> str:
    if "callback_data" not in button:
        raise LookupError(f"the button {button['text']!r} sends nothing to the bot")
    return str(button["callback_data"])
