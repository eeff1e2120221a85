"""A small online shop that works, and now and then does not: a sender to try Dispatcher with.

python flaky_shop.py --url http://127.0.0.1:8080 --app shop --code … --every 10
"""

from __future__ import annotations

import argparse
import logging
import random
import signal
import tempfile
import threading
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple

from dispatcher_maker import Dispatcher, Level

WORK_SECONDS = 0.5
FIRST_FAILURE_SECONDS = 2.0
BEAT_SECONDS = 20.0

log = logging.getLogger("shop")


class Failure(NamedTuple):
    """What went wrong, as the shop reports it."""

    level: Level
    title: str
    message: str
    tags: Dict[str, str]
    context: Dict[str, object]


def registration(dice: random.Random) -> Failure:
    user = dice.randrange(1000, 99999)
    log.info("registration: user%d@example.com filled in the form", user)
    log.error("registration: smtp-2 refused the mail to user%d@example.com: 450 try later", user)
    message = f"User registration failed: the mail to user {user} was refused with code 450"
    context: Dict[str, object] = {"user": user, "attempt": dice.randint(1, 3), "smtp": "smtp-2"}
    return Failure("error", "Error in user registration", message, {"part": "accounts"}, context)


def payment(dice: random.Random) -> Failure:
    order, took = dice.randrange(10_000, 99_999), dice.randrange(3_000, 9_000)
    amount = dice.randrange(500, 30_000) / 100
    log.info("payment: order #%d, %.2f EUR, asking the gateway", order, amount)
    log.warning("payment: order #%d, no answer yet, asking again", order)
    log.critical("payment: order #%d, the gateway answered 503 after %d ms", order, took)
    message = f"Order #{order} cannot be paid: the gateway answered 503 after {took} ms"
    context: Dict[str, object] = {"order": order, "amount": amount, "currency": "EUR"}
    return Failure("crit", "Payments are failing", message, {"part": "payments"}, context)


def stock_sync(dice: random.Random) -> Failure:
    behind, minutes = dice.randrange(40, 900), dice.randrange(11, 90)
    log.warning("stock: warehouse north is %d items behind since %d min", behind, minutes)
    message = f"Warehouse north is {behind} items behind, the last sync was {minutes} min ago"
    context: Dict[str, object] = {"behind": behind, "minutes": minutes}
    return Failure("warning", "Stock sync is late", message, {"part": "stock"}, context)


def product_image(dice: random.Random) -> Failure:
    product = dice.randrange(100, 999)
    log.error("images: /srv/shop/img/%d.png: cannot identify image file", product)
    message = f"Cannot resize /srv/shop/img/{product}.png: not an image"
    context: Dict[str, object] = {"product": product}
    return Failure("error", "A product has no picture", message, {"part": "catalog"}, context)


def newsletter(dice: random.Random) -> Failure:
    readers, bounced = dice.randrange(2_000, 4_000), dice.randrange(5, 60)
    log.info("newsletter: sent to %d readers, %d bounced", readers, bounced)
    message = f"Sent to {readers} readers, {bounced} bounced"
    context: Dict[str, object] = {"readers": readers, "bounced": bounced}
    return Failure("info", "The newsletter is out", message, {"part": "marketing"}, context)


FAILURES: Dict[Callable[[random.Random], Failure], int] = {
    registration: 5,
    payment: 3,
    stock_sync: 3,
    product_image: 2,
    newsletter: 1,
}


def work(dice: random.Random) -> None:
    """Do what a shop does all day."""
    order = dice.randrange(10_000, 99_999)
    lines: List[str] = [
        f"catalog: page {dice.randint(1, 40)} in {dice.randint(8, 90)} ms",
        f"cart: order #{order}, {dice.randint(1, 6)} items",
        f"payment: order #{order} paid, {dice.randrange(500, 30_000) / 100:.2f} EUR",
        f"stock: warehouse south in sync, {dice.randint(0, 9)} changes",
        f"accounts: user {dice.randrange(1000, 99999)} signed in",
    ]
    log.info(dice.choice(lines))


def run(dispatcher: Dispatcher, dice: random.Random, every: float, stop: threading.Event) -> None:
    """Work until told to stop, failing soon and then about once in `every` seconds."""
    alive = dispatcher.monitor("shop worker", every=3 * BEAT_SECONDS, grace=BEAT_SECONDS)
    pace, beat_in = min(WORK_SECONDS, every), 0.0
    left = min(FIRST_FAILURE_SECONDS, every)
    while not stop.wait(pace):
        beat_in -= pace
        if beat_in <= 0:
            beat_in = BEAT_SECONDS
            alive.ok()
        work(dice)
        left -= pace
        if left <= 0:
            left = every * dice.uniform(0.5, 1.5)
            fail_once(dispatcher, dice)


def fail_once(dispatcher: Dispatcher, dice: random.Random) -> None:
    (fail,) = dice.choices(list(FAILURES), list(FAILURES.values()))
    failure = fail(dice)
    dispatcher.send(
        title=failure.title,
        message=failure.message,
        level=failure.level,
        tags=failure.tags,
        context=failure.context,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="An online shop that now and then fails.")
    parser.add_argument("--url", required=True, help="where Dispatcher is")
    parser.add_argument("--app", required=True, help="the app's name there")
    parser.add_argument("--code", required=True, help="the app's code there")
    parser.add_argument("--every", type=float, default=10.0, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=None, help="fail the same way each time")
    options = parser.parse_args()

    stop = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: stop.set())
    with tempfile.TemporaryDirectory(prefix="flaky-shop-") as folder:
        log_file = Path(folder) / "shop.log"
        logging.basicConfig(
            filename=log_file, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
        )
        with Dispatcher(
            dispatcher_url=options.url,
            app_name=options.app,
            dispatcher_code=options.code,
            loggers_paths=[log_file],
            max_logs_to_send=50,
        ) as dispatcher:
            run(dispatcher, random.Random(options.seed), options.every, stop)  # noqa: S311 - dice, not secrets
        logging.shutdown()


if __name__ == "__main__":
    main()
