"""why a chat gets nothing, until when it waits, and since when it cannot be reached

Revision: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

import core.db

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chats", sa.Column("trouble", sa.String(12), nullable=True))
    op.add_column("chats", sa.Column("slow_until", core.db.UtcDateTime(), nullable=True))
    op.add_column("chats", sa.Column("away_since", core.db.UtcDateTime(), nullable=True))
    op.execute("UPDATE chats SET trouble = 'refused' WHERE disabled_at IS NOT NULL")


def downgrade() -> None:
    op.drop_column("chats", "away_since")
    op.drop_column("chats", "slow_until")
    op.drop_column("chats", "trouble")
