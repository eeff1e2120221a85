"""answerCallbackQuery: once, and not too late."""

from bot.simulator.api.errors import bad_request
from bot.simulator.api.params import Params
from bot.simulator.state import Answer, Bot
from bot.simulator.world import World

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
LONGEST = 200


async def answer_callback_query(world: World, bot: Bot, params: Params) -> bool:
    press = world.state.presses.get(params.text("callback_query_id"))
    if press is None or press.bot_id != bot.id or press.answer is not None:
        raise bad_request(TOO_OLD)
    if world.now() - press.at > world.settings.answer_seconds:
        raise bad_request(TOO_OLD)
    answer = Answer(params.text("text"), params.flag("show_alert"), params.text("url"))
    params.get("cache_time")  # taken, but a press always reaches the bot here
    if len(answer.text) > LONGEST:
        raise bad_request("MESSAGE_TOO_LONG")
    world.meter.spend()
    press.answer = answer
    world.changes.announce("answer", press)
    return True
