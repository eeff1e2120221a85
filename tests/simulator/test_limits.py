"""The rate meter: always measures, refuses in mode "real"."""

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter

from bot.simulator.settings import SimulatorSettings
from tests.simulator.scene import TOKEN, Scene


async def test_switched_off_it_only_measures(scene: Scene) -> None:
    for _ in range(40):
        await scene.send()
    assert scene.sim.world.meter.chats[scene.ops.id].most == 40
    assert scene.sim.world.meter.overall.most == 40


class TestReal:
    @pytest.fixture
    def settings(self) -> SimulatorSettings:
        return SimulatorSettings()

    async def test_a_group_takes_twenty_sends_and_edits_a_minute(
        self, scene: Scene, bot: Bot
    ) -> None:
        for number in range(10):
            await scene.send()
            scene.clock.advance(1)
            await bot.edit_message_text(
                f"edited {number}", chat_id=scene.ops.id, message_id=number + 1
            )
            scene.clock.advance(1)
        with pytest.raises(TelegramRetryAfter) as refused:
            await bot.send_message(scene.ops.id, "one too many")
        assert refused.value.retry_after == 40
        scene.clock.advance(40)
        await scene.send()
        rate = scene.sim.world.meter.chats[scene.ops.id]
        assert (rate.most, rate.refused) == (20, 1)

    async def test_the_refusal_says_how_long_in_three_places(self, scene: Scene) -> None:
        for _ in range(5):
            await scene.send()
        url = f"{scene.base}/bot{TOKEN}/sendMessage"
        async with (
            aiohttp.ClientSession() as http,
            http.post(url, json={"chat_id": scene.ops.id, "text": "x"}) as response,
        ):
            assert response.status == 429
            assert response.headers["Retry-After"] == "1"
            assert await response.json() == {
                "ok": False,
                "error_code": 429,
                "description": "Too Many Requests: retry after 1",
                "parameters": {"retry_after": 1},
            }

    async def test_a_chat_takes_a_burst_of_five_and_then_one_a_second(self, scene: Scene) -> None:
        scene.sim.write(scene.alice.id, scene.alice.id, "/start")
        for _ in range(5):
            await scene.ok("sendMessage", chat_id=scene.alice.id, text="x")
        for _ in range(30):
            scene.clock.advance(1)
            await scene.ok("sendMessage", chat_id=scene.alice.id, text="x")
        refusal = await scene.refused("sendMessage", chat_id=scene.alice.id, text="x")
        assert refusal == "Too Many Requests: retry after 1"

    async def test_calls_into_the_wait_make_it_longer(self, scene: Scene) -> None:
        for _ in range(20):
            await scene.send()
            scene.clock.advance(1)
        waits = [await wait_of(scene) for _ in range(4)]
        assert waits == [40, 40, 40, 80]
        scene.clock.advance(80)
        await scene.send()

    async def test_one_full_chat_does_not_stop_another(self, scene: Scene) -> None:
        scene.sim.write(scene.alice.id, scene.alice.id, "/start")
        for _ in range(5):
            await scene.send()
        await scene.refused("sendMessage", chat_id=scene.ops.id, text="x")
        await scene.ok("sendMessage", chat_id=scene.alice.id, text="x")

    async def test_all_calls_together_stay_under_thirty_a_second(self, scene: Scene) -> None:
        for _ in range(30):
            await scene.ok("sendChatAction", chat_id=scene.ops.id, action="typing")
        assert await scene.refused("sendChatAction", chat_id=scene.ops.id, action="typing") == (
            "Too Many Requests: retry after 1"
        )
        scene.clock.advance(1)
        await scene.send()

    async def test_a_refused_argument_costs_nothing(self, scene: Scene) -> None:
        await scene.refused("sendMessage", chat_id=scene.ops.id, text="")
        assert scene.sim.world.meter.chats[scene.ops.id].most == 0


async def wait_of(scene: Scene) -> int:
    envelope = await scene.call("sendMessage", chat_id=scene.ops.id, text="x")
    return int(envelope["parameters"]["retry_after"])
