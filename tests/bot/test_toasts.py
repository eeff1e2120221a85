"""Toasts: each says the truth to the one who pressed, in at most 200 characters."""

from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from bot import toasts
from bot.toasts import toast_of
from core.i18n import LOCALES, translator_of
from core.incidents import Outcome, Refusal
from core.lifecycle import Action
from core.models import Entry, Incident
from core.roles import Standing
from core.timeline import STATUS_KINDS, Kind
from tests.bot.cards import OPENED

NOW = OPENED + timedelta(minutes=4)
ANN, BOB = 1, 2


def outcome_of(action: Action, kind: Kind, *, changed: bool = True, **details: object) -> Outcome:
    incident = Incident(id=12, opened_at=OPENED, snoozed_until=NOW + timedelta(hours=1))
    entry = Entry(
        kind=kind,
        at=NOW - timedelta(minutes=2),
        actor=details.get("actor", "Ann"),
        person_id=details.get("person_id", ANN),
    )
    refusal = details.get("refusal")
    assert refusal is None or isinstance(refusal, Refusal)
    return Outcome(incident, action, changed, entry, refusal, newer=13)


def said(outcome: Outcome, *, person_id: int = BOB, locale: str = "en", zone: str = "UTC") -> str:
    return toast_of(
        outcome,
        translator_of(locale),
        NOW,
        person_id=person_id,
        zone=ZoneInfo(zone),
        reopen_window=timedelta(days=7),
    )


@pytest.mark.parametrize(
    ("action", "kind", "text"),
    [
        (
            Action.acknowledge,
            Kind.acknowledged,
            "Acknowledged by you, 4 min after the first report",
        ),
        (Action.resolve, Kind.resolved, "Resolved by you, 4 min after the first report"),
        (Action.unacknowledge, Kind.unacknowledged, "Unacknowledged by you: nobody has it now"),
        (Action.reopen, Kind.reopened, "Reopened by you"),
        (Action.snooze, Kind.snoozed, "Snoozed until 10:04"),
    ],
)
def test_what_you_did_is_said(action: Action, kind: Kind, text: str) -> None:
    assert said(outcome_of(action, kind)) == text


def test_a_snooze_ends_by_the_readers_own_clock() -> None:
    outcome = outcome_of(Action.snooze, Kind.snoozed)
    assert said(outcome, zone="Europe/Moscow") == "Snoozed until 13:04"


def test_whoever_comes_second_is_told_who_was_first() -> None:
    outcome = outcome_of(Action.acknowledge, Kind.resolved, changed=False)
    assert said(outcome) == "Already resolved by Ann 2 min ago"


def test_whoever_presses_twice_is_told_so() -> None:
    outcome = outcome_of(Action.acknowledge, Kind.acknowledged, changed=False)
    assert said(outcome, person_id=ANN) == "You acknowledged it already, 2 min ago"


def test_what_nobody_touched_is_simply_open() -> None:
    outcome = outcome_of(Action.unacknowledge, Kind.opened, changed=False)
    assert said(outcome) == "It is open already"


def test_a_refused_reopen_says_why() -> None:
    newer = outcome_of(Action.reopen, Kind.resolved, changed=False, refusal=Refusal.newer_open)
    late = outcome_of(Action.reopen, Kind.resolved, changed=False, refusal=Refusal.too_late)
    assert said(newer) == "Not reopened: the same trouble is open as #13"
    assert said(late) == "Not reopened: it was resolved more than 7 days ago"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("changed", [True, False])
@pytest.mark.parametrize("kind", [Kind.opened, *STATUS_KINDS[1:]])
@pytest.mark.parametrize("action", Action)
def test_no_toast_is_longer_than_telegram_takes(
    action: Action, kind: Kind, changed: bool, locale: str
) -> None:
    outcome = outcome_of(action, kind, changed=changed, actor="🔥" * 130)
    assert 1 <= len(said(outcome, locale=locale)) <= 200


@pytest.mark.parametrize("locale", LOCALES)
def test_no_refusal_is_longer_than_telegram_takes(locale: str) -> None:
    t = translator_of(locale)
    stranger, excluded = (
        partial(toasts.refused, standing) for standing in (Standing.stranger, Standing.excluded)
    )
    for make in (toasts.gone, toasts.outdated, stranger, excluded, toasts.unchecked, toasts.failed):
        assert 1 <= len(make(t)) <= 200
