"""Log lines: packed for the database, and read as each report brought them."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import zstandard
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Log, Report

MAX_UNPACKED = 64 * 1024 * 1024
MAX_SOURCES = 200

# A compressor serves one thread at a time, and making one costs as much as a tail.
_own = threading.local()


@dataclass(frozen=True, slots=True)
class Tail:
    """The lines one report brought from one source."""

    report_id: int
    source: str
    lines: Sequence[str]
    truncated: bool
    note: str


def pack(text: str) -> bytes:
    return pack_all([text])[0]


def pack_all(texts: Sequence[str]) -> list[bytes]:
    return pack_bytes([text.encode("utf-8", "replace") for text in texts])


def pack_bytes(bodies: Sequence[bytes]) -> list[bytes]:
    """Compress many bodies in one call, which gives the interpreter lock away once; b"" stays."""
    filled: list[Any] = [body for body in bodies if body]
    if not filled:
        return list(bodies)
    packed = _compressor().multi_compress_to_buffer(filled, threads=1)
    segments = (packed[index].tobytes() for index in range(len(packed)))
    return [next(segments) if body else b"" for body in bodies]


def unpack_bytes(body: bytes) -> bytes:
    if not body:
        return b""
    return zstandard.ZstdDecompressor().decompress(body, max_output_size=MAX_UNPACKED)


def unpack(body: bytes) -> list[str]:
    """Give the lines of a packed text; of no text there are none."""
    text = unpack_bytes(body).decode()
    return text.split("\n") if text else []


def _compressor() -> zstandard.ZstdCompressor:
    if not hasattr(_own, "compressor"):
        _own.compressor = zstandard.ZstdCompressor(level=1)
    made: zstandard.ZstdCompressor = _own.compressor
    return made


async def tails_of_report(session: AsyncSession, report_id: int) -> list[Tail]:
    """Read what one report brought, source by source in the order it sent them."""
    rows = await session.scalars(select(Log).where(Log.report_id == report_id).order_by(Log.id))
    return [
        Tail(row.report_id, row.source, unpack(row.body), row.truncated, row.note) for row in rows
    ]


async def last_report_with_logs(session: AsyncSession, incident_id: int) -> int | None:
    """Find the newest report of an incident that brought logs."""
    query = (
        select(Log.report_id)
        .join(Report, Report.id == Log.report_id)
        .where(Report.incident_id == incident_id)
        .order_by(Report.id.desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def sources_of(session: AsyncSession, app_id: int) -> list[str]:
    """List the sources an app ever sent, by name: one index look-up each, not a scan."""
    sources: list[str] = []
    while len(sources) < MAX_SOURCES:
        query = select(Log.source).where(Log.app_id == app_id).order_by(Log.source).limit(1)
        if sources:
            query = query.where(Log.source > sources[-1])
        found = (await session.scalars(query)).one_or_none()
        if found is None:
            break
        sources.append(found)
    return sources
