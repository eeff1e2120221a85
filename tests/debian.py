"""Programs for tests that come from Debian's packages."""

import os
import shutil
import subprocess


def find_program(variable: str, *names: str) -> str | None:
    """Find a program: by the path in a variable, else by its usual names."""
    return next(filter(None, map(shutil.which, (os.environ.get(variable) or "", *names))), None)


def install(package: str) -> None:
    """Install a package where we may, without starting a service of it."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    # Run level 1 is that of a machine where no service is started.
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", package]):
        subprocess.run(["apt-get", "-qq", *command], check=False, env=quiet)
