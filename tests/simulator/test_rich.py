"""Rich messages: kept as sent, shown as plain lines; and a server that is too old for them."""

import pytest

from bot.simulator.settings import UNLIMITED, SimulatorSettings
from bot.simulator.state import Json
from tests.simulator.scene import Scene, button, keyboard

TABLE = {
    "blocks": [
        {"type": "heading", "size": 1, "text": "Open"},
        {"type": "paragraph", "text": ["disk ", {"type": "bold", "text": "full"}]},
        {
            "type": "table",
            "cells": [[{"text": "App"}, {"text": "Reports"}], [{"text": "Shop"}, {"text": "7"}]],
        },
        {"type": "list", "items": [{"blocks": [{"type": "paragraph", "text": "db1"}]}]},
    ]
}


@pytest.mark.parametrize(
    ("rich", "lines"),
    [
        (TABLE, ["Open", "disk full", "App | Reports", "Shop | 7", "db1"]),
        (
            {"html": "<h1>Open</h1><p>disk <b>full</b></p><table><tr><td>a</td><td>b</td></tr>"},
            ["Open", "disk full", "a | b"],
        ),
        ({"markdown": "# Open\n"}, ["# Open"]),
    ],
)
async def test_it_is_shown_as_lines(scene: Scene, rich: Json, lines: list[str]) -> None:
    sent = await scene.ok("sendRichMessage", chat_id=scene.ops.id, rich_message=rich)
    assert [block["text"] for block in sent["rich_message"]["blocks"]] == lines
    kept = scene.sim.message(scene.ops.id, 1).current
    assert (kept.text.splitlines(), kept.rich) == (lines, rich)


async def test_it_is_edited_as_a_text_is(scene: Scene) -> None:
    await scene.ok("sendRichMessage", chat_id=scene.ops.id, rich_message={"markdown": "one"})
    where = {"chat_id": scene.ops.id, "message_id": 1}
    rows = keyboard([button("More", "m:1")])
    edited = await scene.ok(
        "editMessageText", **where, rich_message={"markdown": "two"}, reply_markup=rows
    )
    assert edited["rich_message"]["blocks"] == [{"type": "paragraph", "text": "two"}]
    assert edited["reply_markup"] == rows
    plain = await scene.ok("editMessageText", **where, text="three")
    assert plain["text"] == "three"


@pytest.mark.parametrize(
    ("rich", "refusal"),
    [
        (None, "can't parse rich message JSON object"),
        ({"html": ""}, "message text is empty"),
        ({"markdown": "x" * 32769}, "message is too long"),
    ],
)
async def test_a_wrong_one_is_refused(scene: Scene, rich: Json | None, refusal: str) -> None:
    call = {"chat_id": scene.ops.id, "rich_message": rich}
    assert await scene.refused("sendRichMessage", **call) == f"Bad Request: {refusal}"


class TestOfAnOldServer:
    @pytest.fixture
    def settings(self) -> SimulatorSettings:
        return SimulatorSettings(UNLIMITED.limits, features=frozenset())

    async def test_rich_messages_are_not_there(self, scene: Scene) -> None:
        assert await scene.refused("sendRichMessage") == "Not Found: method not found"
        await scene.send()
        refusal = await scene.refused(
            "editMessageText",
            chat_id=scene.ops.id,
            message_id=1,
            rich_message={"markdown": "two"},
        )
        assert refusal == "Bad Request: message text is empty"

    async def test_a_style_is_ignored(self, scene: Scene) -> None:
        sent = await scene.send(
            reply_markup=keyboard([{**button("Resolve", "r:1"), "style": "success"}])
        )
        assert sent["reply_markup"] == keyboard([button("Resolve", "r:1")])

    @pytest.mark.parametrize("action", [{"disabled": {}}, {"copy_text": {"text": "kubectl"}}])
    async def test_a_button_that_does_nothing_else_is_refused(
        self, scene: Scene, action: Json
    ) -> None:
        refusal = await scene.refused(
            "sendMessage",
            chat_id=scene.ops.id,
            text="x",
            reply_markup=keyboard([{"text": "A", **action}]),
        )
        assert "Text buttons are unallowed" in refusal
