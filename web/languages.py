"""In which language a page is written: the reader's own choice comes first."""

from aiohttp import web

from core.i18n import LOCALES, locale_of
from core.models import Person
from web.keys import SETTINGS
from web.pages import local_path, see_other

COOKIE = "language"
YEAR = 365 * 24 * 3600


def locale_for(request: web.Request, person: Person | None) -> str:
    """Choose by the reader's switch, else by the person, else by the browser."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LOCALES:
        return chosen
    if person and person.locale:
        return locale_of(person.locale, request.app[SETTINGS].locale)
    accepted = request.headers.get("Accept-Language", "")
    return _accepted(accepted) or request.app[SETTINGS].locale


def _accepted(header: str) -> str | None:
    """Take the first of our languages; browsers write their favourite first."""
    tags = (locale_of(part.partition(";")[0].strip(), "") for part in header.split(","))
    return next(filter(None, tags), None)


async def language_choose(request: web.Request) -> web.Response:
    """GET /language/{locale}: write all pages in this language from now on, in this browser."""
    response = see_other(request, local_path(request.query.get("next", "")))
    locale = request.match_info["locale"]
    response.set_cookie(COOKIE, locale, max_age=YEAR, httponly=True, samesite="Lax")
    return response
