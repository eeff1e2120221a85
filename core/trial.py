"""A test card: a report like any other, so that it goes the whole way to the chats."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from core.db import ring_after_commit
from core.intake_batch import BatchWriter
from core.levels import Level
from core.models import App
from core.reports import Receipt, Report

FINGERPRINT = "dispatcher:test-card"


async def report_trial(
    session: AsyncSession, now: datetime, app: App, *, title: str, message: str
) -> Receipt | None:
    """Report for an app; while the last test is unresolved it counts there. None if archived."""
    report = Report(
        app_id=app.id,
        uid=uuid4(),
        title=title,
        message=message,
        level=max(app.lowest_level, Level.error),
        fingerprint=FINGERPRINT,
        occurred_at=now,
        received_at=now,
    )
    connection = await session.connection()
    writer = BatchWriter(connection.dialect)
    (result,) = await connection.run_sync(lambda sync: writer.write(sync, [report]))
    ring_after_commit(session)
    return result if isinstance(result, Receipt) else None
