"""The rows a batch writes, each a tuple in the order that `core.intake_sql` names. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core import logs
from core.changes import Rows
from core.db import hour_of
from core.intake_groups import Group, Groups, Key
from core.intake_sql import AppState
from core.levels import Level
from core.raises import NOTICE_KIND
from core.reports import Report, search_text_of
from core.timeline import Kind, Source

Row = tuple[Any, ...]
Numbered = tuple[int, int, Report]


def incident_row(key: Key, group: Group) -> Row:
    first = group.reports[0]
    return (
        group.incident_id,
        *key,
        group.status,
        group.level_after,
        False,
        first.title,
        first.message,
        len(group.reports),
        first.received_at,
        group.seen_at,
        group.predecessor_id,
        search_text_of(first.title, first.message),
    )


def grown_row(group: Group) -> Row:
    return group.incident_id, len(group.reports), group.seen_at, group.level_after


def report_row(number: int, incident_id: int, report: Report) -> Row:
    return (
        number,
        report.app_id,
        incident_id,
        report.uid,
        report.level,
        report.title,
        report.message,
        report.tags or None,
        report.context or None,
        report.dropped,
        report.occurred_at,
        report.received_at,
    )


def log_rows(reports: Sequence[Numbered]) -> list[Row]:
    parts = [(number, report.app_id, part) for number, _, report in reports for part in report.logs]
    bodies = logs.pack_all([part.text for _, _, part in parts])
    return [
        (number, app_id, part.source, part.truncated, part.note, body)
        for (number, app_id, part), body in zip(parts, bodies, strict=True)
    ]


def origin_rows(reports: Sequence[Numbered]) -> tuple[Rows, Rows]:
    """Write each body once, under the number of the first report read from it, and whose it is."""
    read = [(number, report.raw) for number, _, report in reports if report.raw]
    first = {id(raw): (number, raw) for number, raw in reversed(read)}
    bodies = logs.pack_bytes([raw.body for _, raw in first.values()])
    raws = [
        (number, raw.format, dict(raw.hints), raw.truncated, body)
        for (number, raw), body in zip(first.values(), bodies, strict=True)
    ]
    return raws, [(number, first[id(raw)][0]) for number, raw in read]


def count_rows(groups: Groups) -> list[Row]:
    counts: dict[tuple[datetime, int, Level, int], int] = {}
    for (app_id, _), group in groups.items():
        for report in group.reports:
            hour = hour_of(report.received_at)
            key = (hour, app_id, report.level, group.incident_id)
            counts[key] = counts.get(key, 0) + 1
    return [(*key, counts[key]) for key in sorted(counts)]


def card_rows(told: Sequence[tuple[Key, Group]], apps: dict[int, AppState]) -> list[Row]:
    return [
        (group.incident_id, chat_id, 1, 0, 0, group.seen_at, group.urgency)
        for (app_id, _), group in told
        if group.level_after >= apps[app_id].lowest_level
        for chat_id in apps[app_id].chats
    ]


def entry_row(group: Group) -> Row:
    data: dict[str, Any] = {"level": group.level_after.name}
    if group.predecessor_id:
        data["predecessor"] = group.predecessor_id
    kind = Kind.opened if group.new else Kind.level_raised
    return group.incident_id, group.reports[0].received_at, kind, Source.app, "", data


def raised_row(key: Key, group: Group) -> Row:
    number, level = group.incident_id, group.level_after
    data = {"incident": number, "level": level.name}
    fact = f"{NOTICE_KIND}:{number}:{level.name}"
    return number, key[0], level, group.seen_at, group.urgency, fact, data
