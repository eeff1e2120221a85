"""English and Russian: the catalogs, and how times and durations read in a language.

A message is written in English where it is used; `core/locales/<locale>/messages.po` has the
translations. They are read as they are, so there is no compiled catalog to forget.
"""

from datetime import datetime, timedelta, tzinfo
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.dates import format_datetime, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.units import format_unit

LOCALES = ("en", "ru")
LOCALES_DIR = Path(__file__).parent / "locales"
_UNITS = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a message that is translated where it is shown."""
    return message


class Translator:
    """One reader's language; values go into a message as `%(name)s`."""

    def __init__(self, locale: str, catalog: NullTranslations) -> None:
        self.locale = locale
        self.catalog = catalog

    def __call__(self, message: str, /, **values: object) -> str:
        text = self.catalog.gettext(message)
        return text % values if values else text

    def plural(self, singular: str, plural: str, number: int, /, **values: object) -> str:
        """Choose the form for `number`, which the message shows as `%(num)s`."""
        return self.catalog.ngettext(singular, plural, number) % {"num": number, **values}

    def duration(self, length: timedelta) -> str:
        """Say a length of time in its largest unit: 4 min."""
        return format_timedelta(length, format="short", threshold=1.5, locale=self.locale)

    def span(self, length: timedelta) -> str:
        """Say a length of time to the second: 1 hr 30 min."""
        words, rest = [], int(length.total_seconds())
        for unit, seconds in _UNITS.items():
            count, rest = divmod(rest, seconds)
            if count:
                words.append(format_unit(count, f"duration-{unit}", "short", locale=self.locale))
        return " ".join(words)

    def moment(self, at: datetime, zone: tzinfo) -> str:
        """Say a moment in a time zone: 23 Nov 2026, 20:15:00."""
        return format_datetime(at.astimezone(zone), "d MMM y, HH:mm:ss", locale=self.locale)


@cache
def translator_of(locale: str) -> Translator:
    """Load the translator of a locale; English for one there is no catalog of."""
    path = LOCALES_DIR / locale / "messages.po"
    if locale not in LOCALES or not path.exists():
        return Translator("en", NullTranslations())
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=locale))
    compiled.seek(0)
    return Translator(locale, GNUTranslations(compiled))


def locale_of(language: str | None, default: str) -> str:
    """Choose ours for a language tag of theirs, e.g. Telegram's language_code."""
    tag = (language or "").replace("_", "-").split("-")[0].lower()
    return tag if tag in LOCALES else default
