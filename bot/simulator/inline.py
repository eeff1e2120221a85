"""Questions that people put to a bot from outside a chat: inline queries and Mini Apps."""

import secrets

from bot.simulator.api.objects import user_object
from bot.simulator.state import Bot, InlineQuery, remember
from bot.simulator.world import World


def ask(world: World, bot: Bot, user_id: int, text: str) -> InlineQuery:
    """Let a person type "@bot text" in some chat; the answer is found in the query."""
    query = _remember(world, bot, user_id)
    world.emit(
        bot,
        "inline_query",
        {
            "id": query.id,
            "from": user_object(world.person(user_id)),
            "query": text,
            "offset": "",
        },
    )
    return query


def open_web_app(world: World, bot: Bot, user_id: int) -> InlineQuery:
    """Let a person open the bot's Mini App, which can answer under the query's id."""
    return _remember(world, bot, user_id)


def _remember(world: World, bot: Bot, user_id: int) -> InlineQuery:
    query = InlineQuery(str(secrets.randbits(62)), bot.id, user_id, world.now())
    remember(world.state.inline_queries, query.id, query, world.settings.calls_kept)
    return query
