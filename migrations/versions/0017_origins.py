"""tables of the bodies that other tools sent

Revision: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True), "postgresql"
)


def upgrade() -> None:
    op.create_table(
        "raw_bodies",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("format", sa.String(30), nullable=False),
        sa.Column("hints", JSON, nullable=False),
        sa.Column("truncated", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "origins",
        sa.Column("report_id", KEY, sa.ForeignKey("reports.id"), primary_key=True),
        sa.Column("raw_id", KEY, sa.ForeignKey("raw_bodies.id"), nullable=False),
    )
    op.create_index("ix_origins_raw_id", "origins", ["raw_id"])


def downgrade() -> None:
    op.drop_table("origins")
    op.drop_table("raw_bodies")
