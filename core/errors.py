"""Every error Dispatcher raises itself. Raised where it is known, translated once at the edge."""

from core.remedies import PASSING, Remedy, Trouble


class DispatcherError(Exception):
    """The root: catch this to catch everything Dispatcher says on purpose."""


class NotFound(DispatcherError):
    """There is nothing under this key."""

    def __init__(self, what: str, key: object) -> None:
        super().__init__(f"{what} {key} does not exist")
        self.what = what
        self.key = key


class NotAllowed(DispatcherError):
    """This actor may not do this."""

    def __init__(self, actor: str, action: str) -> None:
        super().__init__(f"{actor} may not {action}")
        self.actor = actor
        self.action = action


class NeedsRole(NotAllowed):
    """What this person was named does not allow it."""


class IllegalAction(DispatcherError):
    """The incident's status does not allow this action."""

    def __init__(self, status: str, action: str, reason: str = "") -> None:
        super().__init__(reason or f"cannot {action} an incident that is {status}")
        self.status = status
        self.action = action
        self.reason = reason


class InvalidInput(DispatcherError):
    """A field holds what it may not hold; the reason names the limit."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class InvalidReport(InvalidInput):
    """A report that cannot be accepted, and the field that is why."""


class TooLarge(InvalidInput):
    """A body over its limit, before or after decompression."""


class Unauthorized(DispatcherError):
    """Unknown app or wrong code: one and the same answer for both."""

    def __init__(self) -> None:
        super().__init__("unknown app or wrong code")


class Overloaded(DispatcherError):
    """The queue is full; come back after `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"overloaded, retry after {retry_after} s")
        self.retry_after = retry_after


class StorageError(DispatcherError):
    """The database did not take what was written; nothing of that transaction is kept."""


class SettingsError(DispatcherError):
    """Settings that cannot work: every fault at once, by variable name."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        lines = "\n".join(f"  {name}: {reason}" for name, reason in faults)
        super().__init__(f"these settings cannot be used:\n{lines}")
        self.faults = faults


class DatabaseTooNew(DispatcherError):
    """The database was written by a newer Dispatcher."""

    def __init__(self, found: str, known: str) -> None:
        super().__init__(
            f"the database is at revision {found}, this program knows up to {known}: "
            "start the newer Dispatcher, or restore the copy made before the upgrade"
        )
        self.found = found
        self.known = known


class DeliveryError(DispatcherError):
    """A call that Telegram did not take, and what is to be done about it.

    `retry_after` is in seconds, `new_chat_id` is set when the group became a supergroup, `trouble`
    when the chat itself refuses us.
    """

    def __init__(
        self,
        reason: str,
        remedy: Remedy = Remedy.repeat,
        *,
        retry_after: float | None = None,
        new_chat_id: int | None = None,
        trouble: Trouble | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy
        self.retry_after = retry_after
        self.new_chat_id = new_chat_id
        self.trouble = trouble

    @property
    def permanent(self) -> bool:
        """Whether repeating the same call cannot help."""
        return self.remedy not in PASSING

    @property
    def message_lost(self) -> bool:
        return self.remedy is Remedy.repost

    @property
    def chat_lost(self) -> bool:
        return self.remedy is Remedy.disable
