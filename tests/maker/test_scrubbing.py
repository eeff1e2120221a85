"""No secret leaves, wherever in a report it stands; what is none stays."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatcher_maker.scrub import HIDDEN, scrubbed
from tests.maker.conftest import MakeDispatcher
from tests.maker.stub import Stub

WORD = st.text(
    "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789_-", min_size=36, max_size=48
)
BASE64 = st.text(
    "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789+/", min_size=64, max_size=64
)
PREFIXES = [
    "ghp_",
    "github_pat_",
    "glpat-",
    "sk-",
    "sk-proj-",
    "xoxb-",
    "sk_live_",
    "AIza",
    "npm_",
    "hf_",
]


def card_of(digits: str) -> str:
    """Add the digit that makes Luhn's rule hold."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def pair(secret: st.SearchStrategy[str], around: str) -> st.SearchStrategy[tuple[str, str]]:
    """Make a secret and a text that holds it."""
    return secret.map(lambda value: (value, around.format(value)))


PLANTED = st.one_of(
    pair(WORD, "Authorization: Bearer {}"),
    pair(WORD, '{{"authorization": "Basic {}"}}'),
    pair(WORD, "bearer {} was refused"),
    pair(WORD, "postgres://app:{}@db:5432/shop"),
    pair(WORD, "https://{}@git.example.com/shop.git"),
    pair(WORD, "DB_PASSWORD={}"),
    pair(WORD, "--client-secret={} --verbose"),
    pair(WORD, "{{'api_key': '{}'}}"),
    pair(WORD, "Cookie: sid={}"),
    pair(WORD, "Cookie: theme=dark; auth={}; lang=en"),
    pair(WORD, "X-Auth-Token: {}"),
    pair(WORD, "DB_PASS={}"),
    pair(WORD, "DISPATCHER_CODE={}"),
    pair(WORD, "--password {} --verbose"),
    pair(WORD, '{{"body": "{{\\"password\\": \\"{}\\"}}"}}'),
    pair(WORD, "{{'password': b'{}'}}"),
    pair(WORD, "password='it\\'s {}'"),
    pair(WORD, 'password="cut off {}'),
    pair(WORD, "secrets: ['first', '{}']"),
    pair(WORD, "https://hooks.slack.com/services/T000/B000/{}"),
    pair(WORD, "?access_token={}&page=2"),
    pair(WORD, '"refresh_token": "{}"'),
    pair(WORD, "eyJhbGciOiJIUzI1NiJ9.{0}.{0}"),
    pair(st.text("ABCDEFGH234567", min_size=16, max_size=16).map("AKIA{}".format), "key {} used"),
    pair(st.sampled_from(PREFIXES).flatmap(lambda prefix: WORD.map(prefix.__add__)), "with {}."),
    pair(
        st.tuples(st.integers(10**8, 10**10), WORD).map("{0[0]}:{0[1]:.35}".format), "/bot{}/getMe"
    ),
    pair(
        st.text("0123456789", min_size=14, max_size=14).map(lambda n: card_of("4" + n)), "card {}!"
    ),
    pair(BASE64, "-----BEGIN RSA PRIVATE KEY-----\n{}\nab==\n-----END RSA PRIVATE KEY-----"),
    pair(BASE64, "-----BEGIN PRIVATE KEY-----\n{}\nab=="),
    pair(BASE64, "{}\nab==\n-----END EC PRIVATE KEY-----\nafter"),
)


def planted_in(place: str, text: str) -> dict[str, Any]:
    incident: dict[str, Any] = {"title": "Disk full", "message": "", "logs": [], "context": {}}
    if place == "logs":
        lines = ["before", *text.split("\n"), "after"]
        incident["logs"] = [{"source": "app.log", "lines": lines, "truncated": False}]
    elif place == "context":
        incident["context"] = {"request": {"headers": [text]}}
    elif place == "key":
        incident["context"] = {text: 1}
    elif place == "tags":
        incident["tags"] = {"place": text}
    else:
        incident[place] = text
    return incident


