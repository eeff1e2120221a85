"""The way in for other tools: whose it is, what it says, in, and an answer in its words."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from aiohttp import web

from core.errors import DispatcherError, TooLarge
from core.reports import LogPart, RawBody
from core.settings import Settings
from core.shown import telegram_link_of
from web import keys
from web.intake.beats import Beat, take_beats
from web.intake.body import clean, read_body
from web.intake.drafts import Draft
from web.intake.format import Format, Taken
from web.intake.inbound import Inbound
from web.intake.registry import FORMATS, format_of
from web.intake.rings import Rings, Tail
from web.intake.taking import take_drafts

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# Headers that a format may look at, and that a replay needs again. None of them is a secret.
KEPT_HEADERS = frozenset(
    {
        "content-type",
        "ce-specversion",
        "ce-id",
        "ce-source",
        "ce-type",
        "ce-subject",
        "ce-time",
        "x-github-event",
        "x-github-delivery",
        "x-gitlab-event",
        "x-gitlab-event-uuid",
        "sentry-hook-resource",
    }
)

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "content-type, x-sentry-auth, content-encoding, sentry-trace, "
    "baggage, authorization, x-api-key, x-requested-with, origin, accept",
    "Access-Control-Max-Age": "3600",
}


async def receive_any(request: web.Request) -> web.StreamResponse:
    """Take whatever comes to the universal address."""
    if request.method == "OPTIONS":
        return await preflight(request)
    inbound = await inbound_of(request, max(known.body_bytes for known in FORMATS))
    return await take(request, format_of(inbound), inbound)


def door_of(known: Format) -> Handler:
    """Make the handler of a format's own paths."""

    async def receive(request: web.Request) -> web.StreamResponse:
        try:
            inbound = await inbound_of(request, known.body_bytes)
        except DispatcherError as error:
            return _readable(known, known.refuse(error))
        return await take(request, known, inbound)

    return receive


async def take(request: web.Request, known: Format, inbound: Inbound) -> web.StreamResponse:
    """Take a body in, and answer or refuse as its format does."""
    try:
        taken, rejected = await _take(request, known, inbound)
        response = known.answer(replace(inbound, rejected=rejected), taken)
    except DispatcherError as error:
        response = known.refuse(error)
        if retry_after := getattr(error, "retry_after", None):
            response.headers["Retry-After"] = str(retry_after)
    return _readable(known, response)


def _readable(known: Format, response: web.Response) -> web.Response:
    """Let a page read the answer that its SDK gets."""
    if known.cors:
        response.headers.update(CORS)
    return response


async def preflight(request: web.Request) -> web.Response:
    """Tell a browser that its SDK may send here, and a CloudEvents sender that it is wanted.

    https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#4-abuse-protection
    """
    if origin := request.headers.get("WebHook-Request-Origin"):
        return web.Response(headers={"Allow": "POST", "WebHook-Allowed-Origin": origin})
    return web.Response(status=204, headers=CORS)


async def inbound_of(request: web.Request, body_bytes: int = 0) -> Inbound:
    """Read a request. Raises TooLarge, InvalidReport."""
    settings = request.app[keys.SETTINGS]
    limit = max(body_bytes, settings.max_body_bytes)
    sized = request.clone(client_max_size=limit) if body_bytes else request
    return Inbound(
        method=request.method,
        tail=request.match_info.get("tail", "").strip("/"),
        query=clean(dict(request.query)),
        headers={
            name.lower(): value if value.isascii() else clean(value)
            for name, value in request.headers.items()
        },
        parts=clean(dict(request.match_info)),
        body=await read_body(sized, limit, settings.body_seconds),
        now=request.app[keys.NOW](),
        max_depth=settings.max_depth,
        base_url=settings.base_url,
    )


async def _take(
    request: web.Request, known: Format, inbound: Inbound
) -> tuple[Sequence[Taken], int]:
    """Take a body in; says also how many reports of it were too many."""
    settings, intake = request.app[keys.SETTINGS], request.app[keys.INTAKE]
    app_id = await intake.gate.app_of_code(known.token(inbound))
    found = known.read(inbound)
    drafts = _with_tails(request.app[keys.RINGS], app_id, found)
    limit = settings.max_reports_per_body
    if len(drafts) > limit and not known.partial:
        raise TooLarge("body", f"more than {limit} reports")
    await take_beats(request.app, app_id, [one for one in found if isinstance(one, Beat)])
    raw = raw_of(known, inbound, settings)
    taken = await take_drafts(request.app, known, drafts[:limit], app_id, raw)
    if known.linked:
        taken = await _linked(request.app, taken)
    return taken, max(len(drafts) - limit, 0)


async def _linked(app: web.Application, taken: Sequence[Taken]) -> Sequence[Taken]:
    """Say of the first where its card is; that of a new incident is still on its way."""
    first, *others = taken
    if first.number is None or first.is_new:
        return taken
    async with app[keys.DATABASE].reading() as session:
        link = await telegram_link_of(session, first.number)
    return [replace(first, telegram=link), *others]


def _with_tails(rings: Rings, app_id: int, found: Sequence[Draft | Tail | Beat]) -> list[Draft]:
    """Keep the log lines of a body, then give each draft those of its stream."""
    for tail in found:
        if isinstance(tail, Tail):
            rings.add(app_id, tail.stream, tail.lines)
    drafts = [draft for draft in found if isinstance(draft, Draft)]
    return [
        replace(draft, logs=[*draft.logs, LogPart(draft.stream, text)])
        if draft.stream and (text := rings.text(app_id, draft.stream, draft.trace))
        else draft
        for draft in drafts
    ]


def raw_of(known: Format, inbound: Inbound, settings: Settings) -> RawBody:
    """Keep what came, cut, for people to look at and for a replay."""
    hints = {name: inbound.headers[name] for name in KEPT_HEADERS & inbound.headers.keys()}
    return RawBody(
        format=known.name,
        hints=hints,
        body=inbound.body[: settings.max_raw_bytes],
        truncated=len(inbound.body) > settings.max_raw_bytes,
    )
