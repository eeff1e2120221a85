"""/metrics: the numbers of core.measures and of this process, in Prometheus' text format."""

from collections.abc import Iterable, Iterator

from aiohttp import web

from core.intake import Intake
from core.measures import Labels, Measure, measures, single
from core.tally import Tally
from web import keys
from web.api.token import with_token

PREFIX = "dispatcher_"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@with_token
async def metrics(request: web.Request) -> web.Response:
    """Show everything there is to watch, to a program with a token."""
    app = request.app
    async with app[keys.DATABASE].reading() as session:
        found = await measures(session, app[keys.NOW]())
    found += [*_of_intake(app[keys.INTAKE]), _of_calls(app[keys.TALLY])]
    text = "".join(f"{line}\n" for line in lines_of(found))
    return web.Response(text=text, headers={"Content-Type": CONTENT_TYPE})


def lines_of(found: Iterable[Measure]) -> Iterator[str]:
    for one in found:
        name = PREFIX + one.name
        yield f"# HELP {name} {one.says}"
        yield f"# TYPE {name} {'counter' if one.counts else 'gauge'}"
        for labels, value in one.values.items():
            yield f"{name}{_shown(labels)} {float(value)!r}"


def _of_intake(intake: Intake) -> list[Measure]:
    return [
        single("reports_queued", "Reports that wait to be written here.", intake.waiting),
        single("reports_written_total", "Reports written here.", intake.written, counts=True),
    ]


def _of_calls(tally: Tally) -> Measure:
    calls: dict[Labels, float] = {
        (("method", method), ("outcome", outcome)): count
        for (method, outcome), count in tally.calls.items()
    }
    says = "Messages, edits and answers sent from here, by what came of the call."
    return Measure("telegram_calls_total", says, calls, counts=True)


def _shown(labels: Labels) -> str:
    pairs = ",".join(f'{name}="{value}"' for name, value in labels)
    return f"{{{pairs}}}" if pairs else ""
