"""the unused number of lines leaves the logs

Revision: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("logs", "line_count")


def downgrade() -> None:
    op.add_column("logs", sa.Column("line_count", sa.Integer(), server_default="0", nullable=False))
