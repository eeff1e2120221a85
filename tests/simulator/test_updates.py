"""getUpdates: confirmation, waiting, conflicts, expiry."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError

from tests.simulator.scene import Scene

OTHER_POLL = (
    "Conflict: terminated by other getUpdates request;"
    " make sure that only one bot instance is running"
)


def write(scene: Scene, *texts: str) -> None:
    for text in texts:
        scene.sim.write(scene.ops.id, scene.alice.id, text)


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_an_offset_confirms_everything_below_it(scene: Scene) -> None:
    write(scene, "one", "two", "three")
    updates = await scene.ok("getUpdates")
    assert texts(updates) == ["one", "two", "three"]
    ids = [update["update_id"] for update in updates]
    assert ids == [ids[0], ids[0] + 1, ids[0] + 2]
    assert texts(await scene.ok("getUpdates", offset=ids[1])) == ["two", "three"]
    scene.clock.advance(5)
    assert texts(await scene.ok("getUpdates")) == ["two", "three"]


async def test_ids_begin_anywhere(scene: Scene) -> None:
    other = scene.sim.add_bot("43:OTHER")
    assert scene.bot.next_update_id > 10**8
    assert scene.bot.next_update_id != other.next_update_id


async def test_a_negative_offset_keeps_the_last_ones(scene: Scene) -> None:
    write(scene, "one", "two", "three")
    assert texts(await scene.ok("getUpdates", offset=-2)) == ["two", "three"]
    assert texts(await scene.ok("getUpdates", offset=0)) == ["two", "three"]


async def test_the_limit_is_obeyed(scene: Scene) -> None:
    write(scene, "one", "two", "three")
    assert texts(await scene.ok("getUpdates", limit=2)) == ["one", "two"]


async def test_a_poll_ends_when_something_happens(scene: Scene, bot: Bot) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=30))
    await scene.clock.sleeper(30)
    write(scene, "hello")
    [update] = await polling
    assert update.message
    assert update.message.text == "hello"


async def test_a_poll_waits_fifty_seconds_at_most(scene: Scene) -> None:
    polling = asyncio.create_task(scene.ok("getUpdates", timeout=3600))
    await scene.clock.sleeper(50)
    scene.clock.advance(50)
    assert await polling == []


async def test_impatient_repeats_are_slowed_down(scene: Scene) -> None:
    assert await scene.ok("getUpdates", offset=0, timeout=0) == []
    polling = asyncio.create_task(scene.ok("getUpdates", offset=0, timeout=0))
    await scene.clock.sleeper(3)
    write(scene, "one", "two")
    assert texts(await polling) == ["one"]


async def test_the_older_of_two_polls_yields(scene: Scene, bot: Bot) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=30))
    await scene.clock.sleeper(30)
    newer = asyncio.create_task(scene.ok("getUpdates", timeout=30))
    with pytest.raises(TelegramConflictError, match="only one bot instance"):
        await older
    assert scene.sim.calls("getUpdates")[0].description == OTHER_POLL
    write(scene, "hello")
    assert texts(await newer) == ["hello"]


async def test_a_second_conflict_is_told_three_seconds_later(scene: Scene) -> None:
    polls = []
    for number in range(3):
        polls.append(asyncio.create_task(scene.call("getUpdates", timeout=40 + number)))
        await scene.clock.sleeper(40 + number)
    assert (await polls[0])["description"] == OTHER_POLL
    await scene.clock.sleeper(3)
    assert not polls[1].done()
    scene.clock.advance(3)
    assert (await polls[1])["description"] == OTHER_POLL
    write(scene, "hello")
    assert texts((await polls[2])["result"]) == ["hello"]


async def test_presses_live_for_two_and_a_half_minutes_and_messages_for_a_day(
    scene: Scene,
) -> None:
    await scene.send()
    write(scene, "hello")
    scene.sim.start_press(scene.bob.id, scene.ops.id, 1, "a:1")
    scene.clock.advance(149)
    assert len(await scene.ok("getUpdates")) == 2
    scene.clock.advance(2)
    assert texts(await scene.ok("getUpdates")) == ["hello"]
    scene.clock.advance(24 * 3600)
    assert await scene.ok("getUpdates") == []


async def test_member_changes_come_only_on_request_and_the_request_lasts(scene: Scene) -> None:
    scene.sim.set_member(scene.ops.id, scene.charlie.id, "member")
    assert [set(update) for update in await scene.ok("getUpdates")] == [{"update_id", "message"}]
    scene.clock.advance(5)
    await scene.ok("getUpdates", allowed_updates=["chat_member"], offset=-1)
    scene.clock.advance(5)
    scene.sim.set_member(scene.ops.id, scene.charlie.id, "left")
    assert "chat_member" in (await scene.ok("getUpdates"))[-1]


async def test_other_bots_and_its_own_messages_are_not_told(scene: Scene) -> None:
    await scene.send("mine")
    assert await scene.ok("getUpdates") == []
