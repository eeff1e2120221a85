"""why a card or a notice was given up, and when that happened first and last

Revision: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

import core.db

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

TABLES = ("cards", "notices")
MOMENTS = ("first_failed_at", "last_failed_at")
DEAD = sa.text("last_failed_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("cards", sa.Column("error", sa.String(500), nullable=True))
    for table in TABLES:
        for moment in MOMENTS:
            op.add_column(table, sa.Column(moment, core.db.UtcDateTime(), nullable=True))
        op.create_index(
            f"ix_{table}_dead",
            table,
            ["last_failed_at"],
            sqlite_where=DEAD,
            postgresql_where=DEAD,
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_dead", table)
        for moment in MOMENTS:
            op.drop_column(table, moment)
    op.drop_column("cards", "error")
