"""Statements compiled once by SQLAlchemy and run by the driver's own cursor.

An ordinary `execute` spends about 60 µs on itself, and more on each row's dictionary of
parameters; a batch of the intake runs ten statements, so that would be most of its cost. Here the
values go through their column types and straight to the driver.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Text, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.selectable import SelectBase

Row = Sequence[Any]
Processors = list[tuple[int, Callable[[Any], Any]]]


def cursor_of(connection: Connection) -> DBAPICursor:
    """Open a cursor of the driver inside the connection's transaction."""
    return connection.connection.cursor()


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


def _compiled(statement: SelectBase, dialect: Dialect) -> tuple[str, list[str], Processors]:
    compiled: Any = statement.compile(dialect=dialect)
    order = list(compiled.positiontup or ())
    types = (compiled.binds[name].type.dialect_impl(dialect) for name in order)
    processors = [
        (position, processor)
        for position, type_ in enumerate(types)
        if (processor := type_.bind_processor(dialect))
    ]
    return str(compiled), order, processors


def _processed(row: Row, processors: Processors) -> tuple[Any, ...]:
    if not processors:
        return tuple(row)
    values = list(row)
    for position, processor in processors:
        values[position] = processor(values[position])
    return tuple(values)
