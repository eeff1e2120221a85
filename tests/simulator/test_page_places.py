"""The page in a real browser: groups, topics, and days on which Telegram is not well."""

import re
from collections.abc import Callable

import pytest
from aiogram import Bot
from playwright.async_api import Page, expect

from bot.simulator.state import Chat
from tests.simulator.scene import Scene, button, keyboard

pytestmark = pytest.mark.browser


async def until(scene: Scene, fact: Callable[[], bool]) -> None:
    await scene.sim.world.changes.until(lambda: fact() or None)


async def write(page: Page, text: str) -> None:
    await page.locator("#text").fill(text)
    await page.get_by_role("button", name="Send").click()


async def act(page: Page, message: str, name: str) -> None:
    await page.locator(message).hover()
    await page.locator(f"{message} .acts summary").click()
    await page.locator(message).get_by_role("button", name=name).click()


async def test_a_message_is_answered_edited_and_deleted(scene: Scene, bot: Bot, page: Page) -> None:
    await scene.send("Disk full")
    card = page.locator("#m1")
    await expect(card).to_contain_text("Disk full")
    await act(page, "#m1", "Reply")
    await expect(page.locator("#about")).to_contain_text("Disk full")
    await write(page, "I look at it")
    await expect(page.locator("#m2 .reply")).to_contain_text("Disk full")
    await expect(page.locator("#about")).to_be_hidden()
    [update] = await bot.get_updates()
    assert update.message
    assert update.message.reply_to_message
    assert update.message.reply_to_message.message_id == 1

    await expect(card.locator(".acts")).not_to_contain_text("Delete")  # Bob leads nobody
    await act(page, "#m1", "👀")
    await expect(card.locator(".reaction")).to_have_text("👀 1")
    await card.locator(".reaction").click()
    await expect(card.locator(".reaction")).to_have_count(0)

    await act(page, "#m2", "Edit")
    await write(page, "I looked at it")
    await page.get_by_text("edited · versions: 2").click()
    await expect(page.locator("#m2 .history li")).to_contain_text("I look at it")
    await act(page, "#m2", "Delete")
    await expect(page.locator("#m2")).to_have_text("message deleted")


async def test_a_pinned_message_stands_above(scene: Scene, page: Page) -> None:
    await scene.send("Disk full")
    await scene.ok("pinChatMessage", chat_id=scene.ops.id, message_id=1)
    await expect(page.locator("#pin")).to_contain_text("Disk full")


async def test_a_link_to_the_bot_is_followed_on_the_page(scene: Scene, page: Page) -> None:
    await scene.send("Claim: https://t.me/dispatcher_bot?start=w0rd")
    await page.get_by_role("radio", name="Alice").click()
    await page.locator(".words a").click()
    await page.get_by_role("button", name="Follow it here").click()
    await expect(page.locator(".message.mine .words")).to_have_text("/start w0rd")


async def test_what_is_meant_for_one_person_is_seen_by_nobody_else(
    scene: Scene, page: Page
) -> None:
    await scene.send("Disk full", reply_markup=keyboard([button("Acknowledge", "a:1")]))
    press = scene.sim.start_press(scene.bob.id, scene.ops.id, 1, "a:1")
    terms = {"receiver_user_id": scene.bob.id, "callback_query_id": press.id}
    await scene.send("Not you, Bob", ephemeral_message_parameters=terms)
    await expect(page.locator(".ephemeral")).to_contain_text("only visible to you")
    await page.get_by_role("radio", name="Alice").click()
    await expect(page.locator(".message .words")).to_have_text(["Disk full"])


async def test_an_anonymous_administrator_writes_as_the_group(
    scene: Scene, bot: Bot, page: Page
) -> None:
    await page.get_by_role("radio", name="Anonymous").click()
    await expect(page.locator(".place")).to_have_text(["OOps"])
    await write(page, "/open")
    await expect(page.locator(".message.mine")).to_contain_text("/open")
    [update] = await bot.get_updates()
    assert update.message
    assert update.message.sender_chat
    assert update.message.sender_chat.id == scene.ops.id


async def test_the_commands_are_those_of_the_chat(scene: Scene, bot: Bot, page: Page) -> None:
    for scope, name in (("default", "help"), ("all_group_chats", "open")):
        await scene.ok(
            "setMyCommands",
            commands=[{"command": name, "description": f"What {name} does"}],
            scope={"type": scope},
        )
    await expect(page.locator("#commands")).to_have_text("/open")
    await page.locator("#text").fill("/")
    await expect(page.locator("#menu")).to_contain_text("What open does")
    await page.get_by_role("button", name="/open What open does").click()
    await expect(page.locator("#text")).to_have_value("/open ")


async def test_a_group_is_made_and_the_bot_is_let_in(scene: Scene, bot: Bot, page: Page) -> None:
    await page.get_by_role("button", name="New group").click()
    await page.get_by_label("Name").fill("SRE")
    await page.get_by_label("Kind").select_option("forum")
    await page.get_by_role("button", name="Create").click()
    await page.locator(".place").filter(has_text="SRE").click()
    await page.get_by_role("button", name="Members").click()
    await page.get_by_label("Dispatcher (bot)").select_option("administrator")
    await page.locator("#topic-form input").fill("Payments")
    await page.get_by_role("button", name="Create").click()
    await expect(page.locator("#topics")).to_contain_text("Payments")
    await page.get_by_role("button", name="Done").click()
    await expect(page.locator(".tab")).to_have_text([re.compile("General"), re.compile("Payments")])

    sre = scene.sim.world.state.chats[min(scene.sim.world.state.chats)]
    assert sre.member(bot.id).status == "administrator"
    await in_a_topic(scene, page, sre)


async def in_a_topic(scene: Scene, page: Page, sre: Chat) -> None:
    [topic] = sre.topics.values()
    await scene.ok("sendMessage", chat_id=sre.id, text="Refused", message_thread_id=topic.id)
    await expect(page.locator(".tab .unread")).to_have_text("1")
    await page.locator(".tab").nth(1).click()
    await expect(page.locator(".message .words")).to_have_text("Refused")
    await write(page, "looking")
    await until(scene, lambda: max(sre.messages.values(), key=lambda m: m.id).thread_id == topic.id)
    await page.get_by_role("button", name="Members").click()
    await page.locator("#topics").get_by_role("button", name="Close").click()
    await expect(page.locator("#topics")).to_contain_text("Open again")
    assert topic.closed


async def test_a_bad_day_is_begun_watched_and_ended(scene: Scene, page: Page) -> None:
    await page.get_by_role("button", name="Flood 60 s").click()
    await expect(page.locator(".fault")).to_have_count(3)
    await scene.refused("sendMessage", chat_id=scene.ops.id, text="x")
    await expect(page.locator(".fault").first).to_contain_text("struck: 1 · 60 s left")
    await expect(page.locator(".call.bad")).to_contain_text("⚡ 429")
    await page.get_by_role("button", name="End all faults").click()
    await expect(page.locator(".fault")).to_have_count(0)
    await page.get_by_text("A rule of your own").click()
    await page.locator("#fault-action").select_option("hang")
    await page.locator("#fault-form [name=method]").fill("get*")
    await page.get_by_role("button", name="Begin").click()
    await expect(page.locator(".fault")).to_contain_text("hang")
    assert [fault.rule.method for fault in scene.sim.world.faults.rules] == ["get*"]
