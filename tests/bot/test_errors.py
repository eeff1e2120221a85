"""The error catalogue: what each refusal of Telegram means for delivery."""

import pytest
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    RestartingTelegram,
    TelegramAPIError,
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
from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ConnectionTimeoutError,
    ServerDisconnectedError,
)
from aiohttp.client_reqrep import ConnectionKey

from bot.errors import OutcomeUnknown, TokenRefused, delivery_error_of, redacted
from core.errors import DeliveryError
from core.remedies import Remedy, Trouble

METHOD = SendMessage(chat_id=-1001, text="x")
KEY = ConnectionKey("api.telegram.org", 443, True, True, None, None, None)


def remedy_of(error: DeliveryError | None) -> Remedy | Trouble:
    if error is None:
        return Remedy.nothing
    return error.trouble or error.remedy


def network(cause: Exception) -> DeliveryError | None:
    error = TelegramNetworkError(METHOD, str(cause))
    error.__cause__ = cause
    return delivery_error_of(error)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("message is not modified: specified new message content and so on", Remedy.nothing),
        ("message to edit not found", Remedy.repost),
        ("message can't be edited", Remedy.repost),
        ("MESSAGE_ID_INVALID", Remedy.repost),
        ("there is no text in the message to edit", Remedy.repost),
        ("message to be replied not found", Remedy.unquote),
        ("message thread not found", Remedy.general),
        ("TOPIC_DELETED", Remedy.general),
        ("TOPIC_CLOSED", Remedy.reopen),
        ("TOPIC_NOT_MODIFIED", Remedy.nothing),
        ("not enough rights to create a topic", Remedy.general),
        ("not enough rights to edit the topic", Remedy.general),
        ("the chat is not a forum", Remedy.general),
        ("the chat is not a supergroup forum", Remedy.general),
        ("chat not found", Trouble.missing),
        ("not enough rights to send text messages to the chat", Trouble.rights),
        ("not enough rights to send documents to the chat", Trouble.rights),
        ("have no write access to the chat", Trouble.rights),
        ("CHAT_WRITE_FORBIDDEN", Trouble.rights),
        ("CHAT_RESTRICTED", Trouble.rights),
        ("have no rights to send a message", Trouble.rights),
        ("CHAT_ID_INVALID", Trouble.missing),
        ("CHANNEL_PRIVATE", Trouble.removed),
        ("INPUT_USER_DEACTIVATED", Trouble.blocked),
        ("can't parse entities: unsupported start tag", Remedy.plain),
        ("message is too long", Remedy.shorten),
        ("text is too long", Remedy.shorten),
        ("message caption is too long", Remedy.shorten),
        ("MESSAGE_TOO_LONG", Remedy.shorten),
        ("reply markup is too long", Remedy.unbutton),
        ("BUTTON_DATA_INVALID", Remedy.unbutton),
        ("BUTTON_URL_INVALID", Remedy.unbutton),
        ("can't parse InlineKeyboardButton: Can't find field \"text\"", Remedy.unbutton),
        ("Text buttons are unallowed in the inline keyboard", Remedy.unbutton),
        ("invalid button style specified", Remedy.unbutton),
        ("query is too old and response timeout expired or query ID is invalid", Remedy.nothing),
        ("message can't be deleted", Remedy.nothing),
        ("message to delete not found", Remedy.nothing),
        ("message text is empty", Remedy.give_up),
        ("SOMETHING_NEW", Remedy.give_up),
    ],
)
def test_every_bad_request_has_its_remedy(text: str, remedy: Remedy | Trouble) -> None:
    for said in (text, text.upper()):
        refused = delivery_error_of(TelegramBadRequest(METHOD, f"Bad Request: {said}"))
        assert remedy_of(refused) is remedy


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("bot was blocked by the user", Trouble.blocked),
        ("user is deactivated", Trouble.blocked),
        ("bot can't initiate conversation with a user", Trouble.blocked),
        ("the bot can't send messages to the bot", Trouble.blocked),
        ("bot was kicked from the group chat", Trouble.removed),
        ("bot was kicked from the supergroup chat", Trouble.removed),
        ("bot was kicked from the channel chat", Trouble.removed),
        ("bot is not a member of the supergroup chat", Trouble.removed),
        ("the group chat was deleted", Trouble.removed),
        ("something new", Trouble.refused),
    ],
)
def test_every_forbidden_is_a_trouble_of_the_chat(text: str, trouble: Trouble) -> None:
    error = delivery_error_of(TelegramForbiddenError(METHOD, f"Forbidden: {text}"))
    assert error
    assert error.chat_lost
    assert error.permanent
    assert error.trouble is trouble


def test_what_is_given_up_loses_neither_message_nor_chat() -> None:
    error = delivery_error_of(TelegramBadRequest(METHOD, "Bad Request: SOMETHING_NEW"))
    assert error
    assert error.permanent
    assert not error.message_lost
    assert not error.chat_lost


def test_a_wait_is_carried() -> None:
    error = delivery_error_of(TelegramRetryAfter(METHOD, "Too Many Requests", 17))
    assert error
    assert error.retry_after == 17
    assert error.remedy is Remedy.wait
    assert not error.permanent


def test_a_migration_carries_the_new_id() -> None:
    error = delivery_error_of(TelegramMigrateToChat(METHOD, "upgraded", -100500))
    assert error
    assert error.new_chat_id == -100500
    assert error.remedy is Remedy.move


def test_too_many_calls_without_a_wait_are_made_again_later() -> None:
    error = delivery_error_of(TelegramAPIError(METHOD, "Too Many Requests: retry after 0"))
    assert error
    assert (error.remedy, error.permanent) == (Remedy.repeat, False)


@pytest.mark.parametrize(
    "error",
    [
        TelegramUnauthorizedError(METHOD, "Unauthorized: invalid token specified"),
        TelegramAPIError(METHOD, "Misdirected Request: unallowed token specified"),
    ],
)
def test_a_refused_token_is_told_apart(error: AiogramError) -> None:
    assert isinstance(delivery_error_of(error), TokenRefused)


@pytest.mark.parametrize(
    "error",
    [
        TelegramNotFound(METHOD, "Not Found: method not found"),
        TelegramConflictError(METHOD, "Conflict"),
        TelegramEntityTooLarge(METHOD, "Request Entity Too Large"),
        TelegramAPIError(METHOD, "I'm a teapot"),
    ],
)
def test_what_repeating_cannot_help_is_given_up(error: AiogramError) -> None:
    assert remedy_of(delivery_error_of(error)) is Remedy.give_up


@pytest.mark.parametrize(
    "cause",
    [
        ClientConnectorError(KEY, OSError("refused")),
        ClientConnectorDNSError(KEY, OSError("dns")),
        ConnectionTimeoutError("Connection timeout to host"),
    ],
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
