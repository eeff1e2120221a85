"""setWebhook, deleteWebhook, getWebhookInfo.

Any http address will do, as on a local server, unless the settings are strict.
"""

import re
from urllib.parse import urlsplit

from bot.simulator.api import updates
from bot.simulator.api.errors import bad_request, conflict
from bot.simulator.api.params import Params
from bot.simulator.methods.polling import remember_allowed_updates
from bot.simulator.state import Bot, Json, Webhook
from bot.simulator.text import links
from bot.simulator.world import World

PORTS = frozenset({443, 80, 88, 8443})  # Bot API, setWebhook
_SECRET = re.compile(r"[A-Za-z0-9_-]*")


async def set_webhook(world: World, bot: Bot, params: Params) -> bool:
    url, secret = params.text("url"), params.text("secret_token")
    _check_secret(secret)
    if url:
        _check_address(url)
        if world.settings.strict_webhook:
            _check_strictly(url)
    remember_allowed_updates(bot, params)
    connections = params.integer("max_connections", 40)
    return _switch(world, bot, params, Webhook(url, secret, connections) if url else None)


async def delete_webhook(world: World, bot: Bot, params: Params) -> bool:
    return _switch(world, bot, params, None)


def _switch(world: World, bot: Bot, params: Params, webhook: Webhook | None) -> bool:
    if params.flag("drop_pending_updates"):
        bot.queue.clear()
    bot.webhook = webhook
    if webhook:
        world.end_poll(bot.id, conflict("terminated by setWebhook request"))
    world.changes.announce("state")
    return True


async def get_webhook_info(world: World, bot: Bot, _params: Params) -> Json:
    webhook = bot.webhook or Webhook("")
    waiting = len(updates.pending(bot, world.now()))
    info: Json = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": waiting,
    }
    if webhook.url:
        info["max_connections"] = webhook.max_connections
    if webhook.last_error:
        info["last_error_date"] = int(webhook.last_error_at)
        info["last_error_message"] = webhook.last_error
    if bot.allowed_updates:
        info["allowed_updates"] = bot.allowed_updates
    return info


def _check_secret(secret: str) -> None:
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")


def _check_address(url: str) -> None:
    try:
        links.checked(url)
    except links.WrongLink as wrong:
        if str(wrong) != "Wrong HTTP URL":  # a local server may be called localhost
            raise bad_request(f"bad webhook: {wrong}") from None


def _check_strictly(url: str) -> None:
    address = urlsplit(url)
    if address.scheme.lower() != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (address.port or 443) not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
