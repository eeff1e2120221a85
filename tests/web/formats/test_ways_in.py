"""What stands around a body, in headers and addresses, may be as odd as the body."""

import asyncio

import pytest

from tests.web.formats.conftest import Tool

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EVENT = b"ce-specversion: 1.0\r\nce-id: 1\r\nce-type: failed\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Type: text/\xff\r\n",
        b"Content-Type: multipart/form-data; boundary=\xff\r\n",
        EVENT + b"ce-source: \xff\r\n",
        EVENT + b"ce-source: a%00b\r\n",
    ],
)
async def test_odd_bytes_in_a_header_lose_no_report(tool: Tool, headers: bytes) -> None:
    assert await post(tool, headers) == 202
    assert await tool.incident()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (b"Sentry-Hook-Resource: \xff\r\n", 200),
        (b"X-GitHub-Event: ping\r\nX-Hub-Signature-256: \xff\r\n", 401),
    ],
)
async def test_odd_bytes_in_a_header_are_no_error_of_ours(
    tool: Tool, headers: bytes, status: int
) -> None:
    assert await post(tool, headers) == status


async def post(tool: Tool, headers: bytes) -> int:
    """Send to the universal address what no client of ours would; returns the status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", tool.site.server.port)
    head = f"POST /in/{tool.code} HTTP/1.0\r\nHost: shop\r\nContent-Length: 9\r\n".encode()
    writer.write(head + headers + b'\r\n{"msg":1}')
    status = (await reader.readline()).split()[1]
    writer.close()
    await writer.wait_closed()
    return int(status)
