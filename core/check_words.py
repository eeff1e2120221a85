"""How checks and heartbeats read to people, in pages and in lists."""

from core.check_plans import CheckStatus, plan_of
from core.heartbeats import PingKind
from core.i18n import N_, Translator
from core.models import Check, Ping

_STATUSES = {
    CheckStatus.new: N_("waits for its first heartbeat"),
    CheckStatus.up: N_("alive"),
    CheckStatus.down: N_("down"),
    CheckStatus.paused: N_("paused"),
}

_KINDS = {
    PingKind.success: N_("success"),
    PingKind.start: N_("start"),
    PingKind.fail: N_("failure"),
    PingKind.log: N_("note"),
}


def check_word(t: Translator, check: Check) -> str:
    return t(_STATUSES[CheckStatus(check.status)])


def ping_word(t: Translator, ping: Ping) -> str:
    """Name what a heartbeat said, with its exit status if it gave one."""
    word = t(_KINDS[PingKind(ping.kind)])
    if ping.exit_status is None:
        return word
    return t("%(kind)s, exit status %(number)s", kind=word, number=ping.exit_status)


def rhythm_word(t: Translator, check: Check) -> str:
    """Say when a check is to be heard of: every 1 day, or its cron line."""
    plan = plan_of(check)
    if plan.period is not None:
        return t("every %(period)s", period=t.span(plan.period))
    return f"{plan.cron} ({plan.time_zone})"
