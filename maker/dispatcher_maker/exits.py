"""Ends and forks of the process: every living worker drains at the first and starts anew in the
second.

The hooks are registered by the import, which Python runs exactly once: a lock here could be
held at a fork.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .worker import Worker

LONGEST_IMPORT_SECONDS = 5.0

workers: weakref.WeakSet[Worker] = weakref.WeakSet()


class ImportGate:
    """Keeps a fork from happening while the worker imports.

    A module that is half imported at a fork stays so in the child, and whoever imports it
    there waits for ever.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._held = False

    def before_fork(self) -> None:
        self._held = self.lock.acquire(timeout=LONGEST_IMPORT_SECONDS)

    def after_in_parent(self) -> None:
        if self._held:
            self.lock.release()

    def after_in_child(self) -> None:
        self.lock = threading.Lock()


imports = ImportGate()


def drain_workers() -> None:
    """Give what is queued its last chance, all workers within the same time."""
    started = time.monotonic()
    for worker in list(workers):
        worker.close(worker.settings.exit_timeout - (time.monotonic() - started))


def flush_workers() -> None:
    """Send what is queued, all workers within the same time; they go on afterwards."""
    started = time.monotonic()
    for worker in list(workers):
        worker.flush(worker.settings.exit_timeout - (time.monotonic() - started))


def drain_when_child_process_ends() -> None:
    """Drain in a child of multiprocessing, which ends without running atexit.

    To be called from the child: what is registered before it began is forgotten.
    """
    processes = sys.modules.get("multiprocessing.process")
    if processes is None or processes.parent_process() is None:
        return
    from multiprocessing import util  # noqa: PLC0415 - is loaded in such a child, costs 10 ms elsewhere

    if _drained_child.get("pid") != os.getpid():
        _drained_child["pid"] = os.getpid()
        util.Finalize(None, drain_workers, exitpriority=0)


def _renew_workers() -> None:
    imports.after_in_child()
    for worker in list(workers):
        worker.renew()


_drained_child = {"pid": 0}

atexit.register(drain_workers)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=imports.before_fork,
        after_in_parent=imports.after_in_parent,
        after_in_child=_renew_workers,
    )
