"""Drafts taken in, in their order: triggers through the intake like any report, and the rest.

What is said of an incident that is there is done after the triggers before it are committed.
"""

import asyncio
from collections.abc import Sequence

from aiohttp import web

from core import lasting, signals
from core.intake import Intake
from core.reports import RawBody, Receipt, Report, Signal
from web import keys
from web.intake.drafts import Draft, report_of
from web.intake.format import Format, Taken

PATIENCE_SECONDS = 5.0  # less than the 10 that GitHub waits


async def take_drafts(
    app: web.Application, known: Format, drafts: Sequence[Draft], app_id: int, raw: RawBody | None
) -> Sequence[Taken]:
    """Take drafts in, in their order. Raises Overloaded, Unauthorized."""
    settings, now = app[keys.SETTINGS], app[keys.NOW]()
    taken: list[Taken] = []
    triggers: list[tuple[Draft, Report]] = []
    for draft in drafts:
        report = report_of(draft, known.namespace or known.name, app_id, settings, now, raw)
        if draft.signal is Signal.trigger:
            triggers.append((draft, report))
            continue
        taken += await _submit(app, triggers, known.patient)
        triggers = []
        taken.append(Taken(draft, incident_id=await _apply(app, draft, report, known.title)))
    return taken + await _submit(app, triggers, known.patient)


async def _submit(
    app: web.Application, triggers: Sequence[tuple[Draft, Report]], patient: bool
) -> list[Taken]:
    submit = _patiently if patient else Intake.submit
    waiting = [asyncio.ensure_future(submit(app[keys.INTAKE], report)) for _, report in triggers]
    results = await asyncio.gather(*waiting, return_exceptions=True)
    receipts: list[Receipt] = []
    for result in results:
        if isinstance(result, BaseException):
            raise result
        receipts.append(result)
    drafts = [draft for draft, _ in triggers]
    taken = [Taken(draft, receipt=got) for draft, got in zip(drafts, receipts, strict=True)]
    await _keep_lasting(app, taken)
    return taken


async def _patiently(intake: Intake, report: Report) -> Receipt:
    """Wait for room for a while. Raises Overloaded, Unauthorized."""
    await intake.wait_for_room(report, PATIENCE_SECONDS)
    return await intake.submit(report)


async def _keep_lasting(app: web.Application, taken: Sequence[Taken]) -> None:
    until = {
        one.receipt.incident_id: one.draft.lasts_until
        for one in taken
        if one.receipt and one.draft.lasts_until
    }
    if until:
        async with app[keys.DATABASE].writing() as session:
            await lasting.last_until(session, until)


async def _apply(app: web.Application, draft: Draft, report: Report, sender: str) -> int | None:
    async with app[keys.DATABASE].writing() as session:
        return await signals.apply(
            session,
            report.received_at,
            report,
            sender,
            incident_id=draft.incident_id,
            snooze_for=draft.snooze_for,
        )
