"""Who may act: the role a person was given, and what each chat expects of its members.

Telegram says who is in a chat; this says what that is worth.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from core.models import Chat, Person

MAX_TEAM_CHATS = 8


class Role(StrEnum):
    """What a person was named by an admin; nobody has one by default."""

    viewer = "viewer"
    responder = "responder"
    admin = "admin"


class Policy(StrEnum):
    """Which members of a chat may act there."""

    anyone = "anyone"
    known = "known"
    named = "named"


class Standing(StrEnum):
    """What somebody is to us; of several the first counts."""

    admin = "admin"
    member = "member"
    viewer = "viewer"
    unknown = "unknown"
    excluded = "excluded"
    stranger = "stranger"


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of a person, and the chats whose members may do what the person asks for.

    `scope` is the chat beyond whose incidents nothing may be seen or done there.
    """

    known: bool
    role: Role | None
    chats: Sequence[Chat]
    scope: int | None


def standing_under(policy: Policy, role: Role | None, *, known: bool) -> Standing:
    """Say what a member of a chat may do under its policy. An admin is not asked."""
    if role is Role.viewer:
        return Standing.viewer
    welcome = {Policy.anyone: True, Policy.known: known, Policy.named: role is not None}
    return Standing.member if welcome[policy] else Standing.excluded


def is_admin(person: Person, configured: Collection[int]) -> bool:
    """Whether somebody is an admin: named, by configuration, or as the machine's operator."""
    return person.role == Role.admin or person.telegram_id in {None, *configured}


def best_of(standings: Sequence[Standing]) -> Standing:
    order = list(Standing)
    return min(standings, key=order.index, default=Standing.stranger)


async def ground_of(session: AsyncSession, telegram_id: int, chat_id: int | None) -> Ground:
    """Read what decides about a person in a chat.

    In a group of ours its own members count. Anywhere else those of the default chats do: they
    are the team, who may see everything.
    """
    query = select(Person).where(Person.telegram_id == telegram_id)
    person = (await session.scalars(query)).one_or_none()
    role = Role(person.role) if person and person.role else None
    chat = await session.get(Chat, chat_id) if chat_id and chat_id < 0 else None
    if chat:
        scope = None if chat.is_default else chat.id
        return Ground(person is not None, role, [chat], scope)
    return Ground(person is not None, role, await team_chats(session), None)


async def name_person(session: AsyncSession, person_id: int, role: Role | None) -> Person:
    """Give somebody a role, or take it away. Raises NotFound."""
    person = await session.get(Person, person_id)
    if person is None:
        raise NotFound("person", person_id)
    person.role = role
    await session.flush()
    return person


async def team_chats(session: AsyncSession) -> Sequence[Chat]:
    query = select(Chat).where(Chat.is_default).order_by(Chat.id).limit(MAX_TEAM_CHATS)
    return (await session.scalars(query)).all()
