"""A far side of our own: browsers with cookies, which read pages and submit their forms."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer
from multidict import CIMultiDictProxy

from core import access
from core.db import Database
from core.intake import Intake
from core.models import Person
from core.settings import Settings, load_settings
from web.app import build_app
from web.auth import cookie_name, lifetime

SECRET_KEY = "k" * 32


@dataclass(frozen=True)
class Answer:
    """What came back: `text` is the raw body, `words` what a reader sees of it."""

    status: int
    headers: CIMultiDictProxy[str]
    text: str

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def words(self) -> str:
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.text)).split())

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="(\w*)"', self.text)
        return found[1] if found else ""

    @property
    def links(self) -> list[str]:
        return [unescape(link) for link in re.findall(r'href="([^"]*)"', self.text)]


class Browser:
    """Keeps cookies, follows no redirect by itself."""

    def __init__(self, site: "Site", client: ClientSession) -> None:
        self.site = site
        self.client = client

    async def get(self, path: str, **headers: str) -> Answer:
        return await self._ask("GET", path, headers)

    async def post(
        self, path: str, fields: Mapping[str, Any] | None = None, **headers: str
    ) -> Answer:
        """Post fields as they are, without the token that a form would carry."""
        return await self._ask("POST", path, headers, data=fields or {})

    async def submit(self, page: str, action: str, **fields: str) -> Answer:
        """Open a page and submit one of its forms."""
        token = (await self.get(page)).csrf
        return await self.post(action, {"csrf": token, **fields})

    async def follow(self, answer: Answer) -> Answer:
        assert answer.status == 303
        return await self.get(answer.location)

    async def sign_in(self, person: Person) -> None:
        """Take the short way: a session in the database and its cookie here."""
        database, settings = self.site.database, self.site.settings
        async with database.writing() as session:
            link = await access.new_login_link(
                session, self.site.now, person, timedelta(minutes=10)
            )
            secret = await access.sign_in(session, self.site.now, link, lifetime(settings))
        assert secret
        self.client.cookie_jar.update_cookies({cookie_name(settings): secret})

    async def _ask(self, method: str, path: str, headers: Mapping[str, str], **body: Any) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.client.request(
            method, self.site.url(path), headers=named, allow_redirects=False, **body
        ) as response:
            return Answer(response.status, response.headers, await response.text())


class Site:
    """The application on a port of its own; its clock stands until a test moves it."""

    def __init__(self, database: Database, settings: Settings, now: datetime) -> None:
        self.database = database
        self.settings = settings
        self.now = now
        self.updates: list[tuple[bytes, str | None]] = []
        self.server: TestServer

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.port}{path}"

    async def receive_update(self, body: bytes, secret: str | None) -> bool:
        self.updates.append((body, secret))
        return secret == "right"

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as client:
            yield Browser(self, client)


@asynccontextmanager
async def running_site(
    database: Database, now: datetime, *, takes_updates: bool = True, **overrides: Any
) -> AsyncIterator[Site]:
    """Serve the web application on a random port."""
    settings = load_settings(_env_file=None, **overrides)
    site = Site(database, settings, now)
    intake = Intake(
        database,
        lambda: site.now,
        max_reports=settings.queue_reports,
        max_bytes=settings.queue_bytes,
        max_batch=settings.batch_reports,
    )
    app = build_app(
        settings,
        database,
        intake=intake,
        secret_key=SECRET_KEY,
        receive_update=site.receive_update if takes_updates else None,
        clock=lambda: site.now,
    )
    intake.start()
    site.server = TestServer(app)
    await site.server.start_server()
    try:
        yield site
    finally:
        await site.server.close()
        await intake.stop()
