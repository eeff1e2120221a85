"""`run`: a command as it is, and a report when it fails.

Whatever is wrong with the reporting, the command runs and its exit code is passed on.
"""

from __future__ import annotations

import os
from argparse import Namespace
from typing import Optional

from dispatcher_maker.client import Dispatcher
from dispatcher_maker.options import Chosen
from dispatcher_maker.settings import settings_of

from .check_in import CheckIn
from .endings import BadUsage
from .options import dispatcher_of, options_of
from .process import Outcome, run
from .send import report
from .streams import complain


def command(arguments: Namespace) -> int:
    """Run the words after `--` and return their exit code."""
    if not arguments.words:
        raise BadUsage("nothing to run: give the command after --")
    if not arguments.name and (arguments.every or arguments.grace):
        raise BadUsage("--every and --grace are of the check that --name names")
    options = _options_of(arguments)
    check_in = _check_in_of(arguments, options) if options else None
    outcome = run(arguments.words, arguments.limit, quiet=arguments.quiet)
    if not outcome.output:
        complain(f"dispatcher-send: {arguments.words[0]} {outcome.ending}")
    is_told = check_in is not None and check_in.end(outcome)
    failed = outcome.code != 0
    if options and ((failed and not is_told) or (arguments.on_success and not failed)):
        _report(dispatcher_of(options), arguments, outcome)
    return outcome.code


def _options_of(arguments: Namespace) -> Optional[Chosen]:
    try:
        options = options_of(arguments)
        dispatcher_of(options)
    except BadUsage as fault:
        complain(f"dispatcher-send: nothing will be reported: {fault}")
        return None
    return options


def _check_in_of(arguments: Namespace, options: Chosen) -> Optional[CheckIn]:
    if not arguments.name:
        return None
    return CheckIn(settings_of(options), arguments.name, arguments.every, arguments.grace)


def _report(dispatcher: Dispatcher, arguments: Namespace, outcome: Outcome) -> None:
    """Report an outcome; the command's arguments stay here, they may hold a password."""
    name = arguments.name or os.path.basename(arguments.words[0])  # noqa: PTH119 - pathlib is half of the import
    failed = outcome.code != 0
    report(
        dispatcher,
        f"{name} {'failed' if failed else 'succeeded'}",
        message=f"{outcome.ending}, after {outcome.seconds:.1f} s",
        level=arguments.level if failed else "info",
        logs=outcome.output,
        fingerprint=f"run {name}" if failed else f"run {name} succeeded",
        context={"exit_code": outcome.code, "seconds": round(outcome.seconds, 3)},
        quiet=True,
    )
