"""Languages: forms of plural, values in messages, and what is not translated."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from core import i18n
from core.i18n import locale_of, translator_of
from core.levels import Level
from core.lifecycle import Action, Status
from core.words import LEVEL_EMOJI, action_word, level_word, status_word

CATALOG = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 &&"
" (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "Acknowledged by %(name)s"
msgstr "Взято: %(name)s"

#, fuzzy
msgid "Not sure"
msgstr "Наверное"

msgid "%(num)s report"
msgid_plural "%(num)s reports"
msgstr[0] "%(num)s сообщение"
msgstr[1] "%(num)s сообщения"
msgstr[2] "%(num)s сообщений"
"""


@pytest.fixture
def catalogs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small Russian catalog in place of the program's own."""
    (tmp_path / "ru").mkdir()
    (tmp_path / "ru" / "messages.po").write_text(CATALOG, encoding="utf-8")
    monkeypatch.setattr(i18n, "LOCALES_DIR", tmp_path)
    translator_of.cache_clear()
    yield tmp_path
    translator_of.cache_clear()


def test_a_number_chooses_its_form(catalogs: Path) -> None:
    t = translator_of("ru")
    said = {
        n: t.plural("%(num)s report", "%(num)s reports", n)
        for n in (0, 1, 2, 4, 5, 11, 14, 21, 22, 100, 101)
    }
    assert {n for n, text in said.items() if text == f"{n} сообщение"} == {1, 21, 101}
    assert {n for n, text in said.items() if text == f"{n} сообщения"} == {2, 4, 22}
    assert {n for n, text in said.items() if text == f"{n} сообщений"} == {0, 5, 11, 14, 100}


def test_english_has_two_forms() -> None:
    t = translator_of("en")
    said = [t.plural("%(num)s report", "%(num)s reports", n) for n in (0, 1, 2)]
    assert said == ["0 reports", "1 report", "2 reports"]


def test_values_go_into_the_message(catalogs: Path) -> None:
    assert translator_of("ru")("Acknowledged by %(name)s", name="Боб") == "Взято: Боб"
    assert translator_of("en")("Acknowledged by %(name)s", name="50%") == "Acknowledged by 50%"


def test_a_message_without_values_may_hold_a_percent_sign() -> None:
    assert translator_of("en")("100% sure") == "100% sure"


def test_what_is_not_translated_or_not_certain_stays_english(catalogs: Path) -> None:
    t = translator_of("ru")
    assert (t("Unknown message"), t("Not sure")) == ("Unknown message", "Not sure")
    assert t.plural("%(num)s day", "%(num)s days", 2) == "2 days"


@pytest.mark.parametrize("locale", ["fr", "", "RU", "../ru", "\0"])
def test_a_locale_without_a_catalog_reads_english(catalogs: Path, locale: str) -> None:
    t = translator_of(locale)
    assert (t.locale, t("Acknowledged by %(name)s", name="x")) == ("en", "Acknowledged by x")


def test_times_and_durations_read_in_the_language(catalogs: Path) -> None:
    at = datetime(2026, 11, 23, 21, 15, 7, tzinfo=UTC)
    moscow = timezone(timedelta(hours=3))
    assert translator_of("en").moment(at, UTC) == "23 Nov 2026, 21:15:07"
    assert translator_of("ru").moment(at, moscow).startswith("24 нояб. 2026")
    assert translator_of("en").duration(timedelta(minutes=4)) == "4 min"
    assert translator_of("ru").duration(timedelta(minutes=4)).startswith("4 мин")
    assert translator_of("en").duration(timedelta(0)) == "0 sec"


@pytest.mark.parametrize(
    ("language", "locale"),
    [
        ("ru", "ru"),
        ("ru-RU", "ru"),
        ("RU_ru", "ru"),
        ("en-GB", "en"),
        ("uk", "ru"),
        ("", "ru"),
        (None, "ru"),
        ("-", "ru"),
        ("russian", "ru"),
    ],
)
def test_a_foreign_language_tag_chooses_ours_or_the_default(
    language: str | None, locale: str
) -> None:
    assert locale_of(language, "ru") == locale


def test_an_unknown_language_is_not_taken_for_ours() -> None:
    assert [locale_of(tag, "en") for tag in ("russian", "uk", "enx", None)] == ["en"] * 4


def test_every_level_status_and_action_has_a_word_of_its_own() -> None:
    t = translator_of("en")
    assert [level_word(t, level) for level in Level] == [level.name for level in Level]
    assert [status_word(t, status) for status in Status] == list(Status)
    assert len({action_word(t, action) for action in Action}) == len(Action)
    assert len(set(LEVEL_EMOJI.values())) == len(Level) == len(LEVEL_EMOJI)


@pytest.mark.parametrize(
    ("locale", "text"), [("en", "1 day 1 hr 30 min 5 sec"), ("ru", "1 дн. 1 ч 30 мин 5 с")]
)
def test_a_span_is_said_to_the_second(locale: str, text: str) -> None:
    span = timedelta(days=1, minutes=90, seconds=5)
    assert translator_of(locale).span(span) == text
