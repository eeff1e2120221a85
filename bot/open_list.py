"""What is open now, read for /open."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.render import OpenList, OpenRow
from core.cards import incident_url
from core.incident_list import Filters, incident_list
from core.lifecycle import actions_of
from core.models import Incident

MAX_SHOWN = 10


async def open_list_of(session: AsyncSession, base_url: str, scope: int | None) -> OpenList:
    """Read the newest unresolved incidents: all, or those that the chat `scope` is shown."""
    page = await incident_list(session, Filters(chat_id=scope), size=MAX_SHOWN)
    rows = tuple(_row(incident, base_url) for incident in page.rows)
    return OpenList(rows, more=page.next_cursor is not None, url=list_url(base_url))


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
