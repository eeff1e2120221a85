"""/sim/: faults, the clock, and the world as a whole, ruled from outside."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.simulator.simulator import Simulator
from tests.simulator.scene import Scene, get, post


async def test_faults_are_set_and_cleared(scene: Scene, http: aiohttp.ClientSession) -> None:
    await post(http, "/sim/faults", action="429", method="sendMessage", retry_after=9, times=None)
    refusal = await scene.refused("sendMessage", chat_id=scene.ops.id, text="x")
    assert refusal == "Too Many Requests: retry after 9"
    assert [rule["action"] for rule in await get(http, "/sim/faults")] == ["429"]
    async with http.delete("/sim/faults") as response:
        assert response.status == 200
    await scene.send()


async def test_one_of_several_faults_is_taken_away(
    scene: Scene, http: aiohttp.ClientSession
) -> None:
    first = await post(http, "/sim/faults", action="error", times=None)
    await post(http, "/sim/faults", action="restart", times=None)
    async with http.delete(f"/sim/faults/{first['id']}") as response:
        assert response.status == 200
    assert await scene.refused("getMe") == "Internal Server Error: restart"
    [call] = await get(http, "/sim/calls", method="getMe")
    assert (call["fault"], call["fault_id"]) == ("restart", first["id"] + 1)


async def test_a_bad_day_is_begun_by_its_name(scene: Scene, http: aiohttp.ClientSession) -> None:
    await post(http, "/sim/faults/presets/flood")
    refusal = await scene.refused("sendMessage", chat_id=scene.ops.id, text="x")
    assert refusal == "Too Many Requests: retry after 60"
    [rule, *_] = await get(http, "/sim/faults")
    assert (rule["method"], rule["struck"], rule["left"]) == ("send*", 1, 60)


async def test_a_reset_forgets_everything(scene: Scene, http: aiohttp.ClientSession) -> None:
    polling = asyncio.create_task(scene.call("getUpdates", timeout=30))
    await scene.clock.sleeper(30)
    await post(http, "/sim/reset")
    assert (await polling)["description"] == "Internal Server Error: restart"
    assert (await get(http, "/sim/state"))["chats"] == []


async def test_the_world_is_kept_and_put_back(scene: Scene, http: aiohttp.ClientSession) -> None:
    await scene.send("before")
    kept = await get(http, "/sim/snapshot")
    await scene.send("after")
    await post(http, "/sim/snapshot", **kept)
    [message] = await get(http, f"/sim/chats/{scene.ops.id}/transcript")
    assert message["versions"][0]["text"] == "before"
    assert (await scene.send("again"))["message_id"] == 2


class TestTheClock:
    @pytest.fixture
    async def own(self) -> AsyncIterator[aiohttp.ClientSession]:
        """A simulator with the clock that it has as a program."""
        sim = Simulator()
        async with aiohttp.ClientSession(await sim.start()) as session:
            yield session
        await sim.stop()

    async def test_it_stands_still_and_goes_on(self, own: aiohttp.ClientSession) -> None:
        frozen = await post(own, "/sim/clock", action="freeze")
        moved = await post(own, "/sim/clock", action="advance", seconds=90)
        assert (moved["now"], moved["frozen"]) == (frozen["now"] + 90, True)
        assert await get(own, "/sim/clock") == moved
        real = await post(own, "/sim/clock", action="real")
        assert not real["frozen"]
        assert real["now"] >= moved["now"]

    async def test_a_rule_ends_when_its_window_is_passed_over(
        self, own: aiohttp.ClientSession
    ) -> None:
        await post(own, "/sim/faults", action="error", times=None, lasts=3600)
        await post(own, "/sim/clock", action="advance", seconds=3600)
        assert await get(own, "/sim/faults") == []
