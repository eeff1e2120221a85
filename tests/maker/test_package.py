"""The package itself: what its import costs, what it runs on, what it ships."""

import ast
import tomllib
from pathlib import Path

import dispatcher_maker
from tests.maker.conftest import MAKER, run_python

SOURCES = sorted(Path(dispatcher_maker.__file__).parent.rglob("*.py"))


def test_the_import_loads_no_http_no_ssl_no_asyncio() -> None:
    heavy = ["http.client", "ssl", "asyncio", "dataclasses", "email", "random", "urllib.parse"]
    program = (
        f"import sys; sys.path.append({str(MAKER)!r})\n"
        "from dispatcher_maker import Dispatcher\n"
        f"print([name for name in {heavy} if name in sys.modules])\n"
    )
    assert run_python(["-I", "-S", "-c", program]).stdout == "[]\n"


def test_a_dispatcher_loads_no_http_no_ssl_no_asyncio_before_it_reports() -> None:
    program = (
        "import sys\n"
        "from dispatcher_maker import Dispatcher\n"
        "Dispatcher('https://dispatcher.example.com', 'MyApp', '123456').close()\n"
        "print([name for name in ('http.client', 'ssl', 'asyncio') if name in sys.modules])\n"
    )
    assert run_python(["-c", program]).stdout == "[]\n"


def test_every_public_name_is_there() -> None:
    for name in dispatcher_maker.__all__:
        assert getattr(dispatcher_maker, name)
    assert not hasattr(dispatcher_maker, "DispatcherSync")


def test_every_file_is_python_3_9() -> None:
    for source in SOURCES:
        ast.parse(source.read_text(), feature_version=(3, 9))


def test_it_runs_on_the_standard_library_alone() -> None:
    program = (
        f"import sys; sys.path.append({str(MAKER)!r})\n"
        "from dispatcher_maker import Answer, Dispatcher, DispatcherAsync\n"
        "import dispatcher_maker.courier\n"
        "tops = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(tops - sys.stdlib_module_names - {'dispatcher_maker', '__main__'}))\n"
    )
    assert run_python(["-I", "-S", "-c", program]).stdout == "[]\n"


def test_the_version_is_in_the_changelog() -> None:
    assert f"## {dispatcher_maker.__version__}" in (MAKER / "CHANGELOG.md").read_text()


def test_types_are_shipped_and_nothing_is_required() -> None:
    project = tomllib.loads((MAKER / "pyproject.toml").read_text())
    assert project["tool"]["setuptools"]["package-data"] == {"dispatcher_maker": ["py.typed"]}
    assert (MAKER / "dispatcher_maker" / "py.typed").exists()
    assert project["project"]["dependencies"] == []
