"""roles of people, and who may act in a chat

Revision: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("role", sa.String(12), nullable=True))
    policy = sa.Column("policy", sa.String(12), nullable=False, server_default="anyone")
    op.add_column("chats", policy)
    # So far only members of the default chats could act: nobody else is let in by the upgrade.
    op.execute("UPDATE chats SET policy = 'known' WHERE NOT is_default")


def downgrade() -> None:
    op.drop_column("chats", "policy")
    op.drop_column("people", "role")
