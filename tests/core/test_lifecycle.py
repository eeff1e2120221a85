"""The transition table, whole: every status with every action."""

from itertools import product

import pytest

from core.lifecycle import TARGET, UNRESOLVED, Action, Status, actions_of, next_status

# Columns: acknowledge, unacknowledge, resolve, reopen, snooze; a dot is what cannot be done.
TABLE = """
    open          acknowledged  .     resolved  .     snoozed
    acknowledged  .             open  resolved  .     snoozed
    snoozed       acknowledged  .     resolved  open  snoozed
    resolved      .             .     .         open  .
"""
EXPECTED = {
    (Status(status), action): None if to == "." else Status(to)
    for status, *row in map(str.split, TABLE.strip().splitlines())
    for action, to in zip(Action, row, strict=True)
}


def test_the_table_of_this_test_has_every_pair() -> None:
    assert set(EXPECTED) == set(product(Status, Action))


@pytest.mark.parametrize(("status", "action"), EXPECTED)
def test_every_status_answers_every_action(status: Status, action: Action) -> None:
    assert next_status(status, action) is EXPECTED[status, action]


@pytest.mark.parametrize("status", Status)
def test_the_buttons_are_just_what_can_be_done(status: Status) -> None:
    allowed = [action for action in Action if EXPECTED[status, action]]
    assert list(actions_of(status)) == allowed


@pytest.mark.parametrize("action", Action)
def test_an_action_leads_to_one_status_wherever_it_is_done(action: Action) -> None:
    targets = {EXPECTED[status, action] for status in Status} - {None}
    assert targets == {TARGET[action]}


def test_only_resolved_is_not_unresolved() -> None:
    assert set(Status) - set(UNRESOLVED) == {Status.resolved}


@pytest.mark.parametrize("status", Status)
def test_no_status_is_a_dead_end(status: Status) -> None:
    assert actions_of(status)
