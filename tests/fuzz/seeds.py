"""A small body of each tool as it sends them, where it sends them: what is right, to be bent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ALERT = {
    "status": "firing",
    "labels": {"alertname": "DiskFull", "severity": "critical", "instance": "db-1"},
    "annotations": {"summary": "Disk full", "description": "3 % left"},
    "startsAt": "2026-11-23T08:59:00Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "https://prometheus.example.com/graph",
    "fingerprint": "c0ffee",
}


@dataclass(frozen=True)
class Seed:
    """A request: `{code}` in the path stands for the app's code."""

    name: str
    body: Any
    path: str = "/in/{code}"
    headers: Mapping[str, str] = field(default_factory=dict)


SEEDS = (
    Seed(
        "sentry",
        {
            "event_id": "9ec79c33ec9942ab8353589fcb2e04dc",
            "timestamp": 1732438800.5,
            "level": "error",
            "platform": "python",
            "release": "shop@1.2",
            "environment": "production",
            "fingerprint": ["{{ default }}", "checkout"],
            "exception": {
                "values": [
                    {
                        "type": "ValueError",
                        "value": "no such card",
                        "mechanism": {"type": "logging", "handled": True},
                        "stacktrace": {
                            "frames": [
                                {
                                    "filename": "shop/pay.py",
                                    "function": "pay",
                                    "lineno": 7,
                                    "in_app": True,
                                    "vars": {"card": "4"},
                                }
                            ]
                        },
                    }
                ]
            },
            "breadcrumbs": {"values": [{"category": "sql", "message": "SELECT", "level": "info"}]},
            "tags": [["region", "eu"]],
            "user": {"id": 7},
            "request": {"url": "https://shop.example.com/pay", "method": "POST"},
            "contexts": {"trace": {"trace_id": "0" * 32, "span_id": "0" * 16}},
        },
        "/api/1/store/",
        {"X-Sentry-Auth": "Sentry sentry_version=7, sentry_key={code}"},
    ),
    Seed(
        "alertmanager",
        {
            "version": "4",
            "groupKey": "{}:{}",
            "status": "firing",
            "receiver": "ops",
            "groupLabels": {"alertname": "DiskFull"},
            "commonLabels": {"severity": "critical"},
            "commonAnnotations": {},
            "externalURL": "https://alertmanager.example.com",
            "truncatedAlerts": 0,
            "alerts": [ALERT, ALERT | {"status": "resolved", "endsAt": "2026-11-23T09:00:00Z"}],
        },
    ),
    Seed("alertmanager-api", [ALERT], "/am/{code}/api/v2/alerts"),
    Seed(
        "grafana",
        {
            "receiver": "ops",
            "status": "firing",
            "orgId": 1,
            "title": "[FIRING:1] DiskFull",
            "message": "**Firing**",
            "state": "alerting",
            "alerts": [ALERT | {"values": {"B": 97.5}, "silenceURL": "https://g.example.com/s"}],
            "version": "1",
        },
    ),
    Seed(
        "pagerduty",
        {
            "routing_key": "{code}",
            "event_action": "trigger",
            "dedup_key": "disk",
            "payload": {
                "summary": "Disk full",
                "source": "db-1",
                "severity": "critical",
                "timestamp": "2026-11-23T08:59:00Z",
                "component": "postgres",
                "custom_details": {"free": "3 %"},
            },
            "links": [{"href": "https://example.com", "text": "Runbook"}],
            "images": [{"src": "https://example.com/i.png"}],
        },
        "/v2/enqueue",
    ),
    Seed(
        "pagerduty-v1",
        {
            "service_key": "{code}",
            "event_type": "trigger",
            "incident_key": "disk",
            "description": "Disk full",
            "details": {"free": "3 %"},
            "client": "cron",
        },
        "/generic/2010-04-15/create_event.json",
    ),
    Seed(
        "opsgenie",
        {
            "message": "Disk full",
            "alias": "disk",
            "description": "3 % left",
            "priority": "P1",
            "tags": ["db"],
            "details": {"host": "db-1"},
            "entity": "db-1",
            "source": "cron",
        },
        "/v2/alerts",
        {"Authorization": "GenieKey {code}"},
    ),
    Seed(
        "otlp",
        {
            "resourceLogs": [
                {
                    "resource": {
                        "attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]
                    },
                    "scopeLogs": [
                        {
                            "scope": {"name": "shop.pay"},
                            "logRecords": [
                                {
                                    "timeUnixNano": "1732438800000000000",
                                    "severityNumber": 17,
                                    "severityText": "ERROR",
                                    "body": {"stringValue": "no such card"},
                                    "traceId": "5b8efff798038103d269b633813fc60c",
                                    "attributes": [
                                        {"key": "exception.type", "value": {"stringValue": "E"}}
                                    ],
                                }
                            ],
                        }
                    ],
                }
            ]
        },
        "/v1/logs",
        {"Authorization": "Bearer {code}"},
    ),
    Seed(
        "kuma",
        {
            "heartbeat": {
                "monitorID": 1,
                "status": 0,
                "msg": "timeout",
                "time": "2026-11-23 08:59",
            },
            "monitor": {"id": 1, "name": "Shop", "url": "https://shop.example.com", "type": "http"},
            "msg": "[Shop] [Down] timeout",
        },
    ),
    Seed(
        "cloudevents",
        {
            "specversion": "1.0",
            "id": "1",
            "source": "/shop",
            "type": "com.example.failed",
            "subject": "pay",
            "time": "2026-11-23T08:59:00Z",
            "data": {"message": "no such card", "severity": "error"},
        },
        headers={"Content-Type": "application/cloudevents+json"},
    ),
    Seed(
        "github",
        {
            "action": "completed",
            "workflow_run": {
                "id": 1,
                "name": "CI",
                "workflow_id": 5,
                "head_branch": "main",
                "conclusion": "failure",
                "html_url": "https://github.example.com/run",
                "head_sha": "c0ffee",
                "head_commit": {"message": "Break it", "author": {"name": "Bob"}},
            },
            "repository": {"full_name": "team/shop", "html_url": "https://github.example.com"},
            "sender": {"login": "bob"},
        },
        headers={"X-GitHub-Event": "workflow_run", "X-GitHub-Delivery": "1"},
    ),
    Seed(
        "gitlab",
        {
            "object_kind": "pipeline",
            "object_attributes": {
                "id": 1,
                "ref": "main",
                "status": "failed",
                "url": "https://gitlab.example.com/pipeline",
                "finished_at": "2026-11-23 08:59:00 UTC",
            },
            "project": {"id": 3, "path_with_namespace": "team/shop", "web_url": "https://g.e"},
            "user": {"name": "Bob"},
            "commit": {"title": "Break it"},
            "builds": [{"id": 9, "name": "test", "stage": "test", "status": "failed"}],
        },
        headers={"X-Gitlab-Event": "Pipeline Hook"},
    ),
    Seed(
        "oncall",
        {
            "alert_uid": "disk",
            "title": "Disk full",
            "state": "alerting",
            "message": "3 % left",
            "link_to_upstream_details": "https://example.com",
        },
        "/integrations/v1/formatted_webhook/{code}/",
    ),
    Seed(
        "slack",
        {
            "text": "Disk *full*",
            "attachments": [
                {"color": "danger", "title": "db-1", "fields": [{"title": "free", "value": "3 %"}]}
            ],
            "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "*Disk full*"}}],
        },
        "/services/T0/B0/{code}",
    ),
    Seed(
        "alerta",
        {
            "resource": "db-1",
            "event": "DiskFull",
            "environment": "Production",
            "severity": "critical",
            "service": ["postgres"],
            "group": "OS",
            "value": "97 %",
            "text": "3 % left",
            "tags": ["disk"],
            "attributes": {"region": "eu"},
            "correlate": ["DiskFull", "DiskOk"],
        },
        "/api/alert",
        {"Authorization": "Key {code}"},
    ),
    Seed(
        "generic",
        {
            "title": "Disk full",
            "message": "3 % left",
            "severity": "critical",
            "status": "firing",
            "key": "disk",
            "url": "https://example.com",
            "host": {"name": "db-1"},
        },
    ),
)
