"""Searching incidents: in any case and script, every word as it stands."""

from datetime import datetime

import pytest

from core.db import Database
from core.incident_list import SEARCH_CHARS, Filters, incident_list
from tests.factories import Scene, make_incident

INCIDENTS = {
    "payment": ("Payment failed", "The BANK did not answer"),
    "flight": ("Самолёт не вылетел", "Ёлка на полосе, Ильич"),
    "percent": ("Disk 100% full", "on node_7 of C:\\pool"),
    "other": ("Disk 1000 full", "on nodeX7 of C:/pool"),
    "quote": ('It\'s "late"', "Straße gesperrt"),
}


@pytest.fixture
async def names(database: Database, scene: Scene, now: datetime) -> dict[int, str]:
    async with database.writing() as session:
        return {
            (await make_incident(session, now, scene.shop, title, message=message)).id: name
            for name, (title, message) in INCIDENTS.items()
        }


async def found(database: Database, names: dict[int, str], text: str) -> set[str]:
    async with database.reading() as session:
        page = await incident_list(session, Filters(text=text))
        return {names[incident.id] for incident in page.rows}


async def test_words_are_found_in_any_case_in_title_and_message(
    database: Database, names: dict[int, str]
) -> None:
    for text in ("payment", "PAYMENT", "aYmEn", "bank", "failed  answer", "bank payment"):
        assert await found(database, names, text) == {"payment"}, text


async def test_cyrillic_is_found_in_any_case_and_yo_is_ye(
    database: Database, names: dict[int, str]
) -> None:
    for text in ("самолёт", "САМОЛЕТ", "Самолет", "ёлка", "елка", "ЕЛКА", "ильич полосе"):
        assert await found(database, names, text) == {"flight"}, text


async def test_a_letter_written_as_two_code_points_is_the_same_letter(
    database: Database, names: dict[int, str]
) -> None:
    for text in ("самоле\u0308т", "САМОЛЕ\u0308Т"):
        assert await found(database, names, text) == {"flight"}, text


async def test_wildcards_and_escapes_are_letters_like_any_other(
    database: Database, names: dict[int, str]
) -> None:
    expected = {
        "100%": {"percent"},
        "%": {"percent"},
        "node_7": {"percent"},
        "_": {"percent"},
        "c:\\pool": {"percent"},
        "\\": {"percent"},
        "c:/pool": {"other"},
        "/": {"other"},
        "it's": {"quote"},
        '"late"': {"quote"},
        "'": {"quote"},
        "[a-z]": set(),
        "*": set(),
    }
    for text, incidents in expected.items():
        assert await found(database, names, text) == incidents, text


async def test_every_word_must_be_there(database: Database, names: dict[int, str]) -> None:
    assert await found(database, names, "disk full") == {"percent", "other"}
    assert await found(database, names, "disk full payment") == set()


async def test_special_casing_is_folded_on_both_sides(
    database: Database, names: dict[int, str]
) -> None:
    for text in ("straße", "STRASSE"):
        assert await found(database, names, text) == {"quote"}, text


async def test_no_word_is_no_condition(database: Database, names: dict[int, str]) -> None:
    for text in ("", " \t\n"):
        assert await found(database, names, text) == set(INCIDENTS)


async def test_a_very_long_search_is_cut(database: Database, names: dict[int, str]) -> None:
    for piece in ("%", "a ", "ё", "ﷺ"):
        assert await found(database, names, piece * 100_000) <= set(INCIDENTS)


async def test_the_beginning_of_a_very_long_search_counts(
    database: Database, names: dict[int, str]
) -> None:
    text = "payment" + " " * SEARCH_CHARS + "nowhere"
    assert await found(database, names, text) == {"payment"}
