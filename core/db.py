"""The database: SQLite or PostgreSQL behind one small surface.

Reads never block. Every writing transaction on SQLite begins IMMEDIATE, because a read that
turns into a write fails at once, whatever the busy timeout. SQLite runs in WAL mode with
synchronous=FULL: what was committed is on the disk.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import BigInteger, DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

from core.bell import Bell
from core.errors import StorageError

BUSY_TIMEOUT_MS = 10_000
WRITER_CACHE_KIB = 16 * 1024
CHECKPOINT_PAGES = 4000
_RING = "ring"
_JSON: dict[str, Any] = {
    "json_serializer": lambda value: msgspec.json.encode(value).decode(),
    "json_deserializer": msgspec.json.decode,
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HOUR = timedelta(hours=1) // _MICROSECOND


def microseconds_of(moment: datetime) -> int:
    """Count the microseconds since 1970; exact, unlike the float of `timestamp()`."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def hour_of(moment: datetime) -> datetime:
    """Give the beginning of a moment's hour."""
    return _hour(microseconds_of(moment) // _HOUR)


@lru_cache(64)
def _hour(number: int) -> datetime:
    return moment_of(number * _HOUR)


def _stored_moment(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {moment}")
    return moment


@lru_cache(1024)
def _stored_microseconds(moment: datetime | None) -> int | None:
    aware = _stored_moment(moment)
    return None if aware is None else microseconds_of(aware)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment: timestamptz on PostgreSQL, microseconds since 1970 on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Convert without the layers between, which cost the intake more than the conversion."""
        return _stored_microseconds if dialect.name == "sqlite" else _stored_moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return moment_of(value) if dialect.name == "sqlite" else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database:
    """One engine and the two ways to use it: `reading()` and `writing()`.

    `delivery_due` rings after a commit that left something to deliver: whoever wrote that marked
    the session with `ring_after_commit`. `update_arrived` rings when the inbox has something new.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.delivery_due = Bell()
        self.update_arrived = Bell()
        self.engine = _async_engine(self.url)
        self._reader = async_sessionmaker(self.engine, expire_on_commit=False)
        # Of SQLite's writers one works and the others wait here, where no reader waits for them.
        self._writing = _async_engine(self.url, pool_size=1) if self.is_sqlite else self.engine
        writer = self._writing.execution_options(sqlite_begin="IMMEDIATE")
        self._writer = async_sessionmaker(writer, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path | None:
        """The SQLite file, None on PostgreSQL."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session whose changes are thrown away."""
        async with self._reader() as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Open a session and a transaction; committed at the end, rolled back on an error."""
        async with self._writer.begin() as session:
            yield session
        if session.info.pop(_RING, False):
            self.delivery_due.ring()

    async def close(self) -> None:
        await self.engine.dispose()
        await self._writing.dispose()


def ring_after_commit(session: AsyncSession) -> None:
    """Have `Database.writing` ring `delivery_due` once this session's transaction is committed."""
    session.info[_RING] = True


def is_away(error: Exception) -> bool:
    """Whether the database itself is out of reach, or too busy, whatever was asked of it."""
    cause = error.__cause__ if isinstance(error, StorageError) else error
    names = {kind.__name__ for kind in type(cause).__mro__}
    return isinstance(cause, OSError) or bool(names & {"OperationalError", "InterfaceError"})


def insert_into(table: Any, dialect: str) -> "postgresql.Insert | sqlite.Insert":
    """Make an INSERT that knows ON CONFLICT, which both databases have and write alike."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def dialect_of(session: AsyncSession) -> str:
    return session.get_bind().dialect.name


def sqlite_writer_engine(url: URL) -> Engine:
    """Make the synchronous engine that the intake's own writer thread uses.

    It keeps the leaves of the fingerprints' index in memory, and checkpoints when many of them
    have changed more than once. What would undo a single statement stays in memory, too, instead
    of a temporary file for each batch.
    """
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"), connect_args=_sqlite_arguments(), **_JSON
    )
    _tune_sqlite(engine)

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA cache_size=-{WRITER_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        connection.execute("PRAGMA temp_store=MEMORY")

    return engine.execution_options(sqlite_begin="IMMEDIATE")


def _async_engine(url: URL, pool_size: int = 10) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return create_async_engine(
            url, pool_size=pool_size, max_overflow=10, pool_pre_ping=True, **_JSON
        )
    engine = create_async_engine(
        url, pool_size=pool_size, max_overflow=0, connect_args=_sqlite_arguments(), **_JSON
    )
    _tune_sqlite(engine.sync_engine)
    return engine


def _sqlite_arguments() -> dict[str, Any]:
    return {"timeout": BUSY_TIMEOUT_MS / 1000, "cached_statements": 512}


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: object) -> None:
        # Transactions are ours to begin: the driver's own BEGIN would always be a deferred one.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")
