"""What an action came to, told to the one who did it: in a toast or above a page. Pure."""

import textwrap
from datetime import datetime, timedelta, tzinfo

from babel.dates import format_time

from core.i18n import N_, Translator
from core.incidents import Outcome, Refusal
from core.lifecycle import Action
from core.models import Entry
from core.timeline import Kind

NAME_CHARS = 60

_DONE = {
    Action.acknowledge: N_("Acknowledged by you, %(age)s after the first report"),
    Action.unacknowledge: N_("Unacknowledged by you: nobody has it now"),
    Action.resolve: N_("Resolved by you, %(age)s after the first report"),
    Action.reopen: N_("Reopened by you"),
    Action.snooze: N_("Snoozed until %(time)s"),
}
_ALREADY = {
    Kind.opened: N_("It is open already"),
    Kind.acknowledged: N_("Already acknowledged by %(name)s %(ago)s ago"),
    Kind.unacknowledged: N_("Already unacknowledged by %(name)s %(ago)s ago"),
    Kind.resolved: N_("Already resolved by %(name)s %(ago)s ago"),
    Kind.reopened: N_("Already reopened by %(name)s %(ago)s ago"),
    Kind.snoozed: N_("Already snoozed by %(name)s %(ago)s ago"),
}
_ALREADY_BY_YOU = {
    Kind.opened: N_("It is open already"),
    Kind.acknowledged: N_("You acknowledged it already, %(ago)s ago"),
    Kind.unacknowledged: N_("You unacknowledged it already, %(ago)s ago"),
    Kind.resolved: N_("You resolved it already, %(ago)s ago"),
    Kind.reopened: N_("You reopened it already, %(ago)s ago"),
    Kind.snoozed: N_("You snoozed it already, %(ago)s ago"),
}


def told_of(
    outcome: Outcome,
    t: Translator,
    now: datetime,
    *,
    person_id: int,
    zone: tzinfo,
    reopen_window: timedelta,
) -> str:
    """Say what became of an action: done, or who was first, or what stands in its way."""
    if outcome.refusal is Refusal.newer_open:
        return t("Not reopened: the same trouble is open as #%(number)s", number=outcome.newer)
    if outcome.refusal is Refusal.too_late:
        age = t.duration(reopen_window)
        return t("Not reopened: it was resolved more than %(age)s ago", age=age)
    if outcome.changed:
        return _done(outcome, t, now, zone)
    return _already(outcome.entry, t, now, person_id)


def _done(outcome: Outcome, t: Translator, now: datetime, zone: tzinfo) -> str:
    age = t.duration(now - outcome.incident.opened_at)
    until = (outcome.incident.snoozed_until or now).astimezone(zone)
    time = format_time(until, "HH:mm", locale=t.locale)
    return t(_DONE[outcome.action], age=age, time=time)


def _already(entry: Entry, t: Translator, now: datetime, person_id: int) -> str:
    sentences = _ALREADY_BY_YOU if entry.person_id == person_id else _ALREADY
    ago = t.duration(max(now - entry.at, timedelta(seconds=1)))
    name = textwrap.shorten(entry.actor, NAME_CHARS, placeholder="…")
    return t(sentences[Kind(entry.kind)], name=name, ago=ago)
