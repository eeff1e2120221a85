"""MarkdownV2, whose reserved characters refuse a message that forgets to escape them."""

import pytest
from aiogram.enums import MessageEntityType
from aiogram.utils.formatting import (
    BlockQuote,
    Bold,
    Code,
    DateTime,
    ExpandableBlockQuote,
    Italic,
    Pre,
    Spoiler,
    Strikethrough,
    Text,
    TextLink,
    Underline,
)

from tests.simulator.scene import Scene


async def test_what_aiogram_writes_as_markdown_is_read_back_the_same(scene: Scene) -> None:
    content = Text(
        "🔥 ",
        Bold("Disk ", Underline("full")),
        " 1.5 GB (db_1)! ",
        Italic("now"),
        " ",
        Strikethrough("gone"),
        " ",
        Spoiler("secret"),
        " ",
        Code("df -h"),
        "\n",
        Pre("x = 1", language="python"),
        "\n",
        DateTime("noon", unix_time=1790000000, date_time_format="t"),
        " ",
        TextLink("runbook", url="https://example.com/r"),
        "\n",
        BlockQuote("one\ntwo"),
        "\n",
        "between\n",
        ExpandableBlockQuote("long\nstory"),
        "\nend",
    )
    sent = await scene.send(content.as_markdown(), parse_mode="MarkdownV2")
    text, entities = content.render()
    assert sent["text"].replace("\n", "") == text.replace("\n", "")
    assert sorted(item["type"] for item in sent["entities"]) == sorted(
        MessageEntityType(entity.type).value for entity in entities
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("v1.5", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("я *bold", "Can't find end of Bold entity at byte offset 3"),
        ("[runbook](https://x.io", "Can't find end of a URL at byte offset 9"),
        ("![x](https://x.io)", "Custom emoji URL must have scheme tg"),
    ],
)
async def test_broken_markdown_is_refused(scene: Scene, text: str, reason: str) -> None:
    refusal = await scene.refused(
        "sendMessage", chat_id=scene.ops.id, text=text, parse_mode="MarkdownV2"
    )
    assert refusal == f"Bad Request: can't parse entities: {reason}"


async def test_a_quote_ends_with_its_lines(scene: Scene) -> None:
    sent = await scene.send(">one\n>two\nthree", parse_mode="MarkdownV2")
    assert sent["text"] == "one\ntwo\nthree"
    assert sent["entities"] == [{"type": "blockquote", "offset": 0, "length": 8}]
