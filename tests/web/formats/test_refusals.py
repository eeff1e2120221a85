"""What a sender is answered when we are full: a wrong status makes it drop the report."""

import pytest

from core.errors import Overloaded, TooLarge
from web.intake.format import Format
from web.intake.registry import BY_NAME, FORMATS

# What its senders repeat after; all others repeat after a 503, or never.
REPEATED_AFTER = {"pagerduty": 429, "opsgenie": 429}


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
def test_a_full_queue_is_answered_with_what_the_sender_repeats_after(known: Format) -> None:
    assert known.refuse(Overloaded(2)).status == REPEATED_AFTER.get(known.name, 503)


@pytest.mark.parametrize("name", sorted(BY_NAME.keys() - {"opsgenie"}))
def test_a_body_that_is_too_large_is_told_so(name: str) -> None:
    assert BY_NAME[name].refuse(TooLarge("body", "larger than 9 bytes")).status == 413
