"""What a role and a chat's policy are worth."""

from datetime import datetime

import pytest

from core.chats import ensure_chat
from core.db import Database
from core.roles import Policy, Role, Standing, best_of, ground_of, standing_under
from core.shown import is_shown
from tests.factories import DEFAULTS, OPS, Scene, make_incident

STORES = -2002
BOB, DORA = 102, 104


@pytest.mark.parametrize(
    ("policy", "role", "known", "standing"),
    [
        (Policy.anyone, None, False, Standing.member),
        (Policy.anyone, None, True, Standing.member),
        (Policy.known, None, False, Standing.excluded),
        (Policy.known, None, True, Standing.member),
        (Policy.named, None, True, Standing.excluded),
        (Policy.named, Role.responder, True, Standing.member),
        (Policy.anyone, Role.viewer, True, Standing.viewer),
        (Policy.known, Role.viewer, True, Standing.viewer),
        (Policy.named, Role.viewer, True, Standing.viewer),
    ],
)
def test_a_chats_policy_decides_about_its_members(
    policy: Policy, role: Role | None, known: bool, standing: Standing
) -> None:
    assert standing_under(policy, role, known=known) is standing


def test_of_several_chats_the_most_generous_counts_and_without_any_all_are_strangers() -> None:
    assert best_of([]) is Standing.stranger
    assert best_of([Standing.stranger, Standing.member, Standing.unknown]) is Standing.member
    assert best_of([Standing.excluded, Standing.unknown]) is Standing.unknown


async def test_a_group_of_ours_asks_its_own_members_and_shows_its_own_incidents(
    database: Database, scene: Scene
) -> None:
    async with database.writing() as session:
        await ensure_chat(session, STORES, DEFAULTS)
        ground = await ground_of(session, BOB, STORES)
    assert ([chat.id for chat in ground.chats], ground.scope) == ([STORES], STORES)
    assert (ground.known, ground.role) == (True, None)


@pytest.mark.parametrize("chat_id", [None, BOB, OPS, -9009])
async def test_anywhere_else_the_default_chats_are_asked(
    database: Database, scene: Scene, chat_id: int | None
) -> None:
    async with database.writing() as session:
        ground = await ground_of(session, DORA, chat_id)
    assert ([chat.id for chat in ground.chats], ground.scope) == ([OPS], None)
    assert not ground.known


async def test_an_incident_is_shown_where_it_has_a_card(
    database: Database, scene: Scene, now: datetime
) -> None:
    async with database.writing() as session:
        incident = await make_incident(session, now, scene.shop)
        assert await is_shown(session, incident.id, OPS)
        assert not await is_shown(session, incident.id, STORES)
        assert not await is_shown(session, 4711, OPS)
