"""What a sender is answered when we are full: a wrong status makes it drop the report."""

import pytest

from core.errors import Overloaded, TooLarge
from core.intake import Intake
from core.reports import Receipt, Report
from tests.web.formats.conftest import Tool
from web.intake import taking
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


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("full_for", "status"), [(2, 200), (9, 503)])
async def test_who_never_repeats_itself_waits_for_room(
    tool: Tool, monkeypatch: pytest.MonkeyPatch, full_for: int, status: int
) -> None:
    refused, submit = iter(range(full_for)), Intake.submit

    async def full_at_first(intake: Intake, report: Report) -> Receipt:
        if next(refused, None) is not None:
            raise Overloaded(2)
        return await submit(intake, report)

    monkeypatch.setattr(Intake, "submit", full_at_first)
    monkeypatch.setattr(taking, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(taking, "TRIES", 4)
    body = {"heartbeat": {"status": 0}, "monitor": {"id": 1, "name": "Shop"}, "msg": "down"}
    assert (await tool.send(json=body)).status == status
