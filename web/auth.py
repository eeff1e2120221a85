"""Who is asking: a cookie names a session that the database keeps. It can be ended at any time."""

from datetime import timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from core import access
from core.alarms import alarms
from core.i18n import translator_of
from core.settings import Settings
from core.timeline import Actor, Source
from web.keys import ALARMS, DATABASE, NOW, PERSON, SESSION, SETTINGS, TRANSLATOR, ZONE
from web.languages import locale_for
from web.pages import see_other


async def recognise(request: web.Request) -> None:
    """Give a page's request its reader, with the reader's language and time zone."""
    settings = request.app[SETTINGS]
    request[TRANSLATOR] = translator_of(locale_for(request, None))
    request[ZONE] = settings.zone
    secret = request.cookies.get(cookie_name(settings))
    if not secret:
        return
    async with request.app[DATABASE].reading() as session:
        person = await access.person_of_session(session, request.app[NOW](), secret)
        wrong = await alarms(session, request.app[NOW]()) if person else []
    if person:
        request[PERSON], request[SESSION] = person, secret
        request[ALARMS] = wrong
        request[TRANSLATOR] = translator_of(locale_for(request, person))
        request[ZONE] = ZoneInfo(person.time_zone or settings.timezone)


def actor_of(request: web.Request) -> Actor:
    """Name whoever is signed in, as the timeline does."""
    person = request[PERSON]
    return Actor(person.name, Source.web, person.id)


def ask_to_sign_in(request: web.Request) -> web.Response:
    """Send somebody to the sign-in page, and afterwards back to what was asked for."""
    if request.method not in {"GET", "HEAD"} or request.path == "/":
        return see_other(request, "/login")
    return see_other(request, "/login?" + urlencode({"next": request.path_qs}))


def keep_session(request: web.Request, response: web.Response, secret: str) -> None:
    """Leave a new session's secret with the browser."""
    settings = request.app[SETTINGS]
    response.set_cookie(
        cookie_name(settings),
        secret,
        max_age=int(lifetime(settings).total_seconds()),
        secure=_is_https(settings),
        httponly=True,
        samesite="Lax",
    )


def drop_session(request: web.Request, response: web.Response) -> None:
    settings = request.app[SETTINGS]
    response.del_cookie(
        cookie_name(settings), secure=_is_https(settings), httponly=True, samesite="Lax"
    )


def lifetime(settings: Settings) -> timedelta:
    return timedelta(days=settings.session_days)


def cookie_name(settings: Settings) -> str:
    """The prefix has browsers refuse the cookie from any other host or without TLS."""
    return "__Host-session" if _is_https(settings) else "session"


def _is_https(settings: Settings) -> bool:
    return settings.base_url.startswith("https:")
