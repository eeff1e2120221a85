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
