"""only resolved incidents in the index of the past

Revision: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

INDEX = "ix_incidents_past"
COLUMNS = ["fingerprint", "app_id", "id"]
RESOLVED = sa.text("status = 'resolved'")


def upgrade() -> None:
    op.drop_index(INDEX, "incidents")
    op.create_index(
        INDEX, "incidents", COLUMNS, sqlite_where=RESOLVED, postgresql_where=RESOLVED
    )


def downgrade() -> None:
    op.drop_index(INDEX, "incidents")
    op.create_index(INDEX, "incidents", COLUMNS)
