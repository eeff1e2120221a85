"""Delivers updates to webhooks: in order, again until they are taken or too old."""

import asyncio
import random

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.simulator.api import updates
from bot.simulator.api.rules import target_of_update
from bot.simulator.state import Bot, Update, Webhook
from bot.simulator.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
SILENCE = 60.0  # Bot API server, WebhookActor.cpp; the pauses below as well
LONGEST_RETRY_AFTER = 3600.0


async def deliver(world: World) -> None:
    """Serve every bot that has a webhook, until cancelled."""
    served: dict[int, Webhook] = {}
    timeout = ClientTimeout(total=SILENCE)
    async with ClientSession(timeout=timeout) as http, asyncio.TaskGroup() as group:
        while True:
            for bot in world.state.bots.values():
                hook = bot.webhook
                waiting = hook and updates.pending(bot, world.now())
                if hook and waiting and served.get(bot.id) is not hook:
                    served[bot.id] = hook
                    group.create_task(_drain(world, http, bot, hook, served))
            await world.changes.next()


async def _drain(
    world: World, http: ClientSession, bot: Bot, hook: Webhook, served: dict[int, Webhook]
) -> None:
    failures = 0
    while bot.webhook is hook and (queue := updates.pending(bot, world.now())):
        update = queue[0]
        pause = await _post(world, http, hook, update)
        if pause is None:
            failures = 0
            _taken(world, bot, update)
        else:
            failures += 1
            await world.clock.sleep(pause or _backoff(failures))
    if served.get(bot.id) is hook:
        del served[bot.id]


def _taken(world: World, bot: Bot, update: Update) -> None:
    if update in bot.queue:
        bot.queue.remove(update)
    world.changes.announce("update", bot)


async def _post(world: World, http: ClientSession, hook: Webhook, update: Update) -> float | None:
    """Return None when the update was taken, else the pause asked for, 0 if none was."""
    if world.faults.of_delivery(update.kind, target_of_update(update.payload)):
        return _failed(world, hook, "Connection refused")
    headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
    body = updates.json_of(update)
    try:
        async with http.post(
            hook.url, json=body, headers=headers, allow_redirects=False
        ) as response:
            if response.ok and response.status < 300:
                return None
            reason = f"Wrong response from the webhook: {response.status} {response.reason}"
            return _failed(world, hook, reason, response.headers.get("Retry-After", ""))
    except TimeoutError:
        return _failed(world, hook, "Read timeout expired")
    except ClientError:
        return _failed(world, hook, "Connection refused")


def _failed(world: World, hook: Webhook, reason: str, asked: str = "") -> float:
    hook.last_error, hook.last_error_at = reason, world.now()
    world.changes.announce("state")
    return min(float(asked), LONGEST_RETRY_AFTER) if asked.isdecimal() else 0.0


def _backoff(failures: int) -> float:
    """The first retry comes at once, then 2, 4, 8 seconds and so on."""
    if failures == 1:
        return 0.0
    return min(2.0 ** (failures - 1), random.uniform(60, 120))  # noqa: S311 - not a secret
