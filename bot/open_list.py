"""What is open now, read for /open."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.render import OpenList, OpenRow
from bot.render_silences import SilenceRow
from core.cards import incident_url
from core.incident_list import Filters, incident_list
from core.lifecycle import actions_of
from core.models import Incident
from core.silences import silences

MAX_SHOWN = 10


async def open_list_of(
    session: AsyncSession, now: datetime, base_url: str, scope: int | None
) -> OpenList:
    """Read what is open and what is muted: all, or only what the chat `scope` is shown."""
    page = await incident_list(session, Filters(chat_id=scope), size=MAX_SHOWN)
    rows = tuple(_row(incident, base_url) for incident in page.rows)
    muted = tuple(
        SilenceRow(silence.app.name, silence.silent_until, silence.actor, silence.reason)
        for silence in await silences(session, now, scope)
    )
    return OpenList(rows, page.next_cursor is not None, list_url(base_url), muted)


def list_url(base_url: str) -> str:
    return f"{base_url}/incidents"


def _row(incident: Incident, base_url: str) -> OpenRow:
    return OpenRow(
        number=incident.number,
        app=incident.app.name,
        title=incident.title,
        level=incident.level,
        opened_at=incident.opened_at,
        holder=incident.assignee.name if incident.assignee else None,
        snoozed_until=incident.snoozed_until,
        url=incident_url(base_url, incident.id),
        actions=actions_of(incident.status),
    )
