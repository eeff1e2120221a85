"""What a press is answered with: the truth about the incident, in at most 200 characters. Pure."""

from datetime import datetime, timedelta, tzinfo

from babel.dates import format_time

from bot.content import cut, one_line
from core.i18n import N_, Translator
from core.incidents import Outcome, Refusal
from core.lifecycle import Action
from core.models import Entry
from core.timeline import Kind

MAX_TOAST = 200  # core.telegram.org/bots/api#answercallbackquery
NAME_CHARS = 60

_DONE = {
    Action.acknowledge: N_("Acknowledged by you, %(age)s after the first report"),
    Action.unacknowledge: N_("Unacknowledged by you: nobody has it now"),
    Action.resolve: N_("Resolved by you, %(age)s after the first report"),
    Action.reopen: N_("Reopened by you"),
    Action.snooze: N_("Snoozed until %(time)s"),
}
_ALREADY = {
    Kind.acknowledged: N_("Already acknowledged by %(name)s %(ago)s ago"),
    Kind.unacknowledged: N_("Already unacknowledged by %(name)s %(ago)s ago"),
    Kind.resolved: N_("Already resolved by %(name)s %(ago)s ago"),
    Kind.reopened: N_("Already reopened by %(name)s %(ago)s ago"),
    Kind.snoozed: N_("Already snoozed by %(name)s %(ago)s ago"),
}
_ALREADY_BY_YOU = {
    Kind.acknowledged: N_("You acknowledged it already, %(ago)s ago"),
    Kind.unacknowledged: N_("You unacknowledged it already, %(ago)s ago"),
    Kind.resolved: N_("You resolved it already, %(ago)s ago"),
    Kind.reopened: N_("You reopened it already, %(ago)s ago"),
    Kind.snoozed: N_("You snoozed it already, %(ago)s ago"),
}


def toast_of(
    outcome: Outcome,
    t: Translator,
    now: datetime,
    *,
    person_id: int,
    zone: tzinfo,
    reopen_window: timedelta,
) -> str:
    """Say what became of a press, to the one who pressed."""
    if outcome.refusal is Refusal.newer_open:
        text = t("Not reopened: the same trouble is open as #%(number)s", number=outcome.newer)
    elif outcome.refusal is Refusal.too_late:
        age = t.duration(reopen_window)
        text = t("Not reopened: it was resolved more than %(age)s ago", age=age)
    elif outcome.changed:
        text = _done(outcome, t, now, zone)
    else:
        text = _already(outcome.entry, t, now, person_id)
    return cut(text, MAX_TOAST)


def gone(t: Translator) -> str:
    return t("This incident no longer exists")


def outdated(t: Translator) -> str:
    return t("This button is out of date. Send /open for the present list")


def stranger(t: Translator) -> str:
    return t("You are not in the team's chat, so you cannot do this. The attempt was recorded")


def unchecked(t: Translator) -> str:
    return t("Telegram did not say whether you are in the team's chat. Try again in a moment")


def failed(t: Translator) -> str:
    return t("That did not work. The program's log says why")


def _done(outcome: Outcome, t: Translator, now: datetime, zone: tzinfo) -> str:
    age = t.duration(now - outcome.incident.opened_at)
    until = (outcome.incident.snoozed_until or now).astimezone(zone)
    time = format_time(until, "HH:mm", locale=t.locale)
    return t(_DONE[outcome.action], age=age, time=time)


def _already(entry: Entry, t: Translator, now: datetime, person_id: int) -> str:
    kind = Kind(entry.kind)
    if kind not in _ALREADY:
        return t("It is open already")
    ago = t.duration(max(now - entry.at, timedelta(0)))
    if entry.person_id == person_id:
        return t(_ALREADY_BY_YOU[kind], ago=ago)
    return t(_ALREADY[kind], name=cut(one_line(entry.actor), NAME_CHARS), ago=ago)
