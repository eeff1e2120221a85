"""The buttons under a card, and its menus. Pure."""

from aiogram.enums import ButtonStyle
from aiogram.types import CopyTextButton, DisabledButton, InlineKeyboardButton

from bot.callbacks import AssignPress, CardPress, MenuPress, SnoozePress
from bot.content import Buttons, cut, is_public, link, one_line
from core.cards import Card
from core.i18n import N_, Translator
from core.lifecycle import Action, Status
from core.menus import Menu, MenuName
from core.moments import SnoozeChoice
from core.words import action_word

STYLES = {Action.acknowledge: ButtonStyle.PRIMARY, Action.resolve: ButtonStyle.SUCCESS}
CANDIDATE_CHARS = 24
CANDIDATES_A_ROW = 2
SNOOZES = {
    SnoozeChoice.hour: N_("1 hour"),
    SnoozeChoice.four_hours: N_("4 hours"),
    SnoozeChoice.morning: N_("Until tomorrow 9:00"),
}


def card_buttons(card: Card, t: Translator, menu: Menu | None = None) -> list[Buttons]:
    """Make the rows of buttons: those of a menu while it is open, else what can be done."""
    if menu is None or card.status is Status.resolved:
        return _first_level(card, t)
    rows = _snoozes(card, t) if menu.name is MenuName.snooze else _candidates(card, menu, t)
    return [*rows, [_menu_button(t("Back"), card)]]


def _first_level(card: Card, t: Translator) -> list[Buttons]:
    actions = [
        _button(
            action_word(t, action),
            CardPress(action=action, incident_id=card.number, generation=card.generation),
            STYLES.get(action),
        )
        for action in card.actions
        if action is not Action.snooze
    ]
    details = _details(card, t)
    if card.status is Status.resolved:
        # Whoever is a moment late with Resolve shall not hit Reopen.
        over = InlineKeyboardButton(text=t("Resolved"), disabled=DisabledButton())
        return [[over], [*actions, details]]
    snooze = _menu_button(t("Snooze"), card, MenuName.snooze)
    assign = _menu_button(t("Assign"), card, MenuName.assign)
    return [actions, [snooze, assign, details]]


def _details(card: Card, t: Translator) -> InlineKeyboardButton:
    """Lead to the page; an address that Telegram takes for no link can be copied at least."""
    if is_public(card.url):
        return link(t("Details"), card.url)
    return InlineKeyboardButton(text=t("Copy link"), copy_text=CopyTextButton(text=card.url))


def _snoozes(card: Card, t: Translator) -> list[Buttons]:
    hour, four_hours, morning = (
        _button(t(label), SnoozePress(incident_id=card.number, choice=choice))
        for choice, label in SNOOZES.items()
    )
    return [[hour, four_hours], [morning]]


def _candidates(card: Card, menu: Menu, t: Translator) -> list[Buttons]:
    to_me = _button(t("To me"), AssignPress(incident_id=card.number))
    people = [
        _button(
            cut(one_line(person.name), CANDIDATE_CHARS),
            AssignPress(incident_id=card.number, person_id=person.id),
        )
        for person in menu.people
    ]
    rows = [people[at : at + CANDIDATES_A_ROW] for at in range(0, len(people), CANDIDATES_A_ROW)]
    pages = []
    if menu.page > 0:
        pages.append(_menu_button("‹", card, menu.name, menu.page - 1))
    if menu.more:
        pages.append(_menu_button("›", card, menu.name, menu.page + 1))
    return [[to_me], *rows, pages]


def _menu_button(
    label: str, card: Card, name: MenuName | None = None, page: int = 0
) -> InlineKeyboardButton:
    return _button(label, MenuPress(incident_id=card.number, menu=name, page=page))


def _button(
    label: str, press: CardPress | MenuPress | SnoozePress | AssignPress, style: str | None = None
) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, callback_data=press.pack(), style=style)
