"""what the bot may do in a chat

Revision: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    rights = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("chats", sa.Column("rights", rights, nullable=True))


def downgrade() -> None:
    op.drop_column("chats", "rights")
