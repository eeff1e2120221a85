"""Texts and entities: counted in UTF-16, checked, found, trimmed."""

from datetime import UTC, datetime

import pytest
from aiogram import Bot
from aiogram.types import Message
from aiogram.utils.formatting import Bold, Code, DateTime, ExpandableBlockQuote, Text, TextLink

from bot.simulator.state import Json
from tests.simulator.scene import Scene

AT_ZERO = "entity beginning at UTF-16 offset 0"


def shown(message: Json) -> list[tuple[str, str]]:
    """The entities as (type, the text they cover)."""
    units = message["text"].encode("utf-16-le")
    return [
        (item["type"], units[item["offset"] * 2 :][: item["length"] * 2].decode("utf-16-le"))
        for item in message.get("entities", [])
    ]


async def html(scene: Scene, text: str) -> Json:
    sent: Json = await scene.send(text, parse_mode="HTML")
    return sent


async def test_what_aiogram_formats_comes_back_as_sent(scene: Scene, bot: Bot) -> None:
    at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    content = Text(
        "🔥 ",
        Bold("Disk full"),
        " since ",
        DateTime("09:00", unix_time=at, date_time_format="wDt"),
        "\n",
        ExpandableBlockQuote("a long\nstory"),
        TextLink("details", url="https://example.com"),
    )
    sent: Message = await bot.send_message(scene.ops.id, **content.as_kwargs())
    kinds = [entity.type for entity in sent.entities or []]
    assert kinds == ["bold", "date_time", "expandable_blockquote", "text_link"]
    moment = (sent.entities or [])[1]
    assert moment.extract_from(sent.text or "") == "09:00"
    assert (moment.unix_time, moment.date_time_format) == (int(at.timestamp()), "wDt")
    assert (sent.entities or [])[3].url == "https://example.com/"


async def test_html_becomes_plain_text_with_entities(scene: Scene) -> None:
    sent = await html(
        scene,
        "🔥 <b>Disk <i>full</i></b> &lt;db1&gt; <a href='https://x.io/a?b=1'>log</a>"
        " <tg-spoiler>s</tg-spoiler><blockquote expandable>q</blockquote>",
    )
    assert sent["text"] == "🔥 Disk full <db1> log sq"
    assert shown(sent) == [
        ("bold", "Disk full"),
        ("italic", "full"),
        ("text_link", "log"),
        ("spoiler", "s"),
        ("expandable_blockquote", "q"),
    ]


async def test_a_code_block_knows_its_language(scene: Scene) -> None:
    sent = await html(scene, '<pre><code class="language-python">x = 1</code></pre>')
    assert sent["entities"] == [{"type": "pre", "offset": 0, "length": 5, "language": "python"}]


async def test_a_time_tag_is_a_date_time(scene: Scene) -> None:
    sent = await html(scene, 'at <tg-time unix="1790000000" format="r">noon</tg-time>')
    assert sent["entities"] == [
        {
            "type": "date_time",
            "offset": 3,
            "length": 4,
            "unix_time": 1790000000,
            "date_time_format": "r",
        }
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("я <h1>x</h1>", 'Unsupported start tag "h1" at byte offset 3'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_broken_html_is_refused_with_the_place(scene: Scene, text: str, reason: str) -> None:
    refusal = await scene.refused("sendMessage", chat_id=scene.ops.id, text=text, parse_mode="html")
    assert refusal == f"Bad Request: can't parse entities: {reason}"


async def test_another_parse_mode_is_refused(scene: Scene) -> None:
    refusal = await scene.refused(
        "sendMessage", chat_id=scene.ops.id, text="x", parse_mode="BBCode"
    )
    assert refusal == "Bad Request: unsupported parse_mode"


async def test_the_server_finds_links_mentions_commands_and_hashtags(scene: Scene) -> None:
    sent = await scene.send(
        "see https://example.com/a?b=1, app.py and ops@example.com; @alice wrote /ack@ops_bot"
        " #disk #42 http://localhost:8080/x /var/log"
    )
    assert shown(sent) == [
        ("url", "https://example.com/a?b=1"),
        ("url", "app.py"),
        ("email", "ops@example.com"),
        ("mention", "@alice"),
        ("bot_command", "/ack@ops_bot"),
        ("hashtag", "#disk"),
    ]


async def test_nothing_is_found_inside_code_and_links(scene: Scene, bot: Bot) -> None:
    content = Text(Code("/var @alice"), " ", TextLink("#disk", url="http://10.0.0.1:8080/i/1"))
    sent = await bot.send_message(scene.ops.id, **content.as_kwargs())
    assert [entity.type for entity in sent.entities or []] == ["code", "text_link"]


async def test_code_takes_no_styles_inside(scene: Scene) -> None:
    sent = await html(scene, "<code>a <b>b</b></code>")
    assert shown(sent) == [("code", "a b")]


async def test_outer_white_space_is_cut_and_entities_move(scene: Scene) -> None:
    sent = await html(scene, "\n  x <b>y  </b>\n")
    assert sent["text"] == "x y"
    assert shown(sent) == [("bold", "y")]


async def test_a_hundred_entities_are_kept_and_the_rest_is_lost(scene: Scene) -> None:
    many = [{"type": "bold", "offset": place * 2, "length": 1} for place in range(120)]
    sent = await scene.send("x " * 120, entities=many)
    assert len(sent["entities"]) == 100


@pytest.mark.parametrize(
    ("offset", "length", "reason"),
    [
        (1, 1, "entity begins in a middle of a UTF-16 symbol at byte offset 4"),
        (0, 1, f"{AT_ZERO} ends in a middle of a UTF-16 symbol at byte offset 4"),
        (0, 9, f"{AT_ZERO} ends after the end of the text at UTF-16 offset 3"),
        (7, 1, "entity begins after the end of the text at UTF-16 offset 3"),
    ],
)
async def test_offsets_that_cut_a_character_are_refused(
    scene: Scene, offset: int, length: int, reason: str
) -> None:
    wrong = [{"type": "bold", "offset": offset, "length": length}]
    refusal = await scene.refused("sendMessage", chat_id=scene.ops.id, text="🔥x", entities=wrong)
    assert refusal == f"Bad Request: {reason}"


async def test_a_text_link_to_localhost_refuses_the_message(scene: Scene) -> None:
    link = [{"type": "text_link", "offset": 0, "length": 4, "url": "http://localhost:8080/i"}]
    refusal = await scene.refused("sendMessage", chat_id=scene.ops.id, text="open", entities=link)
    assert refusal == (
        "Bad Request: entity URL 'http://localhost:8080/i' is invalid: Wrong HTTP URL"
    )


async def test_a_link_to_localhost_in_html_is_dropped(scene: Scene) -> None:
    sent = await html(scene, '<a href="http://localhost:8080/i">open</a>')
    assert sent["text"] == "open"
    assert "entities" not in sent


async def test_only_known_people_can_be_mentioned_by_id(scene: Scene) -> None:
    known, stranger = f"tg://user?id={scene.bob.id}", "tg://user?id=1"
    sent = await html(scene, f'<a href="{known}">Bob</a> <a href="{stranger}">Eve</a>')
    assert shown(sent) == [("text_mention", "Bob")]
