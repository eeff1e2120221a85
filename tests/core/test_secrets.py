"""Secrets: long enough, never the same, and nowhere in the database but as hashes."""

from datetime import datetime, timedelta

from sqlalchemy import select

from core import apps
from core.access import new_api_token, new_login_link, sign_in
from core.db import Base, Database
from core.secrets import hash_of, new_code, new_token
from tests.factories import Scene

LIFETIME = timedelta(days=1)


async def whole_database(database: Database) -> str:
    """Read every value of every table as one text."""
    async with database.reading() as session:
        rows = [
            row
            for table in Base.metadata.sorted_tables
            for row in (await session.execute(select(table))).all()
        ]
    return "\n".join(str(value) for row in rows for value in row)


async def test_the_database_keeps_the_hashes_of_secrets_and_not_the_secrets(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        rotated = await apps.rotate(session, now, scene.shop.id, LIFETIME)
        token = await new_api_token(session, now, "deploy")
        unused = await new_login_link(session, now, scene.alice, LIFETIME)
        used = await new_login_link(session, now, scene.bob, LIFETIME)
        cookie = await sign_in(session, now, used, LIFETIME)
    assert cookie is not None
    kept = await whole_database(database)
    for secret in (scene.code, rotated.code, token, unused, used, cookie):
        assert hash_of(secret) in kept
        assert secret not in kept
    if database.file:
        files = [database.file, database.file.with_name(f"{database.file.name}-wal")]
        stored = b"".join(file.read_bytes() for file in files if file.exists())
        assert scene.shop.name.encode() in stored
        assert scene.code.encode() not in stored


def test_no_secret_is_handed_out_twice() -> None:
    for make in (new_code, new_token):
        assert len({make() for _ in range(1000)}) == 1000


def test_a_code_is_what_sentry_and_pagerduty_clients_accept() -> None:
    code = new_code()
    assert len(code) == 32
    assert int(code, 16) >= 0
    assert code == code.lower()


def test_a_token_holds_256_bits_and_fits_into_an_address() -> None:
    token = new_token()
    assert len(token) == 43
    assert token.replace("-", "").replace("_", "").isalnum()


def test_any_text_has_a_hash_and_different_texts_different_ones() -> None:
    assert len({hash_of(text) for text in ("", "a", "b", "ё", "\0", "\ud800", "a" * 10_000)}) == 7
