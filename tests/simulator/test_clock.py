"""The simulator's clock: the machine's, unless it is moved or frozen."""

import asyncio

from bot.simulator.clock import Clock


async def test_a_sleeper_wakes_when_the_clock_passes_over_it() -> None:
    clock = Clock()
    clock.freeze()
    sleeping = asyncio.create_task(clock.sleep(60))
    await asyncio.sleep(0)
    clock.advance(59)
    await asyncio.sleep(0)
    assert not sleeping.done()
    clock.advance(1)
    await sleeping


async def test_a_running_clock_can_be_moved_on_as_well() -> None:
    clock = Clock()
    sleeping = asyncio.create_task(clock.sleep(3600))
    await asyncio.sleep(0)
    clock.advance(3600)
    await sleeping


async def test_a_sleep_ends_by_itself() -> None:
    clock = Clock()
    before = clock.now()
    await clock.sleep(0.001)
    assert clock.now() >= before + 0.001


async def test_it_never_goes_back() -> None:
    clock = Clock()
    clock.freeze()
    clock.advance(60)
    ahead = clock.now()
    clock.resume()
    assert clock.now() >= ahead


async def test_waiting_for_something_ends_with_the_time_allowed() -> None:
    clock = Clock()
    clock.freeze()
    never = asyncio.get_running_loop().create_future()
    waiting = asyncio.create_task(clock.within(15, never))
    for _ in range(2):  # the wait begins, then its alarm
        await asyncio.sleep(0)
    clock.advance(15)
    assert await waiting is None
