"""Pages: Jinja set up once for each language, and what every template can count on.

Templates get `_`, `gettext` and `ngettext` in the reader's language, `level_word` and its sisters
of core.words and core.check_words, `span(length)`, `run_length(length)`, `static_url`, the filter
`translated` for a sentence that comes as a value; and for the request at hand `person` (None when
signed out), `alarms`, `reader_may_act`, `reader_is_admin`, `time(moment)`, `exact(moment)`,
`csrf_field()`, `here`, `path` (with its query), `request_id`, `locale`, `zone`.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from hmac import compare_digest
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from core.check_words import check_word, ping_word, rhythm_word
from core.i18n import LOCALES, Translator, translator_of
from core.words import (
    action_word,
    health_word,
    hint_word,
    level_word,
    notice_word,
    policy_word,
    role_word,
    status_word,
    trouble_word,
)
from web.csrf import FIELD, session_token, signature
from web.keys import ALARMS, NOW, PERSON, REQUEST_ID, TEMPLATES, TRANSLATOR, ZONE
from web.roles import reader_is_admin, reader_may_act
from web.static_files import StaticFile, static_url
from web.times import exact, time_tag

FOLDER = Path(__file__).parent / "templates"
HOME = "/incidents"
FLASH_COOKIE = "flash"
FLASH_CHARS = 500
PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "form-action 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Flash:
    """What the page after an action says about it, once."""

    text: str
    good: bool


def make_templates(files: Mapping[str, StaticFile]) -> dict[str, Environment]:
    """Make the templates of each language."""
    return {locale: _environment(translator_of(locale), files) for locale in LOCALES}


def render(
    request: web.Request, template: str, *, status: int = 200, **values: Any
) -> web.Response:
    """Write a page for whoever asked."""
    t = request[TRANSLATOR]
    flash = _flash_of(request)
    page = request.app[TEMPLATES][t.locale].get_template(template)
    text = page.render(**_of_request(request, t), flash=flash, **values)
    response = web.Response(
        text=text, status=status, content_type="text/html", headers=PAGE_HEADERS
    )
    if flash:
        response.del_cookie(FLASH_COOKIE)
    return response


def see_other(
    request: web.Request, path: str, told: str = "", *, good: bool = True
) -> web.Response:
    """Send the browser on to a page here, which then says once what was done."""
    response = web.Response(status=303, headers={**PAGE_HEADERS, "Location": path})
    if told:
        value = _signed(request, Flash(told[:FLASH_CHARS], good))
        response.set_cookie(FLASH_COOKIE, value, max_age=60, httponly=True, samesite="Lax")
    return response


def csrf_field(token: str) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token)


def local_path(path: str) -> str:
    """Keep a path of this site, and nothing that a browser could read as another one."""
    plain = path.isascii() and path.isprintable() and "\\" not in path
    return path if plain and path.startswith("/") and not path.startswith("//") else HOME


def _environment(t: Translator, files: Mapping[str, StaticFile]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(t.catalog, newstyle=True)  # type: ignore[attr-defined] # the extension adds it
    environment.filters["translated"] = t
    environment.globals.update(
        static_url=partial(static_url, files),
        level_word=partial(level_word, t),
        status_word=partial(status_word, t),
        action_word=partial(action_word, t),
        role_word=partial(role_word, t),
        policy_word=partial(policy_word, t),
        health_word=partial(health_word, t),
        notice_word=partial(notice_word, t),
        trouble_word=partial(trouble_word, t),
        hint_word=partial(hint_word, t),
        check_word=partial(check_word, t),
        ping_word=partial(ping_word, t),
        rhythm_word=partial(rhythm_word, t),
        span=t.span,
        run_length=t.duration,
    )
    return environment


def _of_request(request: web.Request, t: Translator) -> dict[str, Any]:
    zone = request[ZONE]
    return {
        "person": request.get(PERSON),
        "alarms": request.get(ALARMS, ()),
        "time": partial(time_tag, t, zone, request.app[NOW]()),
        "exact": partial(exact, t, zone),
        "reader_may_act": reader_may_act(request),
        "reader_is_admin": reader_is_admin(request),
        "csrf_field": partial(csrf_field, session_token(request)),
        "here": request.path,
        "path": request.path_qs if request.method == "GET" else HOME,
        "request_id": request[REQUEST_ID],
        "locale": t.locale,
        "zone": zone,
    }


def _signed(request: web.Request, flash: Flash) -> str:
    value = urlsafe_b64encode(
        json.dumps([flash.text, flash.good], ensure_ascii=False).encode()
    ).decode()
    return f"{value}.{signature(request, 'flash', value)}"


def _flash_of(request: web.Request) -> Flash | None:
    value, _, signed = request.cookies.get(FLASH_COOKIE, "").partition(".")
    expected = signature(request, "flash", value).encode()
    if not compare_digest(signed.encode("utf-8", "replace"), expected):
        return None
    text, good = json.loads(urlsafe_b64decode(value))
    return Flash(text, good)
