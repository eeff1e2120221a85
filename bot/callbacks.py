"""What the buttons send back: at most 64 bytes, and old prefixes stay, for buttons live for months.

A new layout of the fields gets a new prefix.
"""

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from core.lifecycle import Action

IncidentId = Annotated[int, Field(ge=1, lt=2**63)]


class CardPress(CallbackData, prefix="c1"):
    """A button of a card; `generation` tells a card from the one that replaced it."""

    action: Action
    incident_id: IncidentId
    generation: Annotated[int, Field(ge=0, lt=2**31)] = 0


class ListPress(CallbackData, prefix="l1"):
    """A button of the list that /open shows."""

    action: Action
    incident_id: IncidentId
