"""A sender of other tools' formats, and the incidents that come of what it sends."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core import logs
from core.db import Database
from core.models import Check, Incident, Ping, Report
from core.timeline import Kind, timeline
from tests.factories import Scene
from tests.web.browsers import Site


@dataclass
class Tool:
    """Another tool, sending with the code of the app Shop."""

    site: Site
    http: ClientSession
    code: str

    @property
    def database(self) -> Database:
        return self.site.database

    @property
    def url(self) -> str:
        """The universal address."""
        return self.site.url(f"/in/{self.code}")

    async def send(self, path: str = "", method: str = "POST", **request: Any) -> ClientResponse:
        """Send to a path, with `{code}` where it goes; without one to the universal address."""
        address = self.site.url(path.format(code=self.code)) if path else self.url
        async with self.http.request(method, address, **request) as answer:
            await answer.read()
            return answer

    async def incidents(self) -> Sequence[Incident]:
        async with self.database.reading() as session:
            query = select(Incident).order_by(Incident.id).options(joinedload(Incident.app))
            return (await session.scalars(query)).all()

    async def incident(self) -> Incident:
        (only,) = await self.incidents()
        return only

    async def reports(self) -> Sequence[Report]:
        async with self.database.reading() as session:
            return (await session.scalars(select(Report).order_by(Report.id))).all()

    async def lines(self) -> list[str]:
        """Every log line of the newest report."""
        newest = (await self.reports())[-1]
        async with self.database.reading() as session:
            tails = await logs.tails_of_report(session, newest.id)
        return [line for tail in tails for line in tail.lines]

    async def told(self, incident: Incident) -> list[tuple[str, str]]:
        """The timeline as (kind, actor)."""
        async with self.database.reading() as session:
            return [(entry.kind, entry.actor) for entry in await timeline(session, incident.id)]

    async def comments(self, incident: Incident) -> list[str]:
        async with self.database.reading() as session:
            entries = await timeline(session, incident.id)
        return [(entry.data or {})["text"] for entry in entries if entry.kind == Kind.commented]

    async def checks(self) -> Sequence[Check]:
        async with self.database.reading() as session:
            return (await session.scalars(select(Check).order_by(Check.id))).all()

    async def pings(self) -> list[Ping]:
        """The heartbeats of every check, in the order in which they came."""
        async with self.database.reading() as session:
            query = select(Ping).order_by(Ping.check_id, Ping.number)
            return list((await session.scalars(query)).all())


@pytest.fixture
async def tool(site: Site, scene: Scene) -> AsyncIterator[Tool]:
    async with ClientSession() as http:
        yield Tool(site, http, scene.code)
