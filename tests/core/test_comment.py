"""Comments: kept as written, within their limits."""

from datetime import datetime

import pytest

from core import timeline
from core.db import Database
from core.errors import InvalidInput, NotFound
from core.incidents import COMMENT_CHARS, comment
from core.timeline import Actor, Kind
from tests.factories import Scene, make_incident

WRITTEN_AND_KEPT = {
    "looking": "looking",
    "  looking\n": "looking",
    "two\nlines": "two\nlines",
    "a\0b": "ab",
    "Смотрю 🔥": "Смотрю 🔥",
    "x" * COMMENT_CHARS: "x" * COMMENT_CHARS,
    "<b>%s</b> \\ {0}": "<b>%s</b> \\ {0}",
}


async def test_comments_stand_in_the_timeline_as_written(
    database: Database, scene: Scene, now: datetime, bob: Actor
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        for written in WRITTEN_AND_KEPT:
            await comment(session, now, incident.id, bob, written)
    async with database.reading() as session:
        comments = (await timeline.timeline(session, incident.id))[1:]
    assert {(entry.kind, entry.actor) for entry in comments} == {(Kind.commented, "Bob")}
    assert [entry.data for entry in comments] == [{"text": t} for t in WRITTEN_AND_KEPT.values()]


async def test_a_comment_out_of_bounds_is_refused(
    database: Database, scene: Scene, now: datetime, bob: Actor
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        for written in ("", " \n\t", "\0", "x" * (COMMENT_CHARS + 1)):
            with pytest.raises(InvalidInput, match="a comment has 1 to 4000 characters"):
                await comment(session, now, incident.id, bob, written)
        assert len(await timeline.timeline(session, incident.id)) == 1


async def test_there_is_no_comment_on_nothing(
    database: Database, now: datetime, bob: Actor
) -> None:
    async with database.writing() as session:
        with pytest.raises(NotFound):
            await comment(session, now, 404, bob, "hello?")
