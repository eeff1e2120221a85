"""GET /api/v1/openapi.json: the intake describes itself to whoever asks."""

import json

import pytest

from tests.web.browsers import Browser
from web.intake.openapi import description

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_the_description_is_open_to_programs(charlie: Browser) -> None:
    answer = await charlie.get("/api/v1/openapi.json")
    assert answer.status == 200
    assert json.loads(answer.text) == description()
    paths = description()["paths"]
    assert {"/", "/in/{token}", "/api/v1/heartbeats/{name}", "/v2/alerts"} <= paths.keys()
    body = paths["/api/v1/reports"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/Body"}
