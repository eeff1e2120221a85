"""The browser of the tests: `python -m tests.chromium` finds Chromium, or installs Debian's."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome")
ADVICE = (
    "no Chromium, so the browser tests cannot run: install chromium with your package manager, "
    "or set CHROMIUM to the path of a browser of its kind"
)


def find_chromium() -> str | None:
    """Find the path of a Chromium: $CHROMIUM, else by its usual names."""
    names = (os.environ.get("CHROMIUM") or "", *NAMES)
    return next(filter(None, map(shutil.which, names)), None)


def install_chromium() -> None:
    """Install Debian's package where we may; `find_chromium` tells whether that worked."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", "-qq", *command], check=False, env=quiet)


def main() -> None:
    if find_chromium() is None:
        install_chromium()
    print(find_chromium() or ADVICE)  # noqa: T201 - a command's answer


if __name__ == "__main__":
    main()
