"""What an incident can be, what can be done to it, and where that leads. Pure."""

from enum import StrEnum


class Status(StrEnum):
    open = "open"
    acknowledged = "acknowledged"
    snoozed = "snoozed"
    resolved = "resolved"


class Action(StrEnum):
    acknowledge = "acknowledge"
    unacknowledge = "unacknowledge"
    resolve = "resolve"
    reopen = "reopen"
    snooze = "snooze"


UNRESOLVED = (Status.open, Status.acknowledged, Status.snoozed)

TRANSITIONS: dict[tuple[Status, Action], Status] = {
    (Status.open, Action.acknowledge): Status.acknowledged,
    (Status.open, Action.resolve): Status.resolved,
    (Status.open, Action.snooze): Status.snoozed,
    (Status.acknowledged, Action.unacknowledge): Status.open,
    (Status.acknowledged, Action.resolve): Status.resolved,
    (Status.acknowledged, Action.snooze): Status.snoozed,
    (Status.snoozed, Action.acknowledge): Status.acknowledged,
    (Status.snoozed, Action.resolve): Status.resolved,
    (Status.snoozed, Action.reopen): Status.open,
    (Status.snoozed, Action.snooze): Status.snoozed,
    (Status.resolved, Action.reopen): Status.open,
}

TARGET = {action: to for (_, action), to in TRANSITIONS.items()}


def next_status(status: Status, action: Action) -> Status | None:
    """Look up where an action leads; None when this status does not allow it."""
    return TRANSITIONS.get((status, action))


def actions_of(status: Status) -> tuple[Action, ...]:
    """List what can be done in this status, in the order the buttons stand."""
    return tuple(action for action in Action if (status, action) in TRANSITIONS)
