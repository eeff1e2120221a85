"""Ways in: one-time sign-in links, browser sessions and API tokens. Only hashes are kept."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from core.errors import InvalidInput
from core.models import ApiToken, LoginLink, Person, WebSession
from core.roles import Role, is_admin
from core.secrets import hash_of, new_token


async def new_login_link(
    session: AsyncSession, now: datetime, person: Person, lifetime: timedelta
) -> str:
    """Make the secret of a one-time sign-in link."""
    token = new_token()
    session.add(LoginLink(hash=hash_of(token), person_id=person.id, expires_at=now + lifetime))
    await session.flush()
    return token


async def link_is_usable(session: AsyncSession, now: datetime, token: str) -> bool:
    """Look at a sign-in link without using it up."""
    link = await session.get(LoginLink, hash_of(token))
    return link is not None and link.used_at is None and link.expires_at > now


async def sign_in(
    session: AsyncSession, now: datetime, token: str, lifetime: timedelta
) -> str | None:
    """Use up a sign-in link; returns the secret of a new session, None for a link that is over."""
    used = await session.execute(
        update(LoginLink)
        .where(
            LoginLink.hash == hash_of(token),
            LoginLink.used_at.is_(None),
            LoginLink.expires_at > now,
        )
        .values(used_at=now)
    )
    if cast("CursorResult[Any]", used).rowcount != 1:
        return None
    link = await session.get_one(LoginLink, hash_of(token))
    secret = new_token()
    session.add(
        WebSession(
            hash=hash_of(secret),
            person_id=link.person_id,
            created_at=now,
            expires_at=now + lifetime,
        )
    )
    await session.flush()
    return secret


async def person_of_session(session: AsyncSession, now: datetime, secret: str) -> Person | None:
    """Find who is signed in with a session's secret."""
    query = (
        select(WebSession)
        .where(WebSession.hash == hash_of(secret), WebSession.expires_at > now)
        .options(joinedload(WebSession.person))
    )
    found = (await session.scalars(query)).one_or_none()
    return found.person if found else None


async def sign_out(session: AsyncSession, secret: str) -> None:
    await session.execute(delete(WebSession).where(WebSession.hash == hash_of(secret)))


async def sign_out_of_team(
    session: AsyncSession, telegram_id: int, configured_admins: Collection[int]
) -> None:
    """End every session of somebody who left the team; an admin stays one outside of it."""
    query = select(Person).where(Person.telegram_id == telegram_id)
    person = (await session.scalars(query)).one_or_none()
    if person and not is_admin(person, configured_admins):
        await session.execute(delete(WebSession).where(WebSession.person_id == person.id))


async def new_api_token(
    session: AsyncSession, now: datetime, name: str, role: Role | None = None
) -> str:
    """Make an API token; a viewer's only reads. Raises InvalidInput for a bad or taken name."""
    name = name.strip()
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise InvalidInput("name", "a name has 1 to 100 printable characters")
    token = new_token()
    try:
        async with session.begin_nested():
            session.add(ApiToken(name=name, hash=hash_of(token), role=role, created_at=now))
    except IntegrityError:
        raise InvalidInput("name", f"there is a token named {name} already") from None
    return token


async def find_api_token(session: AsyncSession, token: str) -> ApiToken | None:
    query = select(ApiToken).where(ApiToken.hash == hash_of(token))
    return (await session.scalars(query)).one_or_none()


async def all_api_tokens(session: AsyncSession) -> Sequence[ApiToken]:
    return (await session.scalars(select(ApiToken).order_by(ApiToken.name))).all()


async def forget_expired(session: AsyncSession, now: datetime) -> None:
    """Delete sign-in links and sessions that are over."""
    await session.execute(delete(LoginLink).where(LoginLink.expires_at <= now))
    await session.execute(delete(WebSession).where(WebSession.expires_at <= now))
