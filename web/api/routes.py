"""The addresses of the JSON API."""

from aiohttp import web

from web.api.incident_act import incident_act
from web.api.incident_comment import incident_comment
from web.api.incident_list import incidents
from web.api.incident_show import incident
from web.api.silences import silence_begin, silence_end, silence_list

_INCIDENT = "/api/v1/incidents/{id:[0-9]{1,18}}"
_ACTIONS = "acknowledge|unacknowledge|resolve|reopen|snooze"

API_ROUTES = (
    web.get("/api/v1/incidents", incidents),
    web.get(_INCIDENT, incident),
    web.post(f"{_INCIDENT}/{{action:{_ACTIONS}}}", incident_act),
    web.post(f"{_INCIDENT}/comment", incident_comment),
    web.get("/api/v1/silences", silence_list),
    web.post("/api/v1/silences", silence_begin),
    web.delete("/api/v1/silences", silence_end),
)
