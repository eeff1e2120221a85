"""Amazon SNS, and the alarms of CloudWatch in it, at Grafana OnCall's address for them.

https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html. Amazon sends nothing before
somebody opened the address in its first message, so that becomes an incident: the intake itself
calls nobody.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import InvalidReport
from core.levels import Level
from core.reports import Signal
from web.intake.drafts import Draft, Link
from web.intake.format import Format
from web.intake.formats import oncall
from web.intake.inbound import Inbound, json_in
from web.intake.sentry_event import uid_of
from web.intake.words import address_in, first_of, map_in, moment_in, text_in

_AMAZON = (".amazonaws.com", ".amazonaws.com.cn")
_LEVELS = {"ALARM": Level.error, "INSUFFICIENT_DATA": Level.warning}


def read(inbound: Inbound) -> Sequence[Draft]:
    body = inbound.object
    match body.get("Type"):
        case "Notification":
            return [_notification(body)]
        case "SubscriptionConfirmation":
            return [_subscription(body)]
        case _:
            return []


def recognises(inbound: Inbound) -> bool:
    return {"Type", "TopicArn", "MessageId"} <= map_in(inbound.json_or_none).keys()


def _notification(body: Mapping[str, Any]) -> Draft:
    text = text_in(body.get("Message"))
    alarm = _object_in(text)
    draft = _alarm if "AlarmName" in alarm else _message
    return draft(body, alarm, text)


def _object_in(text: str) -> dict[str, Any]:
    try:
        return map_in(json_in("Message", text))
    except InvalidReport:
        return {}


def _alarm(body: Mapping[str, Any], alarm: Mapping[str, Any], _text: str) -> Draft:
    state, region = text_in(alarm.get("NewStateValue")), _arn(body)[3]
    said = (text_in(alarm.get(name)) for name in ("AlarmDescription", "NewStateReason"))
    return Draft(
        title=text_in(alarm["AlarmName"]),
        key=f"{region} {alarm['AlarmName']}",
        signal=Signal.resolve if state == "OK" else Signal.trigger,
        message="\n".join(line for line in said if line),
        level=_LEVELS.get(state, Level.error),
        tags={"region": region, "account": alarm.get("AWSAccountId")},
        context={"Trigger": map_in(alarm.get("Trigger"))},
        occurred_at=moment_in(alarm.get("StateChangeTime")),
        uid=uid_of(body.get("MessageId")),
    )


def _message(body: Mapping[str, Any], told: Mapping[str, Any], text: str) -> Draft:
    """Read what is no alarm: a subject and a text, or an object of the publisher's own."""
    first, _, rest = text.lstrip().partition("\n")
    subject = text_in(body.get("Subject") or first_of(told, "title", "detail-type"))
    return Draft(
        title=subject or ("" if told else first) or f"Message of {_arn(body)[-1]}",
        message="" if told else text if subject else rest,
        context={"Message": told} if told else {},
        tags={"topic": _arn(body)[-1]},
        occurred_at=moment_in(body.get("Timestamp")),
        uid=uid_of(body.get("MessageId")),
    )


def _subscription(body: Mapping[str, Any]) -> Draft:
    url = text_in(body.get("SubscribeURL"))
    parts = address_in(url)
    if parts.scheme != "https" or not (parts.hostname or "").endswith(_AMAZON):
        raise InvalidReport("SubscribeURL", "not an address of Amazon's")
    return Draft(
        title=f"Confirm the subscription to {_arn(body)[-1]}",
        key=f"subscription {body.get('TopicArn')}",
        message=f"Amazon sends nothing before somebody opens this address:\n{url}",
        level=Level.warning,
        links=[Link("confirm", url)],
        uid=uid_of(body.get("MessageId")),
    )


def _arn(body: Mapping[str, Any]) -> list[str]:
    """Take the topic's name apart: arn, aws, sns, region, account, topic."""
    parts = text_in(body.get("TopicArn")).split(":")
    return parts if len(parts) == 6 else [""] * 5 + ["a topic"]


FORMAT = Format(
    name="sns",
    title="Amazon SNS",
    read=read,
    recognises=recognises,
    answer=oncall.answer,
    routes=tuple(("POST", f"/integrations/v1/amazon_sns/{{token}}{end}") for end in ("", "/")),
)
