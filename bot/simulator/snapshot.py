"""The state as a JSON file, so that a demo goes on where it stopped."""

from pathlib import Path

import msgspec

from bot.simulator.state import State


def save(state: State, path: Path) -> None:
    """Replace the file at once: a stop in the middle leaves the old one."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_bytes(msgspec.json.encode(state))
    beside.replace(path)


def load(path: Path) -> State:
    return msgspec.json.decode(path.read_bytes(), type=State)
