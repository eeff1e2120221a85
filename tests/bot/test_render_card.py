"""Cards: what stands where, what is cut, and which buttons there are."""

from datetime import timedelta

import pytest
from aiogram.types import InlineKeyboardButton

from bot.callbacks import CardPress
from bot.content import MAX_TEXT
from bot.render import card_content
from core.i18n import LOCALES, translator_of
from core.levels import Level
from core.lifecycle import Action, Status
from tests.bot.cards import (
    OPENED,
    buttons_of,
    labels_of,
    lines_of,
    make_card,
    spans_of,
    text_of,
)

EN = translator_of("en")
LATER = OPENED + timedelta(minutes=12)


def test_the_first_line_says_how_bad_which_and_whose() -> None:
    first, title, message, *_ = lines_of(card_content(make_card(), EN))
    assert first == "🟠 ERROR #12 · Shop"
    assert (title, message) == ("Payment failed", "The bank did not answer")


def test_one_report_is_seen_once() -> None:
    content = card_content(make_card(), EN)
    assert "1 report · Seen 23 Nov 2026, 09:00:00 UTC" in lines_of(content)


def test_many_reports_have_a_count_and_a_first_and_a_last_time() -> None:
    content = card_content(make_card(count=12, last_seen_at=LATER), EN)
    assert "12 reports · First seen" in text_of(content)
    assert spans_of(content, "date_time") == [
        "23 Nov 2026, 09:00:00 UTC",
        "23 Nov 2026, 09:12:00 UTC",
    ]


def test_times_are_entities_that_each_reader_sees_in_his_own_zone() -> None:
    _, entities = card_content(make_card(), EN).text.render()
    (seen,) = [entity for entity in entities if entity.type == "date_time"]
    assert seen.unix_time == int(OPENED.timestamp())
    assert seen.date_time_format == "dt"


def test_who_has_it_is_named() -> None:
    content = card_content(make_card(status=Status.acknowledged, holder="Bob"), EN)
    assert lines_of(content)[1] == "👤 Bob has it"


def test_an_acknowledge_by_nobody_we_know_still_shows() -> None:
    content = card_content(make_card(status=Status.acknowledged), EN)
    assert lines_of(content)[1] == "👤 Acknowledged"


def test_the_end_is_told_with_who_when_and_how_long() -> None:
    card = make_card(status=Status.resolved, resolved_by="Ann", resolved_at=LATER)
    first, second, *_ = lines_of(card_content(card, EN))
    assert first == "✅ ERROR #12 · Shop"
    assert second == "Resolved by Ann, 23 Nov 2026, 09:12:00 UTC, after 12 min"


def test_a_snoozed_card_says_until_when() -> None:
    card = make_card(status=Status.snoozed, snoozed_until=LATER, holder="Bob")
    assert lines_of(card_content(card, EN))[1:3] == [
        "💤 Snoozed until 23 Nov 2026, 09:12:00 UTC",
        "👤 Bob has it",
    ]


def test_a_recurrence_names_the_one_before() -> None:
    assert "Again after #11" in lines_of(card_content(make_card(predecessor=11), EN))


@pytest.mark.parametrize("level", Level)
def test_every_level_has_its_word(level: Level) -> None:
    assert level.name.upper() in lines_of(card_content(make_card(level=level), EN))[0]


def test_the_long_message_is_folded_and_the_short_one_is_not() -> None:
    long = card_content(make_card(message="line\n" * 20), EN)
    assert spans_of(long, "expandable_blockquote") == ["\n".join(["line"] * 20)]
    assert spans_of(card_content(make_card(), EN), "blockquote") == ["The bank did not answer"]


def test_a_message_that_only_repeats_the_title_is_left_out() -> None:
    content = card_content(make_card(message="Payment failed"), EN)
    assert text_of(content).count("Payment failed") == 1


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("letter", ["x", "я", "🔥", "👩‍👩‍👧‍👦", "<b>&_*"])
@pytest.mark.parametrize("status", Status)
def test_the_longest_card_fits_and_keeps_all_but_the_message(
    letter: str, status: Status, locale: str
) -> None:
    card = make_card(
        status=status,
        app=(letter * 100)[:100],
        title=(letter * 1000)[:1000],
        message=letter * 65_536,
        holder=(letter * 130)[:130],
        resolved_by=(letter * 130)[:130],
        resolved_at=LATER,
        snoozed_until=LATER,
        count=10**9,
        last_seen_at=LATER,
        predecessor=11,
        url="http://127.0.0.1:8080/incidents/12",
    )
    content = card_content(card, translator_of(locale))
    text, entities = content.text.render()
    assert MAX_TEXT - 5 <= len(text) <= MAX_TEXT
    assert text.startswith(("🟠", "✅"))
    assert "#12 · " in text
    assert text.endswith("http://127.0.0.1:8080/incidents/12")
    units = len(text.encode("utf-16-le")) // 2
    assert all(entity.offset + entity.length <= units for entity in entities)
    assert sum(entity.type == "date_time" for entity in entities) >= 2


@pytest.mark.parametrize(
    ("status", "labels"),
    [
        (Status.open, [["Acknowledge", "Resolve"], ["Snooze", "Assign", "Details"]]),
        (Status.acknowledged, [["Unacknowledge", "Resolve"], ["Snooze", "Assign", "Details"]]),
        (Status.snoozed, [["Acknowledge", "Resolve", "Reopen"], ["Snooze", "Assign", "Details"]]),
        (Status.resolved, [["Resolved"], ["Reopen", "Details"]]),
    ],
)
def test_the_buttons_are_what_the_status_allows(status: Status, labels: list[list[str]]) -> None:
    assert labels_of(card_content(make_card(status=status), EN)) == labels


def test_a_button_names_its_action_and_incident() -> None:
    button = buttons_of(card_content(make_card(), EN))[0][0]
    assert button.callback_data
    assert CardPress.unpack(button.callback_data) == CardPress(
        action=Action.acknowledge, incident_id=12
    )


def details_of(url: str) -> tuple[InlineKeyboardButton | None, str]:
    content = card_content(make_card(url=url), EN)
    buttons = [button for row in buttons_of(content) for button in row if button.url]
    return (buttons[0] if buttons else None), lines_of(content)[-1]


@pytest.mark.parametrize(
    "url",
    [
        "https://dispatcher.example.com/incidents/12",
        "http://dispatcher.example.com:8080/incidents/12",
        "https://8.8.8.8/incidents/12",
    ],
)
def test_a_public_address_is_a_button(url: str) -> None:
    button, last = details_of(url)
    assert button
    assert button.url == url
    assert url not in last


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8080/incidents/12",
        "http://127.0.0.1:8080/incidents/12",
        "http://[::1]:8080/incidents/12",
        "http://192.168.1.5/incidents/12",
        "http://0.0.0.0:8080/incidents/12",
        "http://dispatcher/incidents/12",
        "http://dispatcher.internal/incidents/12",
        "http://box.local./incidents/12",
    ],
)
def test_an_address_that_telegram_refuses_stands_as_text(url: str) -> None:
    assert details_of(url) == (None, url)


def test_equal_cards_have_equal_hashes_and_different_ones_do_not() -> None:
    shown = card_content(make_card(), EN).hash
    assert card_content(make_card(), EN).hash == shown
    assert card_content(make_card(count=2), EN).hash != shown
    assert card_content(make_card(url="https://other.example.com/1"), EN).hash != shown
    assert card_content(make_card(opened_at=LATER), EN).hash != shown
