"""The catalogs say everything that the code says, and nothing else; the tool keeps them so."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from core.i18n import translator_of
from core.locales.update import (
    TRANSLATED,
    catalog_of,
    forms_of,
    is_translated,
    messages_of_code,
    update,
)

PLACEHOLDER = re.compile(r"%\(\w+\)\w|%%")


@pytest.fixture(scope="module")
def messages() -> Catalog:
    return messages_of_code()


def texts_of(catalog: Catalog) -> set[tuple[str, ...]]:
    return {forms_of(message.id) for message in catalog if message.id}


def placeholders_of(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def placeholders_kept(message: Message) -> bool:
    """Compare all forms with the plural: Russian uses one form for 1, 21 and 31."""
    wanted = placeholders_of(forms_of(message.id)[-1])
    return all(placeholders_of(form) == wanted for form in forms_of(message.string) if form)


@pytest.mark.parametrize("locale", TRANSLATED)
class TestCatalog:
    def test_has_every_message_of_the_code(self, locale: str, messages: Catalog) -> None:
        missing = texts_of(messages) - texts_of(catalog_of(locale))
        assert not missing, "run `make messages`"

    def test_has_no_message_that_the_code_does_not_use(
        self, locale: str, messages: Catalog
    ) -> None:
        unused = texts_of(catalog_of(locale)) - texts_of(messages)
        assert not unused, "run `make messages`"

    def test_translates_every_message(self, locale: str) -> None:
        left = [message.id for message in catalog_of(locale) if not is_translated(message)]
        assert left == []

    def test_translates_every_plural_form(self, locale: str) -> None:
        catalog = catalog_of(locale)
        short = [
            message.id
            for message in catalog
            if message.pluralizable and len(forms_of(message.string)) != catalog.num_plurals
        ]
        assert short == []

    def test_keeps_the_placeholders_of_every_message(self, locale: str) -> None:
        changed = [message.id for message in catalog_of(locale) if not placeholders_kept(message)]
        assert changed == []


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_messages_are_found_in_code_and_in_templates(tmp_path: Path) -> None:
    write(
        tmp_path / "bot/render.py",
        'LEVEL = N_("level")\n'
        'lines = [Bold(t("In a call"))]\n'
        'toast = t("Seen %(ago)s ago", ago=t("an hour"))\n'
        't.plural("%(num)s report", "%(num)s reports", count)\n',
    )
    write(
        tmp_path / "web/templates/page.html",
        "<p title=\"{{ _('Title') }}\">{% trans name=app.name %}\n  Edit {{ name }}\n{% endtrans %}"
        "{% trans num=rest %}{{ num }} more{% pluralize %}{{ num }} others{% endtrans %}</p>",
    )
    assert texts_of(messages_of_code(tmp_path)) == {
        ("level",),
        ("In a call",),
        ("Seen %(ago)s ago",),
        ("an hour",),
        ("%(num)s report", "%(num)s reports"),
        ("Title",),
        ("Edit %(name)s",),
        ("%(num)s more", "%(num)s others"),
    }


def test_the_simulators_own_words_are_not_collected(tmp_path: Path) -> None:
    write(tmp_path / "bot/simulator/human/page.py", 't("not ours")\n')
    assert texts_of(messages_of_code(tmp_path)) == set()


def test_an_update_keeps_translations_and_guesses_none() -> None:
    catalog = Catalog("ru")
    catalog.add("Resolve", "Решить")
    catalog.add("Gone", "Пропало")
    messages = Catalog()
    messages.add("Resolve")
    messages.add("Resolved")
    update(catalog, messages)
    assert {message.id: message.string or "" for message in catalog if message.id} == {
        "Resolve": "Решить",
        "Resolved": "",
    }


def test_a_translation_that_loses_a_placeholder_in_one_form_is_noticed() -> None:
    original = ("%(num)s report of %(app)s", "%(num)s reports of %(app)s")
    whole = ("%(num)s отчёт %(app)s", "%(num)s отчёта %(app)s", "%(num)s отчётов %(app)s")
    assert placeholders_kept(Message(original, whole))
    assert not placeholders_kept(Message(original, (*whole[:2], "отчёты %(app)s")))


def test_a_catalog_is_read_as_it_is() -> None:
    assert translator_of("ru")("resolved") != "resolved"
