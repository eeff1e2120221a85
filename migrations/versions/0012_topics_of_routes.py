"""routes to a topic of a chat

Revision: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("app_chats", sa.Column("thread_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("app_chats", "thread_id")
