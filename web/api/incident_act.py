"""POST /api/v1/incidents/{id}/{acknowledge,unacknowledge,resolve,reopen,snooze}.

Answers 200 also when somebody was first and the incident is already as wanted; `changed` says
which. 409 when its status does not allow the action. A snooze takes {"seconds": 60 to 2678400}.
"""

from datetime import timedelta
from typing import Annotated

import msgspec
from aiohttp import web

from core.errors import IllegalAction
from core.incidents import MAX_SNOOZE, SNOOZE, Outcome, Refusal, act
from core.lifecycle import Action
from web import keys
from web.api.bodies import body_of
from web.api.shapes import answer_shape, moment_shape
from web.api.token import ACTOR, with_token


class SnoozeBody(msgspec.Struct):
    seconds: Annotated[int, msgspec.Meta(ge=60, le=int(MAX_SNOOZE.total_seconds()))] = int(
        SNOOZE.total_seconds()
    )


_snooze = msgspec.json.Decoder(SnoozeBody)


@with_token
async def incident_act(request: web.Request) -> web.Response:
    action = Action(request.match_info["action"])
    snooze = await body_of(request, _snooze) if action is Action.snooze else SnoozeBody()
    settings = request.app[keys.SETTINGS]
    async with request.app[keys.DATABASE].writing() as session:
        outcome = await act(
            session,
            request.app[keys.NOW](),
            int(request.match_info["id"]),
            action,
            request[ACTOR],
            snooze_for=timedelta(seconds=snooze.seconds),
            reopen_window=settings.reopen_window,
        )
    if not outcome.changed and not outcome.as_wanted:
        raise IllegalAction(outcome.incident.status, action, _reason(outcome))
    return web.json_response(
        answer_shape(outcome.incident, outcome.entry, settings.base_url, changed=outcome.changed)
    )


def _reason(outcome: Outcome) -> str:
    entry, number = outcome.entry, outcome.incident.number
    if outcome.refusal is Refusal.newer_open:
        return f"cannot reopen #{number}: the same came again and is unresolved as #{outcome.newer}"
    done = f"#{number} was {entry.kind} by {entry.actor} at {moment_shape(entry.at)}"
    if outcome.refusal is Refusal.too_late:
        return f"{done}: too long ago to {outcome.action} it"
    return f"{done}: cannot {outcome.action} it"
