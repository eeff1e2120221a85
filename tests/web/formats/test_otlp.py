"""OpenTelemetry's own exporter, which sends protobuf, and the JSON that other languages send."""

import json
from typing import Any

import pytest
from google.protobuf.json_format import Parse, ParseDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)

from core.levels import Level
from tests.web.browsers import Site
from tests.web.formats.clients import run_client
from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = "/v1/logs"

EXPORTER = """
import logging, sys
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource

provider = LoggerProvider(resource=Resource.create({"service.name": "shop"}))
exporter = OTLPLogExporter(endpoint=sys.argv[1], headers={"authorization": f"Bearer {sys.argv[2]}"})
provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
log = logging.getLogger("pay")
log.setLevel(logging.INFO)
log.addHandler(LoggingHandler(logger_provider=provider))
log.info("order 7 comes")
try:
    raise ValueError("no card")
except ValueError:
    log.exception("order 7 failed")
provider.shutdown()
"""


async def test_the_real_exporter_sends_an_error_and_what_came_before(tool: Tool) -> None:
    await run_client(EXPORTER, tool.site.url(PATH), tool.code)
    incident = await tool.incident()
    assert (incident.title, incident.message) == ("ValueError: no card", "order 7 failed")
    lines = await tool.lines()
    assert lines[0].startswith("Traceback")
    assert any("order 7 comes" in line for line in lines)
    (report,) = await tool.reports()
    assert (report.tags or {})["service.name"] == "shop"


def record(text: str, severity: int = 17, **more: Any) -> dict[str, Any]:
    return {
        "timeUnixNano": "1790000000000000000",
        "severityNumber": severity,
        "body": {"stringValue": text},
        **more,
    }


def request(*records: dict[str, Any]) -> dict[str, Any]:
    service = {"key": "service.name", "value": {"stringValue": "shop"}}
    scope = {"scope": {"name": "pay"}, "logRecords": list(records)}
    return {"resourceLogs": [{"resource": {"attributes": [service]}, "scopeLogs": [scope]}]}


async def send(tool: Tool, *records: dict[str, Any]) -> None:
    bearer = {"Authorization": f"Bearer {tool.code}"}
    answer = await tool.send(PATH, json=request(*records), headers=bearer)
    assert answer.status == 200
    assert await answer.json() == {}


async def test_errors_and_worse_are_incidents_and_numbers_do_not_split_them(tool: Tool) -> None:
    await send(tool, record("order 17 failed"), record("order 18 failed"), record("down", 21))
    failed, down = await tool.incidents()
    assert (failed.title, failed.count, failed.level) == ("order 17 failed", 2, Level.error)
    assert down.level is Level.crit


@pytest.mark.parametrize(
    "named",
    [
        {"severityNumber": "SEVERITY_NUMBER_ERROR2"},
        {"severityNumber": "18"},
        {"severityNumber": 0, "severityText": "Error"},
        {"severityNumber": [17], "severityText": "ERROR"},
        {"severityNumber": None, "severityText": "err"},
    ],
)
async def test_a_severity_may_be_a_word(tool: Tool, named: dict[str, Any]) -> None:
    await send(tool, record("failed", **named), record("fine", severityNumber=[]))
    assert (await tool.incident()).level is Level.error


async def test_lines_of_the_same_trace_come_first(tool: Tool) -> None:
    await send(tool, record("ours", 9, traceId="aa"), record("theirs", 9, traceId="bb"))
    assert await tool.incidents() == []
    await send(tool, record("failed", traceId="aa"))
    assert [line.rpartition(" ")[2] for line in await tool.lines()] == ["ours", "failed"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"\xff\xff\xff", "application/x-protobuf"), (b"[1]", "application/json")],
)
async def test_a_body_that_is_no_export_is_a_400(tool: Tool, body: bytes, kind: str) -> None:
    headers = {"Authorization": f"Bearer {tool.code}", "Content-Type": kind}
    assert (await tool.send(PATH, data=body, headers=headers)).status == 400


async def test_charlie_is_refused_and_the_universal_address_knows_it(tool: Tool) -> None:
    assert (await tool.send(PATH, json=request())).status == 401
    body = json.dumps(request(record("failed"))).encode()
    assert (await tool.send(data=body)).status == 200
    assert (await tool.incident()).title == "failed"


async def test_a_browsers_exporter_may_ask_and_reads_why_it_was_refused(tool: Tool) -> None:
    asked = await tool.send(PATH, method="OPTIONS", headers={"Origin": "https://shop"})
    assert asked.status == 204
    assert "authorization" in asked.headers["Access-Control-Allow-Headers"]
    refused = await tool.send(PATH, json=request(record("failed")))
    assert refused.status == 401
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert await refused.json() == {"code": 16, "message": "unknown app or wrong code"}


async def test_errors_are_the_same_by_the_frame_that_raised_them(tool: Tool) -> None:
    for number, method in ((1, "pay"), (2, "pay"), (3, "ship")):
        trace = f"java.lang.Error: {number}\n\tat shop.{method}(Shop.java:7)\n\tat Main.main"
        raised = {"exception.type": "java.lang.Error", "exception.stacktrace": trace}
        attributes = [{"key": key, "value": {"stringValue": text}} for key, text in raised.items()]
        await send(tool, record("failed", attributes=attributes))
    assert [incident.count for incident in await tool.incidents()] == [2, 1]


@pytest.mark.parametrize("kind", ["application/json", "application/x-protobuf"])
async def test_of_too_many_errors_the_first_are_taken_and_the_rest_is_told(
    tool: Tool, kind: str, site: Site
) -> None:
    site.settings.max_reports_per_body = 2
    many = request(*(record(f"failed {word}") for word in ("a", "b", "c", "d", "e")))
    message = ParseDict(many, ExportLogsServiceRequest())
    body = json.dumps(many).encode() if kind.endswith("json") else message.SerializeToString()
    headers = {"Authorization": f"Bearer {tool.code}", "Content-Type": kind}
    answer = await tool.send(PATH, data=body, headers=headers)
    assert answer.status == 200
    said = (await answer.text("latin-1")).encode("latin-1")
    told = (
        Parse(said, ExportLogsServiceResponse())
        if kind.endswith("json")
        else ExportLogsServiceResponse.FromString(said)
    )
    assert told.partial_success.rejected_log_records == 3
    assert len(await tool.incidents()) == 2
