"""A call that a webhook gives as its answer: made like any other, but nobody hears its result."""

import msgspec

from bot.simulator.api.call import method_of, refused
from bot.simulator.api.errors import ApiError
from bot.simulator.api.params import Params
from bot.simulator.methods.table import METHODS
from bot.simulator.state import Bot, Call, Json
from bot.simulator.world import World

_POINTLESS = frozenset({"setwebhook", "deletewebhook", "close", "logout"})  # Bot API server


async def make_unheard(world: World, bot: Bot, body: bytes) -> None:
    values = _call_in(body)
    name = str(values.pop("method", ""))
    if not name or name.lower().startswith("get") or name.lower() in _POINTLESS:
        return
    world.state.calls_made += 1
    call = Call(world.state.calls_made, name, world.now(), bot.id, values)
    try:
        call.result = await METHODS[method_of(world, call)](world, bot, Params(values))
        call.status = 200
    except ApiError as error:
        refused(call, error)
    finally:
        world.log(call)


def _call_in(body: bytes) -> Json:
    """What stands in the answer; most webhooks say nothing."""
    try:
        return msgspec.json.decode(body, type=Json)
    except msgspec.DecodeError:
        return {}
