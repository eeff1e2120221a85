"""What a batch changes in many tables: INSERTs and UPDATEs that take all their rows at once.

SQLAlchemy makes them once, the driver's own cursor runs them, as in `core.bulk`. SQLite, which
works in this process, gets one statement after another; PostgreSQL gets all of them as the parts
of one, because a trip to the server costs more than many rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Select,
    bindparam,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

MAX_KINDS = 64  # of batches, by the tables they change
MAX_ROWS = 512  # times the columns of a table this stays below SQLite's 32,766 parameters

Rows = Sequence[Sequence[Any]]
Columns = list[Sequence[Any]]
Given = Mapping[str, ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """A statement for rows that are tuples in the order of `types`.

    `statement_of` makes it of an expression for each of a row's values.
    """

    types: Mapping[str, TypeEngine[Any]]
    statement_of: Callable[[Given], UpdateBase]


def insertion(statement: "postgresql.Insert | sqlite.Insert", names: Sequence[str]) -> Change:
    """Insert rows that have the columns of these names."""

    def statement_of(given: Given) -> UpdateBase:
        if isinstance(statement, sqlite.Insert):
            return statement.values(dict(given))
        return statement.from_select(list(given), select(*given.values()))

    columns = statement.table.c
    return Change({name: columns[name].type for name in names}, statement_of)


def changes_for(dialect: Dialect, changes: Mapping[str, Change]) -> "OneByOne | Together":
    return (
        Together(dialect, changes) if dialect.name == "postgresql" else OneByOne(dialect, changes)
    )


class OneByOne:
    """Changes that are a statement each: SQLite's."""

    def __init__(self, dialect: Dialect, changes: Mapping[str, Change]) -> None:
        self._statements = {name: _Statement(dialect, one) for name, one in changes.items()}

    def run(self, cursor: DBAPICursor, rows: Mapping[str, Rows]) -> None:
        """Make the changes of these names, in their order; for no rows nothing is done."""
        for name, some in rows.items():
            if some:
                self._statements[name].run(cursor, some)


class Together:
    """Changes that go to the server as one statement: PostgreSQL's.

    Its parts see the database as it was before all of them, and foreign keys are looked at after
    the last one.
    """

    def __init__(self, dialect: Dialect, changes: Mapping[str, Change]) -> None:
        self._dialect = dialect
        self._changes = changes
        self._made = lru_cache(MAX_KINDS)(self._make)
        self._values = {name: _Values(dialect, one) for name, one in changes.items()}

    def run(self, cursor: DBAPICursor, rows: Mapping[str, Rows]) -> None:
        """Make the changes of these names; for no rows nothing is done."""
        names = tuple(name for name, some in rows.items() if some)
        if names:
            sql, order = self._made(names)
            columns = [self._values[name].columns(rows[name]) for name in names]
            cursor.execute(sql, order(list(chain.from_iterable(columns))))

    def _make(self, names: tuple[str, ...]) -> tuple[str, Callable[[Columns], Columns]]:
        parts = [self._part(name, self._changes[name]) for name in names]
        statement: Select[int] = select(literal_column("1")).add_cte(*parts)
        given = [f"{name}.{key}" for name in names for key in self._changes[name].types]
        return _compiled(statement, given, self._dialect)

    def _part(self, name: str, change: Change) -> Any:
        arrays = [bindparam(f"{name}.{key}", type_=ARRAY(of)) for key, of in change.types.items()]
        rows = func.unnest(*arrays).table_valued(*map(column, change.types, change.types.values()))
        return change.statement_of(dict(rows.render_derived().c.items())).cte(f"{name}_change")


class _Values:
    """The driver's values of rows."""

    def __init__(self, dialect: Dialect, change: Change) -> None:
        types = (of.dialect_impl(dialect) for of in change.types.values())
        self._processors = [
            (position, processor)
            for position, type_ in enumerate(types)
            if (processor := type_.bind_processor(dialect))
        ]

    def columns(self, rows: Rows) -> Columns:
        """Make them column by column, which is cheaper than row by row."""
        columns: Columns = list(zip(*rows, strict=True))
        for position, processor in self._processors:
            columns[position] = [
                None if value is None else processor(value) for value in columns[position]
            ]
        return columns


class _Statement:
    """One statement of SQLite's."""

    def __init__(self, dialect: Dialect, change: Change) -> None:
        given = {name: bindparam(f"given_{name}", type_=of) for name, of in change.types.items()}
        statement = change.statement_of(given)
        names = [parameter.key for parameter in given.values()]
        self._sql, self._order = _compiled(statement, names, dialect)
        self._values = _Values(dialect, change)
        self._places = f"({', '.join('?' * len(names))})"
        has_values = statement.is_insert and self._places in self._sql
        self._run = self._run_many if has_values else self._run_each

    def run(self, cursor: DBAPICursor, rows: Rows) -> None:
        columns = self._order(self._values.columns(rows))
        self._run(cursor, list(zip(*columns, strict=True)))

    def _run_each(self, cursor: DBAPICursor, rows: Rows) -> None:
        cursor.executemany(self._sql, rows)

    def _run_many(self, cursor: DBAPICursor, rows: Rows) -> None:
        """Insert many rows by one statement: SQLite's driver gives the interpreter lock away and
        takes it back around each, and with a busy loop beside it that costs more than the row.

        The numbers of rows are powers of two, so that there are few different statements.
        """
        start = 0
        while start < len(rows):
            size = min(1 << (len(rows) - start).bit_length() - 1, MAX_ROWS)
            sql = self._sql.replace(self._places, ", ".join([self._places] * size), 1)
            cursor.execute(sql, [*chain.from_iterable(rows[start : start + size])])
            start += size


def _compiled(
    statement: Any, names: Sequence[str], dialect: Dialect
) -> tuple[str, Callable[[Columns], Columns]]:
    """Give the text of a statement, and what puts the columns of these names in its order."""
    compiled = statement.compile(dialect=dialect)
    positions = [list(names).index(name) for name in compiled.positiontup]
    if positions == list(range(len(names))):
        return str(compiled), _as_they_are
    return str(compiled), itemgetter(*positions)


def _as_they_are(columns: Columns) -> Columns:
    return columns
