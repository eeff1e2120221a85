"""What a button sends back fits Telegram's 64 bytes, and nonsense from a forged one is refused."""

import pytest
from aiogram.filters.callback_data import CallbackData

from bot import callbacks
from bot.callbacks import (
    CARD_PRESSES,
    AssignPress,
    CardPress,
    ListPress,
    MenuPress,
    SetupChoice,
    SetupPress,
    SnoozePress,
    StormPress,
)
from core.lifecycle import Action
from core.menus import MenuName
from core.moments import SnoozeChoice

LARGEST = 2**63 - 1


@pytest.mark.parametrize("action", Action)
def test_every_button_fits_64_bytes_whatever_its_incident(action: Action) -> None:
    card = CardPress(action=action, incident_id=LARGEST, generation=2**31 - 1)
    in_list = ListPress(action=action, incident_id=LARGEST)
    assert len(card.pack().encode()) <= 64
    assert len(in_list.pack().encode()) <= 64


def test_every_button_of_a_menu_fits_too() -> None:
    menu = [MenuPress(incident_id=LARGEST, menu=name, page=9999) for name in MenuName]
    snooze = [SnoozePress(incident_id=LARGEST, choice=choice) for choice in SnoozeChoice]
    assign = AssignPress(incident_id=LARGEST, person_id=LARGEST)
    assert max(len(press.pack().encode()) for press in (*menu, *snooze, assign)) <= 64


def test_every_button_of_a_set_up_and_of_a_storm_fits() -> None:
    setup = [SetupPress(choice=one, page=9999, app_id=LARGEST) for one in SetupChoice]
    storm = StormPress(storm_id=LARGEST)
    assert max(len(press.pack().encode()) for press in (*setup, storm)) <= 64


def test_every_class_of_button_is_measured_above() -> None:
    classes = [
        value
        for value in vars(callbacks).values()
        if isinstance(value, type) and issubclass(value, CallbackData) and value is not CallbackData
    ]
    assert set(classes) == {*CARD_PRESSES, ListPress, SetupPress, StormPress}


def test_a_packed_press_reads_back() -> None:
    press = CardPress(action=Action.snooze, incident_id=12)
    assert CardPress.unpack(press.pack()) == press
    to_me = AssignPress(incident_id=12)
    assert AssignPress.unpack(to_me.pack()) == to_me


@pytest.mark.parametrize(
    "data",
    [
        "c1:resolve:0:0",
        "c1:resolve:-1:0",
        f"c1:resolve:{2**63}:0",
        "c1:explode:1:0",
        "c1:resolve:1",
    ],
)
def test_forged_data_is_refused(data: str) -> None:
    with pytest.raises((TypeError, ValueError)):
        CardPress.unpack(data)
