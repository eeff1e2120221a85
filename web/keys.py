"""What the application and a request carry, by typed key."""

from asyncio import Event
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web
from aiohttp.typedefs import Handler
from jinja2 import Environment

from core.db import Database
from core.i18n import Translator
from core.intake import Intake
from core.models import Person
from core.settings import Settings
from core.tally import Tally
from web.intake.rings import Rings

Clock = Callable[[], datetime]
ReceiveUpdate = Callable[[bytes, str | None], Awaitable[bool]]

SETTINGS = web.AppKey("SETTINGS", Settings)
DATABASE = web.AppKey("DATABASE", Database)
INTAKE = web.AppKey("INTAKE", Intake)
TALLY = web.AppKey("TALLY", Tally)
RINGS = web.AppKey("RINGS", Rings)
SECRET_KEY = web.AppKey("SECRET_KEY", str)
NOW = web.AppKey[Clock]("NOW")
STOPPING = web.AppKey("STOPPING", Event)
# Takes a webhook call's body and secret; says whether the secret was right. None: no webhook here.
RECEIVE_UPDATE = web.AppKey[ReceiveUpdate | None]("RECEIVE_UPDATE")
# The templates, by locale.
TEMPLATES = web.AppKey[Mapping[str, Environment]]("TEMPLATES")
# Handlers that no browser form reaches: no session, no cookie, no language; errors are JSON.
MACHINES = web.AppKey[frozenset[Handler]]("MACHINES")
# Pages that are shown to everybody.
OPEN_PAGES = web.AppKey[frozenset[Handler]]("OPEN_PAGES")
# What even a viewer may post.
VIEWER_PAGES = web.AppKey[frozenset[Handler]]("VIEWER_PAGES")

REQUEST_ID = web.RequestKey("REQUEST_ID", str)
# The rest is there for pages only. PERSON, SESSION and ALARMS: where somebody is signed in, that
# is, everywhere but on open pages and in errors. FORM: in the POST of a page, once it is trusted.
TRANSLATOR = web.RequestKey("TRANSLATOR", Translator)
ZONE = web.RequestKey("ZONE", ZoneInfo)
PERSON = web.RequestKey("PERSON", Person)
SESSION = web.RequestKey("SESSION", str)
ALARMS = web.RequestKey[Sequence[str]]("ALARMS")
FORM = web.RequestKey[Mapping[str, str]]("FORM")
