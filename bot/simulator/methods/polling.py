"""getUpdates: one request at a time, the older one yields."""

from bot.simulator.api import updates
from bot.simulator.api.errors import ApiError, bad_request, conflict
from bot.simulator.api.params import Params
from bot.simulator.state import Bot, Json, Update
from bot.simulator.world import Poll, Polling, World

LONGEST_POLL = 50  # Bot API server, LONG_POLL_MAX_TIMEOUT
CONFLICT_PAUSE = 3.0
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active;"
    " use deleteWebhook to delete the webhook first"
)
OTHER_POLL = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)


async def get_updates(world: World, bot: Bot, params: Params) -> list[Json]:
    polling = world.polling[bot.id]
    remember_allowed_updates(bot, params)
    if bot.webhook:
        await _refuse(world, polling, conflict(WEBHOOK_ACTIVE))
    world.end_poll(bot.id, conflict(OTHER_POLL))
    limit, patience = _patience(world, polling, params)
    updates.confirm(bot, params.integer("offset"))
    poll = polling.current = Poll()
    try:
        ready = await _wait(world, bot, poll, patience)
    finally:
        if polling.current is poll:
            polling.current = None
    if poll.refusal:
        await _refuse(world, polling, poll.refusal)
    return [updates.json_of(update) for update in ready[:limit]]


async def _wait(world: World, bot: Bot, poll: Poll, patience: float) -> list[Update]:
    def ready() -> list[Update] | None:
        return [] if poll.refusal else updates.pending(bot, world.now()) or None

    return await world.clock.within(patience, world.changes.until(ready)) or []


def _patience(world: World, polling: Polling, params: Params) -> tuple[int, float]:
    """How many updates, and how long to wait: impatient repeats are slowed down."""
    offset, now = params.integer("offset"), world.now()
    limit = min(max(params.integer("limit", 100), 1), 100)
    timeout = min(max(params.integer("timeout"), 0), LONGEST_POLL)
    since = now - polling.started_at if offset == polling.offset else 1e9
    polling.offset, polling.started_at = offset, now
    if since < 3 and timeout < 3:
        timeout = 3
    return (1 if since < 0.5 else limit), timeout


async def _refuse(world: World, polling: Polling, error: ApiError) -> None:
    """A second conflict within three seconds is told three seconds later."""
    now = world.now()
    if now < polling.next_conflict_at:
        await world.clock.sleep(CONFLICT_PAUSE)
    else:
        polling.next_conflict_at = now + CONFLICT_PAUSE
    raise error


def remember_allowed_updates(bot: Bot, params: Params) -> None:
    """The list stays in force until another call brings one; an empty one is the default."""
    allowed = params.parsed("allowed_updates")
    if allowed is None:
        return
    if not isinstance(allowed, list):
        raise bad_request("can't parse allowed updates JSON object")
    bot.allowed_updates = [str(kind) for kind in allowed]
