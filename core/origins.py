"""What a report was read from: the body that another tool sent, and the format it was taken for."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.logs import unpack_bytes
from core.models import Origin, Raw
from core.reports import RawBody


async def origin_of(session: AsyncSession, report_id: int) -> RawBody | None:
    """Find what a report was read from; None for a report of our own format."""
    query = select(Raw).join(Origin, Origin.raw_id == Raw.id).where(Origin.report_id == report_id)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        return None
    return RawBody(row.format, row.hints, unpack_bytes(row.body), row.truncated)
