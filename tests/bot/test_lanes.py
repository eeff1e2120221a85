"""Lanes: bounded, independent, and finished at the end."""

import asyncio

from bot.lanes import Lanes
from core.bell import Bell


async def test_a_lane_is_busy_until_its_work_ends_and_then_the_bell_rings() -> None:
    bell, go = Bell(), asyncio.Event()
    lanes = Lanes(2, bell)
    lanes.start(1, _after(go))
    assert (lanes.busy, lanes.full) == (frozenset({1}), False)
    lanes.start(2, _after(go))
    assert (lanes.busy, lanes.full) == (frozenset({1, 2}), True)
    go.set()
    await bell.wait(5)
    await lanes.finish(5)
    assert lanes.busy == frozenset()


async def test_a_fault_in_one_lane_leaves_the_others_alone() -> None:
    done = asyncio.Event()
    lanes = Lanes(2, Bell())

    async def fail() -> None:
        raise RuntimeError("lane 1")

    async def succeed() -> None:
        done.set()

    lanes.start(1, fail())
    lanes.start(2, succeed())
    await lanes.finish(5)
    assert done.is_set()
    assert lanes.busy == frozenset()


async def test_what_takes_too_long_is_cancelled_at_the_end() -> None:
    lanes = Lanes(1, Bell())
    lanes.start(1, _after(asyncio.Event()))
    await lanes.finish(0.01)
    assert lanes.busy == frozenset()


async def _after(event: asyncio.Event) -> None:
    await event.wait()
