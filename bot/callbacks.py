"""What the buttons send back: at most 64 bytes, and old prefixes stay, for buttons live for months.

A new layout of the fields gets a new prefix.
"""

from enum import StrEnum
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from core.lifecycle import Action
from core.menus import MenuName
from core.moments import SnoozeChoice


class SetupChoice(StrEnum):
    """What a button of a chat's set-up does."""

    show = "show"
    app = "app"
    rest = "rest"
    policy = "policy"
    trial = "trial"


IncidentId = Annotated[int, Field(ge=1, lt=2**63)]


class CardPress(CallbackData, prefix="c1"):
    """A button of a card; `generation` tells a card from the one that replaced it."""

    action: Action
    incident_id: IncidentId
    generation: Annotated[int, Field(ge=0, lt=2**31)] = 0


class MenuPress(CallbackData, prefix="m1"):
    """Opens a menu of a card, turns its page, or without a name goes back."""

    incident_id: IncidentId
    menu: MenuName | None = None
    page: Annotated[int, Field(ge=0, lt=10_000)] = 0


class SnoozePress(CallbackData, prefix="s1"):
    """A choice of the menu to snooze."""

    incident_id: IncidentId
    choice: SnoozeChoice


class AssignPress(CallbackData, prefix="a1"):
    """A choice of the menu to assign: a person, or without one whoever presses."""

    incident_id: IncidentId
    person_id: Annotated[int, Field(ge=1, lt=2**63)] | None = None


class ListPress(CallbackData, prefix="l1"):
    """A button of the list that /open shows."""

    action: Action
    incident_id: IncidentId


class SetupPress(CallbackData, prefix="u1"):
    """A button of a chat's set-up, on a page of its apps."""

    choice: SetupChoice
    page: Annotated[int, Field(ge=0, lt=10_000)] = 0
    app_id: Annotated[int, Field(ge=1, lt=2**63)] | None = None


class StormPress(CallbackData, prefix="w1"):
    """The button of a storm's card: show what it gathered."""

    storm_id: Annotated[int, Field(ge=1, lt=2**63)]


CARD_PRESSES = (CardPress, MenuPress, SnoozePress, AssignPress)
