"""The command line in this process: quick, with the settings given here and no others."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import dispatcher
from tests.databases import sqlite_url


class CommandLine:
    """Runs commands on an SQLite file; the process keeps its own log as it is."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dispatcher, "set_up_journal", lambda *_: None)
        monkeypatch.chdir(folder)
        self.database_url = sqlite_url(folder / "dispatcher.db")
        self._env: dict[str, str | None] = {
            name: None for name in os.environ if name.startswith("DISPATCHER_")
        }

    def run(self, *arguments: str, **settings: object) -> Result:
        chosen = {"database_url": self.database_url, **settings}
        env = {f"DISPATCHER_{name.upper()}": str(value) for name, value in chosen.items()}
        return CliRunner().invoke(dispatcher.main, arguments, env=self._env | env)

    def prints(self, *arguments: str, **settings: object) -> str:
        """Run a command that must succeed; returns what it printed."""
        result = self.run(*arguments, **settings)
        assert result.exit_code == 0, result.output
        return result.stdout

    def fails(self, *arguments: str, **settings: object) -> str:
        """Run a command that must fail in words, not with a traceback; returns the words."""
        result = self.run(*arguments, **settings)
        assert result.exit_code == 1, result.output
        assert isinstance(result.exception, SystemExit), result.exception
        assert result.stdout == ""
        assert result.stderr.startswith("Error: ")
        return result.stderr.removeprefix("Error: ").strip()
