"""What the doctor looks at in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from core import facts, inbox, rivals
from core.chat_health import trouble_of
from core.chats import all_chats, id_today
from core.db import Database
from core.dead_letters import count_dead
from core.delivery import SENT_AGAIN
from core.duplicates import FOUND
from core.errors import DatabaseTooNew
from core.i18n import translator_of
from core.models import Chat
from core.remedies import Trouble
from core.schema import known_revisions, revision_of
from core.words import hint_word, trouble_word

MAX_ASKED = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: what was looked at, whether it is fine, and a sentence about it."""

    name: str
    fine: bool
    says: str


async def database_checks(database: Database, now: datetime) -> list[Finding]:
    """Look whether the database answers and has this program's schema."""
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    try:
        found = await revision_of(database)
    except DatabaseTooNew as error:
        return [Finding("database", False, str(error))]
    except (OSError, SQLAlchemyError) as error:
        return [Finding("database", False, f"{kind} does not answer: {_first_line(error)}")]
    if found != known_revisions()[0]:
        return [Finding("database", False, f"{kind} is not migrated: run dispatcher migrate")]
    fine = Finding("database", True, f"{kind} at revision {found}")
    inbox_check, messages = await _inbox(database, now), await _messages(database)
    chats = await _chats(database, now)
    return [fine, inbox_check, messages, *chats, await _dead_letters(database)]


async def chats_to_ask(database: Database, named: Sequence[int]) -> Sequence[int]:
    """List the chats that Telegram is asked about: those in use, else those that are named."""
    try:
        async with database.reading() as session:
            today = [await id_today(session, chat_id) for chat_id in named]
            known = [chat.id for chat in await all_chats(session) if not chat.disabled_at]
    except (OSError, SQLAlchemyError):
        return named
    return list(dict.fromkeys([*today, *known]))[:MAX_ASKED]


async def _inbox(database: Database, now: datetime) -> Finding:
    async with database.reading() as session:
        left = await inbox.backlog(session)
        rival = await rivals.rival_seen_at(session, now)
    if rival:
        return Finding("inbox", False, f"{rivals.WHAT_TO_DO} (seen at {rival:%H:%M:%S} UTC)")
    says = f"{left.waiting} updates wait, {left.set_aside} are set aside"
    return Finding(
        "inbox", left.set_aside == 0, says + (": see /set-aside" if left.set_aside else "")
    )


async def _messages(database: Database) -> Finding:
    """Tell how often nobody could know whether a message arrived, and what came of it."""
    async with database.reading() as session:
        again = await facts.count_of(session, SENT_AGAIN)
        found = await facts.count_of(session, FOUND)
    return Finding("messages", True, f"{again} sent again, {found} found to be there twice")


async def _chats(database: Database, now: datetime) -> list[Finding]:
    """Look how the chats are: one finding each for those that are not well."""
    async with database.reading() as session:
        chats = await all_chats(session)
    ill = [(chat, trouble) for chat in chats if (trouble := trouble_of(chat, now))]
    if not ill:
        return [Finding("chats", True, f"{len(chats)} known, none refuses us")]
    return [Finding("chats", False, _ailment(chat, trouble)) for chat, trouble in ill]


async def _dead_letters(database: Database) -> Finding:
    async with database.reading() as session:
        dead = await count_dead(session)
    return Finding("dead letters", dead == 0, f"{dead}: see /set-aside" if dead else "none")


def _ailment(chat: Chat, trouble: Trouble) -> str:
    t, name = translator_of("en"), f"{chat.title} {chat.id}".strip()
    said = f" ({chat.last_error})" if chat.last_error else ""
    return f"{name}: {trouble_word(t, trouble)}{said} {hint_word(t, trouble)}"


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
