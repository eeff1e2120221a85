"""What each kind of notice says, drawn from what is known at the moment it is sent."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import Content
from bot.open_list import list_url
from bot.render import raised_content
from bot.render_digest import digest_content, woken_content
from bot.render_health import (
    CatchUp,
    ChatNews,
    catch_up_content,
    moved_content,
    rival_content,
    stand_in_content,
    topic_gone_content,
)
from bot.render_storms import storm_over_content, storm_worse_content
from core import (
    chat_moves,
    outages,
    raises,
    rivals,
    stand_ins,
    storm_sounds,
    storms,
    topics,
    wakings,
)
from core.cards import incident_url
from core.digest import digest_of, open_now
from core.due import CATCH_UP
from core.i18n import translator_of
from core.lifecycle import Status
from core.models import App, Chat, Incident, Storm
from core.notices import NoticeWork
from core.shown import message_of
from core.stand_ins import is_shown_in
from core.storm_cards import storm_card


@dataclass(frozen=True, slots=True)
class Said:
    """What a notice says, the message that it is an answer to, and whether nobody hears it."""

    content: Content
    answers: int | None = None
    silent: bool = False


Draw = Callable[[AsyncSession, NoticeWork, str], Awaitable[Content | Said | None]]


async def notice_said(session: AsyncSession, work: NoticeWork, base_url: str) -> Said | None:
    """Draw a notice; None when it is no news any more.

    Raises ValueError for a kind that there is not.
    """
    draw = _KINDS.get(work.kind)
    if draw is None:
        raise ValueError(f"no notice is of kind {work.kind}")
    drawn = await draw(session, work, base_url)
    return Said(drawn) if isinstance(drawn, Content) else drawn


async def _digest(session: AsyncSession, work: NoticeWork, base_url: str) -> Content:
    digest = await digest_of(
        session,
        datetime.fromisoformat(work.data["since"]),
        datetime.fromisoformat(work.data["until"]),
        base_url,
        chat_id=work.chat_id,
        late=work.data["late"],
    )
    zone = ZoneInfo(work.time_zone)
    return digest_content(digest, translator_of(work.locale), zone, list_url(base_url))


async def _stand_in(session: AsyncSession, work: NoticeWork, base_url: str) -> Content:
    chat = await session.get_one(Chat, work.data["chat"])
    which = stand_ins.bad_and_open_in(chat.id)
    news = ChatNews(
        title=chat.title,
        chat_id=chat.id,
        trouble=work.data["trouble"],
        until=datetime.fromisoformat(work.data["until"]),
        said=chat.last_error or "",
        open_there=await open_now(session, which, base_url),
    )
    return stand_in_content(news, translator_of(work.locale), ZoneInfo(work.time_zone))


async def _moved(session: AsyncSession, work: NoticeWork, base_url: str) -> Content:
    found = await open_now(session, is_shown_in(work.chat_id), base_url)
    return moved_content(found, translator_of(work.locale), ZoneInfo(work.time_zone))


async def _catch_up(session: AsyncSession, work: NoticeWork, base_url: str) -> Content:
    since = datetime.fromisoformat(work.data["since"])
    news = CatchUp(
        since=since,
        missed=await outages.missed(session, work.chat_id, since),
        open_now=await open_now(session, is_shown_in(work.chat_id), base_url),
    )
    return catch_up_content(news, translator_of(work.locale), ZoneInfo(work.time_zone))


async def _rival(_session: AsyncSession, work: NoticeWork, _base_url: str) -> Content:
    return rival_content(translator_of(work.locale))


async def _raised(session: AsyncSession, work: NoticeWork, base_url: str) -> Said | None:
    incident = await session.get_one(Incident, work.data["incident"])
    if incident.status is not Status.open:
        return None
    app = await session.get_one(App, incident.app_id)
    url = incident_url(base_url, incident.id)
    content = raised_content(incident, app, url, translator_of(work.locale))
    return Said(content, await message_of(session, incident.id, work.chat_id))


async def _woken(session: AsyncSession, work: NoticeWork, base_url: str) -> Said | None:
    ids = work.data["incidents"]
    still = Incident.id.in_(ids) & (Incident.status == Status.open)
    found = await open_now(session, still, base_url)
    if not found.total:
        return None
    content = woken_content(found, translator_of(work.locale), ZoneInfo(work.time_zone))
    one = work.data["incident"]
    answers = await message_of(session, one, work.chat_id) if one else None
    return Said(content, answers, silent=work.data["silent"])


async def _topic_gone(session: AsyncSession, work: NoticeWork, _base_url: str) -> Content:
    names = await topics.names_of(session, work.data["apps"])
    return topic_gone_content(names, translator_of(work.locale))


async def _storm_over(session: AsyncSession, work: NoticeWork, _base_url: str) -> Said:
    storm = await session.get_one(Storm, work.data["storm"])
    content = storm_over_content(await storm_card(session, storm), translator_of(work.locale))
    return Said(content, silent=not storm.sounded)


async def _storm_worse(session: AsyncSession, work: NoticeWork, _base_url: str) -> Said:
    storm = await session.get_one(Storm, work.data["storm"])
    content = storm_worse_content(await storm_card(session, storm), translator_of(work.locale))
    return Said(content, storm.message_id)


_KINDS: dict[str, Draw] = {
    "digest": _digest,
    stand_ins.NOTICE_KIND: _stand_in,
    chat_moves.NOTICE_KIND: _moved,
    rivals.NOTICE_KIND: _rival,
    storms.NOTICE_KIND: _storm_over,
    storm_sounds.NOTICE_KIND: _storm_worse,
    topics.NOTICE_KIND: _topic_gone,
    raises.NOTICE_KIND: _raised,
    wakings.NOTICE_KIND: _woken,
    CATCH_UP: _catch_up,
}
