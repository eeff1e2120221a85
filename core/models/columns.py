"""Types of columns that many tables have."""

from sqlalchemy import JSON, BigInteger, Dialect, Integer, SmallInteger, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from core.levels import Level
from core.lifecycle import Status

# SQLite gives automatic row numbers to INTEGER keys only.
Key = BigInteger().with_variant(Integer, "sqlite")
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class LevelNumber(TypeDecorator[Level]):
    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Level | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the base class names it
        # SQLite's driver is quick with plain values, and looks for adapters for all others.
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Level | None:  # noqa: ARG002 - the base class names it
        return None if value is None else Level(value)


class StatusName(TypeDecorator[Status]):
    impl = String(12)
    cache_ok = True

    def process_bind_param(self, value: Status | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base class names it
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Status | None:  # noqa: ARG002 - the base class names it
        return None if value is None else Status(value)
