"""The first admin: a one-time claim, handed out by a server that has none.

There is one claim at a time, kept as a hash; whoever brings it first is named admin.
"""

import hmac
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.chats import ChatDefaults, ensure_chat
from core.facts import forget, recall, remember
from core.models import Fact, Person
from core.roles import Role, team_chats
from core.schedules import ensure_schedule
from core.secrets import hash_of, new_token

LIFETIME = timedelta(days=1)
FACT = "claim"


async def new_claim(session: AsyncSession, now: datetime) -> str | None:
    """Make the secret of a claim, in the place of any other; None where there is an admin."""
    if await _has_admin(session):
        return None
    token = new_token()
    await remember(session, FACT, f"{hash_of(token)} {(now + LIFETIME).isoformat()}")
    return token


async def withdraw_claim(session: AsyncSession) -> None:
    """Have no claim any more: there is an admin."""
    await forget(session, FACT)


async def use_claim(session: AsyncSession, now: datetime, token: str) -> bool:
    """Use up a claim; False for one that is over, or never was, or where there is an admin."""
    value = await recall(session, FACT)
    if value is None or await _has_admin(session):
        return False
    kept, _, expires_at = value.partition(" ")
    same = hmac.compare_digest(kept, hash_of(token))
    if not same or datetime.fromisoformat(expires_at) <= now:
        return False
    # Of two who bring it at once, one deletes it.
    used = await session.execute(delete(Fact).where(Fact.key == FACT, Fact.value == value))
    return cast("CursorResult[Any]", used).rowcount == 1


async def name_first_admin(
    session: AsyncSession, now: datetime, person: Person, defaults: ChatDefaults
) -> None:
    """Name somebody admin, whose private chat gets the cards while no other chat does."""
    person.role = Role.admin
    if person.telegram_id and not await team_chats(session):
        chat = await ensure_chat(session, person.telegram_id, defaults)
        chat.is_default, chat.title, chat.kind = True, person.name, "private"
        await ensure_schedule(session, now, chat)
    await session.flush()


async def _has_admin(session: AsyncSession) -> bool:
    admins = select(Person.id).where(Person.role == Role.admin).limit(1)
    return (await session.scalars(admins)).first() is not None
