"""What a sender is answered when we are full: a wrong status makes it drop the report."""

import pytest

from core.errors import Overloaded, TooLarge
from core.intake import Intake
from core.reports import Report
from tests.web.formats.conftest import Tool
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


KUMA = {"heartbeat": {"status": 0}, "monitor": {"id": 1, "name": "Shop"}, "msg": "down"}
GRAFANA = {"alerts": [{"status": "firing", "labels": {"alertname": "Down"}}], "orgId": 1}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("body", "comes", "status"), [(KUMA, True, 200), (KUMA, False, 503), (GRAFANA, True, 503)]
)
async def test_who_never_repeats_itself_waits_for_room(
    tool: Tool, monkeypatch: pytest.MonkeyPatch, body: object, comes: bool, status: int
) -> None:
    room: list[bool] = []

    async def wait(_intake: Intake, _report: Report, seconds: float) -> None:
        assert seconds > 0
        room.append(comes)

    monkeypatch.setattr(Intake, "_is_full", lambda *_: not any(room))
    monkeypatch.setattr(Intake, "wait_for_room", wait)
    assert (await tool.send(json=body)).status == status
