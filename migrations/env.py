"""Where alembic meets our tables; it always works on the connection that it is given."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

import core.models  # noqa: F401 - fills the metadata
from core.db import Base, UtcDateTime
from core.models import LevelNumber, StatusName

FROZEN = {
    UtcDateTime: 'sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")',
    LevelNumber: "sa.SmallInteger()",
    StatusName: "sa.String(12)",
    sa.JSON: 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")',
}


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types as what they are in the database, so that versions stay frozen."""
    if isinstance(item, sa.JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
    return FROZEN.get(type(item), False) if kind == "type" else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
