"""What Sentry itself tells of: alerts of issues and of metrics, and what people do with issues.

https://docs.sentry.io/organization/integrations/integration-platform/webhooks/. An issue's id is
the key; GlitchTip sends Slack's format instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.reports import Signal
from web.intake.drafts import Draft, Link
from web.intake.format import Format
from web.intake.inbound import Inbound
from web.intake.sentry_event import event_draft
from web.intake.words import first_of, level_in, map_in, moment_in, text_in

RESOURCE = "sentry-hook-resource"
_SIGNALS = {
    "resolved": Signal.resolve,
    "archived": Signal.resolve,
    "ignored": Signal.resolve,
    "assigned": Signal.note,
}


def read(inbound: Inbound) -> Sequence[Draft]:
    body = inbound.object
    data, action = map_in(body.get("data")), text_in(body.get("action"))
    if event := map_in(first_of(data, "event", "error")):
        return [_event(event)]
    if issue := map_in(data.get("issue")):
        return [_issue(issue, action)]
    if "metric_alert" in data:
        return [_metric(data, action)]
    return []  # installations, comments: no news


def recognises(inbound: Inbound) -> bool:
    return RESOURCE in inbound.headers


def _event(event: Mapping[str, Any]) -> Draft:
    draft = event_draft(event)
    return replace(
        draft,
        title=text_in(event.get("title")) or draft.title,
        key=f"issue {event['issue_id']}" if event.get("issue_id") else draft.key,
        links=[Link("Sentry", text_in(event.get("web_url")))],
    )


def _issue(issue: Mapping[str, Any], action: str) -> Draft:
    project, title = map_in(issue.get("project")), text_in(issue.get("title"))
    signal = _SIGNALS.get(action, Signal.trigger)
    return Draft(
        title=f"{action}: {title}" if signal is Signal.note else title,
        key=f"issue {issue.get('id')}",
        signal=signal,
        message=text_in(issue.get("culprit")),
        level=level_in(issue.get("level")),
        tags={"project": project.get("slug"), "issue": issue.get("shortId")},
        links=[Link("Sentry", text_in(first_of(issue, "web_url", "permalink")))],
        occurred_at=moment_in(issue.get("lastSeen")),
    )


def _metric(data: Mapping[str, Any], action: str) -> Draft:
    alert = map_in(data.get("metric_alert"))
    return Draft(
        title=text_in(first_of(alert, "title") or data.get("description_title")),
        key=f"metric {first_of(alert, 'id', 'identifier')}",
        signal=_SIGNALS.get(action, Signal.trigger),
        message=text_in(data.get("description_text")),
        level=level_in(action),
        context={"metric_alert": alert},
        links=[Link("Sentry", text_in(data.get("web_url")))],
    )


FORMAT = Format(name="sentry-hook", title="Sentry alerts", read=read, recognises=recognises)
