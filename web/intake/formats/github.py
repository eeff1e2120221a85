"""GitHub's webhooks: a failed workflow or deployment opens, the next that succeeds resolves.

The code is the webhook's secret: its signature over the body is checked where the address carries
the code, too. https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from core.errors import Unauthorized
from core.reports import Signal
from web.intake.drafts import Draft, Link
from web.intake.format import Format
from web.intake.inbound import Inbound
from web.intake.words import first_of, map_in, moment_in, text_in

_FAILED = {"failure", "timed_out", "startup_failure", "error"}
_PASSED = {"success"}
_SIGNATURE = "x-hub-signature-256"


def read(inbound: Inbound) -> Sequence[Draft]:
    body = inbound.hook
    reader = _READERS.get(inbound.headers.get("x-github-event", ""))
    draft = reader(body, _delivery_of(inbound)) if reader else None
    return [draft] if draft else []


def recognises(inbound: Inbound) -> bool:
    return "x-github-event" in inbound.headers


def token(inbound: Inbound) -> str:
    """Find the code; a signature that is there must fit. Raises Unauthorized."""
    code = inbound.token
    given = inbound.headers.get(_SIGNATURE)
    if given is not None:
        made = hmac.new(code.encode(), inbound.body, sha256).hexdigest()
        if not hmac.compare_digest(given.encode(), f"sha256={made}".encode()):
            raise Unauthorized
    return code


def _delivery_of(inbound: Inbound) -> UUID | None:
    try:
        return UUID(inbound.headers.get("x-github-delivery", ""))
    except ValueError:
        return None


def _run(kind: str) -> Callable[[Mapping[str, Any], UUID | None], Draft | None]:
    """Read a run of a kind that ends with a conclusion."""

    def read_run(body: Mapping[str, Any], uid: UUID | None) -> Draft | None:
        run = map_in(body.get(kind))
        if body.get("action") != "completed":
            return None
        commit = map_in(run.get("head_commit"))
        name = text_in(run.get("name") or map_in(run.get("app")).get("name")) or kind
        branch = _branch_of(body, run)
        what = run.get("workflow_id") or name
        return _draft(
            body,
            state=text_in(run.get("conclusion")),
            title=f"{name} failed on {branch}" if branch else f"{name} failed",
            said=text_in(first_of(run, "display_title") or commit.get("message")),
            key=f"{kind} {what} {branch}",
            url=text_in(run.get("html_url")),
            tags={"branch": branch, "commit": run.get("head_sha")},
            at=run.get("updated_at"),
            uid=uid,
        )

    return read_run


def _branch_of(body: Mapping[str, Any], run: Mapping[str, Any]) -> str:
    """Name a branch; that of a fork with its owner, because it passes without ours doing so."""
    branch = text_in(run.get("head_branch"))
    fork = text_in(map_in(run.get("head_repository")).get("full_name"))
    ours = map_in(body.get("repository")).get("full_name")
    return f"{fork}:{branch}" if fork and fork != ours else branch


def _deployment(body: Mapping[str, Any], uid: UUID | None) -> Draft | None:
    status, deployment = map_in(body.get("deployment_status")), map_in(body.get("deployment"))
    environment = text_in(status.get("environment") or deployment.get("environment"))
    return _draft(
        body,
        state=text_in(status.get("state")),
        title=f"Deployment to {environment} failed",
        key=f"deployment {environment}",
        url=text_in(status.get("log_url") or status.get("target_url")),
        tags={"environment": environment, "commit": deployment.get("sha")},
        at=status.get("created_at"),
        uid=uid,
    )


def _draft(
    body: Mapping[str, Any],
    *,
    state: str,
    title: str,
    key: str,
    url: str,
    tags: Mapping[str, Any],
    at: Any,
    uid: UUID | None,
    said: str = "",
) -> Draft | None:
    """Make the draft of what failed or passed; anything else is no news."""
    if state not in _FAILED | _PASSED:
        return None
    repository = text_in(map_in(body.get("repository")).get("full_name"))
    who = text_in(map_in(body.get("sender")).get("login"))
    return Draft(
        title=f"{repository}: {title}",
        key=f"{repository} {key}",
        signal=Signal.resolve if state in _PASSED else Signal.trigger,
        message=f"{state}: {said.splitlines()[0]}" if said else state,
        tags={"repository": repository, "by": who, **tags},
        links=[Link("GitHub", url)],
        occurred_at=moment_in(at),
        uid=uid,
    )


_READERS = {
    "workflow_run": _run("workflow_run"),
    "check_suite": _run("check_suite"),
    "deployment_status": _deployment,
}

FORMAT = Format(
    name="github",
    title="GitHub",
    read=read,
    recognises=recognises,
    token=token,
    patient=True,
)
