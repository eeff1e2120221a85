"""What a sender sent, as a value: a format reads it, and can read it again at a replay."""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.policy import HTTP
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from core.errors import InvalidReport
from web.intake.body import MAX_DEPTH, any_json, clean

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
MAX_FIELDS = 1000
NO_TEXTS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Inbound:
    """A request without its connection: header names are lower case, `parts` come from the path.

    `tail` is what the path says behind the token, without slashes at its ends; `base_url` is ours.
    `rejected` is how many reports of the body were too many.
    """

    method: str = "POST"
    tail: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    now: datetime = field(kw_only=True)
    base_url: str = field(default="", kw_only=True)
    rejected: int = field(default=0, kw_only=True)
    max_depth: int = field(default=MAX_DEPTH, kw_only=True)

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @cached_property
    def text(self) -> str:
        """The body as text: what is no UTF-8, and NUL characters, become U+FFFD."""
        text: str = clean(self.body.decode("utf-8-sig", "replace"))
        return text

    @cached_property
    def json(self) -> Any:
        """The body as JSON. Raises InvalidReport."""
        return any_json(self.body, max_depth=self.max_depth)

    @cached_property
    def object(self) -> dict[str, Any]:
        """The body as a JSON object. Raises InvalidReport."""
        if not isinstance(self.json, dict):
            raise InvalidReport("body", "expected a JSON object")
        return self.json

    @cached_property
    def looks_like_json(self) -> bool:
        return self.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}

    @cached_property
    def json_or_none(self) -> Any:
        """The body as JSON where it is some: for telling formats apart."""
        try:
            return self.json if self.looks_like_json else None
        except InvalidReport:
            return None

    @cached_property
    def form(self) -> Mapping[str, str]:
        """The fields of a form, where the body is one."""
        if self.content_type == MULTIPART:
            return _multipart_fields(self.headers["content-type"], self.body)
        if self.content_type != FORM:
            return NO_TEXTS
        try:
            return dict(parse_qsl(self.text, keep_blank_values=True, max_num_fields=MAX_FIELDS))
        except ValueError:
            raise InvalidReport("body", f"more than {MAX_FIELDS} fields") from None

    @cached_property
    def hook(self) -> dict[str, Any]:
        """The object that a webhook carries, bare or in the field `payload` of a form.

        Raises InvalidReport.
        """
        payload = self.form.get("payload")
        if payload is None:
            return self.object
        value = json_in("payload", payload)
        return value if isinstance(value, dict) else {}

    @property
    def authorization(self) -> tuple[str, str]:
        """The scheme in lower case and what follows it; of Basic the password, else the user."""
        scheme, _, rest = self.headers.get("authorization", "").partition(" ")
        scheme, rest = scheme.lower(), rest.strip()
        return scheme, _password(rest) if scheme == "basic" else rest

    @property
    def token(self) -> str:
        """The app's code, wherever senders can put one: path, header or query."""
        _, authorized = self.authorization
        found = (
            self.parts.get("token"),
            authorized,
            self.headers.get("x-api-key"),
            self.query.get("token"),
            self.query.get("key"),
        )
        return next((code for code in found if code), "")


def _password(encoded: str) -> str:
    try:
        user, _, password = b64decode(encoded, validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError):
        return ""
    return password or user


def json_in(field: str, text: str) -> Any:
    """Read the JSON that a field holds. Raises InvalidReport."""
    try:
        return clean(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise InvalidReport(field, f"not JSON: {error}") from None


def _multipart_fields(content_type: str, body: bytes) -> dict[str, str]:
    """Read the texts of a multipart form; files are left out."""
    form = message_from_bytes(
        b"Content-Type: " + content_type.encode("utf-8", "replace") + b"\r\n\r\n" + body,
        policy=HTTP,
    )
    fields: dict[str, str] = {}
    for part in list(form.iter_parts())[:MAX_FIELDS]:
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and part.get_filename() is None and isinstance(content, bytes):
            fields[name] = clean(content.decode("utf-8", "replace"))
    return fields
