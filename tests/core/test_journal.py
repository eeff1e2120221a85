"""The program's own log: one format for us and the libraries, and no secret in it."""

import json
import subprocess
import sys

import pytest

from core.journal import MASK, masked
from tests.programs import ROOT

BOT_TOKEN = "123456789:AAF-x_0123456789abcdefghijklmnopqrs"
CODE = "0123456789abcdef0123456789abcdef"
LINK = "Zm9yX3NpZ25pbmdfaW5fdG9fdGhlX3dlYl9wYWdlcw"
PASSWORD = "gehe!m/p@ss"
SECRETS = (BOT_TOKEN.partition(":")[2], CODE, LINK, PASSWORD)

LOGGING = """
import asyncio, logging, sys
import structlog
from core.journal import set_up_journal

set_up_journal(*sys.argv[1:3])
log = structlog.get_logger("ours")
library = logging.getLogger("library")

telegram = f"https://api.telegram.org/bot{sys.argv[3]}/getMe"
code = f"Bearer {sys.argv[4]}"
link = f"https://dispatcher.example.com/login/{sys.argv[5]}"
database = f"postgresql://dispatcher:{sys.argv[6]}@db.example.com/dispatcher"
everything = (telegram, code, link, database)

for secret in everything:
    log.info(f"in the event {secret}")
    log.info("in a field", field=secret)
    log.info("nested", fields={"deep": [secret, {secret: secret}]}, raw=secret.encode())
    log.info("an error as a field", error=ValueError(secret))
    library.warning("in %s and %r", secret, {"Authorization": secret})
    try:
        try:
            raise KeyError(secret)
        except KeyError:
            raise RuntimeError(secret)
    except RuntimeError:
        log.exception("in a traceback", what=secret)
        library.exception("in a traceback %s", secret)
    structlog.contextvars.bind_contextvars(request_id=secret)
    log.warning("in the context")

async def fail():
    raise ConnectionError(*everything)

async def forget():
    task = asyncio.create_task(fail())
    await asyncio.wait({task})

asyncio.run(forget())
log.debug("too low")
logging.getLogger("aiogram").info("chatter of a library")
log.info("harmless", address="127.0.0.1:8080", pages="http://127.0.0.1:8080/incidents/42")
"""


def logged(log_format: str) -> str:
    """Log secrets in every way there is, and return what came out."""
    command = [sys.executable, "-c", LOGGING, log_format, "info", BOT_TOKEN, *SECRETS[1:]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_no_secret_reaches_the_log_in_whatever_way_it_is_logged(log_format: str) -> None:
    text = logged(log_format)
    for secret in SECRETS:
        assert secret not in text
    assert text.count(MASK) > 50
    for told in ("in the event", "in a field", "in a traceback", "in the context", "harmless"):
        assert told in text
    assert "Task exception was never retrieved" in text
    assert "http://127.0.0.1:8080/incidents/42" in text
    assert "too low" not in text
    assert "chatter" not in text
    if log_format == "json":
        lines = [json.loads(line) for line in text.splitlines()]
        assert all(line.keys() >= {"event", "level", "logger", "timestamp"} for line in lines)
        assert {line["logger"] for line in lines} == {"ours", "library", "asyncio"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"{BOT_TOKEN}", MASK),
        (f"/bot{BOT_TOKEN}/getMe", f"/bot{MASK}/getMe"),
        (f"/file/bot{BOT_TOKEN}/photo.jpg", f"/file/bot{MASK}/photo.jpg"),
        (f"authorization: bearer {CODE}", f"authorization: bearer {MASK}"),
        (f'{{"Authorization": "Bearer {CODE}"}}', f'{{"Authorization": "Bearer {MASK}"}}'),
        (f"GET /login/{LINK} 200", f"GET /login/{MASK} 200"),
        ("postgresql://u:p@h/db", f"postgresql://u:{MASK}@h/db"),
        ("postgresql://u:a@b/c@h/db and more", f"postgresql://u:{MASK}@h/db and more"),
        ("postgresql:///db?user=u&password=p&x=y", f"postgresql:///db?user=u&password={MASK}&x=y"),
    ],
)
def test_a_secret_is_masked_and_the_rest_stays(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8080/incidents/42",
        "2026-11-23T09:00:00.123456Z",
        "/login/help",
        "sqlite+aiosqlite:////data/dispatcher.db",
        "mail bob@example.com at 12:30",
        "chat -1001234567890: forbidden",
    ],
)
def test_what_is_no_secret_is_not_masked(text: str) -> None:
    assert masked(text) == text
