"""The program's own log: structlog for us and for the libraries, with secrets masked."""

import logging
import re
import sys
from typing import Any

import structlog

MASK = "***"
_SECRETS = re.compile(
    r"(?<!\d)\d{5,}:[A-Za-z0-9_-]{20,}"
    r"|(?P<bearer>Bearer\s+)[^\s\"',\\]+"
    r"|(?P<link>/login/)[A-Za-z0-9_-]{20,}"
    r"|(?P<url>://[^:/@\s\"']*:)\S+(?=@)"
    r"|(?P<query>\bpassword=)[^\s\"'&]+",
    re.IGNORECASE,
)
_QUIET = {"aiogram": "WARNING", "apscheduler": "WARNING", "alembic": "WARNING"}


def masked(text: str) -> str:
    """Hide bot tokens, bearer codes, sign-in links and passwords of databases."""
    return _SECRETS.sub(lambda found: "".join(filter(None, found.groups())) + MASK, text)


def set_up_journal(log_format: str, level: str) -> None:
    """Send every log record of the process to standard error in one format."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(log_format, shared))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(quiet)


def _formatter(
    log_format: str, shared: list[structlog.typing.Processor]
) -> structlog.stdlib.ProcessorFormatter:
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer, _mask],
    )


def _mask(_logger: object, _method: str, line: Any) -> str:
    """Come last: what was nested, or is no text before it is written, is masked too."""
    return masked(line)
