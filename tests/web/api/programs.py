"""Programs that use the JSON API: each with a token of its own, or without one."""

from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession
from multidict import CIMultiDictProxy

from core.access import new_api_token
from core.roles import Role
from tests.web.browsers import Site


@dataclass(frozen=True)
class Reply:
    """A JSON answer."""

    status: int
    headers: CIMultiDictProxy[str]
    body: Any

    @property
    def reason(self) -> str:
        return str(self.body["error"]["reason"])

    @property
    def field(self) -> str | None:
        field: str | None = self.body["error"]["field"]
        return field


class Program:
    """Calls the API, with its Authorization header in every call."""

    def __init__(self, site: Site, client: ClientSession, authorization: str) -> None:
        self.site = site
        self.client = client
        self.headers = {"Authorization": authorization} if authorization else {}

    async def get(self, path: str, **query: Any) -> Reply:
        return await self.ask("GET", path, params=query)

    async def post(self, path: str, body: Any = None) -> Reply:
        """Post JSON; None is no body at all."""
        return await (self.ask("POST", path, json=body) if body else self.ask("POST", path))

    async def ask(self, method: str, path: str, **rest: Any) -> Reply:
        url = self.site.url(f"/api/v1{path}")
        async with self.client.request(method, url, headers=self.headers, **rest) as response:
            return Reply(response.status, response.headers, await response.json())


async def new_token(site: Site, name: str, role: Role | None = None) -> str:
    async with site.database.writing() as session:
        return await new_api_token(session, site.now, name, role)
