"""The one page that shows an app's code. It answers a POST, so nothing can ask for it again."""

from datetime import timedelta

from aiohttp import web

from core.apps import NewCode
from core.snippets import curl_of, python_of
from core.ways import ways_of
from web.keys import SETTINGS, TRANSLATOR
from web.pages import render


def code_page(
    request: web.Request, new: NewCode, *, old_works_for: timedelta | None = None
) -> web.Response:
    """Show a new code once; `old_works_for` says how long the one before goes on working."""
    secret = request.app[SETTINGS].base_url, new.app.name, new.code
    return render(
        request,
        "app_code.html",
        app=new.app,
        code=new.code,
        curl=curl_of(*secret),
        python=python_of(*secret),
        ways=ways_of(request.app[SETTINGS].base_url, new.app.id, new.code),
        old_works_for=old_works_for and request[TRANSLATOR].duration(old_works_for),
        rotated=old_works_for is not None,
    )
