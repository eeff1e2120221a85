"""until when an incident lasts unless it is told again

Revision: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
LASTING = sa.text("lasts_until IS NOT NULL")


def upgrade() -> None:
    op.add_column("incidents", sa.Column("lasts_until", MOMENT, nullable=True))
    op.create_index(
        "ix_incidents_lasting",
        "incidents",
        ["lasts_until"],
        sqlite_where=LASTING,
        postgresql_where=LASTING,
    )


def downgrade() -> None:
    op.drop_index("ix_incidents_lasting", "incidents")
    op.drop_column("incidents", "lasts_until")
