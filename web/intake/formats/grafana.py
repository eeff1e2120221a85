"""Grafana's alerting webhook, and the one before Grafana 9.

The body is Alertmanager's with more: https://grafana.com/docs/grafana/latest/alerting/ (webhook
notifier). Before 9 each rule told of itself by `ruleId` and `state`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.levels import Level
from core.reports import Signal
from web.intake.drafts import Draft, Link
from web.intake.format import Format
from web.intake.formats import alertmanager
from web.intake.formats.alertmanager import group_draft, links_of
from web.intake.inbound import Inbound
from web.intake.words import list_in, map_in, maps_in, text_in, untagged

_ALERT_LINKS = ("dashboardURL", "panelURL", "silenceURL", "imageURL")
_OLD_SIGNALS = {"ok": Signal.resolve, "paused": Signal.note, "pending": Signal.note}


def read(inbound: Inbound) -> Sequence[Draft]:
    body = inbound.object
    return alertmanager.drafts_of(inbound, _new) if "alerts" in body else [_old(body)]


def recognises(inbound: Inbound) -> bool:
    body = map_in(inbound.json_or_none)
    return {"alerts", "groupKey", "orgId"} <= body.keys() or (
        "ruleId" in body and ("evalMatches" in body or {"ruleName", "state"} <= body.keys())
    )


def _new(body: dict[str, Any]) -> Draft:
    first = (maps_in(body.get("alerts")) or [{}])[0]
    own = [Link(name, text_in(first.get(name))) for name in _ALERT_LINKS]
    links = [*own, *links_of(map_in(body.get("commonAnnotations")), first, body)]
    more: dict[str, Any] = {"links": [link for link in links if link.url]}
    # Of a group without a name Grafana's own title has nothing but its labels: "(blue)".
    title = untagged(text_in(body.get("title")).strip())
    if title and not title.startswith("("):
        more["title"] = title
    draft = group_draft(body, **more)
    return draft if draft.message else replace(draft, message=text_in(body.get("message")))


def _old(body: dict[str, Any]) -> Draft:
    state = text_in(body.get("state"))
    links = [
        Link("rule", text_in(body.get("ruleUrl"))),
        Link("image", text_in(body.get("imageUrl"))),
    ]
    return Draft(
        title=text_in(body.get("title")) or text_in(body.get("ruleName")),
        key=f"rule {body.get('ruleId')}",
        signal=_OLD_SIGNALS.get(state, Signal.trigger),
        message=text_in(body.get("message")),
        level=Level.warning if state == "no_data" else Level.error,
        tags=map_in(body.get("tags")),
        context={"evalMatches": list_in(body.get("evalMatches"))},
        links=[link for link in links if link.url],
    )


FORMAT = Format(
    name="grafana",
    title="Grafana",
    read=read,
    recognises=recognises,
    routes=tuple(
        (method, f"/integrations/v1/{kind}/{{token}}{slash}")
        for method in ("POST", "PUT")
        for kind in ("grafana_alerting", "grafana")
        for slash in ("", "/")
    ),
    body_bytes=alertmanager.FORMAT.body_bytes,
)
