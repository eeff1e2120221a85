"""The names of levels, statuses and actions as people read them; bot and web share them."""

from core.i18n import N_, Translator
from core.levels import Level
from core.lifecycle import Action, Status
from core.remedies import Health, Trouble
from core.roles import Policy, Role

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

_NOTICES = {
    "digest": N_("Digest"),
    "stand_in": N_("News of a chat"),
    "moved": N_("News of a chat"),
    "topic_gone": N_("News of a chat"),
    "raised": N_("Level raised"),
    "woken": N_("Snooze is over"),
    "catch_up": N_("What happened meanwhile"),
    "storm_over": N_("Storm"),
    "storm_worse": N_("Storm"),
    "rival": N_("Another program takes this bot's updates"),
}

_HEALTHS = {
    Health.ok: N_("works"),
    Health.degraded: N_("late"),
    Health.disabled: N_("gets nothing"),
}

_TROUBLES = {
    Trouble.removed: N_("The bot is not in the chat any more."),
    Trouble.blocked: N_("The person has not started the bot, or blocked it."),
    Trouble.missing: N_("Telegram does not know this chat."),
    Trouble.rights: N_("The bot may not write in the chat."),
    Trouble.refused: N_("Telegram refuses what is sent to the chat."),
    Trouble.slow: N_("Telegram lets us wait: too much was sent to the chat."),
    Trouble.away: N_("Telegram cannot be reached."),
}

_HINTS = {
    Trouble.removed: N_("Add the bot to the chat again."),
    Trouble.blocked: N_("Open the private chat with the bot and press Start."),
    Trouble.missing: N_("Look whether the id is right, and add the bot to the chat."),
    Trouble.rights: N_("Let the bot send messages there, or make it an admin of the chat."),
    Trouble.refused: N_("Look at what Telegram says, then try again."),
    Trouble.slow: N_("Nothing is lost, it comes late. Give noisy apps a chat of their own."),
    Trouble.away: N_(
        "Nothing is lost: once it is back, one message tells what happened meanwhile."
    ),
}


_ROLES = {
    None: N_("no role"),
    Role.viewer: N_("viewer: may look, not act"),
    Role.responder: N_("responder: may act"),
    Role.admin: N_("admin: may act anywhere, set up chats and name roles"),
}

_POLICIES = {
    Policy.anyone: N_("Anyone in this chat may press"),
    Policy.known: N_("People known to me may press"),
    Policy.named: N_("People with a role may press"),
}


def level_word(t: Translator, level: Level) -> str:
    return t(_LEVELS[level])


def status_word(t: Translator, status: Status) -> str:
    return t(_STATUSES[status])


def action_word(t: Translator, action: Action) -> str:
    """Name an action as its button does."""
    return t(_ACTIONS[action])


def health_word(t: Translator, health: Health) -> str:
    return t(_HEALTHS[health])


def notice_word(t: Translator, kind: str) -> str:
    """Name a kind of notice; one that we do not know by its own name."""
    return t(_NOTICES[kind]) if kind in _NOTICES else kind


def trouble_word(t: Translator, trouble: str) -> str:
    """Say what is wrong with a chat."""
    return t(_TROUBLES[Trouble(trouble)])


def hint_word(t: Translator, trouble: str) -> str:
    """Say what a person can do about it."""
    return t(_HINTS[Trouble(trouble)])


def role_word(t: Translator, role: Role | None) -> str:
    return t(_ROLES[role])


def policy_word(t: Translator, policy: Policy) -> str:
    """Say who may press, as the button that changes it does."""
    return t(_POLICIES[policy])
