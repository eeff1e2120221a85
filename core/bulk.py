"""Statements compiled once and run for many rows by the driver itself.

An ordinary `execute` builds a dictionary of parameters for each row and checks it; at ten thousand
rows a second that costs more than the database does. Here the values go through their column
types and straight to the driver.
"""

import json
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Text, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import UpdateBase

Row = Sequence[Any]


class Bulk:
    """An INSERT or UPDATE that takes its rows as tuples, in the order of `names`."""

    def __init__(self, statement: UpdateBase, names: Sequence[str], dialect: Dialect) -> None:
        columns = list(names) if statement.is_insert else None
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        order = list(compiled.positiontup or ())
        positions = [list(names).index(name) for name in order]
        self._sql = str(compiled)
        self._reorder = None if positions == list(range(len(names))) else itemgetter(*positions)
        types = (compiled.binds[name].type.dialect_impl(dialect) for name in order)
        self._processors = [
            (position, processor)
            for position, type_ in enumerate(types)
            if (processor := type_.bind_processor(dialect))
        ]

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Run the statement for every row; for none it does nothing."""
        if rows:
            connection.exec_driver_sql(self._sql, [self._prepared(row) for row in rows])

    def _prepared(self, row: Row) -> tuple[Any, ...]:
        values = list(self._reorder(row) if self._reorder else row)
        for position, processor in self._processors:
            values[position] = processor(values[position])
        return tuple(values)


def among(column: InstrumentedAttribute[str], name: str, dialect: Dialect) -> ColumnElement[bool]:
    """Compare a text column with a list bound as one parameter, so that the statement stays one.

    The parameter's value is what `as_list` makes of the list.
    """
    if dialect.name == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(Text)))
    values = func.json_each(bindparam(name, type_=Text)).table_valued("value")
    return column.in_(select(values.c.value))


def as_list(values: Sequence[str], dialect: Dialect) -> Any:
    return list(values) if dialect.name == "postgresql" else json.dumps(values)
