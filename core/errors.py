"""Every error Dispatcher raises itself. Raised where it is known, translated once at the edge."""


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
    """A message that did not reach its chat.

    `permanent` means that repeating the same call cannot help, `retry_after` is in seconds,
    `new_chat_id` is set when the group became a supergroup, `message_lost` when the message
    that was to be edited is gone.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        new_chat_id: int | None = None,
        message_lost: bool = False,
        chat_lost: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.new_chat_id = new_chat_id
        self.message_lost = message_lost
        self.chat_lost = chat_lost
