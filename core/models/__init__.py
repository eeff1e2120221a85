"""All tables: columns and constraints, no rules. This is where they are imported from."""

from core.models.apps import App, AppCode, Silence
from core.models.chats import AppChat, Chat, ChatPerson, DigestSchedule
from core.models.checks import Check, Ping
from core.models.columns import LevelNumber, StatusName
from core.models.delivery import Card, Lane, Notice, Redrawn, Storm
from core.models.facts import Fact
from core.models.inbox import Update
from core.models.incidents import Entry, Incident
from core.models.people import ApiToken, LoginLink, Person, WebSession
from core.models.reports import HourlyCount, Log, Origin, Raw, Report

__all__ = [
    "ApiToken",
    "App",
    "AppChat",
    "AppCode",
    "Card",
    "Chat",
    "ChatPerson",
    "Check",
    "DigestSchedule",
    "Entry",
    "Fact",
    "HourlyCount",
    "Incident",
    "Lane",
    "LevelNumber",
    "Log",
    "LoginLink",
    "Notice",
    "Origin",
    "Person",
    "Ping",
    "Raw",
    "Redrawn",
    "Report",
    "Silence",
    "StatusName",
    "Storm",
    "Update",
    "WebSession",
]
