"""The way to the server: straight, or through the proxy that the environment names for it.

The variables are those that curl and everybody else reads: HTTPS_PROXY, HTTP_PROXY, NO_PROXY.
"""

from __future__ import annotations

import os
from base64 import b64encode
from http.client import HTTPConnection, HTTPSConnection
from typing import Dict, NamedTuple, Optional
from urllib.parse import SplitResult, unquote, urlsplit

from .diagnostics import warn
from .settings import DEFAULT_PORTS, Endpoint


class _Proxy(NamedTuple):
    host: str
    port: int
    credentials: Dict[str, str]


class Route:
    """Where to connect to, and what a request says then."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        proxy = _proxy_for(endpoint)
        self.is_direct = proxy is None
        self.host = proxy.host if proxy else endpoint.host
        self.port = proxy.port if proxy else endpoint.port
        self._credentials = proxy.credentials if proxy else {}

    def connection(self) -> HTTPConnection:
        """Make a connection that is not open yet."""
        if not self._endpoint.secure:
            return HTTPConnection(self.host, self.port)
        connection = HTTPSConnection(self.host, self.port)
        if not self.is_direct:
            connection.set_tunnel(self._endpoint.host, self._endpoint.port, self._credentials)
        return connection

    def target(self, path: str) -> str:
        """Name a path of the server as a request has to: to a proxy, by the whole address."""
        return path if self._is_understood else f"http://{_netloc_of(self._endpoint)}{path}"

    @property
    def headers(self) -> Dict[str, str]:
        """What each request says to the proxy; a tunnel was told once."""
        return {} if self._is_understood else self._credentials

    @property
    def _is_understood(self) -> bool:
        return self.is_direct or self._endpoint.secure


def _proxy_for(endpoint: Endpoint) -> Optional[_Proxy]:
    if not any(name.lower().endswith("_proxy") for name in os.environ):
        return None  # most have none, and save 8 ms
    from urllib.request import getproxies_environment, proxy_bypass  # noqa: PLC0415

    url = getproxies_environment().get("https" if endpoint.secure else "http")
    if not url or proxy_bypass(_netloc_of(endpoint)):
        return None
    try:
        return _proxy_of(urlsplit(url if "://" in url else f"http://{url}"))
    except ValueError as error:
        warn("proxy", "the proxy of the environment is not used: %s", error)
        return None


def _proxy_of(url: SplitResult) -> _Proxy:
    if url.scheme != "http" or not url.hostname:
        raise ValueError("it does not look like http://proxy.example.com:3128")
    credentials = {}
    if url.username is not None:
        user = f"{unquote(url.username)}:{unquote(url.password or '')}"
        credentials["Proxy-Authorization"] = f"Basic {b64encode(user.encode()).decode()}"
    return _Proxy(url.hostname, url.port or 80, credentials)


def _netloc_of(endpoint: Endpoint) -> str:
    host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
    return host if endpoint.port == DEFAULT_PORTS[endpoint.secure] else f"{host}:{endpoint.port}"
