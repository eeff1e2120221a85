"""What the server answered to a report it took."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Answer:
    """The report as the server stored it, and the incident it belongs to.

    `new` says that this report opened the incident, `count` how many reports it has by now,
    `url` is its page.
    """

    report: str
    incident_id: int
    number: int
    status: str
    new: bool
    count: int
    url: str


def answer_of(body: bytes) -> Optional[Answer]:
    """Read the body of a 202; None if no dispatcher can have written it."""
    try:
        found = json.loads(body)
        incident = found["incident"]
        return Answer(
            report=str(found["report"]),
            incident_id=incident["id"],
            number=incident["number"],
            status=incident["status"],
            new=incident["new"],
            count=incident["count"],
            url=incident["url"],
        )
    except (KeyError, TypeError, ValueError):
        return None


def refusal_of(body: bytes) -> str:
    """Read the reason in the body of an error; empty if it names none."""
    try:
        error = json.loads(body)["error"]
    except (KeyError, TypeError, ValueError):
        return ""
    if not isinstance(error, dict):
        return str(error)
    return " ".join(str(error[key]) for key in ("field", "reason") if error.get(key))
