"""Write the next numbered migration: python -m migrations.new "what changes"."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from sqlalchemy import create_engine

from core.schema import alembic_config, known_revisions


def main() -> None:
    message = " ".join(sys.argv[1:]).strip()
    if not message:
        sys.exit('say what changes: make migration m="a table of silences"')
    number = f"{len(known_revisions()) + 1:04}"
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'empty.db'}")
        with engine.begin() as connection:
            config = alembic_config(connection)
            command.upgrade(config, "head")
            command.revision(config, message, autogenerate=True, rev_id=number)
        engine.dispose()


if __name__ == "__main__":
    main()
