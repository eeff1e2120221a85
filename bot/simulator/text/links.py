"""Which addresses Telegram takes as a link, and how it writes them."""

import re

# TDLib, HttpUrl.cpp and LinkManager.cpp: a link needs a host with a dot, so `localhost`
# is refused, 127.0.0.1 is not; an empty path becomes "/".
_HTTP = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?:[^/?#@]*@)?"
    r"(?P<host>\[[0-9a-f:.]+\]|[^/?#:]*)(?::(?P<port>[^/?#]*))?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_HOST = re.compile(r"[A-Za-z0-9._~%!$&'()*+,;=-]+|\[[0-9A-Fa-f:.]+\]")
_OWN_SCHEMES = ("tg:", "ton:")


class WrongLink(ValueError):
    """Telegram does not take this address; the message is Telegram's reason."""


def checked(link: str, *, https_only: bool = False) -> str:
    """Return the address as Telegram stores it."""
    if link.lower().startswith(_OWN_SCHEMES) and not https_only:
        return link
    found = _HTTP.fullmatch(link.strip())
    if found is None:  # pragma: no cover - the pattern takes any text
        raise WrongLink("Wrong HTTP URL")
    scheme = (found["scheme"] or "http").lower()
    _check_parts(scheme, found["host"], found["port"], https_only=https_only)
    return f"{scheme}://{_authority(found)}{_path(found['rest'])}"


def _check_parts(scheme: str, host: str, port: str | None, *, https_only: bool) -> None:
    if scheme not in {"http", "https"}:
        raise WrongLink("Unsupported URL protocol")
    if port is not None and not (port.isdecimal() and 0 < int(port) < 65536):
        raise WrongLink("Wrong port number specified in the URL")
    if not host:
        raise WrongLink("URL host is empty")
    if not _HOST.fullmatch(host):
        raise WrongLink("Disallowed character in URL host")
    if https_only and scheme != "https":
        raise WrongLink("Only HTTPS links are allowed")
    if "." not in host and not host.startswith("["):
        raise WrongLink("Wrong HTTP URL")


def _authority(found: re.Match[str]) -> str:
    port = f":{int(found['port'])}" if found["port"] else ""
    return found["host"].lower() + port


def _path(rest: str) -> str:
    return rest if rest.startswith("/") else f"/{rest}"
