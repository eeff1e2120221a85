"""The page in a real browser: a card arrives, a button is pressed, the answer is shown."""

import asyncio

import pytest
from aiogram import Bot
from aiogram.types import Update
from playwright.async_api import Page, expect

from bot.simulator.settings import SimulatorSettings
from tests.simulator.scene import Scene, button, keyboard

pytestmark = pytest.mark.browser

CARD = keyboard(
    [button("Acknowledge", "a:1")], [{"text": "Details", "url": "http://127.0.0.1:8080/i/1"}]
)


async def press_of(bot: Bot) -> str:
    updates: list[Update] = await bot.get_updates(timeout=30)
    [query] = [update.callback_query for update in updates if update.callback_query]
    return query.id


async def test_a_card_arrives_and_a_press_is_answered(scene: Scene, bot: Bot, page: Page) -> None:
    await scene.send("Disk full on db1", reply_markup=CARD)
    await expect(page.locator(".message .words")).to_have_text("Disk full on db1")
    pressed = asyncio.create_task(press_of(bot))
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.locator(".key.waiting")).to_be_visible()
    await bot.answer_callback_query(await pressed, text="Acknowledged by you")
    await expect(page.locator("#toast")).to_have_text("Acknowledged by you")
    await expect(page.locator(".key.waiting")).to_have_count(0)
    await bot.edit_message_text("Acknowledged by Bob", chat_id=scene.ops.id, message_id=1)
    await expect(page.locator(".message .bubble > .words")).to_have_text("Acknowledged by Bob")
    await expect(page.locator(".history summary")).to_have_text("edited · versions: 2")
    await expect(page.locator(".key")).to_have_count(0)


async def test_an_alert_stands_until_it_is_closed(scene: Scene, bot: Bot, page: Page) -> None:
    await scene.send("Disk full", reply_markup=CARD)
    pressed = asyncio.create_task(press_of(bot))
    await page.get_by_role("button", name="Acknowledge").click()
    await bot.answer_callback_query(await pressed, text="Already resolved", show_alert=True)
    await expect(page.locator("#alert")).to_contain_text("Already resolved")
    await page.get_by_role("button", name="OK").click()
    await expect(page.locator("#alert")).to_be_hidden()


class TestABotThatIsGone:
    @pytest.fixture
    def settings(self) -> SimulatorSettings:
        return SimulatorSettings(answer_seconds=0)

    async def test_a_press_without_an_answer_is_marked(self, scene: Scene, page: Page) -> None:
        await scene.send("Disk full", reply_markup=CARD)
        await page.get_by_role("button", name="Acknowledge").click()
        await expect(page.locator(".key.unanswered")).to_have_text("Acknowledge")
        await expect(page.locator("#toast")).to_have_text("The bot did not answer in time")


class TestTheDemo:
    @pytest.fixture
    def fired(self) -> asyncio.Event:
        return asyncio.Event()

    @pytest.fixture
    def settings(self, fired: asyncio.Event) -> SimulatorSettings:
        async def fire() -> None:
            fired.set()

        return SimulatorSettings(web_url="http://127.0.0.1:8080/", fire=fire)

    async def test_a_newcomer_is_led_to_a_report_and_the_web_pages(
        self, page: Page, fired: asyncio.Event
    ) -> None:
        await page.get_by_role("button", name="Fire a test report").click()
        await fired.wait()
        web = page.get_by_role("link", name="Web pages")
        await expect(web).to_have_attribute("href", "http://127.0.0.1:8080/")
        await expect(page.locator("#steps li")).to_have_count(4)


async def test_a_link_is_shown_before_it_is_opened(scene: Scene, page: Page) -> None:
    await scene.send("Disk full", reply_markup=CARD)
    await page.get_by_role("button", name="Details").click()
    await expect(page.locator("#link-url")).to_have_text("http://127.0.0.1:8080/i/1")
    await expect(page.locator("#link-open")).to_have_attribute("target", "_blank")


async def test_a_person_writes_and_entities_are_drawn(scene: Scene, page: Page) -> None:
    await scene.send(
        "<b>09:00</b> <tg-time unix='1790000000' format='t'>x</tg-time>"
        " <i>&lt;script&gt;alert(1)&lt;/script&gt;</i>",
        parse_mode="HTML",
    )
    words = page.locator(".message .words")
    await expect(words.locator("strong")).to_have_text("09:00")
    await expect(words.locator("time")).to_have_text("17:13")
    await expect(words.locator("i, em")).to_have_text("<script>alert(1)</script>")
    await page.locator("#text").fill("/open")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.mine .command")).to_have_text("/open")
    assert scene.sim.message(scene.ops.id, 2).sender_id == scene.bob.id


async def test_charlie_sees_only_the_private_chat_and_presses_start(
    scene: Scene, page: Page
) -> None:
    await page.get_by_role("radio", name="Charlie").click()
    await expect(page.locator(".place")).to_have_text(["DDispatcher"])
    await page.get_by_role("button", name="Start").click()
    await expect(page.locator(".message.mine .words")).to_have_text("/start")
    await expect(page.locator("#form")).to_be_visible()


async def test_the_page_speaks_russian(scene: Scene, page: Page) -> None:
    await page.goto(f"{scene.base}/?lang=ru")
    await expect(page.locator(".banner-title")).to_have_text("ИМИТАЦИЯ TELEGRAM")
    await expect(page.locator("html")).to_have_attribute("lang", "ru")
