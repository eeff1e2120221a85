"""Pace: what the limits let through, whatever is asked, and how a refusal slows a chat down."""

from random import Random

import pytest

from core.pace import (
    Limit,
    Limits,
    Paces,
    counter_pause,
    counters_open_at,
    opens_at,
    paces_of,
    share_of,
    with_another,
)
from core.settings import load_settings

GROUP: Limits = (Limit(4, 4.0, 1), Limit(18, 60.0, 4))
PRIVATE: Limits = (Limit(3, 3.0),)


def sent_within(
    limits: Limits, seconds: float, *, urgent: bool, step: float = 0.1, share: float = 1.0
) -> list[float]:
    """Send whenever the pace allows it; return the moments."""
    moments: list[float] = []
    taken: list[float] = []
    for tick in range(round(seconds / step)):
        now = 1000.0 + tick * step
        if opens_at(limits, taken, urgent=urgent, share=share) <= now:
            taken = with_another(limits, taken, now)
            moments.append(now)
    return moments


def most_in(moments: list[float], seconds: float) -> int:
    return max(sum(start <= at < start + seconds for at in moments) for start in moments)


def test_a_group_gets_at_most_its_number_in_any_minute() -> None:
    moments = sent_within(GROUP, 300, urgent=True)
    assert most_in(moments, 59.9) == 18
    assert len(moments) == 5 * 18


def test_what_is_kept_for_the_urgent_is_left_alone_by_the_others() -> None:
    moments = sent_within(GROUP, 300, urgent=False)
    assert most_in(moments, 59.9) == 14
    assert most_in(moments, 3.9) == 3


def test_a_person_gets_one_a_second_after_a_burst_of_three() -> None:
    moments = sent_within(PRIVATE, 30, urgent=False, step=0.01)
    assert most_in(moments, 0.5) == 3
    assert most_in(moments, 2.9) == 3


def test_a_chat_without_messages_is_open() -> None:
    assert opens_at(GROUP, [], urgent=False) == 0.0


def test_even_the_smallest_limit_lets_something_through() -> None:
    assert len(sent_within((Limit(1, 60.0, 4),), 300, urgent=False)) == 5


@pytest.mark.parametrize("seed", range(20))
def test_no_mixture_of_wishes_gets_more_than_the_limits(seed: int) -> None:
    random = Random(seed)
    taken: list[float] = []
    moments: list[float] = []
    now = 1000.0
    while now < 1400.0:
        if opens_at(GROUP, taken, urgent=random.random() < 0.3) <= now:
            taken = with_another(GROUP, taken, now)
            moments.append(now)
        now += random.expovariate(4)
    assert most_in(moments, 60.0) <= 18
    assert most_in(moments, 4.0) <= 4
    assert len(taken) <= 18


def test_a_slowed_chat_gets_its_share() -> None:
    full = len(sent_within(GROUP, 3000, urgent=True))
    slow = len(sent_within(GROUP, 3000, urgent=True, share=0.7))
    assert slow / full == pytest.approx(0.7, abs=0.02)


def test_a_chat_is_slow_for_ten_minutes_and_then_recovers_a_tenth_each_minute() -> None:
    shares = [share_of(0.7, 0.0, minutes * 60.0) for minutes in (0, 10, 11, 12, 13, 60)]
    assert shares == pytest.approx([0.7, 0.7, 0.8, 0.9, 1.0, 1.0])


def test_counters_make_way_as_a_chat_fills() -> None:
    paces = Paces(private=PRIVATE, group=GROUP, bot=GROUP, answers=PRIVATE, counter_seconds=5.0)
    now = 1000.0
    old, half = [now - 61.0] * 9, [now - 30.0] * 9
    pauses = [counter_pause(paces, GROUP, taken, now) for taken in ([], old, half, half * 2)]
    assert pauses == [5.0, 5.0, 12.5, 20.0]


def test_a_chat_that_is_a_third_full_is_not_for_counters() -> None:
    taken = [1000.0 + number for number in range(6)]
    assert counters_open_at(GROUP, taken[:5]) == 0.0
    assert counters_open_at(GROUP, taken) == 1060.0


@pytest.mark.parametrize("burst", [1, 2, 3, 4, 6, 20])
def test_a_burst_and_then_one_a_second_is_less_than_a_bucket_of_one_more_lets_through(
    burst: int,
) -> None:
    limits = paces_of(load_settings(_env_file=None, private_burst=burst)).private
    random = Random(burst)
    taken: list[float] = []
    room, now, last = burst + 1.0, 1000.0, 1000.0
    while now < 1600.0:
        if opens_at(limits, taken, urgent=random.random() < 0.5) <= now:
            taken = with_another(limits, taken, now)
            room = min(burst + 1.0, room + now - last) - 1
            last = now
            assert room >= 0
        now += random.choice([0.01, 0.1, 0.5, 1.0, random.uniform(0, 12)])


def test_after_a_burst_in_a_group_the_next_goes_a_second_later() -> None:
    limits = paces_of(load_settings(_env_file=None, group_burst=4)).group
    moments = sent_within(limits, 4, urgent=True)
    assert [moment - moments[0] for moment in moments[:6]] == pytest.approx(
        [0, 0.1, 0.2, 0.3, 1, 1.1]
    )
    assert most_in(sent_within(limits, 20, urgent=False), 3.9) == 2
