"""What to paste into other tools to have them report: one text for each. Pure."""

import json
from dataclasses import dataclass
from shlex import quote
from urllib.parse import urlsplit

from core.i18n import N_
from core.snippets import ping_of

PLACEHOLDER = "YOUR_CODE"

_SENTRY = """\
import sentry_sdk

sentry_sdk.init(dsn={dsn}, enable_logs=True)"""

_ALERTMANAGER = """\
receivers:
  - name: dispatcher
    webhook_configs:
      - url: {url}"""

_GRAFANA = """\
apiVersion: 1
contactPoints:
  - name: dispatcher
    receivers:
      - uid: dispatcher
        type: webhook
        settings:
          url: {url}"""

_PAGERDUTY = """\
curl -sS {url} \\
  -H 'Content-Type: application/json' \\
  -d {body}"""


@dataclass(frozen=True, slots=True)
class Way:
    """A tool, by its own name or by a message, and what to paste there."""

    tool: str
    text: str


def dsn_of(base_url: str, app_id: int, code: str) -> str:
    """Write the address that Sentry's SDKs ask for."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{code}@{parts.netloc}{parts.path.rstrip('/')}/{app_id}"


def ways_of(base_url: str, app_id: int, code: str) -> list[Way]:
    """List what to paste into each tool for an app with this code."""
    url = f"{base_url}/in/{code}"
    dsn = json.dumps(dsn_of(base_url, app_id, code))
    return [
        Way("Sentry SDK", _SENTRY.format(dsn=dsn)),
        Way("Prometheus Alertmanager", _ALERTMANAGER.format(url=url)),
        Way("Grafana", _GRAFANA.format(url=url)),
        Way("PagerDuty Events v2", _pagerduty(base_url, code)),
        Way(N_("Heartbeat of a job"), ping_of(f"{base_url}/ping/{code}/backup?create=1")),
        Way(
            N_("Output of a job"), f"job 2>&1 | tail -200 | curl -sS --data-binary @- {quote(url)}"
        ),
        Way(N_("Any webhook: JSON, a form or text"), url),
    ]


def _pagerduty(base_url: str, code: str) -> str:
    event = {
        "routing_key": code,
        "event_action": "trigger",
        "dedup_key": "disk-db-1",
        "payload": {"summary": "Disk full", "source": "db-1", "severity": "critical"},
    }
    return _PAGERDUTY.format(url=quote(f"{base_url}/v2/enqueue"), body=quote(json.dumps(event)))
