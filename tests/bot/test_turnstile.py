"""A turnstile lets through what its limit allows, in the order of arrival."""

import asyncio
import time

from bot.turnstile import Turnstile
from core.pace import Limit


async def test_of_many_at_once_so_many_go_in_any_stretch_and_the_first_first() -> None:
    turnstile = Turnstile((Limit(3, 0.02),))
    passed: list[tuple[int, float]] = []

    async def call(number: int) -> None:
        await turnstile.wait()
        passed.append((number, time.monotonic()))

    await asyncio.gather(*(call(number) for number in range(9)))
    assert [number for number, _ in passed] == list(range(9))
    moments = [moment for _, moment in passed]
    assert all(
        later - earlier >= 0.019 for earlier, later in zip(moments, moments[3:], strict=False)
    )
