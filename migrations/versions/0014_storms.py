"""storms, and which cards they stand for

Revision: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
SMALL = sa.SmallInteger()
DIRTY = sa.text("wanted_revision <> shown_revision")
RAGING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "storms",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("chat_id", sa.BigInteger(), sa.ForeignKey("chats.id"), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.Column("redrawn_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("wanted_revision", sa.Integer(), nullable=False),
        sa.Column("shown_revision", sa.Integer(), nullable=False),
        sa.Column("shown_hash", sa.String(64), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("error", sa.String(500), nullable=True),
        sa.Column("first_failed_at", MOMENT, nullable=True),
        sa.Column("last_failed_at", MOMENT, nullable=True),
        sa.Column("urgency", SMALL, nullable=False, server_default="6"),
        sa.Column("generation", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("doubts", SMALL, nullable=False, server_default="0"),
    )
    _index("uq_storms_raging", "storms", ["chat_id"], RAGING, RAGING, unique=True)
    _index("ix_storms_due", "storms", ["chat_id", "urgency", "due_at"], DIRTY, DIRTY)
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    number = "INTEGER" if on_sqlite else "BIGINT"
    # Written out, because SQLite takes a foreign key together with its column only.
    op.execute(
        f"ALTER TABLE cards ADD COLUMN storm_id {number}"
        " CONSTRAINT fk_cards_storm_id_storms REFERENCES storms (id)"
    )
    op.add_column(
        "cards", sa.Column("absorbed", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index("ix_cards_storm_id", "cards", ["storm_id"])
    op.drop_index("ix_cards_due", "cards")
    _index(
        "ix_cards_due",
        "cards",
        ["chat_id", "urgency", "due_at"],
        sa.text("wanted_revision <> shown_revision AND absorbed = 0"),
        sa.text("wanted_revision <> shown_revision AND NOT absorbed"),
    )


def downgrade() -> None:
    op.drop_index("ix_cards_due", "cards")
    _index("ix_cards_due", "cards", ["chat_id", "urgency", "due_at"], DIRTY, DIRTY)
    op.drop_index("ix_cards_storm_id", "cards")
    with op.batch_alter_table("cards") as cards:
        cards.drop_column("absorbed")
        cards.drop_column("storm_id")
    op.drop_table("storms")


def _index(
    name: str,
    table: str,
    columns: list[str],
    on_sqlite: sa.TextClause,
    on_postgresql: sa.TextClause,
    *,
    unique: bool = False,
) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=on_sqlite,
        postgresql_where=on_postgresql,
    )
