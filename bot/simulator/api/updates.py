"""A bot's queue of updates: made, kept for a time, confirmed."""

import random

from bot.simulator.api.rules import Action
from bot.simulator.state import Bot, Json, Update

DAY = 24 * 3600.0
CALLBACK_LIFE = 150.0  # Bot API server, Client.cpp add_update: other updates live a day
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


def first_id() -> int:
    """Update ids begin anywhere; a bot may not count on small ones."""
    return random.randint(10**8, 9 * 10**8)  # noqa: S311 - not a secret


def add(bot: Bot, kind: str, payload: Json, now: float) -> Update | None:
    """Queue an update, unless the bot did not ask for this kind."""
    if not _wanted(bot, kind):
        return None
    life = CALLBACK_LIFE if kind == "callback_query" else DAY
    update = Update(bot.next_update_id, kind, payload, now + life)
    bot.next_update_id += 1
    bot.queue.append(update)
    return update


def disorder(bot: Bot, action: Action) -> None:
    """Let the newest update come twice, or before the one that it follows."""
    if action == "duplicate_update":
        bot.queue.append(bot.queue[-1])
    elif action == "reorder_updates":
        bot.queue[-2:] = reversed(bot.queue[-2:])


def _wanted(bot: Bot, kind: str) -> bool:
    if bot.allowed_updates:
        return kind in bot.allowed_updates
    return kind not in NOT_BY_DEFAULT


def lane_of(update: Update) -> str:
    """A webhook gets the updates of one lane one after another (Client.cpp, add_update)."""
    payload = update.payload
    match update.kind:
        case "callback_query" | "inline_query":
            return f"user {payload['from']['id']}"
        case "my_chat_member" | "chat_member" | "message_reaction":
            return f"{update.kind} {payload['chat']['id']}"
    return f"chat {payload['chat']['id']}"


def pending(bot: Bot, now: float) -> list[Update]:
    bot.queue = [update for update in bot.queue if update.expires_at > now]
    return bot.queue


def confirm(bot: Bot, offset: int) -> None:
    """Forget what lies before the offset; a negative one counts from the end."""
    if offset < 0:
        bot.queue = bot.queue[offset:]
    else:
        bot.queue = [update for update in bot.queue if update.id >= offset]


def json_of(update: Update) -> Json:
    return {"update_id": update.id, update.kind: update.payload}
