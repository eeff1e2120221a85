"""after how many quiet hours an app's incidents are over

Revision: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("apps", sa.Column("quiet_hours", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("apps") as apps:
        apps.drop_column("quiet_hours")
