"""What the installation remembers of itself."""

from sqlalchemy import BigInteger, Text, cast, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import dialect_of, insert_into
from core.models import Fact
from core.secrets import new_token

SECRET_KEY = "secret_key"  # noqa: S105 - the name of the fact, not its value


async def own_secret_key(session: AsyncSession) -> str:
    """Read the key that signs the forms; made at the first call, the same for every process."""
    made = insert_into(Fact, dialect_of(session)).values(key=SECRET_KEY, value=new_token())
    await session.execute(made.on_conflict_do_nothing(index_elements=["key"]))
    return (await session.get_one(Fact, SECRET_KEY)).value


async def remember(session: AsyncSession, key: str, value: str) -> None:
    """Keep a value; the last one written counts."""
    kept = insert_into(Fact, dialect_of(session)).values(key=key, value=value)
    await session.execute(kept.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


async def recall(session: AsyncSession, key: str) -> str | None:
    """Read a value, None for what was never kept or is forgotten."""
    return await session.scalar(select(Fact.value).where(Fact.key == key))


async def forget(session: AsyncSession, key: str) -> None:
    await session.execute(delete(Fact).where(Fact.key == key))


async def count_up(session: AsyncSession, key: str) -> None:
    """Add one to a number that is kept."""
    first = insert_into(Fact, dialect_of(session)).values(key=key, value="1")
    more = cast(cast(Fact.value, BigInteger) + 1, Text)
    await session.execute(first.on_conflict_do_update(index_elements=["key"], set_={"value": more}))


async def count_of(session: AsyncSession, key: str) -> int:
    return int(await recall(session, key) or 0)
