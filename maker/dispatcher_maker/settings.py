"""The options of a dispatcher, checked: every fault at once, by the name it was set under."""

from __future__ import annotations

import os
from typing import Any, Callable, Dict, List, NamedTuple, Tuple

from .options import Chosen, rates_of
from .tails import LogFile, log_files_of
from .wire import count_of

REPORTS_PATH = "/api/v1/reports"
HEARTBEATS_PATH = "/api/v1/heartbeats/"
LONGEST_WAIT = 86_400.0  # seconds; what has to last for ever lasts a day
DEFAULT_PORTS = (80, 443)  # of http and https


class Endpoint(NamedTuple):
    """Where reports are posted to."""

    secure: bool
    host: str
    port: int
    path: str


_NOWHERE = Endpoint(secure=False, host="", port=0, path="")


class Settings(NamedTuple):
    """Options ready to use; with `faults` nothing is sent."""

    endpoint: Endpoint
    app_name: str
    code: str
    files: List[LogFile]
    lines: int
    tags: Dict[str, str]
    enabled: bool
    rates: Dict[str, float]
    fold_seconds: float
    scrub: bool
    send_locals: bool
    spool_dir: str
    strict: bool
    debug: bool
    connect_timeout: float
    timeout: float
    exit_timeout: float
    faults: List[Tuple[str, str]]


def settings_of(options: Chosen) -> Settings:
    """Check the options; what is wrong stands in `faults`, unless reporting is off anyway."""
    faults = list(options.faults)
    values = options.values

    def checked(name: str, check: Callable[[Any], Any], otherwise: Any) -> Any:
        try:
            return check(values[name])
        except (TypeError, ValueError) as error:
            faults.append((options.named(name), str(error)))
            return otherwise

    settings = Settings(
        endpoint=checked("dispatcher_url", _endpoint_of, _NOWHERE),
        app_name=checked("app_name", _name_of, ""),
        code=checked("dispatcher_code", _code_of, ""),
        files=checked("loggers_paths", _files_of, []),
        lines=checked("max_logs_to_send", _lines_of, 0),
        tags={name: str(values[name]) for name in ("environment", "release") if values[name]},
        enabled=bool(values["enabled"]),
        rates=checked("sample_rate", rates_of, {}),
        fold_seconds=checked("fold_seconds", _window_of, 0),
        scrub=bool(values["scrub"]),
        send_locals=bool(values["send_locals"]),
        spool_dir=checked("spool_dir", _folder_of, ""),
        strict=bool(values["strict"]),
        debug=bool(values["debug"]),
        connect_timeout=checked("connect_timeout", _wait_of, 0),
        timeout=checked("timeout", _wait_of, 0),
        exit_timeout=checked("exit_timeout", _wait_of, 0),
        faults=faults,
    )
    return settings if settings.enabled else settings._replace(faults=[])


def _endpoint_of(url: object) -> Endpoint:
    from urllib.parse import urlsplit  # noqa: PLC0415 - 7 ms that the import need not pay

    if url is None:
        raise ValueError("is missing: pass it or set DISPATCHER_URL")
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
    port = parts.port or DEFAULT_PORTS[secure]
    return Endpoint(secure, parts.hostname, port, parts.path.rstrip("/") + REPORTS_PATH)


def _name_of(name: object) -> str:
    if name is None:
        raise ValueError("is missing: pass it or set DISPATCHER_APP_NAME")
    if not isinstance(name, str) or not name.strip():
        raise ValueError("must be a text that is not empty")
    return name


def _code_of(code: object) -> str:
    if code is None:
        raise ValueError("is missing: pass it or set DISPATCHER_CODE")
    if not isinstance(code, str) or not _is_header_safe(code):
        raise ValueError("must be a text of printable ASCII without spaces")
    return code


def _files_of(paths: Any) -> List[LogFile]:
    try:
        return log_files_of(paths)
    except TypeError:
        raise TypeError("must be a list of paths") from None


def _folder_of(path: Any) -> str:
    try:
        return os.path.abspath(os.fsdecode(path)) if path else ""  # noqa: PTH100 - no pathlib here
    except TypeError:
        raise TypeError("must be a path") from None


def _lines_of(count: object) -> int:
    lines = count_of(count)
    if lines is None:
        raise ValueError("must be a whole number from 0")
    return lines


def _wait_of(seconds: object) -> float:
    if not isinstance(seconds, (int, float)) or isinstance(seconds, bool):
        raise TypeError("must be a number of seconds")
    if not 0 < seconds <= LONGEST_WAIT:
        raise ValueError("must be more than 0 s and at most a day")
    return seconds


def _window_of(seconds: object) -> float:
    return 0 if seconds == 0 else _wait_of(seconds)


def _is_header_safe(text: str) -> bool:
    return bool(text) and all("!" <= char <= "~" for char in text)
