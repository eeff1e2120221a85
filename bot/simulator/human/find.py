"""Waiting for a message to say something, or for a bot to answer."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.simulator.state import Answer, Chat, Message, Press
from bot.simulator.world import World

T = TypeVar("T")
Wanted = Callable[[Message], bool]


def wanted(text: str | None = None, button: str | None = None) -> Wanted:
    """A message that is there, whose text and one of whose buttons contain these."""

    def matches(message: Message) -> bool:
        labels = [item["text"] for item in message.buttons]
        return (text is None or text in message.current.text) and (
            button is None or any(button in label for label in labels)
        )

    return matches


def newest(chat: Chat, matches: Wanted) -> Message | None:
    there = (message for message in reversed(chat.messages.values()) if not message.deleted)
    return next((message for message in there if matches(message)), None)


async def awaited(world: World, chat_id: int, matches: Wanted) -> Message:
    """The newest message that matches as it stands now, as soon as there is one."""

    def found() -> Message | None:
        chat = world.state.chats.get(chat_id)
        return newest(chat, matches) if chat else None

    return await world.changes.until(found)


async def answered(world: World, press: Press) -> Answer:
    return await world.changes.until(lambda: press.answer)


async def collected(
    world: World,
    kind: str,
    known: Callable[[], Iterable[T]],
    fits: Callable[[T], bool],
    count: int,
) -> list[T]:
    """So many of a kind of change that fit as they stand, as soon as there are."""

    def present() -> dict[int, T]:
        return {id(subject): subject for subject in known() if fits(subject)}

    with world.changes.stream() as changes:
        found = present()
        while len(found) < count:
            happened, subject = await changes.get()
            if happened == "reset":
                found = present()
            elif happened == kind and fits(subject):
                found[id(subject)] = subject
            elif happened == kind:
                found.pop(id(subject), None)
    return list(found.values())
