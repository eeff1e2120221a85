"""Inline keyboards: one action a button, addresses that Telegram takes, sizes."""

import pytest

from bot.simulator.settings import SimulatorSettings
from bot.simulator.state import Json
from tests.simulator.scene import Scene, button, keyboard

UNPARSABLE = "Bad Request: can't parse InlineKeyboardButton: "
PLAIN_WEB_APP = (
    "Bad Request: inline keyboard button Web App URL 'http://x.io' is invalid:"
    " Only HTTPS links are allowed"
)


async def refusal_of(scene: Scene, *rows: list[Json], chat_id: int = 0) -> str:
    return await scene.refused(
        "sendMessage", chat_id=chat_id or scene.ops.id, text="x", reply_markup=keyboard(*rows)
    )


@pytest.mark.parametrize(
    ("item", "refusal"),
    [
        ({"callback_data": "a"}, UNPARSABLE + 'Can\'t find field "text"'),
        ({"text": "A"}, UNPARSABLE + "Text buttons are unallowed in the inline keyboard"),
        (
            {"text": "A", "callback_data": "a", "style": "pink"},
            UNPARSABLE + "invalid button style specified",
        ),
        ({"text": "A", "callback_data": "я" * 33}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "A", "callback_data": ""}, "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "A", "copy_text": {"text": "x" * 257}}, "Bad Request: BUTTON_COPY_TEXT_INVALID"),
        ({"text": "A", "web_app": {"url": "https://x.io"}}, "Bad Request: BUTTON_TYPE_INVALID"),
        ({"text": "A", "web_app": {"url": "http://x.io"}}, PLAIN_WEB_APP),
    ],
)
async def test_a_wrong_button_refuses_the_message(scene: Scene, item: Json, refusal: str) -> None:
    assert await refusal_of(scene, [item]) == refusal


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://localhost:8080", "Wrong HTTP URL"),
        ("http://grafana/d/1", "Wrong HTTP URL"),
        ("ftp://example.com", "Unsupported URL protocol"),
        ("http://example.com:x", "Wrong port number specified in the URL"),
        ("http:///incidents", "URL host is empty"),
        ("http://exa mple.com", "Disallowed character in URL host"),
    ],
)
async def test_a_url_button_needs_an_address_that_telegram_takes(
    scene: Scene, url: str, reason: str
) -> None:
    assert await refusal_of(scene, [{"text": "Details", "url": url}]) == (
        f"Bad Request: inline keyboard button URL '{url}' is invalid: {reason}"
    )


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        ("https://Example.com", "https://example.com/"),
        ("example.com/i/1?x=1#y", "http://example.com/i/1?x=1#y"),
        ("http://127.0.0.1:8080/i/1", "http://127.0.0.1:8080/i/1"),
        ("tg://user?id=5", "tg://user?id=5"),
    ],
)
async def test_an_address_is_stored_as_telegram_writes_it(
    scene: Scene, url: str, stored: str
) -> None:
    sent = await scene.send(reply_markup=keyboard([{"text": "Details", "url": url}]))
    assert sent["reply_markup"]["inline_keyboard"][0][0]["url"] == stored


async def test_of_several_actions_the_first_in_the_servers_order_is_kept(scene: Scene) -> None:
    many = {"text": "A", "callback_data": "a", "url": "https://x.io/", "style": "danger"}
    sent = await scene.send(reply_markup=keyboard([many]))
    assert sent["reply_markup"] == keyboard(
        [{"text": "A", "url": "https://x.io/", "style": "danger"}]
    )


async def test_copy_and_disabled_buttons_are_kept(scene: Scene) -> None:
    row = [{"text": "Copy", "copy_text": {"text": "kubectl"}}, {"text": "Gone", "disabled": {}}]
    sent = await scene.send(reply_markup=keyboard(row))
    assert sent["reply_markup"] == keyboard(row)


async def test_a_web_app_button_lives_in_a_private_chat(scene: Scene) -> None:
    scene.sim.write(scene.alice.id, scene.alice.id, "/start")
    row = [{"text": "Open", "web_app": {"url": "https://x.io/app"}}]
    await scene.ok("sendMessage", chat_id=scene.alice.id, text="x", reply_markup=keyboard(row))


async def test_a_keyboard_over_our_own_caps_is_refused(scene: Scene) -> None:
    nine = [button(str(place), "a") for place in range(9)]
    assert await refusal_of(scene, nine) == "Bad Request: reply markup is too long"
    rows = [nine[:8] for _ in range(13)]
    assert await refusal_of(scene, *rows) == "Bad Request: reply markup is too long"


class TestAsTdlibTruncates:
    @pytest.fixture
    def settings(self) -> SimulatorSettings:
        return SimulatorSettings(keyboard_caps="tdlib")

    async def test_twelve_in_a_row_and_three_hundred_in_all_are_kept(self, scene: Scene) -> None:
        rows = [[button("A", "a")] * 20 for _ in range(30)]
        sent = await scene.send(reply_markup=keyboard(*rows))
        kept = sent["reply_markup"]["inline_keyboard"]
        assert max(map(len, kept)) == 12
        assert sum(map(len, kept)) == 300


async def test_an_empty_keyboard_is_none(scene: Scene) -> None:
    assert "reply_markup" not in await scene.send(reply_markup=keyboard())


async def test_broken_markup_is_refused(scene: Scene) -> None:
    refused = scene.refused
    assert (
        await refused("sendMessage", chat_id=scene.ops.id, text="x", reply_markup="{")
        == "Bad Request: can't parse reply markup JSON object"
    )
    assert "must be an Array of Arrays" in await refused(
        "sendMessage", chat_id=scene.ops.id, text="x", reply_markup={"inline_keyboard": [1]}
    )
