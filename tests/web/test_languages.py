"""Pages speak the reader's language and tell the reader's time."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from core import i18n
from core.db import Database
from tests.factories import Scene, make_incident
from tests.web.browsers import Browser, Site, running_site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CATALOG = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Incidents"
msgstr "Инциденты"

msgid "There is nothing here"
msgstr "Здесь ничего нет"

msgid "Something went wrong here"
msgstr "Что-то сломалось"
"""


@pytest.fixture(autouse=True)
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three messages of our own, whatever the real catalog says."""
    folder = tmp_path / "locales" / "ru"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(CATALOG, encoding="utf-8")
    monkeypatch.setattr(i18n, "LOCALES_DIR", folder.parent)
    i18n.translator_of.cache_clear()
    yield
    i18n.translator_of.cache_clear()


async def test_the_browsers_language_is_taken(alice: Browser) -> None:
    page = await alice.get("/incidents", Accept_Language="fr, ru-RU;q=0.9, en;q=0.8")
    assert 'lang="ru"' in page.text
    assert "Инциденты" in page.words
    assert "Incidents" in (await alice.get("/incidents", Accept_Language="en, ru")).words


async def test_unknown_languages_fall_back_to_the_setting(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with running_site(database, now, locale="ru") as site, site.browser() as alice:
        await alice.sign_in(scene.alice)
        assert "Инциденты" in (await alice.get("/incidents", Accept_Language="fr")).words
        assert "Инциденты" in (await alice.get("/incidents")).words


async def test_the_persons_own_language_comes_before_the_browsers(
    alice: Browser, database: Database, scene: Scene
) -> None:
    async with database.writing() as session:
        (await session.merge(scene.alice)).locale = "ru"
    page = await alice.get("/incidents", Accept_Language="en")
    assert "Инциденты" in page.words


async def test_the_switch_holds_signed_in_and_signed_out(alice: Browser, charlie: Browser) -> None:
    for browser, path in ((alice, "/incidents?q=bank"), (charlie, "/login")):
        switch = next(
            link for link in (await browser.get(path)).links if link.startswith("/language/ru")
        )
        answer = await browser.get(switch)
        assert answer.location == path
        assert 'lang="ru"' in (await browser.get(path)).text


async def test_error_pages_are_translated(alice: Browser) -> None:
    page = await alice.get("/incidents/999", Accept_Language="ru")
    assert "Здесь ничего нет" in page.words


async def test_times_are_the_readers_own(
    alice: Browser, database: Database, scene: Scene, site: Site, now: datetime
) -> None:
    async with database.writing() as session:
        await make_incident(session, now, scene.shop)
        (await session.merge(scene.alice)).time_zone = "Asia/Tokyo"
    page = await alice.get("/incidents")
    assert 'datetime="2026-11-23T09:00:00+00:00" title="23 Nov 2026, 18:00:00 JST"' in page.text
    assert "Times are in Asia/Tokyo" in page.words
