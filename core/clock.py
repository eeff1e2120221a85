"""The clock, so that everything else can be given another one."""

from datetime import UTC, datetime, timedelta


def utc_now() -> datetime:
    return datetime.now(UTC)


class SharedClock:
    """This machine's clock, until it is set by one that the other processes go by too."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return utc_now() + self._ahead

    def set(self, shared: datetime, before: datetime, after: datetime) -> None:
        """Go by another clock, which was read between two moments of our own."""
        self._ahead = shared - (before + (after - before) / 2)
