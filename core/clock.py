"""The clock, so that everything else can be given another one."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