@given(PLANTED, st.sampled_from(["title", "message", "tags", "context", "key", "logs"]))
def test_no_planted_secret_leaves(planted: tuple[str, str], place: str) -> None:
    secret, text = planted
    encoded = json.dumps(planted_in(place, text)).encode()
    cleaned = scrubbed(encoded).decode()
    assert secret not in cleaned
    assert HIDDEN in cleaned


@pytest.mark.parametrize(
    "name", ["password", "db_passwd", "clientSecret", "X-Api-Key", "access_token", "Set-Cookie"]
)
def test_what_stands_under_a_telling_name_is_hidden_whole(name: str) -> None:
    incident = planted_in("context", "")
    incident["context"] = {"outer": {name: {"value": 7}}}
    assert json.loads(scrubbed(json.dumps(incident).encode()))["context"] == {
        "outer": {name: HIDDEN}
    }


@pytest.mark.parametrize(
    "text",
    [
        "SyntaxError: unexpected token: '}'",
        "max_tokens 4096 of model",
        "order 4111111111111112 cannot be paid",
        "2026-11-25 22:13:32,123 INFO GET /orders/4711 took 12 ms",
        "see https://dispatcher.example.com/incidents/7?by=alice@example.com",
        "id 123e4567-e89b-12d3-a456-426614174000",
        "id 29702680-3469-45bb-924d-d74e4a00558e",  # its digits are a card's
        "backup-2026-11-25 22-13-29.tar",  # these, too
        "KeyError: 'card'",
        "bypass=1 passed=3 --tokenize all",
        "the session of Bob ended",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    encoded = json.dumps(planted_in("message", text)).encode()
    assert scrubbed(encoded) == encoded or json.loads(scrubbed(encoded))["message"] == text


@pytest.mark.parametrize(
    "card", ["4111 1111 1111 1111", "4111-1111-1111-1111", "3782 822463 10005"]
)
def test_the_groups_of_a_card_are_hidden_together(card: str) -> None:
    encoded = json.dumps(planted_in("message", f"card={card};")).encode()
    assert json.loads(scrubbed(encoded))["message"] == f"card={HIDDEN};"


def test_what_a_report_is_known_by_is_never_hidden() -> None:
    ours = {"report_id": "29702680-3469-45bb-924d-d74e4a00558e", "run": "4111111111111111"}
    incident = planted_in("message", "password=hunter2") | ours
    cleaned = json.loads(scrubbed(json.dumps(incident).encode()))
    assert cleaned | ours == cleaned
    assert HIDDEN in cleaned["message"]


def test_what_was_hidden_once_stays_as_it_is() -> None:
    text = "password=hunter2 for alice, Authorization: Bearer abcdefghij and Cookie: a=b at 12:00"
    once = scrubbed(json.dumps(planted_in("message", text)).encode())
    assert "hunter2" not in once.decode()
    assert scrubbed(once) == once


def test_the_log_lines_around_a_secret_stay_as_they_are() -> None:
    incident = planted_in("logs", "password=hunter2 for alice")
    cleaned = json.loads(scrubbed(json.dumps(incident).encode()))
    assert cleaned["logs"][0]["lines"] == ["before", "password=[hidden] for alice", "after"]


@pytest.mark.parametrize(
    "text",
    [
        *("A" * 99 + "\n", "password", "secret_", "token", "1234 ", "://a:", "eyJa", "bearer "),
        *("-", "--a", "pass='", 'pwd="\\', "cookie:a;", "\\", "secret:{"),
    ],
)
def test_a_text_made_to_be_slow_is_not(text: str) -> None:
    """Rules that look back and forth without a bound would take minutes for these."""
    message = "private " + text * (200_000 // len(text))
    assert json.loads(scrubbed(json.dumps(planted_in("message", message)).encode()))["message"]


def test_a_report_is_scrubbed_on_its_way(make: MakeDispatcher, stub: Stub, tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("starting\nlogin password=hunter2\n")
    make(loggers_paths=[log]).send_now(
        "postgres://app:hunter2@db is gone", context={"pwd": "hunter2"}
    )
    make(scrub=False).send_now("postgres://app:hunter2@db is gone")
    hidden, open_ = stub.seen
    assert "hunter2" not in json.dumps(hidden.body)
    assert hidden.title == "postgres://[hidden]@db is gone"
    assert "hunter2" in open_.title
