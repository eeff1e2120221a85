"""Prometheus' own sender: `python -m tests.alertmanager` finds it, or installs Debian's."""

from tests.debian import find_program, install

PACKAGE = "prometheus-alertmanager"
ADVICE = (
    "no Alertmanager, so the test with it cannot run: install prometheus-alertmanager with your "
    "package manager, or set ALERTMANAGER to its path"
)


def find_alertmanager() -> str | None:
    return find_program("ALERTMANAGER", PACKAGE, "alertmanager")


def main() -> None:
    if find_alertmanager() is None:
        install(PACKAGE)
    print(find_alertmanager() or ADVICE)  # noqa: T201 - a command's answer


if __name__ == "__main__":
    main()
