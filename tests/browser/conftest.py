"""The demo in a process of its own, and a real Chromium whose every complaint fails the test."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, async_playwright, expect

from tests.browser.demo import Demo, running_demo

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

# The first failures of the sample app may be below the level of a card.
expect.set_options(timeout=30_000)


@pytest.fixture
def locale() -> str:
    return "en"


@pytest.fixture
def device() -> dict[str, Any]:
    """A desk; a test that is about another device overrides it."""
    return {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture
async def demo(chromium: str, locale: str, tmp_path: Path) -> AsyncIterator[Demo]:
    async with running_demo(tmp_path, "--locale", locale) as demo:
        yield demo


@pytest.fixture
async def browser(
    chromium: str, device: dict[str, Any], locale: str, demo: Demo
) -> AsyncIterator[BrowserContext]:
    """Closed before the demo ends: its pages would complain of that."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
        context = await started.new_context(locale=locale, **device)
        context.on("console", lambda message: complaints.append(message.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        yield context
        await started.close()
    assert complaints == []
