"""What somebody looks for in /sim/wait and /sim/calls, as it stands in the query."""

from collections import deque
from collections.abc import Iterable
from fnmatch import fnmatch
from typing import Annotated

import msgspec

from bot.simulator.api.rules import target_of_call
from bot.simulator.human.find import wanted
from bot.simulator.state import Call, Message, Press
from bot.simulator.world import World


class Messages(msgspec.Struct, forbid_unknown_fields=True):
    """Messages as they stand now; `edited` asks for such as have been changed."""

    chat: int | None = None
    user: int | None = None
    text: str | None = None
    button: str | None = None
    after: int = 0
    edited: bool = False

    def known(self, world: World) -> Iterable[Message]:
        chats = world.state.chats.values()
        return (message for chat in chats for message in chat.messages.values())

    def fits(self, message: Message) -> bool:
        return (
            not message.deleted
            and message.id > self.after
            and self.chat in {None, message.chat_id}
            and self.user in {None, message.sender_id}
            and len(message.versions) > self.edited
            and wanted(self.text, self.button)(message)
        )


class Answers(msgspec.Struct, forbid_unknown_fields=True):
    """Presses that the bot has answered."""

    chat: int | None = None
    user: int | None = None
    text: str = ""

    def known(self, world: World) -> Iterable[Press]:
        return world.state.presses.values()

    def fits(self, press: Press) -> bool:
        return (
            press.answer is not None
            and self.chat in {None, press.chat_id}
            and self.user in {None, press.user_id}
            and self.text in press.answer.text
        )


class Calls(msgspec.Struct, forbid_unknown_fields=True):
    """Calls by a pattern of their method, by how they went, by the fault that struck."""

    method: str = "*"
    chat: int | None = None
    text: str = ""
    ok: bool | None = None
    fault: str | None = None
    after: int = 0

    def known(self, world: World) -> Iterable[Call]:
        return world.state.calls

    def fits(self, call: Call) -> bool:
        return (
            call.number > self.after
            and fnmatch(call.method.lower(), self.method.lower())
            and self.chat in {None, target_of_call(call.parameters).chat_id}
            and self.text in str(call.parameters.get("text", ""))
            and self.ok in {None, call.ok}
            and (self.fault is None or fnmatch(call.fault, self.fault))
        )


class Log(Calls):
    """The newest calls that fit, oldest first."""

    last: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1000

    def read(self, world: World) -> Iterable[Call]:
        return deque(filter(self.fits, self.known(world)), maxlen=self.last)
