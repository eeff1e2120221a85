"""Statements compiled once by SQLAlchemy and run by the driver's own cursor.

An ordinary `execute` spends about 60 µs on itself, and more on each row's dictionary of
parameters; a batch of the intake runs ten statements, so that would be most of its cost. Here the
values go through their column types and straight to the driver.
"""

import json
import re
from collections.abc import Callable, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Text, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import SelectBase

_VALUES = re.compile(r"VALUES \((\$1::.*?)\)(?= ON CONFLICT| RETURNING|$)")
MAX_ROWS = 512  # times the columns of a table this stays below SQLite's 32,766 parameters

Row = Sequence[Any]
Columns = list[Sequence[Any]]
Processors = list[tuple[int, Callable[[Any], Any]]]


def cursor_of(connection: Connection) -> DBAPICursor:
    """Open a cursor of the driver inside the connection's transaction."""
    return connection.connection.cursor()


class Bulk:
    """An INSERT or UPDATE that takes its rows as tuples, in the order of `names`."""

    def __init__(self, statement: UpdateBase, names: Sequence[str], dialect: Dialect) -> None:
        columns = list(names) if statement.is_insert else None
        self._sql, order, self._processors = _compiled(statement, dialect, columns)
        positions = [list(names).index(name) for name in order]
        self._reorder = None if positions == list(range(len(names))) else itemgetter(*positions)
        self._values = f"({', '.join('?' * len(names))})"
        self._run = self._run_each
        if statement.is_insert and dialect.name == "sqlite":
            self._run = self._run_values
        elif statement.is_insert:
            self._sql = _unnested(self._sql)
            self._run = self._run_arrays

    def run(self, cursor: DBAPICursor, rows: Sequence[Row]) -> None:
        """Run the statement for every row; for none it does nothing."""
        if rows:
            self._run(cursor, self._columns(rows))

    def _columns(self, rows: Sequence[Row]) -> Columns:
        """Make the driver's values column by column, which is cheaper than row by row."""
        columns: Columns = list(zip(*rows, strict=True))
        if self._reorder:
            columns = list(self._reorder(columns))
        for position, processor in self._processors:
            columns[position] = [
                None if value is None else processor(value) for value in columns[position]
            ]
        return columns

    def _run_each(self, cursor: DBAPICursor, columns: Columns) -> None:
        cursor.executemany(self._sql, list(zip(*columns, strict=True)))

    def _run_arrays(self, cursor: DBAPICursor, columns: Columns) -> None:
        """Insert all rows by one statement whose parameters are the columns."""
        cursor.execute(self._sql, columns)

    def _run_values(self, cursor: DBAPICursor, columns: Columns) -> None:
        """Insert many rows by one statement: SQLite's driver gives the interpreter lock away and
        takes it back around each, and with a busy loop beside it that costs more than the row.

        The numbers of rows are powers of two, so that there are few different statements.
        """
        rows = list(zip(*columns, strict=True))
        start = 0
        while start < len(rows):
            size = min(1 << (len(rows) - start).bit_length() - 1, MAX_ROWS)
            sql = self._sql.replace(self._values, ", ".join([self._values] * size), 1)
            cursor.execute(sql, [*chain.from_iterable(rows[start : start + size])])
            start += size


class Query:
    """A SELECT that takes its parameters in the order of `names` and gives rows as tuples."""

    def __init__(self, statement: SelectBase, names: Sequence[str], dialect: Dialect) -> None:
        self._sql, order, self._parameters = _compiled(statement, dialect)
        self._names = list(names)
        self._order = order
        types = (column.type.dialect_impl(dialect) for column in statement.selected_columns)
        self._results: Processors = [
            (position, processor)
            for position, type_ in enumerate(types)
            if (processor := type_.result_processor(dialect, None))
        ]

    def run(self, cursor: DBAPICursor, *values: Any) -> list[tuple[Any, ...]]:
        given = dict(zip(self._names, values, strict=True))
        ordered = [given[name] for name in self._order]
        cursor.execute(self._sql, _processed(ordered, self._parameters))
        return [_processed(row, self._results) for row in cursor.fetchall()]


def among(column: InstrumentedAttribute[Any], name: str, dialect: Dialect) -> ColumnElement[bool]:
    """Compare a column with a list bound as one parameter, so that the statement stays one.

    The parameter's value is what `as_list` makes of the list.
    """
    if dialect.name == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(column.type)))
    values = func.json_each(bindparam(name, type_=Text)).table_valued("value")
    return column.in_(select(values.c.value))


def as_list(values: Sequence[str] | Sequence[int], dialect: Dialect) -> Any:
    return list(values) if dialect.name == "postgresql" else json.dumps(list(values))


def _compiled(
    statement: UpdateBase | SelectBase, dialect: Dialect, columns: list[str] | None = None
) -> tuple[str, list[str], Processors]:
    compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
    order = list(compiled.positiontup or ())
    types = (compiled.binds[name].type.dialect_impl(dialect) for name in order)
    processors = [
        (position, processor)
        for position, type_ in enumerate(types)
        if (processor := type_.bind_processor(dialect))
    ]
    return str(compiled), order, processors


def _unnested(sql: str) -> str:
    """Have a PostgreSQL INSERT take an array for each column instead of one row's values."""

    def arrays(found: re.Match[str]) -> str:
        return f"SELECT * FROM unnest({found[1].replace(', $', '[], $')}[])"  # noqa: S608 - made of a statement of our own

    return _VALUES.sub(arrays, sql)


def _processed(row: Row, processors: Processors) -> tuple[Any, ...]:
    if not processors:
        return tuple(row)
    values = list(row)
    for position, processor in processors:
        values[position] = processor(values[position])
    return tuple(values)
