"""The newcomer's way: a card comes by itself, is pressed, is looked up and ended on the web."""

import re
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from bot.simulator import seed
from tests.browser.demo import Demo

pytestmark = pytest.mark.browser


async def open_chat(browser: BrowserContext, demo: Demo, locale: str = "en") -> Page:
    """The page as it opens, where cards come, as Bob sees it."""
    page = await browser.new_page()
    await page.goto(f"{demo.chat}?lang={locale}#{seed.BOB}")
    await expect(page.locator(".user[aria-checked=true]")).to_contain_text("Bob")
    await expect(page.locator("#title")).to_contain_text("Ops")
    return page


async def first_card(page: Page) -> Locator:
    """The first message with buttons, found by its id from then on: its buttons will change."""
    card = page.locator(".message:has(.key)").first
    await expect(card).to_be_visible()
    return page.locator(f"#{await card.get_attribute('id')}")


def words_of(card: Locator) -> Locator:
    """What a message says now, without its earlier versions."""
    return card.locator(".bubble > .words")


async def number_of(card: Locator) -> str:
    found = re.search(r"#\d+", await card.inner_text())
    assert found
    return found[0]


async def write(page: Page, text: str) -> Locator:
    """Write to the open chat; returns what comes after it, the bot's answer and new cards."""
    await page.locator("#text").fill(text)
    await page.locator("#form button").click()
    written = f".message.mine:has-text('{text}')"
    await expect(page.locator(written)).to_be_visible()
    return page.locator(f"{written} ~ .message")


async def sign_in(page: Page, link: str) -> None:
    await page.goto(link)
    await page.locator("main").get_by_role("button").click()
    await expect(page).to_have_url(re.compile("/incidents$"))


async def open_incident(page: Page, number: str) -> None:
    row = page.locator(".incidents tbody tr").filter(has_text=re.compile(rf"{number}\b"))
    await row.get_by_role("link").click()
    await expect(page).to_have_title(re.compile(rf"^{number}\b"))


async def expect_no_sideways_scroll(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_an_incident_is_taken_in_the_chat_and_resolved_on_the_web(
    browser: BrowserContext, demo: Demo
) -> None:
    chat = await open_chat(browser, demo)
    card = await first_card(chat)
    await card.get_by_role("button", name="Acknowledge").click()
    await expect(chat.locator("#toast")).to_contain_text("Acknowledged by you")
    await expect(words_of(card)).to_contain_text("Bob has it")
    await expect(card.get_by_role("button", name="Unacknowledge")).to_be_visible()

    web = await browser.new_page()
    await sign_in(web, demo.link)
    await open_incident(web, await number_of(card))
    await expect(web.locator("#logs .line").last).to_be_visible()
    await expect(web.locator(".timeline .kind-acknowledged")).to_contain_text("Bob")
    await web.get_by_role("button", name="Resolve").click()
    await expect(web.locator(".timeline .kind-resolved")).to_contain_text("Alice")

    await expect(card.get_by_role("button", name="Reopen")).to_be_visible()
    await expect(words_of(card)).to_contain_text("Resolved by Alice")


async def test_the_bot_answers_the_team_and_refuses_a_stranger(
    browser: BrowserContext, demo: Demo
) -> None:
    chat = await open_chat(browser, demo)
    await chat.get_by_role("button", name="Fire a test report").click()
    await expect(chat.locator("#toast")).to_have_text("A report is on its way")
    await first_card(chat)
    opened = await write(chat, "/open")
    await expect(opened.filter(has_text="Open incidents, newest first")).to_be_visible()
    digest = await write(chat, "/digest")
    await expect(digest.filter(has_text="Still open")).to_be_visible()

    await chat.get_by_role("radio", name="Charlie").click()
    await chat.get_by_role("button", name="Start").click()
    await expect(chat.locator(".message:not(.mine)")).to_contain_text("to the team only")
    refused = await write(chat, "/open")
    await expect(refused).to_contain_text("to the team only")


class TestOnAPhone:
    @pytest.fixture
    def device(self) -> dict[str, Any]:
        return {
            "viewport": {"width": 390, "height": 844},
            "device_scale_factor": 3,
            "is_mobile": True,
            "has_touch": True,
        }

    async def test_a_card_leads_to_its_page_with_a_link_from_the_bot(
        self, browser: BrowserContext, demo: Demo
    ) -> None:
        chat = await open_chat(browser, demo)
        card = await first_card(chat)
        await card.get_by_role("button", name="Acknowledge").tap()
        await expect(chat.locator("#toast")).to_contain_text("Acknowledged by you")
        await expect(words_of(card)).to_contain_text("Bob has it")
        await expect_no_sideways_scroll(chat)

        await chat.locator(".place").filter(has_text="Dispatcher").tap()
        await chat.get_by_role("button", name="Start").tap()
        answer = await write(chat, "/login")
        link = await answer.locator("a[href*='/login/']").get_attribute("href")
        assert link
        page = await browser.new_page()
        await sign_in(page, link)
        await expect_no_sideways_scroll(page)

        await chat.locator(".place").filter(has_text="Ops").tap()
        async with browser.expect_page() as opened:
            await words_of(card).locator("a[href*='/incidents/']").tap()
        page = await opened.value
        await expect(page).to_have_title(re.compile(rf"^{await number_of(card)}\b"))
        await expect(page.locator("#logs .line").last).to_be_attached()
        await expect(page.locator(".timeline .kind-acknowledged")).to_contain_text("Bob")
        await expect_no_sideways_scroll(page)
        await page.get_by_role("button", name="Resolve").tap()
        await expect(page.locator(".timeline .kind-resolved")).to_contain_text("Bob")
        await expect(words_of(card)).to_contain_text("Resolved by Bob")


class TestInRussian:
    @pytest.fixture
    def locale(self) -> str:
        return "ru"

    async def test_the_whole_way_speaks_russian(self, browser: BrowserContext, demo: Demo) -> None:
        chat = await open_chat(browser, demo, "ru")
        await expect(chat.locator("html")).to_have_attribute("lang", "ru")
        card = await first_card(chat)
        before = await card.locator(".key").all_inner_texts()
        await card.locator(".key").first.click()
        await expect(chat.locator("#toast")).to_be_visible()
        await expect(card.locator(".key").first).not_to_have_text(before[0])
        await expect(words_of(card)).to_contain_text("Bob")

        web = await browser.new_page()
        await sign_in(web, demo.link)
        await expect(web.locator("html")).to_have_attribute("lang", "ru")
        await open_incident(web, await number_of(card))
        await expect(web.locator(".timeline .kind-acknowledged")).to_contain_text("Bob")
        await web.locator("form[action$='/resolve'] button").click()
        await expect(web.locator(".timeline .kind-resolved")).to_contain_text("Alice")
        buttons = ["Решено", "Вернуть", "Скопировать ссылку"]
        await expect(card.locator(".key")).to_contain_text(buttons)
