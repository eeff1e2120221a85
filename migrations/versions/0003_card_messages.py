"""an index that finds the card a message is

Revision: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

INDEX = "ix_cards_message"
SHOWN = sa.text("message_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        INDEX, "cards", ["message_id"], sqlite_where=SHOWN, postgresql_where=SHOWN
    )


def downgrade() -> None:
    op.drop_index(INDEX, "cards")
