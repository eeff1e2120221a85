"""up to which revision what is wanted is urgent

Revision: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

TABLES = ("cards", "storms")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(
            table, sa.Column("urgent_revision", sa.Integer(), nullable=False, server_default="0")
        )


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as altered:
            altered.drop_column("urgent_revision")
