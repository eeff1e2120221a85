"""from which level on a chat's cards make a sound

Revision: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

ERROR = "40"


def upgrade() -> None:
    op.add_column(
        "chats", sa.Column("loud_from", sa.SmallInteger(), nullable=False, server_default=ERROR)
    )


def downgrade() -> None:
    with op.batch_alter_table("chats") as chats:
        chats.drop_column("loud_from")
