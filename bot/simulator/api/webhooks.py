"""Delivers updates to webhooks: in order, again until they are taken or too old.

What a webhook answers may be a call of its own, whose result nobody hears.
"""

import asyncio
import random
from contextlib import AbstractAsyncContextManager

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from bot.simulator.api import updates
from bot.simulator.api.rules import target_of_update
from bot.simulator.api.unheard import make_unheard
from bot.simulator.state import Bot, Update, Webhook
from bot.simulator.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
SILENCE = 60.0  # Bot API server, WebhookActor.cpp; the pauses below as well
LONGEST_RETRY_AFTER = 3600.0
GONE, GONE_SECONDS = 410, 23 * 3600.0  # gone for so long, a webhook is removed


async def deliver(world: World) -> None:
    """Serve every lane of every bot that has a webhook, until cancelled."""
    async with ClientSession(timeout=ClientTimeout(total=SILENCE)) as http:
        courier = _Courier(world, http)
        async with asyncio.TaskGroup() as group:
            while True:
                courier.set_out(group)
                await world.changes.next()


class _Courier:
    """Serial inside a lane, parallel between lanes, as many at once as the webhook allows."""

    def __init__(self, world: World, http: ClientSession) -> None:
        self._world = world
        self._http = http
        self._served: dict[tuple[int, str], Webhook] = {}
        self._connections: dict[int, tuple[Webhook, asyncio.Semaphore]] = {}

    def set_out(self, group: asyncio.TaskGroup) -> None:
        """Begin with the lanes in which something waits."""
        for bot in self._world.state.bots.values():
            if hook := bot.webhook:
                for update in updates.pending(bot, self._world.now()):
                    lane = updates.lane_of(update)
                    if self._served.get((bot.id, lane)) is not hook:
                        self._served[bot.id, lane] = hook
                        group.create_task(self._drain(bot, hook, lane))

    async def _drain(self, bot: Bot, hook: Webhook, lane: str) -> None:
        failures = 0
        while update := self._next(bot, hook, lane):
            async with self._connection(bot, hook):
                pause = await _post(self._world, self._http, bot, hook, update)
            if pause is None:
                failures = 0
                _taken(self._world, bot, update)
            else:
                failures += 1
                await self._world.clock.sleep(pause or _backoff(failures))
        if self._served.get((bot.id, lane)) is hook:
            del self._served[bot.id, lane]

    def _next(self, bot: Bot, hook: Webhook, lane: str) -> Update | None:
        if bot.webhook is not hook:
            return None
        waiting = updates.pending(bot, self._world.now())
        return next((update for update in waiting if updates.lane_of(update) == lane), None)

    def _connection(self, bot: Bot, hook: Webhook) -> AbstractAsyncContextManager[None]:
        known, free = self._connections.get(bot.id, (None, None))
        if known is not hook or free is None:
            free = asyncio.Semaphore(hook.max_connections)
            self._connections[bot.id] = (hook, free)
        return free


def _taken(world: World, bot: Bot, update: Update) -> None:
    if update in bot.queue:
        bot.queue.remove(update)
    world.changes.announce("update", bot)


async def _post(
    world: World, http: ClientSession, bot: Bot, hook: Webhook, update: Update
) -> float | None:
    """Return None when the update was taken, else the pause asked for, 0 if none was."""
    if world.faults.of_delivery(update.kind, target_of_update(update.payload)):
        return _failed(world, hook, "Connection refused")
    headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
    body = updates.json_of(update)
    try:
        async with http.post(
            hook.url, json=body, headers=headers, allow_redirects=False
        ) as response:
            if 200 <= response.status < 300:
                hook.gone_since = None
                await make_unheard(world, bot, await response.read())
                return None
            return _answered_badly(world, bot, hook, response)
    except TimeoutError:
        return _failed(world, hook, "Read timeout expired")
    except ClientError:
        return _failed(world, hook, "Connection refused")


def _answered_badly(world: World, bot: Bot, hook: Webhook, response: ClientResponse) -> float:
    now = world.now()
    hook.gone_since = None if response.status != GONE else hook.gone_since or now
    if hook.gone_since is not None and now - hook.gone_since >= GONE_SECONDS:
        bot.webhook = None
    reason = f"Wrong response from the webhook: {response.status} {response.reason}"
    return _failed(world, hook, reason, response.headers.get("Retry-After", ""))


def _failed(world: World, hook: Webhook, reason: str, asked: str = "") -> float:
    hook.last_error, hook.last_error_at = reason, world.now()
    world.changes.announce("state")
    return min(float(asked), LONGEST_RETRY_AFTER) if asked.isdecimal() else 0.0


def _backoff(failures: int) -> float:
    """The first retry comes at once, then 2, 4, 8 seconds and so on."""
    if failures == 1:
        return 0.0
    return min(2.0 ** (failures - 1), random.uniform(60, 120))  # noqa: S311 - not a secret
