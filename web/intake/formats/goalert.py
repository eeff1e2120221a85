"""GoAlert's generic API: our own reading of a form or JSON at its address, answered in its words.

https://github.com/target/goalert/blob/master/genericapi/handler.go
"""

from collections.abc import Sequence

from aiohttp import web

from web.intake.format import Format, Taken
from web.intake.formats import generic
from web.intake.inbound import Inbound


def answer(inbound: Inbound, taken: Sequence[Taken]) -> web.Response:
    """Say nothing, or to whom asks for JSON which alert it became."""
    if "application/json" not in inbound.headers.get("accept", ""):
        return web.Response(status=204)
    first = taken[0]
    return web.json_response({"AlertID": first.number or 0, "ServiceID": "", "IsNew": first.is_new})


FORMAT = Format(
    name="goalert",
    title="GoAlert",
    namespace=generic.FORMAT.name,
    read=generic.read,
    recognises=lambda _: False,
    answer=answer,
    routes=(("POST", "/api/v2/generic/incoming"),),
)
