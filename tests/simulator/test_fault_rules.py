"""Which calls a fault rule strikes: pure counting, with the clock at hand."""

import pytest

from bot.simulator.api.faults import MOST, Faults
from bot.simulator.api.presets import PRESETS
from bot.simulator.api.rules import Rule, Target, target_of_call, target_of_update
from bot.simulator.changes import Changes
from tests.simulator.scene import HeldClock

ANYWHERE = Target()


def faults(clock: HeldClock | None = None) -> Faults:
    return Faults(clock or HeldClock(), Changes())


def struck(rules: Faults, calls: int, target: Target = ANYWHERE) -> list[int]:
    return [number for number in range(1, calls + 1) if rules.of_call("sendMessage", target)]


def test_a_rule_is_used_up() -> None:
    rules = faults()
    rules.add(Rule("error", times=2))
    assert struck(rules, 4) == [1, 2]
    assert rules.rules == []


def test_the_nth_call_is_the_first_to_be_struck() -> None:
    rules = faults()
    rules.add(Rule("error", nth=3))
    assert struck(rules, 5) == [3]


def test_a_share_of_the_calls_is_the_same_in_every_run() -> None:
    runs = []
    for _ in range(2):
        rules = faults()
        rules.add(Rule("error", times=None, percent=10, seed=7))
        runs.append(struck(rules, 1000))
    assert runs[0] == runs[1]
    assert 70 < len(runs[0]) < 130


def test_another_seed_strikes_other_calls() -> None:
    first, second = faults(), faults()
    first.add(Rule("error", times=None, percent=50, seed=1))
    second.add(Rule("error", times=None, percent=50, seed=2))
    assert struck(first, 50) != struck(second, 50)


def test_a_window_opens_and_closes_by_the_clock() -> None:
    clock = HeldClock()
    rules = faults(clock)
    rules.add(Rule("error", times=None, starts=10, lasts=60))
    assert struck(rules, 1) == []
    clock.advance(10)
    assert struck(rules, 2) == [1, 2]
    clock.advance(60)
    assert struck(rules, 1) == []
    assert rules.rules == []


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule("error", "SEND*"), True),
        (Rule("error", "edit*"), False),
        (Rule("error", chat_id=-1, thread_id=5), True),
        (Rule("error", chat_id=-2), False),
        (Rule("error", thread_id=6), False),
        (Rule("error", user_id=7), True),
        (Rule("error", user_id=8), False),
        (Rule("duplicate_update"), False),
    ],
)
def test_a_rule_is_for_whom_it_names(rule: Rule, expected: bool) -> None:
    rules = faults()
    rules.add(rule)
    assert bool(struck(rules, 1, Target(-1, 7, 5))) == expected


def test_a_rule_that_misses_leaves_the_call_to_the_next() -> None:
    rules = faults()
    rules.add(Rule("error", percent=0))
    second = rules.add(Rule("html"))
    assert rules.of_call("getMe", ANYWHERE) is second


def test_targets_are_read_from_calls_and_updates() -> None:
    assert target_of_call({"chat_id": "-100", "message_thread_id": 5}) == Target(-100, 0, 5)
    assert target_of_call({"chat_id": "@ops", "user_id": "7"}) == Target(0, 7, 0)
    message = {"chat": {"id": -100}, "message_thread_id": 5}
    assert target_of_update({"from": {"id": 7}, "message": message}) == Target(-100, 7, 5)
    assert target_of_update({"from": {"id": 7}, **message}) == Target(-100, 7, 5)


def test_the_rules_are_bounded() -> None:
    rules = faults()
    for _ in range(MOST):
        rules.add(Rule("error"))
    with pytest.raises(ValueError, match="100 faults already"):
        rules.add(Rule("error"))


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_strikes(preset: str) -> None:
    rules = faults()
    for rule in PRESETS[preset]:
        rules.add(rule)
    assert struck(rules, 200)
