"""POST /api/v1/incidents/{id}/comment."""

import pytest

from core.models import Incident
from tests.web.api.programs import Program
from tests.web.browsers import Browser

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_comment_stands_in_the_timeline(ci: Program, incident: Incident) -> None:
    reply = await ci.post(f"/incidents/{incident.id}/comment", {"text": " Deploy 42 is out. "})
    assert reply.status == 200
    assert (reply.body["changed"], reply.body["by"]) == (True, "CI")
    assert reply.body["at"] == "2026-11-23T09:00:00.000000Z"
    entry = (await ci.get(f"/incidents/{incident.id}")).body["timeline"][-1]
    assert (entry["kind"], entry["data"]) == ("commented", {"text": "Deploy 42 is out."})


async def test_the_page_shows_a_programs_comment_as_text(
    ci: Program, alice: Browser, incident: Incident
) -> None:
    await ci.post(f"/incidents/{incident.id}/comment", {"text": "<script>alert(1)</script>"})
    page = await alice.get(f"/incidents/{incident.id}")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script>alert" not in page.text
    assert "CI" in page.words


@pytest.mark.parametrize("text", ["", "  ", "x" * 4001, None, 5, ["a"], {}])
async def test_a_bad_text_is_a_400_that_names_it(
    ci: Program, incident: Incident, text: object
) -> None:
    reply = await ci.post(f"/incidents/{incident.id}/comment", {"text": text})
    assert (reply.status, reply.field) == (400, "text")


async def test_no_text_is_a_400_that_names_it(ci: Program, incident: Incident) -> None:
    reply = await ci.post(f"/incidents/{incident.id}/comment")
    assert (reply.status, reply.field) == (400, "text")


async def test_odd_characters_are_kept_or_replaced_but_never_an_error(
    ci: Program, incident: Incident
) -> None:
    path = f"/incidents/{incident.id}/comment"
    reply = await ci.ask("POST", path, data=b'{"text": "a\\ud800b \\u0000 \xff \xf0\x9f\x92\xa5"}')
    assert reply.status == 200
    entry = (await ci.get(f"/incidents/{incident.id}")).body["timeline"][-1]
    assert entry["data"]["text"].startswith("a\ufffdb")
    assert entry["data"]["text"].endswith("💥")


async def test_a_body_over_the_limit_is_a_413(ci: Program, incident: Incident) -> None:
    reply = await ci.post(f"/incidents/{incident.id}/comment", {"text": "x" * 70_000})
    assert (reply.status, reply.field) == (413, "body")


async def test_an_unknown_incident_is_a_404(ci: Program) -> None:
    assert (await ci.post("/incidents/999/comment", {"text": "hello"})).status == 404
