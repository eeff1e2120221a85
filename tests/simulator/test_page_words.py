"""The page's own words: the same ones in both languages, with the same places to fill."""

import re

from bot.simulator.human.page import FILES

_WORD = re.compile(r'^ {2}(\w+): "(.*)",$', re.MULTILINE)


def words(name: str) -> dict[str, set[str]]:
    found = _WORD.findall((FILES / f"{name}.js").read_text(encoding="utf-8"))
    return {key: set(re.findall(r"\{\w+\}", text)) for key, text in found}


def test_both_languages_say_the_same_things() -> None:
    assert words("english") == words("russian")


def test_no_word_is_left_over() -> None:
    pages = [path for path in FILES.iterdir() if path.stem not in {"english", "russian"}]
    source = "".join(path.read_text(encoding="utf-8") for path in pages)
    composed = ("standing_", "preset_")
    asked = {key for key in words("english") if not key.startswith(composed)}
    assert {key for key in asked if not re.search(rf'"{key}"', source)} == set()
