"""A topic that is gone: its apps come to the chat itself, which is told of them once."""

from datetime import datetime

from sqlalchemy import select

from core import apps
from core.db import Database
from core.models import AppChat, Notice
from core.topics import NOTICE_KIND, forget_topic, names_of
from tests.factories import OPS, make_scene

GONE, OTHER = 7, 8


async def test_only_what_went_into_the_topic_comes_to_the_chat(
    database: Database, now: datetime
) -> None:
    async with database.writing() as session:
        shop = (await make_scene(session, now)).shop
        depot = (await apps.register(session, now, "Depot")).app
        for app, thread in ((shop, GONE), (depot, OTHER)):
            session.add(AppChat(app_id=app.id, chat_id=OPS, thread_id=thread))
        await session.flush()
        assert await forget_topic(session, now, OPS, GONE) == [shop.id]
        assert await forget_topic(session, now, OPS, GONE) == []
    async with database.reading() as session:
        routes = await session.execute(select(AppChat.app_id, AppChat.thread_id))
        notice = (await session.scalars(select(Notice))).one()
        named = await names_of(session, notice.data["apps"])
    assert dict(routes.all()) == {shop.id: None, depot.id: OTHER}
    assert (notice.kind, notice.chat_id, named) == (NOTICE_KIND, OPS, ["Shop"])
