"""The browser of the tests: `python -m tests.chromium` finds Chromium, or installs Debian's."""

from tests.debian import find_program, install

NAMES = ("chromium", "chromium-browser", "google-chrome")
ADVICE = (
    "no Chromium, so the browser tests cannot run: install chromium with your package manager, "
    "or set CHROMIUM to the path of a browser of its kind"
)


def find_chromium() -> str | None:
    return find_program("CHROMIUM", *NAMES)


def main() -> None:
    if find_chromium() is None:
        install("chromium")
    print(find_chromium() or ADVICE)  # noqa: T201 - a command's answer


if __name__ == "__main__":
    main()
