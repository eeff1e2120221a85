"""an update is retried at a time, is known by its press too, and can be seen when set aside

Revision: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from core.db import UtcDateTime

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

WAITING = sa.text("status = 'waiting'")
SET_ASIDE = sa.text("status = 'dead'")


def upgrade() -> None:
    op.add_column("updates", sa.Column("query_id", sa.String(64)))
    op.add_column("updates", sa.Column("retry_at", UtcDateTime()))
    op.create_index("uq_updates_query", "updates", ["bot_id", "query_id"], unique=True)
    op.drop_index("ix_updates_waiting", "updates")
    op.create_index(
        "ix_updates_waiting",
        "updates",
        ["bot_id", "lane", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index(
        "ix_updates_set_aside",
        "updates",
        ["id"],
        sqlite_where=SET_ASIDE,
        postgresql_where=SET_ASIDE,
    )


def downgrade() -> None:
    op.drop_index("ix_updates_set_aside", "updates")
    op.drop_index("ix_updates_waiting", "updates")
    op.create_index(
        "ix_updates_waiting", "updates", ["id"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.drop_index("uq_updates_query", "updates")
    op.drop_column("updates", "retry_at")
    op.drop_column("updates", "query_id")
