"""GET /chats: the chats, how each is, and what it can be set to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from core.chat_health import health_of, trouble_of
from core.chat_rights import ChatRight, rights_in
from core.chats import all_chats, apps_by_chat
from core.dead_letters import count_dead
from core.levels import Level
from core.models import Chat
from core.remedies import Health, Trouble
from core.roles import Policy
from web.digest_show import zone_names
from web.forms import Values
from web.keys import DATABASE, NOW
from web.pages import render

MAX_CHATS = 100
NO_FAULTS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A chat, whether it gets what is for it and why not, and the apps that have a route to it."""

    chat: Chat
    health: Health
    trouble: Trouble | None
    apps: Sequence[str]

    @property
    def lacks_lead(self) -> bool:
        """Whether Telegram said that the bot is a plain member of this group."""
        rights = rights_in(self.chat)
        in_group = self.chat.kind in {"group", "supergroup"}
        return in_group and rights is not None and ChatRight.lead not in rights

    @property
    def fields(self) -> Values:
        """What the form is filled with."""
        return {
            "locale": self.chat.locale,
            "time_zone": self.chat.time_zone,
            "loud_from": self.chat.loud_from.name,
        }


async def chat_list(request: web.Request) -> web.Response:
    return await chat_page(request)


async def chat_page(
    request: web.Request,
    *,
    chat_id: int | None = None,
    typed: Values = NO_FAULTS,
    faults: Mapping[str, str] = NO_FAULTS,
) -> web.Response:
    """Write the page; with what was typed and is wrong in the form of one chat."""
    now = request.app[NOW]()
    async with request.app[DATABASE].reading() as session:
        chats = (await all_chats(session))[:MAX_CHATS]
        apps = await apps_by_chat(session)
        dead = await count_dead(session)
    rows = [
        ChatRow(chat, health_of(chat, now), trouble_of(chat, now), apps.get(chat.id, ()))
        for chat in chats
    ]
    return render(
        request,
        "chat_list.html",
        status=400 if faults else 200,
        rows=rows,
        dead=dead,
        zones=zone_names(),
        policies=tuple(Policy),
        levels=tuple(Level),
        faulty_chat=chat_id,
        typed=typed,
        faults=faults,
    )
