"""What to copy to have an app report: a curl command and a few lines of Python. Pure."""

import json
from shlex import quote

_CURL = """\
curl -sS {url} \\
  -H 'Content-Type: application/json' \\
  -d {body}"""

_PYTHON = """\
from dispatcher_maker import Dispatcher

dispatcher = Dispatcher(
    dispatcher_url={url},
    app_name={app},
    dispatcher_code={code},
    loggers_paths=["app.log"],
)
dispatcher.send(title="Hello from Python", message="It works", level="error")"""

_PING = "curl -fsS -m 10 --retry 5 -o /dev/null"


def ping_of(url: str) -> str:
    """Write a command that tells that a check lives."""
    return f"{_PING} {quote(url)}"


def cron_line_of(url: str, cron: str) -> str:
    """Write a line of a crontab that tells of a job's start, and of its end with its output."""
    start, end = quote(f"{url}/start"), f'"{url}/$?"'
    return f'{cron} {_PING} {start}; out=$(/path/to/job 2>&1); {_PING} --data-raw "$out" {end}'


def curl_of(base_url: str, app: str, code: str) -> str:
    """Write a command for a POSIX shell that sends one report."""
    incident = {"title": "Hello from curl", "message": "It works", "level": "error"}
    body = {"incident": incident, "app_name": app, "code": code}
    return _CURL.format(
        url=quote(f"{base_url}/api/v1/reports"), body=quote(json.dumps(body, ensure_ascii=False))
    )


def python_of(base_url: str, app: str, code: str) -> str:
    """Write a program that sends one report with the SDK."""
    literals = {"url": base_url, "app": app, "code": code}
    return _PYTHON.format(
        **{name: json.dumps(value, ensure_ascii=False) for name, value in literals.items()}
    )
