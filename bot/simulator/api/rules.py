"""A fault rule as it is asked for: which calls or updates go wrong, how, and how often."""

from collections.abc import Mapping
from fnmatch import fnmatch
from typing import Annotated, Any, Literal, NamedTuple, get_args

import msgspec

from bot.simulator.state import Json, Press

CallAction = Literal[
    "429",
    "error",
    "html",
    "restart",
    "delay",
    "hang",
    "hang_after",
    "reset_before",
    "reset_after",
    "truncate",
    "bad_schema",
    "refused",
    "migrate",
    "kick",
    "block",
    "drop_rights",
    "topic_closed",
]
UpdateAction = Literal["duplicate_update", "reorder_updates", "late_callback"]
Action = Literal[CallAction, UpdateAction, "webhook_down"]

CALLS: frozenset[str] = frozenset(get_args(CallAction))
UPDATES: frozenset[str] = frozenset(get_args(UpdateAction))
DELIVERIES = frozenset({"webhook_down"})

Count = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=86_400)]


class Target(NamedTuple):
    """Whom a call or an update is about; 0 where it says nothing."""

    chat_id: int = 0
    user_id: int = 0
    thread_id: int = 0


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`times` None holds until the window is over or the rule is taken away.

    `method` is a pattern: of methods, or of kinds of update where an update goes wrong.
    `nth` is the first match that is struck, `percent` how many of the later ones are, drawn
    from `seed`. The window begins in `starts` seconds and lasts so many seconds.

    reset_before and reset_after close the connection before or after the call took effect;
    hang holds back the call, hang_after its answer, until the rule's end, and then lets go;
    refused lets nobody connect; migrate, kick, block, drop_rights and topic_closed happen to
    the call's chat just before it.
    """

    action: Action
    method: str = "*"
    chat_id: int | None = None
    user_id: int | None = None
    thread_id: int | None = None
    times: Count | None = 1
    nth: Count = 1
    percent: Annotated[float, msgspec.Meta(ge=0, le=100)] = 100.0
    seed: int = 0
    starts: Seconds = 0.0
    lasts: Seconds | None = None
    seconds: Seconds = 0.0  # of delay and late_callback
    retry_after: int = 0  # 0 is what is left of the window
    code: int = 0  # 0 is the action's own
    description: str = "Internal Server Error"
    parameters: dict[str, int] | None = None

    def fits(self, actions: frozenset[str], name: str, target: Target) -> bool:
        wanted = (self.chat_id, self.user_id, self.thread_id)
        return (
            self.action in actions
            and fnmatch(name.lower(), self.method.lower())
            and all(asked in {None, given} for asked, given in zip(wanted, target, strict=True))
        )


def target_of_call(values: Json, press: Press | None = None) -> Target:
    """Read the target from a call's parameters, or from the press that the call answers."""
    if press:
        return Target(press.chat_id, press.user_id)
    names = ("chat_id", "user_id", "message_thread_id")
    return Target(*(_number(values.get(name)) for name in names))


def target_of_update(payload: Mapping[str, Any]) -> Target:
    message = payload.get("message") or payload
    chat, user = message.get("chat") or {}, payload.get("from") or {}
    return Target(chat.get("id", 0), user.get("id", 0), message.get("message_thread_id", 0))


def _number(value: Any) -> int:
    text = str(value)
    return int(text) if text.lstrip("-").isdecimal() else 0
