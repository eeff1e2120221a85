"""GitLab: its alert endpoint, which other senders speak too, and the webhooks of a project.

Alert fields: https://docs.gitlab.com/operations/incident_management/integrations/. The first
failed pipeline of a branch opens, the next that succeeds resolves.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec
from aiohttp import web

from core.levels import Level
from core.reports import Signal
from web.intake.drafts import Draft, Link
from web.intake.format import Format, Taken
from web.intake.formats import alertmanager
from web.intake.inbound import Inbound
from web.intake.words import level_in, list_in, map_in, maps_in, moment_in, text_in

_PIPELINE = {"success": Signal.resolve, "failed": Signal.trigger}
_VARYING = ("start_time", "end_time", "hosts")
_KNOWN = frozenset(
    ("title", "description", "severity", "fingerprint", "service", "monitoring_tool", *_VARYING)
)


def read(inbound: Inbound) -> Sequence[Draft]:
    body = inbound.object
    if body.get("object_kind") == "pipeline":
        draft = _pipeline(body)
        return [draft] if draft else []
    if "object_kind" in body:
        return []
    if "groupKey" in body:
        return [alertmanager.group_draft(body)]
    return [_alert(body)]


def recognises(inbound: Inbound) -> bool:
    body = map_in(inbound.json_or_none)
    return (
        "x-gitlab-event" in inbound.headers
        or "monitoring_tool" in body
        or {"title", "fingerprint", "end_time"} <= body.keys()
    )


def token(inbound: Inbound) -> str:
    return inbound.parts.get("token") or inbound.headers.get("x-gitlab-token") or inbound.token


def answer(inbound: Inbound, taken: Sequence[Taken]) -> web.Response:
    if "x-gitlab-event" in inbound.headers:
        return web.Response()
    return web.json_response([{"iid": one.number, "title": one.draft.title} for one in taken])


def _alert(body: Mapping[str, Any]) -> Draft:
    hosts = body.get("hosts")
    return Draft(
        title=text_in(body.get("title")) or "New: Alert",
        key=_key_of(body),
        signal=Signal.resolve if body.get("end_time") else Signal.trigger,
        message=text_in(body.get("description")),
        level=level_in(body.get("severity"), Level.crit),
        tags={
            "service": body.get("service"),
            "monitoring_tool": body.get("monitoring_tool"),
            "hosts": ", ".join(map(str, list_in(hosts))) if isinstance(hosts, list) else hosts,
            "environment": body.get("gitlab_environment_name"),
        },
        context={name: value for name, value in body.items() if name not in _KNOWN},
        occurred_at=moment_in(body.get("start_time")),
    )


def _key_of(body: Mapping[str, Any]) -> str:
    """The sender's fingerprint, else all of the body that stays while it goes on."""
    if given := body.get("fingerprint"):
        return " ".join(map(str, given)) if isinstance(given, list) else str(given)
    lasting = {name: value for name, value in body.items() if name not in _VARYING}
    return sha256(msgspec.json.encode(lasting, order="sorted")).hexdigest()


def _pipeline(body: Mapping[str, Any]) -> Draft | None:
    pipeline, project = map_in(body.get("object_attributes")), map_in(body.get("project"))
    signal = _PIPELINE.get(text_in(pipeline.get("status")))
    if signal is None:
        return None
    path, branch = text_in(project.get("path_with_namespace")), text_in(pipeline.get("ref"))
    name = text_in(pipeline.get("name"))
    return Draft(
        title=f"{path}: pipeline failed on {branch}",
        key=f"pipeline {project.get('id')} {branch} {name}".rstrip(),
        signal=signal,
        message=_failed_jobs(body),
        tags={"project": path, "branch": branch, "commit": pipeline.get("sha")},
        links=[Link("GitLab", text_in(pipeline.get("url")))],
    )


def _failed_jobs(body: Mapping[str, Any]) -> str:
    jobs = [job for job in maps_in(body.get("builds")) if job.get("status") == "failed"]
    return "\n".join(f"{job.get('stage')}: {job.get('name')}" for job in jobs)


FORMAT = Format(
    name="gitlab",
    title="GitLab",
    read=read,
    recognises=recognises,
    token=token,
    answer=answer,
    routes=(
        ("POST", "/{project:.+}/alerts/notify.json"),
        ("POST", "/{project:.+}/alerts/notify/{name}/{id}.json"),
    ),
    patient=True,
)
