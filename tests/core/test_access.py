"""Ways in: a link that works once, a session that ends, a token with a name."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from core.access import (
    all_api_tokens,
    find_api_token,
    forget_expired,
    link_is_usable,
    new_api_token,
    new_login_link,
    person_of_session,
    sign_in,
    sign_out,
)
from core.db import Database
from core.errors import InvalidInput
from core.models import LoginLink, WebSession
from tests.core.races import both_at_once, committed
from tests.factories import Scene

MINUTES = timedelta(minutes=10)
DAYS = timedelta(days=30)
MOMENT = timedelta(microseconds=1)
NONSENSE = ("", "x", "\0", "\ud800", "я" * 10_000)


@pytest.fixture
async def link(database: Database, scene: Scene, now: datetime) -> str:
    return await committed(
        database, lambda session: new_login_link(session, now, scene.alice, MINUTES)
    )


async def test_a_link_signs_in_its_person(
    database: Database, scene: Scene, now: datetime, link: str
) -> None:
    async with database.writing() as session:
        secret = await sign_in(session, now, link, DAYS)
        assert secret is not None
        person = await person_of_session(session, now, secret)
    assert person is not None
    assert person.name == "Alice"


async def test_looking_at_a_link_does_not_use_it_up(
    database: Database, now: datetime, link: str
) -> None:
    async with database.writing() as session:
        assert [await link_is_usable(session, now, link) for _ in range(3)] == [True] * 3
        assert await sign_in(session, now, link, DAYS)
    async with database.reading() as session:
        assert not await link_is_usable(session, now, link)


async def test_a_link_works_once(database: Database, now: datetime, link: str) -> None:
    async with database.writing() as session:
        assert await sign_in(session, now, link, DAYS)
        assert await sign_in(session, now, link, DAYS) is None


async def test_a_link_pressed_twice_at_once_opens_one_session(
    database: Database, now: datetime, link: str
) -> None:
    secrets = await both_at_once(
        database,
        lambda session: sign_in(session, now, link, DAYS),
        lambda session: sign_in(session, now, link, DAYS),
    )
    assert secrets[0] is not None
    assert secrets[1] is None
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(WebSession)) == 1


async def test_a_link_is_over_when_its_time_is(
    database: Database, now: datetime, link: str
) -> None:
    async with database.writing() as session:
        assert await link_is_usable(session, now + MINUTES - MOMENT, link)
        assert not await link_is_usable(session, now + MINUTES, link)
        assert await sign_in(session, now + MINUTES, link, DAYS) is None
        assert await sign_in(session, now + MINUTES - MOMENT, link, DAYS)


async def test_a_session_is_over_when_its_time_is_or_at_the_sign_out(
    database: Database, scene: Scene, now: datetime, link: str
) -> None:
    async with database.writing() as session:
        secret = await sign_in(session, now, link, DAYS)
        assert secret is not None
        assert await person_of_session(session, now + DAYS - MOMENT, secret)
        assert await person_of_session(session, now + DAYS, secret) is None
        other = await new_login_link(session, now, scene.alice, MINUTES)
        stays = await sign_in(session, now, other, DAYS)
        assert stays is not None
        await sign_out(session, secret)
        assert await person_of_session(session, now, secret) is None
        assert await person_of_session(session, now, stays)


async def test_nonsense_opens_nothing(database: Database, scene: Scene, now: datetime) -> None:
    async with database.writing() as session:
        for secret in NONSENSE:
            assert not await link_is_usable(session, now, secret)
            assert await sign_in(session, now, secret, DAYS) is None
            assert await person_of_session(session, now, secret) is None
            assert await find_api_token(session, secret) is None
            await sign_out(session, secret)


async def test_a_token_is_found_by_itself_alone(database: Database, now: datetime) -> None:
    async with database.writing() as session:
        deploy = await new_api_token(session, now, " deploy ")
        await new_api_token(session, now, "backup")
        found = await find_api_token(session, deploy)
        assert found is not None
        assert (found.name, found.created_at) == ("deploy", now)
        assert await find_api_token(session, deploy[:-1]) is None
        assert await find_api_token(session, found.hash) is None
        assert [token.name for token in await all_api_tokens(session)] == ["backup", "deploy"]


async def test_a_taken_token_name_is_refused_and_the_transaction_goes_on(
    database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        await new_api_token(session, now, "deploy")
    async with database.writing() as session:
        with pytest.raises(InvalidInput, match="there is a token named deploy already"):
            await new_api_token(session, now, "deploy")
        await new_api_token(session, now, "backup")


async def test_a_token_name_nobody_can_read_is_refused(database: Database, now: datetime) -> None:
    for name in ("", " ", "x" * 101, "a\0b", "\ud800"):
        async with database.writing() as session:
            with pytest.raises(InvalidInput, match="name: a name has 1 to 100"):
                await new_api_token(session, now, name)


async def test_what_is_over_is_forgotten_and_nothing_else(
    database: Database, scene: Scene, now: datetime, link: str
) -> None:
    async with database.writing() as session:
        secret = await sign_in(session, now, link, DAYS)
        assert secret is not None
        fresh = await new_login_link(session, now + MINUTES, scene.bob, MINUTES)
        await forget_expired(session, now + MINUTES)
        assert await session.scalar(select(func.count()).select_from(LoginLink)) == 1
        assert await link_is_usable(session, now + MINUTES, fresh)
        assert await person_of_session(session, now + MINUTES, secret)
        await forget_expired(session, now + DAYS)
        assert await session.scalar(select(func.count()).select_from(WebSession)) == 0
