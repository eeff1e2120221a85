"""The fingerprint: two occurrences of one error share it, two different errors do not."""

import pytest

from core.reports import fingerprint_of, masked

UUIDS = ("3fa85f64-5717-4562-b3fc-2c963f66afa6", "C56A4180-65AA-42EC-A945-5FD21DEC0538")


@pytest.mark.parametrize(
    ("what", "one", "another"),
    [
        ("integers", "took 12 tries", "took 7 tries"),
        ("decimals", "took 0.25 s", "took 13.5 s"),
        ("grouped digits", "1,234,567 rows", "89 rows"),
        ("number after a letter", "worker3 died", "worker12 died"),
        ("hex ids", "commit 5f3a9bc is bad", "commit 00ffee1 is bad"),
        ("long hex", f"trace {'ab12' * 8} lost", f"trace {'0c9d' * 8} lost"),
        ("addresses", "at 0x7f3a5c001000", "at 0x55e0"),
        ("addresses without a digit", "at 0xdeadbeef", "at 0xcafebabe"),
        ("uuids", f"order {UUIDS[0]} lost", f"order {UUIDS[1]} lost"),
        ("uuid after an underscore", f"job_{UUIDS[0]} lost", f"job_{UUIDS[1]} lost"),
        ("hex id after an underscore", "req_5f3a9bc1 lost", "req_00ffee1a lost"),
        ("double quotes", 'no user "bob"', 'no user "alice and bob"'),
        ("single quotes", "no user 'bob'", "no user 'alice and bob'"),
        ("an apostrophe inside quotes", "no user 'O'Brien' here", "no user 'Smith' here"),
        ("guillemets", "нет «Боб» тут", "нет «Алиса и Боб» тут"),
        ("backticks", "no `a` column", "no `b_2` column"),
        ("paths", "cannot open /var/log/a.log", "cannot open /srv/b/c.log"),
        ("home paths", "cannot open ~/a.log", "cannot open ~/b/c.log"),
        ("windows paths", r"cannot open C:\logs\a.log", r"cannot open D:\b.log"),
        ("urls", "GET https://a.example/x?id=1 failed", "GET http://b.example/y failed"),
        ("database urls", "lost postgresql+asyncpg://a/b", "lost redis://c:1/0"),
        ("iso times", "at 2026-11-23T09:00:00.123Z died", "at 2025-01-02T10:11:12Z died"),
        ("clock times", "at 09:00:01 died", "at 23:59 died"),
        ("ip addresses", "no route to 10.0.0.7:80", "no route to 192.168.1.1:443"),
    ],
)
def test_what_varies_is_masked(what: str, one: str, another: str) -> None:
    assert masked(one) == masked(another), what
    assert fingerprint_of(one, "") == fingerprint_of(another, ""), what
    assert fingerprint_of("Failed", one) == fingerprint_of("Failed", another), what


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("Payment failed", "Refund failed"),
        ("Payment failed", "Payment failed twice"),
        ("KeyError: name", "KeyError: email"),
        ("Оплата не прошла", "Возврат не прошёл"),
        ("Timeout in billing", "Timeout in search"),
        ("read/write error", "read/only error"),
        ("can't open the user's cart", "can't close the user's cart"),
        ("deadbeef", "feedface"),
        ("cafe closed", "face closed"),
    ],
)
def test_different_errors_stay_different(one: str, another: str) -> None:
    assert fingerprint_of(one, "") != fingerprint_of(another, "")
    assert fingerprint_of("Failed", one) != fingerprint_of("Failed", another)


def test_apostrophes_in_words_do_not_quote_what_is_between_them() -> None:
    text = "the user's cart and Bob's order don't match"
    assert masked(text) == text


def test_letters_of_every_script_are_kept() -> None:
    text = "Ошибка оплаты: банк не отвечает — 支払いエラー"
    assert masked(text) == text


def test_digits_among_cyrillic_are_masked() -> None:
    assert masked("Заказ №15 не оплачен") == "Заказ №* не оплачен"


def test_title_and_message_do_not_run_into_each_other() -> None:
    assert fingerprint_of("ab", "c") != fingerprint_of("a", "bc")
    assert fingerprint_of("ab", "") != fingerprint_of("", "ab")


def test_only_the_first_line_of_the_message_counts() -> None:
    one = fingerprint_of("Failed", "ValueError: bad\nline of a traceback")
    another = fingerprint_of("Failed", "ValueError: bad\nsomething else")
    assert one == another
    assert one != fingerprint_of("Failed", "TypeError: bad\nline of a traceback")


def test_blank_lines_before_the_message_do_not_count() -> None:
    assert fingerprint_of("Failed", "\n\n  bad") == fingerprint_of("Failed", "bad")


def test_the_kind_of_line_ending_does_not_count() -> None:
    assert fingerprint_of("Failed", "bad\r\nmore") == fingerprint_of("Failed", "bad\nmore")


def test_a_lone_surrogate_and_a_nul_have_a_fingerprint_too() -> None:
    assert fingerprint_of("\ud800", "\0") != fingerprint_of("", "")
