"""What the installation remembers of itself."""

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
