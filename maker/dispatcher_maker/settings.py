"""The options of a dispatcher, checked: every fault at once, by option name."""

from __future__ import annotations

from typing import Iterable, List, NamedTuple, Tuple, Union

from .tails import AnyPath, LogFile, log_files_of
from .wire import count_of

REPORTS_PATH = "/api/v1/reports"


class Endpoint(NamedTuple):
    """Where reports are posted to."""

    secure: bool
    host: str
    port: int
    path: str


class Settings(NamedTuple):
    """Options ready to use; with `faults` nothing is sent."""

    endpoint: Endpoint
    app_name: str
    code: str
    files: List[LogFile]
    lines: int
    connect_timeout: float
    timeout: float
    exit_timeout: float
    faults: List[Tuple[str, str]]


def settings_of(
    dispatcher_url: str,
    app_name: str,
    dispatcher_code: str,
    loggers_paths: Union[AnyPath, Iterable[AnyPath]],
    max_logs_to_send: int,
    *,
    connect_timeout: float,
    timeout: float,
    exit_timeout: float,
) -> Settings:
    """Check the options of the constructor; what is wrong stands in `faults`."""
    faults: List[Tuple[str, str]] = []
    endpoint, files = Endpoint(secure=False, host="", port=0, path=""), []
    try:
        endpoint = _endpoint_of(dispatcher_url)
    except (TypeError, ValueError) as error:
        faults.append(("dispatcher_url", str(error)))
    try:
        files = log_files_of(loggers_paths)
    except TypeError:
        faults.append(("loggers_paths", "must be a list of paths"))
    if not isinstance(app_name, str) or not app_name.strip():
        faults.append(("app_name", "must be a text that is not empty"))
    if not _is_header_safe(dispatcher_code):
        faults.append(("dispatcher_code", "must be a text of printable ASCII without spaces"))
    if count_of(max_logs_to_send) is None:
        faults.append(("max_logs_to_send", "must be a whole number from 0"))
    waits = {"connect_timeout": connect_timeout, "timeout": timeout, "exit_timeout": exit_timeout}
    faults += [
        (name, "must be more than 0 s") for name, wait in waits.items() if not _is_wait(wait)
    ]
    return Settings(
        endpoint=endpoint,
        app_name=app_name,
        code=dispatcher_code,
        files=files,
        lines=count_of(max_logs_to_send) or 0,
        connect_timeout=connect_timeout,
        timeout=timeout,
        exit_timeout=exit_timeout,
        faults=faults,
    )


def _endpoint_of(url: str) -> Endpoint:
    from urllib.parse import urlsplit  # noqa: PLC0415 - 7 ms that the import need not pay

    if not isinstance(url, str):
        raise TypeError("must be a text")
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must look like https://dispatcher.example.com")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("must not hold a user name, a query or a fragment")
    if not _is_header_safe(parts.hostname + parts.path):
        raise ValueError("must be printable ASCII without spaces (encode what is not)")
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    return Endpoint(secure, parts.hostname, port, parts.path.rstrip("/") + REPORTS_PATH)


def _is_header_safe(text: object) -> bool:
    return isinstance(text, str) and bool(text) and all("!" <= char <= "~" for char in text)


def _is_wait(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0
