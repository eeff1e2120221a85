"""Errors: one tree, a sentence each, and the data that the edge needs."""

import inspect

import pytest

from core import errors
from core.errors import (
    DatabaseTooNew,
    DeliveryError,
    DispatcherError,
    IllegalAction,
    InvalidInput,
    InvalidReport,
    NotAllowed,
    NotFound,
    Overloaded,
    SettingsError,
    TooLarge,
    Unauthorized,
)
from core.lifecycle import Action, Status
from core.remedies import Remedy, Trouble

TOO_NEW = (
    "the database is at revision 0009, this program knows up to 0001: "
    "start the newer Dispatcher, or restore the copy made before the upgrade"
)


def test_every_error_of_ours_is_caught_by_the_root() -> None:
    members = inspect.getmembers(errors, inspect.isclass)
    classes = [item for _, item in members if item.__module__ == errors.__name__]
    assert len(classes) > 10
    assert all(issubclass(item, DispatcherError) for item in classes)
    assert all(item.__doc__ for item in classes)


@pytest.mark.parametrize(
    ("error", "sentence", "data"),
    [
        (NotFound("incident", 42), "incident 42 does not exist", {"what": "incident", "key": 42}),
        (
            NotAllowed("Charlie", "resolve"),
            "Charlie may not resolve",
            {"actor": "Charlie", "action": "resolve"},
        ),
        (
            IllegalAction(Status.resolved, Action.snooze),
            "cannot snooze an incident that is resolved",
            {"status": "resolved", "action": "snooze", "reason": ""},
        ),
        (
            IllegalAction(Status.open, "move", "Shop already has it as #7"),
            "Shop already has it as #7",
            {"reason": "Shop already has it as #7"},
        ),
        (InvalidInput("title", "too long"), "title: too long", {"field": "title"}),
        (InvalidReport("level", "unknown"), "level: unknown", {"reason": "unknown"}),
        (TooLarge("body", "over 1 MiB"), "body: over 1 MiB", {"field": "body"}),
        (Unauthorized(), "unknown app or wrong code", {}),
        (Overloaded(2), "overloaded, retry after 2 s", {"retry_after": 2}),
        (
            SettingsError([("DISPATCHER_LISTEN", "bad"), ("DISPATCHER_LOCALE", "worse")]),
            "these settings cannot be used:\n  DISPATCHER_LISTEN: bad\n  DISPATCHER_LOCALE: worse",
            {"faults": [("DISPATCHER_LISTEN", "bad"), ("DISPATCHER_LOCALE", "worse")]},
        ),
        (
            DatabaseTooNew("0009", "0001"),
            TOO_NEW,
            {"found": "0009", "known": "0001"},
        ),
        (
            DeliveryError("kicked", Remedy.disable, trouble=Trouble.removed),
            "kicked",
            {"permanent": True, "chat_lost": True, "retry_after": None, "new_chat_id": None},
        ),
        (
            DeliveryError("migrated", Remedy.move, new_chat_id=-1002),
            "migrated",
            {"permanent": True, "new_chat_id": -1002, "message_lost": False},
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_error_says_one_sentence_and_carries_its_data(
    error: DispatcherError, sentence: str, data: dict[str, object]
) -> None:
    assert str(error) == sentence
    assert {name: getattr(error, name) for name in data} == data


def test_bad_reports_and_bodies_are_bad_input() -> None:
    assert issubclass(InvalidReport, InvalidInput)
    assert issubclass(TooLarge, InvalidInput)
