"""Report failures to Dispatcher.

`from dispatcher_maker import Dispatcher` (or `DispatcherAsync`) is all a program needs.
Importing this package starts nothing and loads neither http.client nor ssl nor asyncio.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .client import Dispatcher
from .default import get_dispatcher, init
from .errors import ConfigError, DispatcherError, InvalidReport, SendFailed
from .handler import DispatcherHandler
from .levels import Level
from .reporter import Receipt
from .tally import Stats
from .version import __version__

if TYPE_CHECKING:
    from .answer import Answer
    from .client_async import DispatcherAsync
else:
    _LATER = {"Answer": "answer", "DispatcherAsync": "client_async"}

    def __getattr__(name: str) -> object:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
        globals()[name] = found
        return found


__all__ = [
    "Answer",
    "ConfigError",
    "Dispatcher",
    "DispatcherAsync",
    "DispatcherError",
    "DispatcherHandler",
    "InvalidReport",
    "Level",
    "Receipt",
    "SendFailed",
    "Stats",
    "__version__",
    "get_dispatcher",
    "init",
]
