"""The token, the methods there are, who the bot is, its commands, the ways to call."""

import json

import aiohttp
import pytest
from aiogram import Bot
from aiogram.types import BotCommand, BotCommandScopeAllGroupChats

from tests.simulator.scene import TOKEN, Scene


async def test_a_bot_knows_itself(scene: Scene, bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (42, "dispatcher_bot", True)


@pytest.mark.parametrize(
    ("token", "description"),
    [
        ("43:UNKNOWN", "Unauthorized"),
        ("nonsense", "Unauthorized: invalid token specified"),
        ("42:", "Unauthorized: invalid token specified"),
    ],
)
async def test_only_a_known_token_gets_in(scene: Scene, token: str, description: str) -> None:
    url = f"{scene.base}/bot{token}/getMe"
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        assert response.status == 401
        assert await response.json() == {
            "ok": False,
            "error_code": 401,
            "description": description,
        }


async def test_a_method_that_is_not_there_is_remembered(scene: Scene) -> None:
    assert await scene.refused("sendDice") == "Not Found: method not found"
    assert scene.sim.unsupported == ["sendDice"]


@pytest.mark.parametrize("way", ["query", "form", "json", "multipart"])
async def test_parameters_come_in_four_ways_and_names_in_any_case(scene: Scene, way: str) -> None:
    values = {
        "chat_id": str(scene.ops.id),
        "text": "привет",
        "disable_notification": "true",
        "entities": json.dumps([{"type": "bold", "offset": 0, "length": 6}]),
    }
    multipart = aiohttp.FormData(values, default_to_multipart=True)
    given = {
        "query": {"params": values},
        "form": {"data": values},
        "json": {"json": values},
        "multipart": {"data": multipart},
    }
    url = f"{scene.base}/bot{TOKEN}/SENDmessage"
    async with (
        aiohttp.ClientSession() as http,
        http.request("POST", url, **given[way]) as response,  # type: ignore[arg-type]  # four kinds
    ):
        sent = (await response.json())["result"]
    assert (sent["text"], sent["entities"][0]["type"]) == ("привет", "bold")
    assert scene.sim.message(scene.ops.id, 1).silent


@pytest.mark.parametrize("body", ["{", "[]"])
async def test_a_broken_body_is_refused(scene: Scene, body: str) -> None:
    url = f"{scene.base}/bot{TOKEN}/getMe"
    headers = {"Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as http,
        http.post(url, data=body, headers=headers) as response,
    ):
        assert (await response.json())["description"] == "Bad Request: can't parse JSON object"


async def test_commands_are_kept_per_scope_and_language(scene: Scene, bot: Bot) -> None:
    english = [BotCommand(command="open", description="What is open")]
    russian = [BotCommand(command="open", description="Что открыто")]
    groups = BotCommandScopeAllGroupChats()
    await bot.set_my_commands(english)
    await bot.set_my_commands(russian, scope=groups, language_code="ru")
    [default] = await bot.get_my_commands()
    [in_groups] = await bot.get_my_commands(scope=groups, language_code="ru")
    assert (default.command, default.description) == ("open", "What is open")
    assert (in_groups.command, in_groups.description) == ("open", "Что открыто")
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == []


@pytest.mark.parametrize(
    ("commands", "reason"),
    [
        ([{"command": "Open!", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "open", "description": ""}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "open", "description": "x"}] * 101, "BOT_COMMANDS_TOO_MUCH"),
        ("open", "can't parse commands JSON object"),
        (None, "expected an Array of bot commands"),
    ],
)
async def test_wrong_commands_are_refused(scene: Scene, commands: object, reason: str) -> None:
    refusal = await scene.refused("setMyCommands", commands=commands)
    assert refusal == f"Bad Request: {reason}"


async def test_the_log_of_calls_holds_no_token(scene: Scene) -> None:
    await scene.ok("getMe")
    [call] = scene.sim.calls("getMe")
    assert (call.bot_id, call.status) == (42, 200)
    assert TOKEN not in repr(call)
