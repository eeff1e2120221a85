"""What is written about the program is true: settings, commands, and what the image runs."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from core.settings import PREFIX, Settings
from core.settings_docs import READMES, ROOT, documents
from dispatcher import main

DEPLOYED = ("Dockerfile", "compose.yaml", "compose.postgres.yaml")
VARIABLES = {PREFIX + name.upper() for name in Settings.model_fields}
HIDDEN_BUT_OURS = {".ci", ".env.example", ".dockerignore", ".gitignore"}
NOT_OURS = re.compile(r"\..*|__pycache__|.*\.egg-info|build|dist|.*\.db.*|screenshots")
FOREIGN = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|proxy\.golang"
    r"|(?<![\w.])/(?:home|Users|root|work)/\w"
)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project_files(folder: Path = ROOT) -> Iterator[Path]:
    """List what belongs to the project, and not what is made from it."""
    for path in folder.iterdir():
        if NOT_OURS.fullmatch(path.name) and path.name not in HIDDEN_BUT_OURS:
            continue
        if path.is_dir():
            yield from project_files(path)
        else:
            yield path


def commands_of(group: click.Group, prefix: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands_of(command, f"{prefix}{name} ")
        else:
            yield prefix + name


def code_in(markdown: str) -> list[str]:
    """Take the code out of a document, without comments and without the choice of a language."""
    blocks = re.findall(r"(?ms)^```\w*\n(.*?)^```", markdown)
    return [re.sub(r"(?m)\s+#.*$| --locale ru", "", block) for block in blocks]


def test_the_settings_are_shown_as_they_are() -> None:
    stale = [path.name for path, text in documents().items() if text_of(path.name) != text]
    assert not stale, "run `python -m core.settings_docs`"


@pytest.mark.parametrize("readme", READMES)
def test_a_readme_lists_the_commands_there_are_and_no_others(readme: str) -> None:
    listed = re.findall(r"(?m)^\| `dispatcher ([a-z -]+[a-z])", text_of(readme))
    assert sorted(listed) == sorted(commands_of(main))


def test_both_readmes_show_the_same_code() -> None:
    english, russian = (code_in(text_of(readme)) for readme in READMES)
    assert english == russian


@pytest.mark.parametrize("name", [*DEPLOYED, *READMES, "SECURITY.md", "CONTRIBUTING.md"])
def test_only_variables_that_exist_are_named(name: str) -> None:
    named = re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", text_of(name))
    assert {variable.removesuffix("_FILE") for variable in named} <= VARIABLES


@pytest.mark.parametrize("name", DEPLOYED)
def test_only_commands_that_exist_are_run(name: str) -> None:
    run = re.findall(r'(?m)"dispatcher", "([\w-]+)"|^CMD \["([\w-]+)"', text_of(name))
    assert {"".join(found) for found in run} <= set(commands_of(main))
    assert ("health", "") in run


def test_every_link_to_a_file_leads_to_one() -> None:
    broken = [
        f"{path.name}: {target}"
        for path in project_files()
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_no_file_names_a_package_index_or_a_path_of_one_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in project_files()
        for match in FOREIGN.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []
