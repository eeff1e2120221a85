"""Inline queries, Mini Apps' answers, menu buttons and topic icons: the rarely used rest."""

from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import (
    InlineQueryResultArticle,
    InputTextMessageContent,
    MenuButtonCommands,
    MenuButtonWebApp,
    WebAppInfo,
)

from bot.simulator import inline
from tests.simulator.scene import Scene

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
ARTICLE = InlineQueryResultArticle(
    id="1", title="Open", input_message_content=InputTextMessageContent(message_text="2 open")
)


async def test_an_inline_query_is_answered_once(scene: Scene, bot: Bot) -> None:
    query = inline.ask(scene.sim.world, scene.bot, scene.bob.id, "open")
    [update] = await bot.get_updates()
    assert update.inline_query
    assert (update.inline_query.query, update.inline_query.from_user.id) == ("open", scene.bob.id)
    assert await bot.answer_inline_query(update.inline_query.id, [ARTICLE], cache_time=0)
    assert query.results
    assert query.results[0]["title"] == "Open"
    refusal = await scene.refused("answerInlineQuery", inline_query_id=query.id, results=[])
    assert refusal == TOO_OLD


async def test_an_inline_query_grows_too_old(scene: Scene) -> None:
    query = inline.ask(scene.sim.world, scene.bot, scene.bob.id, "open")
    scene.clock.advance(16)
    refusal = await scene.refused("answerInlineQuery", inline_query_id=query.id, results=[])
    assert refusal == TOO_OLD


async def test_results_must_say_something(scene: Scene) -> None:
    call: dict[str, Any] = {"inline_query_id": "1"}
    assert "can't parse inline query results" in await scene.refused("answerInlineQuery", **call)
    assert "RESULTS_TOO_MUCH" in await scene.refused("answerInlineQuery", **call, results=[{}] * 51)
    assert "Message text is empty" in await scene.refused(
        "answerInlineQuery", **call, results=[{"type": "article", "id": "1"}]
    )


async def test_a_mini_app_answers_in_the_persons_chat(scene: Scene, bot: Bot) -> None:
    query = inline.open_web_app(scene.sim.world, scene.bot, scene.alice.id)
    sent = await bot.answer_web_app_query(query.id, ARTICLE)
    assert sent.inline_message_id == query.id
    [message] = scene.sim.transcript(scene.alice.id)
    assert message["versions"][0]["text"] == "2 open"


async def test_a_menu_button_is_one_chats_or_everybodys(scene: Scene, bot: Bot) -> None:
    scene.sim.write(scene.alice.id, scene.alice.id, "/start")
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    app = MenuButtonWebApp(text="Open", web_app=WebAppInfo(url="https://example.com/app"))
    assert (await bot.get_chat_menu_button(scene.alice.id)).type == "commands"
    await bot.set_chat_menu_button(scene.alice.id, app)
    own = await bot.get_chat_menu_button(scene.alice.id)
    assert isinstance(own, MenuButtonWebApp)
    assert own.web_app.url == "https://example.com/app"
    assert (await bot.get_chat_menu_button()).type == "commands"


@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        ({"type": "shop"}, "unsupported type"),
        ({"type": "web_app", "text": "Open", "web_app": {"url": "http://x.io"}}, "Only HTTPS"),
        ({"type": "web_app", "web_app": {"url": "https://x.io"}}, 'Can\'t find field "text"'),
    ],
)
async def test_a_wrong_menu_button_is_refused(
    scene: Scene, button: dict[str, Any], refusal: str
) -> None:
    assert refusal in await scene.refused("setChatMenuButton", menu_button=button)


async def test_a_group_has_no_menu_button(scene: Scene) -> None:
    refusal = await scene.refused("setChatMenuButton", chat_id=scene.ops.id)
    assert refusal == "Bad Request: chat must be private"


async def test_topic_icons_can_be_listed(bot: Bot) -> None:
    icons = await bot.get_forum_topic_icon_stickers()
    assert "🔥" in {icon.emoji for icon in icons}
