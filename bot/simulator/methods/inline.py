"""answerInlineQuery, answerWebAppQuery: once, and not too late."""

from typing import Any

from bot.simulator.api.errors import bad_request
from bot.simulator.api.params import Params
from bot.simulator.methods.answering import TOO_OLD
from bot.simulator.state import Bot, InlineQuery, Json, Version
from bot.simulator.text.formatted import plain
from bot.simulator.world import World

MOST = 50  # Bot API, answerInlineQuery
IGNORED = ("cache_time", "is_personal", "next_offset", "button")


async def answer_inline_query(world: World, bot: Bot, params: Params) -> bool:
    results = params.parsed("results")
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results JSON object")
    if len(results) > MOST:
        raise bad_request("RESULTS_TOO_MUCH")
    for name in IGNORED:  # taken, but a question always reaches the bot here
        params.get(name)
    _answer(world, bot, params.text("inline_query_id"), list(map(_checked, results)))
    return True


async def answer_web_app_query(world: World, bot: Bot, params: Params) -> Json:
    """Post the result in the person's own chat, as written by them."""
    result = _checked(params.parsed("result"))
    query = _answer(world, bot, params.text("web_app_query_id"), [result])
    words = plain(str(result["input_message_content"]["message_text"]))
    chat = world.state.chats[query.user_id]
    version = Version(world.now(), words.text, words.entities)
    world.post(chat, query.user_id, version, editable=False)
    return {"inline_message_id": query.id}


def _answer(world: World, bot: Bot, number: str, results: list[Json]) -> InlineQuery:
    query = world.state.inline_queries.get(number)
    if query is None or query.bot_id != bot.id or query.results is not None:
        raise bad_request(TOO_OLD)
    if world.now() - query.at > world.settings.answer_seconds:
        raise bad_request(TOO_OLD)
    world.meter.spend()
    query.results = results
    world.changes.announce("inline", query)
    return query


def _checked(result: Any) -> Json:
    """Of all results only articles with a text are simulated."""
    content = result.get("input_message_content") if isinstance(result, dict) else None
    if not isinstance(content, dict) or not content.get("message_text"):
        raise bad_request("can't parse inline query result: Message text is empty")
    found: Json = result
    return found
