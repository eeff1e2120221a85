"""Reports as the intake gets them, and an intake that runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

from core.clock import utc_now
from core.db import Database
from core.intake import Intake
from core.levels import Level
from core.reports import LogPart, Report, fingerprint_of


def report(app_id: int, at: datetime, title: str = "Payment failed", **changes: Any) -> Report:
    message = changes.pop("message", "The bank did not answer")
    values: dict[str, Any] = {
        "app_id": app_id,
        "uid": uuid4(),
        "title": title,
        "message": message,
        "level": Level.error,
        "fingerprint": fingerprint_of(title, message),
        "occurred_at": at,
        "received_at": at,
        "logs": (LogPart("app.log", "first line\nsecond line"),),
        "size": 100,
    }
    return Report(**{**values, **changes})


@asynccontextmanager
async def running_intake(database: Database, **limits: int) -> AsyncIterator[Intake]:
    bounds = {"max_reports": 1000, "max_bytes": 1_000_000, "max_batch": 100, **limits}
    intake = Intake(database, utc_now, **bounds)
    intake.start()
    try:
        yield intake
    finally:
        await intake.stop()
