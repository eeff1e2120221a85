"""GET, POST and DELETE /api/v1/silences."""

import pytest

from tests.factories import Scene
from tests.web.api.programs import Program
from tests.web.browsers import Site

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_an_app_is_silenced_before_a_reboot_and_sounds_after_it(
    ci: Program, scene: Scene, site: Site
) -> None:
    asked = {"app": "Shop", "seconds": 7200, "reason": "kernel update"}
    begun = await ci.post("/silences", asked)
    silence = {
        "app": {"id": scene.shop.id, "name": "Shop"},
        "until": "2026-11-23T11:00:00.000000Z",
        "reason": "kernel update",
        "by": "CI",
        "at": "2026-11-23T09:00:00.000000Z",
    }
    assert (begun.status, begun.body) == (200, {"silence": silence})
    assert (await ci.get("/silences")).body == {"silences": [silence]}
    for changed in (True, False):
        ended = await ci.ask("DELETE", "/silences", params={"app": "Shop"})
        assert (ended.status, ended.body) == (200, {"changed": changed})
    assert (await ci.get("/silences")).body == {"silences": []}


async def test_without_a_length_it_is_an_hour(ci: Program, scene: Scene) -> None:
    begun = await ci.post("/silences", {"app": "Shop"})
    assert begun.body["silence"]["until"] == "2026-11-23T10:00:00.000000Z"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"app": "Shop", "seconds": 59}, 400, "seconds"),
        ({"app": "Shop", "seconds": 2678401}, 400, "seconds"),
        ({"app": "Shop", "reason": "x" * 201}, 400, "reason"),
        ({"app": 5}, 400, "app"),
        ({}, 400, "app"),
        ({"app": "Shoe"}, 404, None),
    ],
)
async def test_a_bad_body_is_refused_and_names_the_field(
    ci: Program, body: object, status: int, field: str | None
) -> None:
    reply = await ci.post("/silences", body)
    assert (reply.status, reply.field) == (status, field)
    assert (await ci.get("/silences")).body == {"silences": []}


async def test_ending_the_silence_of_an_unknown_app_is_a_404(ci: Program) -> None:
    for params in ({}, {"app": "Shoe"}):
        assert (await ci.ask("DELETE", "/silences", params=params)).status == 404
