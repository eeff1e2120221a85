"""Settings one by one: what each accepts, and that no text repeats a secret."""

import pytest

from core.errors import SettingsError
from core.settings import load_settings

SECRET = "hunter2hunter2hunter2"


def is_accepted(**values: object) -> bool:
    try:
        load_settings(_env_file=None, **values)
    except SettingsError:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        (
            "database_url",
            [
                "sqlite:///d.db",
                "sqlite:////var/d.db",
                "sqlite+aiosqlite:///d.db",
                "postgres://h/d",
                "postgresql://u:p%40ss@h:5432/d?ssl=require",
                "postgresql+asyncpg:///d?host=/run",
            ],
            [
                "sqlite://",
                "sqlite:///:memory:",
                "mysql://h/d",
                "postgresql+psycopg://h/d",
                "dispatcher.db",
                "postgresql://h:port/d",
            ],
        ),
        (
            "listen",
            ["0.0.0.0:8080", "localhost:0", "[::]:80", "host.example:65535"],
            ["8080", ":8080", "host:", "host:x", "host:65536", "host:-1", "host:80/path"],
        ),
        (
            "public_url",
            ["https://h", "http://h:8080", "https://h/"],
            [
                "http://h/path",
                "h",
                "//h",
                "ftp://h",
                "https://",
                "https://h?x=1",
                "https://h:x",
                "http://[::1",
            ],
        ),
        ("admins", ["", "1", "1, 2", ",1,"], ["bob", "1;2", "1.5", "1 2"]),
        ("admin_chat", ["-1001234567890", 5], ["@ops", "1.5"]),
        ("timezone", ["UTC", "Europe/Moscow"], ["MSK+3", "../etc/passwd", "europe/nowhere"]),
        (
            "webhook_secret",
            ["a", "A-Z_09", "-", "_", "x" * 256],
            ["a b", "a.b", "x" * 257, "пароль", "٣٤", "a\n"],
        ),
        ("secret_key", ["x" * 32], ["x" * 31]),
        (
            "bot_token",
            ["1:x", "123456789:AAF-x_y"],
            ["x", "123", "123:", ":x", "a:x", "1: x", "1:x\n"],
        ),
        ("batch_reports", [1, "5000"], [0, 5001, "x", 1.5]),
    ],
)
def test_a_setting_accepts_what_it_can_use_and_nothing_else(
    name: str, good: list[object], bad: list[object]
) -> None:
    assert [value for value in good if not is_accepted(**{name: value})] == []
    assert [value for value in bad if is_accepted(**{name: value})] == []


@pytest.mark.parametrize(
    "values",
    [
        {"bot_token": SECRET},
        {"bot_token": f"123:{SECRET} "},
        {"webhook_secret": f"{SECRET} with a space"},
        {"secret_key": SECRET},
        {"database_url": f"mysql://user:{SECRET}@h/d"},
        {"database_url": f"postgresql://user:{SECRET}"},
        {"database_url": f"postgresql://user:{SECRET}/d"},
        {"database_url": f"postgresql://user:1/{SECRET}@h/d", "timezone": "Mars/Base"},
        {"bot_mode": "webhook", "bot_token": f"123:{SECRET}", "secret_key": SECRET * 2},
        {"timezone": "Mars/Base", "bot_token": f"123:{SECRET}"},
    ],
)
def test_no_fault_repeats_a_secret(values: dict[str, object]) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(_env_file=None, **values)
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value)


def test_settings_can_be_printed_without_a_secret() -> None:
    settings = load_settings(
        _env_file=None,
        database_url=f"postgresql://user:{SECRET}@h/d",
        bot_token=f"123:{SECRET}",
        webhook_secret=SECRET,
        secret_key=SECRET * 2,
    )
    assert SECRET in settings.database_url
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)
