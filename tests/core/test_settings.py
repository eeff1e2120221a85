"""Settings: from the environment, from files, from .env; every fault at once, by name."""

from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import PREFIX, Settings, load_settings

TOKEN = "123456789:AAF-secret_part"
KEY = "k" * 32


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No DISPATCHER_ variable, and a working directory without .env."""
    for name in Settings.model_fields:
        for variable in (f"{PREFIX}{name.upper()}", f"{PREFIX}{name.upper()}_FILE"):
            monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)


def set_all(monkeypatch: pytest.MonkeyPatch, **values: object) -> None:
    for name, value in values.items():
        monkeypatch.setenv(PREFIX + name, str(value))


def faults_of(monkeypatch: pytest.MonkeyPatch, **values: object) -> list[str]:
    set_all(monkeypatch, **values)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return sorted(name.removeprefix(PREFIX) for name, _ in caught.value.faults)


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings()
    assert settings.database_url == "sqlite+aiosqlite:///dispatcher.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.base_url == "http://127.0.0.1:8080"
    assert (settings.bot_token, settings.admin_chat, settings.admins) == (None, None, ())
    assert settings.default_chats == ()
    assert (settings.reopen_window, settings.code_overlap) == (timedelta(7), timedelta(1))


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(
        monkeypatch,
        DATABASE_URL="postgresql://u:p@db/dispatcher",
        LISTEN="[::1]:9000",
        PUBLIC_URL="https://dispatcher.example.com/",
        BOT_TOKEN=TOKEN,
        ADMIN_CHAT="-1001",
        ADMINS=" 101, 102 ,",
        TIMEZONE="Europe/Moscow",
        LOCALE="ru",
    )
    settings = load_settings()
    assert settings.database_url == "postgresql+asyncpg://u:p@db/dispatcher"
    assert (settings.host, settings.port) == ("::1", 9000)
    assert settings.base_url == "https://dispatcher.example.com"
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == TOKEN
    assert (settings.admin_chat, settings.default_chats) == (-1001, (-1001,))
    assert (settings.admins, settings.locale) == ((101, 102), "ru")
    assert settings.zone.key == "Europe/Moscow"


def test_an_empty_variable_is_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, BOT_TOKEN="", ADMIN_CHAT="", LISTEN="")
    assert load_settings() == Settings()


def test_every_fault_is_told_at_once_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "DATABASE_URL": "mysql://u:p@db/dispatcher",
        "LISTEN": "8080",
        "PUBLIC_URL": "dispatcher.example.com",
        "BOT_TOKEN": "no-colon",
        "BOT_API_URL": "ftp://api",
        "ADMIN_CHAT": "ops",
        "ADMINS": "101,bob",
        "BOT_MODE": "pull",
        "WEBHOOK_SECRET": "with space",
        "SECRET_KEY": "short",
        "TIMEZONE": "Mars/Base",
        "LOCALE": "fr",
        "LOG_LEVEL": "loud",
        "SESSION_DAYS": "0",
        "MAX_BODY_BYTES": "big",
    }
    assert faults_of(monkeypatch, **wrong) == sorted(wrong)


def test_a_webhook_needs_an_address_and_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults_of(monkeypatch, BOT_MODE="webhook") == ["BOT_MODE"]
    assert faults_of(monkeypatch, PUBLIC_URL="https://example.com") == ["BOT_MODE"]
    set_all(monkeypatch, WEBHOOK_SECRET="s3cret_-")
    assert load_settings().bot_mode == "webhook"


def test_what_a_webhook_needs_is_told_together_with_other_faults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert faults_of(monkeypatch, BOT_MODE="webhook", TIMEZONE="Mars/Base") == [
        "BOT_MODE",
        "TIMEZONE",
    ]


def test_an_unreadable_file_is_told_together_with_other_faults(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    assert faults_of(
        monkeypatch,
        BOT_TOKEN_FILE=tmp_path / "missing",
        SECRET_KEY_FILE=tmp_path / "binary",
        TIMEZONE="Mars/Base",
    ) == ["BOT_TOKEN_FILE", "SECRET_KEY_FILE", "TIMEZONE"]


def test_a_secret_can_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    (tmp_path / "admins").write_text("101,102", encoding="utf-8")
    set_all(monkeypatch, BOT_TOKEN_FILE=tmp_path / "token", ADMINS_FILE=tmp_path / "admins")
    settings = load_settings()
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == TOKEN
    assert settings.admins == (101, 102)


def test_a_faulty_value_in_a_file_is_a_fault_of_that_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("short", encoding="utf-8")
    assert faults_of(monkeypatch, SECRET_KEY_FILE=tmp_path / "key") == ["SECRET_KEY"]


def test_dot_env_is_read_after_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "zone").write_text("Asia/Tokyo", encoding="utf-8")
    (tmp_path / ".env").write_text(
        "# comment\n"
        f"DISPATCHER_BOT_TOKEN={TOKEN}\n"
        "DISPATCHER_LISTEN=0.0.0.0:1\n"
        "DISPATCHER_TIMEZONE=Europe/Moscow\n"
        "OTHER=1\n",
        encoding="utf-8",
    )
    set_all(monkeypatch, LISTEN="127.0.0.1:2", TIMEZONE_FILE=tmp_path / "zone")
    settings = load_settings()
    assert settings.bot_token is not None
    assert (settings.listen, settings.timezone) == ("127.0.0.1:2", "Asia/Tokyo")


def test_a_file_can_be_named_in_dot_env(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN, encoding="utf-8")
    (tmp_path / ".env").write_text(f"DISPATCHER_BOT_TOKEN_FILE={tmp_path}/token\n", "utf-8")
    assert load_settings().bot_token is not None


def test_what_the_caller_says_comes_before_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_all(monkeypatch, LISTEN="127.0.0.1:1")
    assert load_settings(listen="127.0.0.1:0").port == 0
