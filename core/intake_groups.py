"""A batch folded by app and fingerprint: each incident's reports, and where each stands. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from core.levels import Level
from core.lifecycle import Status
from core.reports import Receipt, Report
from core.urgency import Urgency, urgency_of_more, urgency_of_new

Key = tuple[int, str]
Groups = dict[Key, "Group"]
Place = tuple["Group", int]


@dataclass(frozen=True, slots=True)
class Refused:
    """The report's app was archived before the report was written."""


Result = Receipt | Refused


@dataclass(slots=True)
class Group:
    """The reports of one incident in this batch, and the incident as the database has it."""

    reports: list[Report] = field(default_factory=list)
    highest: Level = Level.debug
    incident_id: int = 0
    status: Status = Status.open
    level: Level | None = None
    level_edited: bool = False
    count: int = 0
    predecessor_id: int | None = None

    @property
    def new(self) -> bool:
        return self.count == 0

    @property
    def level_after(self) -> Level:
        if self.level is None:
            return self.highest
        return self.level if self.level_edited else max(self.level, self.highest)

    @property
    def raised(self) -> bool:
        return self.level is not None and self.level_after > self.level

    @property
    def is_alarming(self) -> bool:
        """Whether it became worse while nobody has it."""
        return self.raised and self.status is Status.open

    @property
    def urgency(self) -> Urgency:
        if self.new:
            return urgency_of_new(self.level_after)
        return urgency_of_more(self.level_after, raised=self.raised)

    @property
    def seen_at(self) -> datetime:
        return self.reports[-1].received_at

    def take(self, report: Report) -> Place:
        """Add a report; it has the next place among this batch's reports of the incident."""
        self.reports.append(report)
        self.highest = max(self.highest, report.level)
        return self, len(self.reports)

    def receipt(self, number: int) -> Receipt:
        report = self.reports[number - 1]
        new = self.new and number == 1
        return Receipt(report.uid, self.incident_id, self.status, new, self.count + number)


def placed(report: Report, groups: Groups) -> Place:
    key = (report.app_id, report.fingerprint)
    group = groups.get(key)
    if group is None:
        group = groups[key] = Group()
    return group.take(report)


def placed_once(
    report: Report, groups: Groups, known: dict[tuple[int, UUID], Place | Result]
) -> Place | Result:
    """Place a report whose sender gave it its id, unless that is written or waits already."""
    identity = (report.app_id, report.uid)
    place = known.get(identity)
    if place is None:
        place = known[identity] = placed(report, groups)
    return place


def result_of(place: Place | Result) -> Result:
    if isinstance(place, tuple):
        group, number = place
        return group.receipt(number)
    return place
