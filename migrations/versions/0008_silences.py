"""a table of silences

Revision: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "silences",
        sa.Column("app_id", KEY, sa.ForeignKey("apps.id"), primary_key=True),
        sa.Column("silent_until", MOMENT, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("person_id", KEY, sa.ForeignKey("people.id"), nullable=True),
        sa.Column("actor", sa.String(130), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("silences")
