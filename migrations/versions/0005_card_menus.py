"""the menu that a card shows

Revision: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
OPEN = sa.text("menu_until IS NOT NULL")


def upgrade() -> None:
    op.add_column("cards", sa.Column("menu", sa.String(12), nullable=True))
    op.add_column("cards", sa.Column("menu_page", sa.SmallInteger(), nullable=True))
    op.add_column("cards", sa.Column("menu_until", MOMENT, nullable=True))
    op.create_index(
        "ix_cards_menu", "cards", ["menu_until"], sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    op.drop_index("ix_cards_menu", "cards")
    for column in ("menu_until", "menu_page", "menu"):
        op.drop_column("cards", column)
