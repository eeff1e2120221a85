"""python -m bot.simulator: the simulator as a process of its own."""

import asyncio
import json
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

import click

from bot.simulator import seed, snapshot
from bot.simulator.places import add_bot
from bot.simulator.settings import FEATURES, Feature, Limits, SimulatorSettings
from bot.simulator.simulator import Simulator
from bot.simulator.world import World


@click.command()
@click.option("--listen", default="127.0.0.1:0", show_default=True, help="Host and port.")
@click.option(
    "--i-know", is_flag=True, help="Let other machines in: anybody there is anybody here."
)
@click.option("--token", default="42:simulated", show_default=True, help="The bot's token.")
@click.option("--limits", type=click.Choice(["off", "real"]), default="real", show_default=True)
@click.option(
    "--without",
    "missing",
    multiple=True,
    type=click.Choice(sorted(FEATURES)),
    metavar="FEATURE",
    help=f"Be an older server, without one of: {', '.join(sorted(FEATURES))}; may be repeated.",
)
@click.option("--seed", "scene", type=click.Choice(["bot", "demo"]), default="bot")
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="Kept between runs.")
@click.option("--web-url", default="", help="The web app that the page links to.")
def main(
    listen: str,
    i_know: bool,
    token: str,
    limits: Literal["off", "real"],
    missing: tuple[Feature, ...],
    scene: str,
    state: Path | None,
    web_url: str,
) -> None:
    """Simulate Telegram until told to stop; print the address as one line of JSON."""
    if not (i_know or _is_private(listen)):
        raise click.BadParameter(
            "others could reach that address: add --i-know", param_hint="--listen"
        )
    settings = SimulatorSettings(
        Limits(mode=limits), features=FEATURES - set(missing), web_url=web_url
    )
    simulator = Simulator(settings, seed=_seed(scene, token))
    if state and state.exists():
        simulator.world.state = snapshot.load(state)
    asyncio.run(_serve(simulator, listen))
    if state:
        snapshot.save(simulator.world.state, state)


def _is_private(listen: str) -> bool:
    return listen.rpartition(":")[0] in {"127.0.0.1", "localhost", "[::1]"}


def _seed(scene: str, token: str) -> Callable[[World], object]:
    plant = seed.demo if scene == "demo" else add_bot
    return partial(plant, token=token)


async def _serve(simulator: Simulator, listen: str) -> None:
    host, _, port = listen.rpartition(":")
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    base = await simulator.start(host, int(port))
    click.echo(json.dumps({"url": base}))
    await stopped.wait()
    await simulator.stop()


if __name__ == "__main__":
    main()
