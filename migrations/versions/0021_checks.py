"""tables of checks and of their pings

Revision: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
DUE = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "checks",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("app_id", KEY, sa.ForeignKey("apps.id"), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False, unique=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("period_seconds", sa.Integer()),
        sa.Column("cron", sa.String(100)),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("grace_seconds", sa.Integer(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("pings", sa.Integer(), nullable=False),
        sa.Column("last_ping_at", MOMENT),
        sa.Column("started_at", MOMENT),
        sa.Column("started_rid", sa.Uuid()),
        sa.Column("due_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("app_id", "slug"),
        sa.CheckConstraint("(period_seconds IS NULL) <> (cron IS NULL)", "one_rhythm"),
    )
    op.create_index("ix_checks_due", "checks", ["due_at"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_table(
        "pings",
        sa.Column("check_id", KEY, sa.ForeignKey("checks.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("exit_status", sa.SmallInteger()),
        sa.Column("duration_seconds", sa.Float()),
        sa.Column("rid", sa.Uuid()),
        sa.Column("body", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("pings")
    op.drop_table("checks")
