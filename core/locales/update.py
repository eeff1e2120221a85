"""Collects the messages of the code into the catalogs: `python -m core.locales.update`.

Translations stay, messages that no code uses go, and nothing is guessed: a new message is empty
until somebody translates it.
"""

from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from core.i18n import LOCALES, LOCALES_DIR

ROOT = Path(__file__).parents[2]
TRANSLATED = tuple(locale for locale in LOCALES if locale != "en")

_METHODS = [
    ("bot/simulator/**.py", "ignore"),  # the far side: its page has words of its own
    ("bot/**.py", "python"),
    ("core/**.py", "python"),
    ("web/**.py", "python"),
    ("web/templates/**.html", "jinja2"),
]
_OPTIONS = {
    # Jinja as web.pages sets it up; a template that cannot be parsed is an error.
    "web/templates/**.html": {"trimmed": "yes", "newstyle_gettext": "yes", "silent": "no"},
}
_KEYWORDS = {
    "t": None,
    "N_": None,
    "_": None,
    "gettext": None,
    "plural": (1, 2),
    "ngettext": (1, 2),
}


def messages_of_code(root: Path = ROOT) -> Catalog:
    """Collect what the program says, without translations."""
    found = Catalog()
    for _, _, message, _, _ in extract_from_dir(root, _METHODS, _OPTIONS, _KEYWORDS):
        found.add(message)
    return found


def path_of(locale: str) -> Path:
    return LOCALES_DIR / locale / "messages.po"


def catalog_of(locale: str) -> Catalog:
    with path_of(locale).open("rb") as file:
        return read_po(file, locale=locale)


def update(catalog: Catalog, messages: Catalog) -> None:
    """Give a catalog exactly these messages; the translations it has stay."""
    catalog.update(
        messages, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False
    )


def forms_of(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """List the forms of an original or a translation: one, or one for each plural."""
    return tuple(text) if isinstance(text, list | tuple) else (text or "",)


def is_translated(message: Message) -> bool:
    return not message.fuzzy and all(forms_of(message.string))


def main() -> None:
    messages = messages_of_code()
    for locale in TRANSLATED:
        catalog = catalog_of(locale)
        update(catalog, messages)
        with path_of(locale).open("wb") as file:
            write_po(
                file, catalog, width=0, no_location=True, sort_output=True, ignore_obsolete=True
            )
        left = sum(not is_translated(message) for message in catalog if message.id)
        print(f"{locale}: {len(catalog)} messages, {left} to translate")  # noqa: T201 - a command's answer


if __name__ == "__main__":
    main()
