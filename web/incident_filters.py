"""The incident list's filters, as they stand in its address and in its form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from re import fullmatch
from typing import TypeVar
from urllib.parse import urlencode

from core.errors import InvalidInput
from core.i18n import N_
from core.incident_list import Filters
from core.lifecycle import UNRESOLVED, Status
from web.forms import Values, id_in, level_in, moment_in, text_in

Value = TypeVar("Value")

UNRESOLVED_TAB = "unresolved"
TABS: Mapping[str, tuple[Status, ...]] = {
    UNRESOLVED_TAB: UNRESOLVED,
    **{status.value: (status,) for status in Status},
    "all": tuple(Status),
}
FIELDS = ("q", "app", "level", "since", "until")
_CURSOR = r"[0-9]{1,18}-[0-9]{1,18}"


@dataclass(frozen=True, slots=True)
class Search:
    """What the reader asks the list for; `fields` as typed, `faults` by field."""

    tab: str
    fields: Mapping[str, str]
    filters: Filters
    cursor: str | None
    faults: Mapping[str, str]

    @property
    def is_filtered(self) -> bool:
        return any(self.fields.values())

    def url(self, *, tab: str | None = None, cursor: str | None = None) -> str:
        """Write the address of the same search on another tab or page."""
        status = tab or self.tab
        shown = {
            "status": "" if status == UNRESOLVED_TAB else status,
            **self.fields,
            "cursor": cursor or "",
        }
        query = urlencode({name: value for name, value in shown.items() if value})
        return f"/incidents?{query}" if query else "/incidents"


def search_of(query: Values, zone: tzinfo) -> Search:
    """Read a search from an address; what cannot be read becomes a fault beside its field."""
    faults: dict[str, str] = {}

    def read(parse: Callable[[], Value]) -> Value | None:
        try:
            return parse()
        except InvalidInput as error:
            faults[error.field] = error.reason
            return None

    tab = read(lambda: _tab_in(query)) or UNRESOLVED_TAB
    filters = Filters(
        statuses=TABS[tab],
        app_id=read(lambda: id_in(query, "app")),
        lowest_level=read(lambda: level_in(query, "level")),
        text=text_in(query, "q"),
        since=read(lambda: moment_in(query, "since", zone)),
        until=read(lambda: moment_in(query, "until", zone)),
    )
    cursor = read(lambda: _cursor_in(query))
    fields = {name: text_in(query, name) for name in FIELDS}
    return Search(tab, fields, filters, cursor, faults)


def _tab_in(query: Values) -> str:
    tab = text_in(query, "status") or UNRESOLVED_TAB
    if tab not in TABS:
        raise InvalidInput("status", N_("There is no such tab."))
    return tab


def _cursor_in(query: Values) -> str | None:
    cursor = text_in(query, "cursor")
    if cursor and not fullmatch(_CURSOR, cursor):
        raise InvalidInput("cursor", N_("The address of this page is not complete."))
    return cursor or None
