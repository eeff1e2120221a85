"""The error catalogue: what each refusal of Telegram means for delivery."""

import pytest
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    RestartingTelegram,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendMessage
from aiohttp import ClientConnectorDNSError, ClientConnectorError, ServerDisconnectedError
from aiohttp.client_reqrep import ConnectionKey

from bot.errors import OutcomeUnknown, TokenRefused, delivery_error_of, redacted
from core.errors import DeliveryError

METHOD = SendMessage(chat_id=-1001, text="x")
KEY = ConnectionKey("api.telegram.org", 443, True, True, None, None, None)


def bad_request(text: str) -> DeliveryError | None:
    return delivery_error_of(TelegramBadRequest(METHOD, f"Bad Request: {text}"))


def network(cause: Exception) -> DeliveryError | None:
    error = TelegramNetworkError(METHOD, str(cause))
    error.__cause__ = cause
    return delivery_error_of(error)


def test_an_unchanged_message_is_a_success() -> None:
    text = "message is not modified: specified new message content and reply markup are the same"
    assert bad_request(text) is None


@pytest.mark.parametrize(
    "text",
    ["message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"],
)
def test_a_card_that_is_gone_is_lost(text: str) -> None:
    error = bad_request(text)
    assert error
    assert error.message_lost
    assert not error.chat_lost


@pytest.mark.parametrize(
    "text",
    [
        "chat not found",
        "not enough rights to send text messages to the chat",
        "have no write access to the chat",
        "CHAT_WRITE_FORBIDDEN",
        "CHAT_RESTRICTED",
    ],
)
def test_a_chat_that_refuses_us_is_lost(text: str) -> None:
    error = bad_request(text)
    assert error
    assert error.chat_lost
    assert error.permanent


def test_a_fault_of_ours_is_permanent_and_loses_nothing() -> None:
    error = bad_request("message is too long")
    assert error
    assert error.permanent
    assert not error.message_lost
    assert not error.chat_lost


@pytest.mark.parametrize(
    "text",
    ["bot was blocked by the user", "bot was kicked from the supergroup chat"],
)
def test_every_forbidden_loses_the_chat(text: str) -> None:
    error = delivery_error_of(TelegramForbiddenError(METHOD, f"Forbidden: {text}"))
    assert error
    assert error.chat_lost


def test_a_wait_is_carried() -> None:
    error = delivery_error_of(TelegramRetryAfter(METHOD, "Too Many Requests", 17))
    assert error
    assert error.retry_after == 17
    assert not error.permanent


def test_a_migration_carries_the_new_id() -> None:
    error = delivery_error_of(TelegramMigrateToChat(METHOD, "upgraded", -100500))
    assert error
    assert error.new_chat_id == -100500


def test_a_refused_token_is_told_apart() -> None:
    assert isinstance(
        delivery_error_of(TelegramUnauthorizedError(METHOD, "Unauthorized")), TokenRefused
    )


@pytest.mark.parametrize(
    "error",
    [
        TelegramNotFound(METHOD, "Not Found: method not found"),
        TelegramConflictError(METHOD, "Conflict"),
        TelegramEntityTooLarge(METHOD, "Request Entity Too Large"),
    ],
)
def test_what_repeating_cannot_help_is_permanent(error: AiogramError) -> None:
    found = delivery_error_of(error)
    assert found
    assert found.permanent
    assert not isinstance(found, OutcomeUnknown)


@pytest.mark.parametrize(
    "cause",
    [ClientConnectorError(KEY, OSError("refused")), ClientConnectorDNSError(KEY, OSError("dns"))],
)
def test_a_call_that_never_left_was_surely_not_applied(cause: Exception) -> None:
    error = network(cause)
    assert error
    assert not isinstance(error, OutcomeUnknown)
    assert not error.permanent


@pytest.mark.parametrize("cause", [TimeoutError(), ServerDisconnectedError()])
def test_silence_leaves_the_outcome_unknown(cause: Exception) -> None:
    assert isinstance(network(cause), OutcomeUnknown)


@pytest.mark.parametrize(
    "error",
    [
        TelegramServerError(METHOD, "Internal Server Error"),
        RestartingTelegram(METHOD, "Internal Server Error: restart"),
        ClientDecodeError("Failed to decode object", ValueError("x"), "<html>502</html>"),
    ],
)
def test_a_broken_answer_leaves_the_outcome_unknown(error: AiogramError) -> None:
    assert isinstance(delivery_error_of(error), OutcomeUnknown)


def test_the_token_never_reaches_a_reason() -> None:
    url = "https://api.telegram.org/bot123456:AAF-secret_part/sendMessage"
    error = delivery_error_of(TelegramNetworkError(METHOD, f"InvalidURL: {url}"))
    assert error
    assert "AAF-secret" not in error.reason
    assert redacted(url) == "https://api.telegram.org/bot<token>/sendMessage"


def test_a_reason_is_short_whatever_telegram_sent() -> None:
    error = delivery_error_of(TelegramServerError(METHOD, "x" * 10_000))
    assert error
    assert len(error.reason) <= 300
