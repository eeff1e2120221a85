"""Amazon SNS; bodies as in its documentation of HTTP notifications, and CloudWatch's alarms."""

import json
from typing import Any
from uuid import uuid4

import pytest

from core.levels import Level
from core.lifecycle import Status
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = "/integrations/v1/amazon_sns/{code}/"


async def deliver(tool: Tool, kind: str = "Notification", path: str = "", **more: Any) -> int:
    body = {
        "Type": kind,
        "MessageId": str(uuid4()),
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:alarms",
        "Timestamp": "2026-11-23T08:00:00.000Z",
        **more,
    }
    text = {"Content-Type": "text/plain; charset=UTF-8"}
    return (await tool.send(path, data=json.dumps(body), headers=text)).status


def alarm(state: str) -> str:
    return json.dumps(
        {
            "AlarmName": "CPU of shop",
            "AlarmDescription": "Look at the queue first",
            "NewStateValue": state,
            "NewStateReason": "Threshold Crossed: 1 datapoint [97.0]",
            "StateChangeTime": "2026-11-23T08:00:00.000+0000",
            "Region": "EU (Ireland)",
            "Trigger": {"MetricName": "CPUUtilization"},
        }
    )


@pytest.mark.parametrize("path", ["", PATH])
async def test_an_alarm_opens_and_its_end_resolves(tool: Tool, path: str) -> None:
    assert await deliver(tool, path=path, Subject="ALARM: ...", Message=alarm("ALARM")) == 200
    incident = await tool.incident()
    assert (incident.title, incident.level, incident.message) == (
        "CPU of shop",
        Level.error,
        "Look at the queue first\nThreshold Crossed: 1 datapoint [97.0]",
    )
    await deliver(tool, path=path, Subject="OK: ...", Message=alarm("OK"))
    assert (await tool.incident()).status is Status.resolved


async def test_a_message_that_is_delivered_twice_is_one_report(tool: Tool) -> None:
    number = str(uuid4())
    for _ in range(2):
        await deliver(tool, MessageId=number, Message=alarm("INSUFFICIENT_DATA"))
    incident = await tool.incident()
    assert (incident.level, incident.count) == (Level.warning, 1)


@pytest.mark.parametrize(
    ("message", "subject", "shown"),
    [
        ("backup failed\nno space", None, ("backup failed", "no space")),
        ("no space", "Backup failed", ("Backup failed", "no space")),
        ('{"detail-type": "Health Event"}', None, ("Health Event", "")),
        ("{odd", None, ("{odd", "")),
        ("", None, ("Message of alarms", "")),
    ],
)
async def test_any_other_message_has_a_title(
    tool: Tool, message: str, subject: str | None, shown: tuple[str, str]
) -> None:
    assert await deliver(tool, Message=message, Subject=subject) == 200
    incident = await tool.incident()
    assert (incident.title, incident.message) == shown


async def test_a_subscription_asks_somebody_to_confirm_it(tool: Tool) -> None:
    url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=7"
    assert await deliver(tool, "SubscriptionConfirmation", SubscribeURL=url) == 200
    incident = await tool.incident()
    assert incident.title == "Confirm the subscription to alarms"
    assert url in incident.message


@pytest.mark.parametrize(
    "url",
    ["http://sns.eu-west-1.amazonaws.com/", "https://amazonaws.com.example.org/", "https://["],
)
async def test_charlie_cannot_have_another_address_opened(tool: Tool, url: str) -> None:
    assert await deliver(tool, "SubscriptionConfirmation", SubscribeURL=url) == 400
    assert await tool.incidents() == []
