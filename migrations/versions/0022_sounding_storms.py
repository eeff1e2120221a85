"""whether a storm was heard

Revision: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "storms", sa.Column("sounded", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute("UPDATE storms SET sounded = true")


def downgrade() -> None:
    with op.batch_alter_table("storms") as storms:
        storms.drop_column("sounded")
