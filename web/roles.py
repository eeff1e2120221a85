"""What a reader's role allows: viewers look, everybody else acts, admins decide who may."""

from aiohttp import web

from core.errors import NeedsRole
from core.roles import Role, is_admin
from web.keys import PERSON, SETTINGS


def reader_may_act(request: web.Request) -> bool:
    return PERSON in request and request[PERSON].role != Role.viewer


def reader_is_admin(request: web.Request) -> bool:
    return PERSON in request and is_admin(request[PERSON], request.app[SETTINGS].admin_ids)


def check_may_act(request: web.Request) -> None:
    """Raise NeedsRole for a viewer."""
    if not reader_may_act(request):
        raise NeedsRole(request[PERSON].name, "change anything")


def check_is_admin(request: web.Request) -> None:
    """Raise NeedsRole for anybody but an admin."""
    if not reader_is_admin(request):
        raise NeedsRole(request[PERSON].name, "decide who may do what")
