"""What a refused call asks for, and how a chat can be. Values only."""

from enum import StrEnum


class Remedy(StrEnum):
    """What is done about a call that Telegram did not take."""

    nothing = "nothing"
    """It is done already, or no longer worth doing."""
    repeat = "repeat"
    """It surely was not applied and may succeed later."""
    wait = "wait"
    """Too many calls: the same again, but not before Telegram's time is over."""
    unknown = "unknown"
    """It may have been applied: no answer, or one that says neither."""
    repost = "repost"
    """The message is gone: send a new one if there is still something to deal with."""
    unquote = "unquote"
    """The message replied to is gone: send without the reply."""
    general = "general"
    """The topic is gone, or the chat has none: send to General."""
    reopen = "reopen"
    """The topic is closed: reopen it, else send to General."""
    plain = "plain"
    """The formatting is wrong: send plain text."""
    shorten = "shorten"
    """It is too long: send less."""
    unbutton = "unbutton"
    """The keyboard is wrong: send without it."""
    disable = "disable"
    """The chat refuses us: send it nothing more, and tell people elsewhere."""
    move = "move"
    """The group became a supergroup, which has another id."""
    stop = "stop"
    """The token is refused: no call can succeed."""
    give_up = "give_up"
    """No repetition helps: keep it for people to look at."""


PASSING = frozenset({Remedy.repeat, Remedy.wait, Remedy.unknown, Remedy.stop})


class Trouble(StrEnum):
    """Why a chat gets nothing, or late."""

    removed = "removed"
    """The bot is not in it any more."""
    blocked = "blocked"
    """The person does not let the bot write."""
    missing = "missing"
    """Telegram knows no such chat, or the bot never was in it."""
    rights = "rights"
    """The bot may not write there."""
    refused = "refused"
    """Telegram says no in words we do not know."""
    slow = "slow"
    """Telegram lets us wait for minutes."""
    away = "away"
    """No call gets through."""


class Health(StrEnum):
    """Whether a chat gets what is for it."""

    ok = "ok"
    degraded = "degraded"
    disabled = "disabled"
