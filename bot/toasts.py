"""What a press is answered with: the truth about the incident, in at most 200 characters. Pure."""

from datetime import datetime, timedelta, tzinfo

from bot.content import cut
from core.i18n import Translator
from core.incidents import Outcome
from core.roles import Standing
from core.told import told_of

MAX_TOAST = 200  # core.telegram.org/bots/api#answercallbackquery


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
    told = told_of(outcome, t, now, person_id=person_id, zone=zone, reopen_window=reopen_window)
    return cut(told, MAX_TOAST)


def assigned(t: Translator, name: str, *, changed: bool, to_you: bool) -> str:
    if to_you:
        told = t("Assigned to you") if changed else t("It is assigned to you already")
    elif changed:
        told = t("Assigned to %(name)s", name=name)
    else:
        told = t("It is assigned to %(name)s already", name=name)
    return cut(told, MAX_TOAST)


def over(t: Translator) -> str:
    return t("It is resolved already")


def gone(t: Translator) -> str:
    return t("This incident no longer exists")


def outdated(t: Translator) -> str:
    return t("This button is out of date. Send /open for the present list")


def refused(standing: Standing, t: Translator) -> str:
    """Say why somebody may not do this, and what would help."""
    if standing is Standing.stranger:
        return t("You are not in the team's chat, so you cannot do this. The attempt was recorded")
    return t("You may look, but not act here: an admin can give you a role. This was recorded")


def unchecked(t: Translator) -> str:
    return t("Telegram did not say whether you are in the team's chat. Try again in a moment")


def failed(t: Translator) -> str:
    return t("That did not work. The program's log says why")
