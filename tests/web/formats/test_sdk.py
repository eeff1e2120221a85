"""The SDK and a real server: what it compresses, counts, folds and hides is understood."""

import asyncio

import pytest

from dispatcher_maker import Dispatcher, DispatcherAsync
from dispatcher_maker.outgoing import Lost, Outgoing
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_large_report_and_the_losses_before_it_arrive(tool: Tool) -> None:
    async with DispatcherAsync(tool.site.url(""), "Shop", tool.code, release="1.2") as dispatcher:
        dispatcher._worker.lose(Outgoing("1"), Lost("queue_full", "the queue is full"))
        await dispatcher.send_now("Disk full", message="password=hunter2 " * 900)
    (report,) = await tool.reports()
    assert report.message.startswith("password=[hidden] ")
    assert (report.dropped, report.tags) == (1, {"release": "1.2"})


async def test_a_storm_is_one_incident_of_two_reports(tool: Tool) -> None:
    def storm() -> None:
        with Dispatcher(tool.site.url(""), "Shop", tool.code) as dispatcher:
            for order in range(100):
                with dispatcher.watch(reraise=False):
                    raise ValueError(f"order {order}")

    await asyncio.to_thread(storm)
    assert (await tool.incident()).title == "ValueError: order 0"
    _, summary = await tool.reports()
    assert summary.message == "Repeated 99 times within 60 s."
