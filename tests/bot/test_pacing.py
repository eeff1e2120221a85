"""Pacing: what the windows let through, and how a refusal is obeyed."""

from bot.pacing import Pacing

GROUP, PERSON = -1001, 101


def sent_within(pacing: Pacing, chat_id: int, seconds: float, *, step: float = 0.1) -> list[float]:
    """Send whenever the pacing allows it; return the moments."""
    moments, now = [], 1000.0
    end = now + seconds
    while now < end:
        if chat_id not in pacing.closed(now) and pacing.bot_opens_at(now) <= now:
            pacing.take(chat_id, now)
            moments.append(now)
        now += step
    return moments


def most_in(moments: list[float], seconds: float) -> int:
    return max(sum(start <= at < start + seconds for at in moments) for start in moments)


def test_a_group_gets_at_most_its_number_in_any_minute() -> None:
    moments = sent_within(Pacing(18, 25), GROUP, 300)
    assert most_in(moments, 60) == 18
    assert len(moments) == 5 * 18


def test_a_group_may_burst_but_not_beyond_one_a_second() -> None:
    moments = sent_within(Pacing(18, 25), GROUP, 10, step=0.01)
    assert most_in(moments, 0.5) == 4
    assert most_in(moments, 4) == 4


def test_a_person_gets_one_a_second_after_a_burst_of_three() -> None:
    moments = sent_within(Pacing(18, 25), PERSON, 30, step=0.01)
    assert most_in(moments, 0.5) == 3
    assert most_in(moments, 3) == 3


def test_all_chats_together_stay_below_the_overall_rate() -> None:
    pacing, now = Pacing(18, 25), 1000.0
    for chat_id in range(25):
        assert pacing.bot_opens_at(now) <= now
        pacing.take(-chat_id - 1, now)
    assert pacing.bot_opens_at(now + 0.9) == now + 1.0
    assert pacing.bot_opens_at(now + 1.0) <= now + 1.0


def test_one_full_chat_does_not_close_another() -> None:
    pacing = Pacing(2, 25)
    for _ in range(2):
        pacing.take(GROUP, 1000.0)
    assert pacing.closed(1001.0) == {GROUP: 1060.0}


def test_a_refused_chat_waits_at_least_as_long_as_telegram_said() -> None:
    pacing = Pacing(18, 25)
    pacing.refused(GROUP, 7, 1000.0)
    assert 1007 <= pacing.closed(1000.0)[GROUP] <= 1008
    assert pacing.bot_opens_at(1000.0) <= 1000.0
    assert pacing.closed(1008.0) == {}


def test_refusals_of_three_chats_at_once_hold_the_whole_bot() -> None:
    pacing = Pacing(18, 25)
    for number in range(3):
        pacing.refused(-1 - number, 5, 1000.0 + number)
    assert pacing.bot_opens_at(1003.0) >= 1007


def test_refusals_far_apart_hold_only_their_chats() -> None:
    pacing = Pacing(18, 25)
    for number in range(3):
        pacing.refused(-1 - number, 5, 1000.0 + 6 * number)
    assert pacing.bot_opens_at(1013.0) <= 1013.0
