"""Proof that a form was ours: a token that only this installation can make for this session."""

import hmac
from urllib.parse import urlsplit

from aiohttp import web

from core.errors import NotAllowed
from web.keys import FORM, SECRET_KEY, SESSION, SETTINGS

FIELD = "csrf"


def signature(request: web.Request, purpose: str, value: str) -> str:
    """Sign a value for one purpose, so that no signature can be used for another."""
    key = request.app[SECRET_KEY].encode()
    return hmac.new(key, f"{purpose}:{value}".encode("utf-8", "replace"), "sha256").hexdigest()


def session_token(request: web.Request) -> str:
    """Make the token of every form that a signed-in reader sees; empty for anybody else."""
    return signature(request, "form", request[SESSION]) if SESSION in request else ""


def login_token(request: web.Request) -> str:
    """Make the token of the form on a sign-in link's own page."""
    return signature(request, "login", request.match_info["token"])


def check(request: web.Request, expected: str) -> None:
    """Raise NotAllowed unless the posted form carries this token and comes from a page of ours."""
    given = request[FORM].get(FIELD, "").encode("utf-8", "replace")
    if not expected or not hmac.compare_digest(given, expected.encode()) or _foreign(request):
        raise NotAllowed("a form from elsewhere", "change anything here")


def _foreign(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site != "same-origin"
    origin = request.headers.get("Origin")
    ours = request.host, urlsplit(request.app[SETTINGS].base_url).netloc
    return origin is not None and urlsplit(origin).netloc not in ours
