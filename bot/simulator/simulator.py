"""The simulator as a test or a program holds it: started, looked at, acted on."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bot.simulator import members, people, places, reactions, topics
from bot.simulator.api.faults import Fault
from bot.simulator.api.rules import Action, Rule
from bot.simulator.app import build_simulator
from bot.simulator.clock import Clock
from bot.simulator.door import Door
from bot.simulator.human import find, views
from bot.simulator.settings import SimulatorSettings
from bot.simulator.state import (
    Answer,
    Bot,
    Call,
    Chat,
    Json,
    Kind,
    Member,
    Message,
    Press,
    Status,
    Topic,
    User,
)
from bot.simulator.world import World


class Simulator:
    """A world with a server in front; people, chats and messages are given by id."""

    def __init__(
        self,
        settings: SimulatorSettings | None = None,
        *,
        seed: Callable[[World], object] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.world = World(settings, seed=seed, clock=clock)
        self._door: Door | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, and return the address that is a bot's API base."""
        self._door = Door(self.world)
        return await self._door.open(build_simulator(world=self.world), host, port)

    async def stop(self) -> None:
        if self._door:
            await self._door.close()
            self._door = None

    def add_bot(
        self, token: str, username: str = "dispatcher_bot", name: str = "", *, privacy: bool = True
    ) -> Bot:
        return places.add_bot(self.world, token, username, name, privacy=privacy)

    def add_user(
        self, name: str, language_code: str = "en", *, username: str = "", user_id: int = 0
    ) -> User:
        return places.add_user(self.world, name, language_code, username=username, user_id=user_id)

    def add_chat(
        self,
        kind: Kind,
        title: str,
        people: Iterable[int] = (),
        *,
        bots: Status | None = "administrator",
        chat_id: int = 0,
        is_forum: bool = False,
    ) -> Chat:
        return places.add_chat(
            self.world, kind, title, people, bots=bots, chat_id=chat_id, is_forum=is_forum
        )

    def add_topic(self, chat_id: int, user_id: int, name: str) -> Topic:
        return topics.create(self.world, self.chat(chat_id), user_id, name)

    def close_topic(self, chat_id: int, topic_id: int, user_id: int) -> None:
        chat = self.chat(chat_id)
        topics.close(self.world, chat, chat.topics[topic_id], user_id)

    def delete_topic(self, chat_id: int, topic_id: int) -> None:
        """Let a person delete a topic with all that was said in it; bots are not told."""
        chat = self.chat(chat_id)
        topics.delete(self.world, chat, chat.topics[topic_id])

    def set_member(
        self,
        chat_id: int,
        user_id: int,
        status: Status,
        rights: Sequence[str] | None = None,
        *,
        actor_id: int = 0,
    ) -> Member:
        chat = self.chat(chat_id)
        return members.set_member(self.world, chat, user_id, status, rights, actor_id=actor_id)

    def block(self, user_id: int) -> None:
        """Let a person block every bot."""
        for bot_id in self.world.state.bots:
            self.set_member(user_id, bot_id, "kicked")

    def deactivate(self, user_id: int) -> None:
        """Let a person close their account."""
        self.world.person(user_id).deactivated = True
        self.world.changes.announce("state")

    def delete_chat(self, chat_id: int) -> None:
        places.delete_chat(self.world, self.chat(chat_id))

    def migrate(self, chat_id: int) -> Chat:
        return places.migrate(self.world, self.chat(chat_id))

    def switch_topics(self, chat_id: int, *, on: bool = True) -> Chat:
        return places.switch_topics(self.world, self.chat(chat_id), on=on)

    def chat(self, chat_id: int) -> Chat:
        return self.world.state.chats[chat_id]

    def message(self, chat_id: int, message_id: int) -> Message:
        return self.chat(chat_id).messages[message_id]

    def write(
        self, chat_id: int, user_id: int, text: str, reply_to: int | None = None, **details: Any
    ) -> Message:
        """Let a person write; the details are those of people.write."""
        return people.write(self.world, self.chat(chat_id), user_id, text, reply_to, **details)

    def edit(self, chat_id: int, message_id: int, user_id: int, text: str) -> None:
        people.edit(self.world, self.message(chat_id, message_id), user_id, text)

    def react(
        self,
        chat_id: int,
        message_id: int,
        user_id: int,
        *emojis: str,
        as_chat: int | None = None,
    ) -> None:
        message = self.message(chat_id, message_id)
        reactions.react(self.world, message, user_id, list(emojis), as_chat)

    def delete(self, chat_id: int, message_id: int) -> None:
        """Let a person delete a message; bots are not told."""
        self.world.remove(self.message(chat_id, message_id))

    def start_press(self, user_id: int, chat_id: int, message_id: int, data: str) -> Press:
        """Press without waiting, with any data, as a modified client can."""
        return people.press(self.world, self.message(chat_id, message_id), user_id, data)

    async def press(
        self,
        user_id: int,
        chat_id: int,
        message_id: int,
        text: str = "",
        *,
        data: str = "",
        timeout: float = 15.0,  # noqa: ASYNC109 - reads better at the caller's
    ) -> Answer:
        """Press a button by its label or its data and return the bot's answer."""
        data = data or people.data_of(self.message(chat_id, message_id), text)
        press = self.start_press(user_id, chat_id, message_id, data)
        async with asyncio.timeout(timeout):
            return await find.answered(self.world, press)

    async def expect(
        self,
        chat_id: int,
        matches: find.Wanted | None = None,
        *,
        text: str | None = None,
        button: str | None = None,
        timeout: float = 5.0,  # noqa: ASYNC109 - reads better at the caller's
    ) -> Message:
        """Return the newest message that matches as it stands, waiting until there is one."""
        async with asyncio.timeout(timeout):
            return await find.awaited(self.world, chat_id, matches or find.wanted(text, button))

    def fault(self, action: Action, method: str = "*", **details: Any) -> Fault:
        """Add a fault; the details are the fields of Rule."""
        return self.world.faults.add(Rule(action, method, **details))

    def clear_faults(self) -> None:
        self.world.faults.clear()

    def calls(self, method: str | None = None) -> list[Call]:
        return [call for call in self.world.state.calls if method in {None, call.method}]

    def transcript(self, chat_id: int) -> list[Json]:
        return views.transcript(self.world, self.chat(chat_id))

    @property
    def unsupported(self) -> list[str]:
        return self.world.state.unsupported
