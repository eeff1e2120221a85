"""Secrets we hand out: made from 128 bits or more of chance, so a fast hash is enough to keep."""

import secrets
from hashlib import sha256


def new_code() -> str:
    """Make an app's code: 32 lowercase hex digits, which Sentry and PagerDuty clients accept."""
    return secrets.token_hex(16)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
