"""The list of what is open, and the digest."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.content import MAX_TEXT
from bot.render import OpenList, OpenRow, open_list_content
from bot.render_digest import digest_content, digest_text
from bot.render_silences import SilenceRow
from core.i18n import LOCALES, translator_of
from core.levels import Level
from core.lifecycle import Status, actions_of
from tests.bot.cards import (
    OPENED,
    PUBLIC,
    buttons_of,
    labels_of,
    lines_of,
    make_digest,
    spans_of,
    text_of,
)

EN = translator_of("en")
LOCAL = "http://127.0.0.1:8080"


def make_row(number: int, *, status: Status = Status.open, **changes: str) -> OpenRow:
    return OpenRow(
        number=number,
        app=changes.get("app", "Shop"),
        title=changes.get("title", "Payment failed"),
        level=Level.error,
        opened_at=OPENED,
        holder=changes.get("holder"),
        snoozed_until=OPENED + timedelta(hours=1) if status is Status.snoozed else None,
        url=f"{changes.get('base', PUBLIC)}/incidents/{number}",
        actions=actions_of(status),
    )


def test_nothing_open_says_so_without_buttons() -> None:
    content = open_list_content(OpenList((), more=False, url=PUBLIC), EN)
    assert text_of(content) == "Nothing is open."
    assert content.keyboard is None


def test_each_open_incident_has_its_line_and_its_buttons() -> None:
    rows = (make_row(2), make_row(1, status=Status.acknowledged, holder="Bob"))
    content = open_list_content(OpenList(rows, more=False, url=f"{PUBLIC}/incidents"), EN)
    assert "🟠 #2 · Shop · Payment failed" in lines_of(content)
    assert "since 23 Nov 2026, 09:00:00 UTC, nobody has it" in lines_of(content)
    assert "since 23 Nov 2026, 09:00:00 UTC, Bob has it" in lines_of(content)
    assert labels_of(content) == [
        ["Acknowledge #2", "Resolve #2"],
        ["Resolve #1"],
        ["All on the web"],
    ]
    assert spans_of(content, "text_link") == ["#2", "#1"]


def test_a_snoozed_incident_says_until_when() -> None:
    rows = (make_row(1, status=Status.snoozed),)
    content = open_list_content(OpenList(rows, more=True, url=PUBLIC), EN)
    assert "snoozed until 23 Nov 2026, 10:00:00 UTC" in text_of(content)
    assert "There are more than these." in lines_of(content)


def test_without_a_public_address_the_list_has_it_as_text() -> None:
    open_list = OpenList((make_row(1, base=LOCAL),), more=False, url=f"{LOCAL}/incidents")
    content = open_list_content(open_list, EN)
    assert lines_of(content)[-1] == f"{LOCAL}/incidents"
    assert spans_of(content, "text_link") == []
    assert all(button.url is None for row in buttons_of(content) for button in row)


def test_what_is_muted_stands_below_even_when_nothing_is_open() -> None:
    muted = (SilenceRow("Shop", OPENED, "Bob", "reboot"), SilenceRow("Blog", OPENED, "Alice", ""))
    content = open_list_content(OpenList((), more=False, url=PUBLIC, muted=muted), EN)
    assert lines_of(content) == [
        "Nothing is open.",
        "",
        "Muted",
        "🔕 Shop makes no sound until 23 Nov 2026, 09:00:00 UTC (Bob: reboot)",
        "🔕 Blog makes no sound until 23 Nov 2026, 09:00:00 UTC (Alice)",
    ]


@pytest.mark.parametrize("locale", LOCALES)
def test_ten_long_incidents_fit_whatever_is_muted(locale: str) -> None:
    rows = tuple(
        make_row(2**63 - 1 - n, app="🔥" * 100, title="я" * 1000, holder="ж" * 130)
        for n in range(10)
    )
    muted = tuple(SilenceRow("🔥" * 100, OPENED, "ж" * 130, "я" * 200) for _ in range(200))
    open_list = OpenList(rows, more=True, url=f"{PUBLIC}/incidents", muted=muted)
    assert len(text_of(open_list_content(open_list, translator_of(locale)))) <= MAX_TEXT


def test_a_digest_puts_each_number_beside_the_one_before() -> None:
    lines = lines_of(digest_content(make_digest(), EN, UTC, f"{PUBLIC}/incidents"))
    assert "Opened: 3 (5)" in lines
    assert "Resolved: 2 (5)" in lines
    assert "Reports: 40 (60)" in lines
    assert "Mean time to acknowledge: 4 min (–)" in lines
    assert "Mean time to resolve: 50 min (3 hr)" in lines
    assert "🔴 crit: 10 (0)" in lines
    assert "Shop: 40 (60)" in lines


def test_a_digest_links_what_is_still_open() -> None:
    content = digest_content(make_digest(still_open=2), EN, UTC, f"{PUBLIC}/incidents")
    assert "2 incidents are still open, the oldest first" in lines_of(content)
    assert spans_of(content, "text_link") == ["#1", "#2"]
    assert labels_of(content) == [["All on the web"]]


def test_a_quiet_digest_says_that_nothing_is_open() -> None:
    content = digest_content(make_digest(still_open=0), EN, UTC)
    assert "Nothing is open." in lines_of(content)


def test_a_late_digest_says_so() -> None:
    late = "It comes late: Dispatcher was not running when it was due."
    assert late in text_of(digest_content(make_digest(late=True), EN, UTC))
    assert late not in text_of(digest_content(make_digest(), EN, UTC))


def test_a_digest_names_its_times_in_the_zone_of_its_chat() -> None:
    text = digest_text(make_digest(), EN, ZoneInfo("Europe/Moscow"))
    assert "From 22 Nov 2026, 12:00:00 MSK to 23 Nov 2026, 12:00:00 MSK" in text


@pytest.mark.parametrize("locale", LOCALES)
def test_the_longest_digest_fits(locale: str) -> None:
    digest = make_digest(still_open=500, url=LOCAL)
    content = digest_content(digest, translator_of(locale), UTC, f"{LOCAL}/incidents")
    assert len(text_of(content)) <= MAX_TEXT
    assert lines_of(content)[-1] == f"{LOCAL}/incidents"
