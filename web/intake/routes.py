"""The addresses of every wire format."""

from aiohttp import web

from web.intake.door import door_of, preflight, receive_any
from web.intake.formats.alertmanager_api import alive, status
from web.intake.heartbeat import heartbeat_receive
from web.intake.native import receive
from web.intake.openapi import openapi
from web.intake.pings import PING_ROUTES
from web.intake.push import push
from web.intake.registry import FORMATS

CODE_IN_PATH = "{token:[0-9a-fA-F]{32}}"

INTAKE_ROUTES = [
    web.post("/", receive),
    web.post("/api/v1/reports", receive),
    web.post("/api/v1/heartbeats/{name}", heartbeat_receive),
    web.get("/api/v1/openapi.json", openapi),
    *(
        web.route(method, path.replace("{token}", CODE_IN_PATH), handler)
        for known in FORMATS
        for handler in [door_of(known)]
        for method, path in known.routes
    ),
    *(
        web.options(path.replace("{token}", CODE_IN_PATH), preflight)
        for known in FORMATS
        if known.cors
        for _, path in known.routes
    ),
    *PING_ROUTES,
    web.route("*", "/api/push/{token}", push),
    *(
        web.get(path, handler)
        for prefix in ("", f"/am/{CODE_IN_PATH}")
        for path, handler in (
            (f"{prefix}/api/v2/status", status),
            (f"{prefix}/-/{{probe:healthy|ready}}", alive),
        )
    ),
    web.post("/alerts/event", receive_any),
    web.post("/alerts/event/{provider}", receive_any),
    web.route("*", f"/in/{CODE_IN_PATH}", receive_any),
    web.route("*", f"/in/{CODE_IN_PATH}/{{tail:.*}}", receive_any),
]
