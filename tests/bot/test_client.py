"""The client tells a connection that never came about from an answer that never came."""

import socket
from collections.abc import AsyncIterator, Iterator

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError

from bot import client
from bot.client import make_bot
from bot.errors import delivery_error_of
from core.remedies import Remedy
from core.settings import load_settings

TOKEN = "42:SIMULATED-TELEGRAM"


@pytest.fixture
def port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        yield mute.getsockname()[1]


@pytest.fixture
async def bot(port: int) -> AsyncIterator[Bot]:
    settings = load_settings(
        _env_file=None, bot_token=TOKEN, bot_api_url=f"http://127.0.0.1:{port}"
    )
    bot = make_bot(settings)
    yield bot
    await bot.session.close()


async def remedy_of(bot: Bot) -> Remedy | None:
    with pytest.raises(TelegramNetworkError) as caught:
        await bot.get_me(request_timeout=0.1)  # type: ignore[arg-type]  # aiohttp takes parts of seconds
    error = delivery_error_of(caught.value)
    return error.remedy if error else None


async def test_an_answer_that_does_not_come_leaves_the_outcome_unknown(bot: Bot) -> None:
    assert await remedy_of(bot) is Remedy.unknown


async def test_what_never_got_a_connection_was_never_sent(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "CONNECT_SECONDS", 1e-9)
    assert await remedy_of(bot) is Remedy.repeat
