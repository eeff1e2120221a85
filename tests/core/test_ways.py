"""What other tools are given to paste."""

from core.ways import dsn_of


def test_a_dsn_keeps_the_path_of_the_installation() -> None:
    dsn = dsn_of("https://example.com:8443/dispatcher", 7, "c0de")
    assert dsn == "https://c0de@example.com:8443/dispatcher/7"
