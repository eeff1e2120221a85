"""What the doctor looks at in the database."""

from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from core import inbox
from core.db import Database
from core.errors import DatabaseTooNew
from core.schema import known_revisions, revision_of


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: what was looked at, whether it is fine, and a sentence about it."""

    name: str
    fine: bool
    says: str


async def database_checks(database: Database) -> list[Check]:
    """Look whether the database answers and has this program's schema."""
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    try:
        found = await revision_of(database)
    except DatabaseTooNew as error:
        return [Check("database", False, str(error))]
    except (OSError, SQLAlchemyError) as error:
        return [Check("database", False, f"{kind} does not answer: {_first_line(error)}")]
    if found != known_revisions()[0]:
        return [Check("database", False, f"{kind} is not migrated: run dispatcher migrate")]
    return [Check("database", True, f"{kind} at revision {found}"), await _inbox(database)]


async def _inbox(database: Database) -> Check:
    async with database.reading() as session:
        left = await inbox.backlog(session)
    says = f"{left.waiting} updates wait, {left.set_aside} are set aside"
    return Check(
        "inbox", left.set_aside == 0, says + (": see /set-aside" if left.set_aside else "")
    )


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
