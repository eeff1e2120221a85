"""What goes to a chat first: the number stands in the row, written with the fact that caused it."""

from enum import IntEnum

from core.levels import Level


class Urgency(IntEnum):
    """From what must not wait to what can; a smaller number goes first."""

    page = 1  # a new crit card, a call for somebody
    person = 2  # what a person did, and what ends a matter
    new = 3
    crit_counter = 4
    counter = 5
    rest = 6


# What people wait for may use what is kept for it; the others leave it alone.
LEAST_URGENT_OF_PEOPLE = Urgency.person
COUNTERS = (Urgency.crit_counter, Urgency.counter)


def urgency_of_new(level: Level) -> Urgency:
    return Urgency.page if level is Level.crit else Urgency.new


def urgency_of_more(level: Level, *, raised: bool) -> Urgency:
    """How urgent further reports of an incident are; what has become worse does not wait."""
    if raised:
        return Urgency.page if level is Level.crit else Urgency.person
    return Urgency.crit_counter if level is Level.crit else Urgency.counter
