"""Levels: the wire's five words, and the names that map onto them."""

import pytest

from core.levels import Level, level_of


@pytest.mark.parametrize("level", Level)
def test_each_of_the_five_words_is_a_level(level: Level) -> None:
    assert level_of(level.name) is level


@pytest.mark.parametrize(
    ("name", "level"),
    [("critical", Level.crit), ("fatal", Level.crit), ("warn", Level.warning)],
)
def test_other_tools_names_map_onto_the_five(name: str, level: Level) -> None:
    assert level_of(name) is level


@pytest.mark.parametrize("name", ["ERROR", "Error", " error ", "eRRoR\n"])
def test_case_and_surrounding_space_do_not_matter(name: str) -> None:
    assert level_of(name) is Level.error


@pytest.mark.parametrize("name", ["", " ", "err", "40", "errors", "error!", "ошибка", "\0error"])
def test_a_name_that_is_nobodys_is_no_level(name: str) -> None:
    assert level_of(name) is None


def test_levels_are_ordered_from_debug_to_crit() -> None:
    assert sorted(Level) == [Level.debug, Level.info, Level.warning, Level.error, Level.crit]
