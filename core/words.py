"""The names of levels, statuses and actions as people read them; bot and web share them."""

from core.i18n import N_, Translator
from core.levels import Level
from core.lifecycle import Action, Status

LEVEL_EMOJI = {
    Level.debug: "⚪",
    Level.info: "🔵",
    Level.warning: "🟡",
    Level.error: "🟠",
    Level.crit: "🔴",
}

_LEVELS = {
    Level.debug: N_("debug"),
    Level.info: N_("info"),
    Level.warning: N_("warning"),
    Level.error: N_("error"),
    Level.crit: N_("crit"),
}

_STATUSES = {
    Status.open: N_("open"),
    Status.acknowledged: N_("acknowledged"),
    Status.snoozed: N_("snoozed"),
    Status.resolved: N_("resolved"),
}

_ACTIONS = {
    Action.acknowledge: N_("Acknowledge"),
    Action.unacknowledge: N_("Unacknowledge"),
    Action.resolve: N_("Resolve"),
    Action.reopen: N_("Reopen"),
    Action.snooze: N_("Snooze 1 h"),
}


def level_word(t: Translator, level: Level) -> str:
    return t(_LEVELS[level])


def status_word(t: Translator, status: Status) -> str:
    return t(_STATUSES[status])


def action_word(t: Translator, action: Action) -> str:
    """Name an action as its button does."""
    return t(_ACTIONS[action])
