"""Writes what people read about the settings: `python -m core.settings_docs`.

`.env.example` and the tables of the READMEs come from the settings class; a test compares them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr

from core.i18n import N_, Translator, translator_of
from core.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
READMES = {"README.md": "en", "README.ru.md": "ru"}
_TABLE = re.compile(r"(?<=<!-- settings -->\n).*?(?=<!-- /settings -->)", re.DOTALL)

_HEAD = """\
# The settings of Dispatcher, each with its default. Written by `python -m core.settings_docs`.
# Copy this file to .env and uncomment what you change; the environment wins over the file.
"""
_COLUMNS = (N_("Variable"), N_("Default"), N_("What it is"))


class _Variable(NamedTuple):
    name: str
    default: str
    description: str
    is_secret: bool


def example() -> str:
    """Make the text of .env.example."""
    return _HEAD + "".join(_example_of(variable) for variable in _variables())


def table(t: Translator) -> str:
    """Make the table of a README."""
    rows = [tuple(t(column) for column in _COLUMNS), ("---",) * len(_COLUMNS)]
    for variable in _variables():
        default = f"`{variable.default}`" if variable.default else ""
        rows.append((f"`{variable.name}`", default, t(variable.description)))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def readme(text: str, t: Translator) -> str:
    """Put the table between the marks of a README."""
    return _TABLE.sub(lambda _: table(t), text)


def documents() -> dict[Path, str]:
    """Make every document that shows the settings, as it should be."""
    found = {ROOT / ".env.example": example()}
    for name, locale in READMES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        found[ROOT / name] = readme(text, translator_of(locale))
    return found


def main() -> None:
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")


def _variables() -> Iterator[_Variable]:
    for name, field in Settings.model_fields.items():
        default = "" if field.default in {None, ()} else str(field.default)
        is_secret = SecretStr in getattr(field.annotation, "__args__", ())
        yield _Variable(PREFIX + name.upper(), default, field.description or "", is_secret)


def _example_of(variable: _Variable) -> str:
    lines = ["", f"# {variable.description}", f"#{variable.name}={variable.default}"]
    if variable.is_secret:
        lines.append(f"#{variable.name}_FILE=")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
