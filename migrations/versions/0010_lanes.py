"""lanes, and how urgent cards and notices are

Revision: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
DIRTY = sa.text("wanted_revision <> shown_revision")
WAITING = sa.text("status = 'waiting'")
SMALL = sa.SmallInteger()


def upgrade() -> None:
    op.create_table(
        "lanes",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "taken", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("open_at", MOMENT, nullable=False),
        sa.Column("urgent_open_at", MOMENT, nullable=False),
        sa.Column("counter_open_at", MOMENT, nullable=False),
        sa.Column("blocked_until", MOMENT, nullable=True),
        sa.Column("refused_at", MOMENT, nullable=True),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("lease_owner", sa.Integer(), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("chat_id", name="pk_lanes"),
    )
    for table in ("cards", "notices"):
        op.add_column(table, sa.Column("urgency", SMALL, nullable=False, server_default="6"))
        op.add_column(table, sa.Column("doubts", SMALL, nullable=False, server_default="0"))
    op.add_column(
        "cards", sa.Column("generation", sa.Integer(), nullable=False, server_default="0")
    )
    _open_lanes()
    _index("cards", ["chat_id", "urgency", "due_at"], DIRTY)
    _index("notices", ["chat_id", "urgency", "due_at"], WAITING)


def downgrade() -> None:
    for table, columns, condition in (
        ("notices", ["due_at"], WAITING),
        ("cards", ["chat_id", "due_at"], DIRTY),
    ):
        _index(table, columns, condition)
    with op.batch_alter_table("cards") as cards:
        for column in ("generation", "doubts", "urgency"):
            cards.drop_column(column)
    with op.batch_alter_table("notices") as notices:
        for column in ("doubts", "urgency"):
            notices.drop_column(column)
    op.drop_table("lanes")


def _open_lanes() -> None:
    """Give every chat its lane, and the bot its own, which is that of chat 0."""
    long_ago = "0" if op.get_bind().dialect.name == "sqlite" else "to_timestamp(0)"
    op.execute(
        "INSERT INTO lanes (chat_id, taken, open_at, urgent_open_at, counter_open_at, share)"
        f" SELECT id, '[]', {long_ago}, {long_ago}, {long_ago}, 1"
        " FROM (SELECT id FROM chats UNION SELECT 0) AS known"
    )


def _index(table: str, columns: list[str], condition: sa.TextClause) -> None:
    name = f"ix_{table}_due"
    op.drop_index(name, table)
    op.create_index(
        name, table, columns, sqlite_where=condition, postgresql_where=condition
    )
