"""Files and pictures: what is accepted, what comes back, how a file is got again."""

import struct

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge
from aiogram.types import BufferedInputFile, InputMediaDocument, InputMediaPhoto

from bot.simulator.files import Upload
from bot.simulator.settings import UNLIMITED, SimulatorSettings
from tests.simulator.scene import TOKEN, Scene, button, keyboard

LOG = BufferedInputFile(b"disk full\n", "shop.log")


def png(width: int, height: int) -> BufferedInputFile:
    header = struct.pack(">I4sII", 13, b"IHDR", width, height)
    return BufferedInputFile(b"\x89PNG\r\n\x1a\n" + header, "chart.png")


def jpeg(width: int, height: int) -> BufferedInputFile:
    comment = b"\xff\xfe" + struct.pack(">H", 4) + b"hi"
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return BufferedInputFile(b"\xff\xd8" + comment + frame, "chart.jpg")


async def test_a_document_comes_back_and_can_be_got(scene: Scene, bot: Bot) -> None:
    sent = await bot.send_document(scene.ops.id, LOG, caption="the *log*", parse_mode="MarkdownV2")
    assert sent.document
    assert (sent.document.file_name, sent.document.file_size) == ("shop.log", 10)
    assert (sent.caption, sent.text) == ("the log", None)
    assert sent.caption_entities
    assert sent.caption_entities[0].type == "bold"
    file = await bot.get_file(sent.document.file_id)
    assert file.file_path
    async with (
        aiohttp.ClientSession(scene.base) as http,
        http.get(f"/file/bot{TOKEN}/{file.file_path}") as found,
        http.get(f"/file/bot43:OTHER/{file.file_path}") as hidden,
        http.get(f"/sim/files/{sent.document.file_id}") as shown,
    ):
        assert (await found.read(), await shown.read()) == (b"disk full\n", b"disk full\n")
        assert hidden.status == 404


async def test_a_known_file_is_sent_again_by_its_id(scene: Scene, bot: Bot) -> None:
    first = await bot.send_document(scene.ops.id, LOG)
    assert first.document
    again = await bot.send_document(scene.ops.id, first.document.file_id)
    assert again.document == first.document
    other = scene.sim.add_bot("44:OTHER")
    file = scene.sim.world.state.files[first.document.file_id]
    file.bot_id = other.id
    with pytest.raises(TelegramBadRequest, match="wrong file identifier"):
        await bot.send_document(scene.ops.id, first.document.file_id)
    with pytest.raises(TelegramBadRequest, match="wrong file_id"):
        await bot.get_file(first.document.file_id)


@pytest.mark.parametrize("picture", [png(640, 480), jpeg(640, 480)])
async def test_a_picture_has_a_size(scene: Scene, bot: Bot, picture: BufferedInputFile) -> None:
    sent = await bot.send_photo(scene.ops.id, picture)
    assert sent.photo
    assert (sent.photo[0].width, sent.photo[0].height) == (640, 480)


@pytest.mark.parametrize(
    ("picture", "refusal"),
    [
        (png(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (png(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (LOG, "IMAGE_PROCESS_FAILED"),
        (BufferedInputFile(b"", "empty.png"), "file must be non-empty"),
    ],
)
async def test_what_is_no_picture_is_refused(
    scene: Scene, bot: Bot, picture: BufferedInputFile, refusal: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=refusal):
        await bot.send_photo(scene.ops.id, picture)


async def test_a_caption_is_edited_and_a_text_is_not_there(scene: Scene, bot: Bot) -> None:
    sent = await bot.send_document(scene.ops.id, LOG, caption="open")
    where = {"chat_id": scene.ops.id, "message_id": sent.message_id}
    rows = keyboard([button("More", "m:1")])
    edited = await scene.ok("editMessageCaption", **where, caption="resolved", reply_markup=rows)
    assert (edited["caption"], edited["reply_markup"]) == ("resolved", rows)
    assert edited["document"]["file_name"] == "shop.log"
    assert await scene.refused("editMessageText", **where, text="x") == (
        "Bad Request: there is no text in the message to edit"
    )
    await scene.send("open")
    refusal = await scene.refused(
        "editMessageCaption", chat_id=scene.ops.id, message_id=2, caption="x"
    )
    assert refusal == "Bad Request: there is no caption in the message to edit"


async def test_a_caption_has_1024_characters(scene: Scene, bot: Bot) -> None:
    await bot.send_document(scene.ops.id, LOG, caption="я" * 1024)
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_document(scene.ops.id, LOG, caption="я" * 1025)


async def test_an_album_counts_as_its_messages(scene: Scene, bot: Bot) -> None:
    sent = await bot.send_media_group(
        scene.ops.id,
        [
            InputMediaPhoto(media=png(640, 480), caption="before"),
            InputMediaPhoto(media=png(10, 10)),
        ],
    )
    assert [message.caption for message in sent] == ["before", None]
    assert len({message.media_group_id for message in sent}) == 1
    assert scene.sim.world.meter.chats[scene.ops.id].most == 2


async def test_an_album_says_which_item_is_wrong(scene: Scene, bot: Bot) -> None:
    with pytest.raises(
        TelegramBadRequest, match='#2 with the error message "IMAGE_PROCESS_FAILED"'
    ):
        await bot.send_media_group(
            scene.ops.id, [InputMediaPhoto(media=png(640, 480)), InputMediaPhoto(media=LOG)]
        )
    assert scene.sim.chat(scene.ops.id).messages == {}


async def test_an_album_has_two_to_ten_items_of_one_kind(scene: Scene, bot: Bot) -> None:
    for count in (1, 11):
        with pytest.raises(TelegramBadRequest, match="2 to 10"):
            await bot.send_media_group(scene.ops.id, [InputMediaDocument(media=LOG)] * count)
    with pytest.raises(TelegramBadRequest, match="can't be mixed"):
        await bot.send_media_group(
            scene.ops.id, [InputMediaDocument(media=LOG), InputMediaPhoto(media=png(1, 1))]
        )


async def test_without_a_file_there_is_nothing_to_send(scene: Scene) -> None:
    refusal = await scene.refused("sendDocument", chat_id=scene.ops.id)
    assert refusal == "Bad Request: there is no document in the request"


async def test_a_bot_may_be_kept_from_sending_files(scene: Scene, bot: Bot) -> None:
    scene.sim.set_member(scene.ops.id, scene.bot.id, "restricted", ["can_send_messages"])
    await scene.send("a text")
    with pytest.raises(TelegramBadRequest, match="not enough rights to send documents"):
        await bot.send_document(scene.ops.id, LOG)


async def test_a_file_of_a_person_can_be_got_and_sent_on(scene: Scene, bot: Bot) -> None:
    log = Upload("shop.log", "text/plain", b"disk full")
    chart = Upload("chart.png", "image/png", png(640, 480).data)
    scene.sim.write(scene.ops.id, scene.bob.id, "", file=log)
    scene.sim.write(scene.ops.id, scene.bob.id, "since 12:04", file=chart)
    written, shown = (update.message for update in await bot.get_updates())
    assert written
    assert written.document
    assert written.caption is None
    assert shown
    assert shown.photo
    assert (shown.photo[0].width, shown.caption) == (640, "since 12:04")
    scene.sim.edit(scene.ops.id, shown.message_id, scene.bob.id, "since noon")
    assert scene.sim.message(scene.ops.id, shown.message_id).current.media
    again = await bot.send_document(scene.ops.id, written.document.file_id)
    assert again.document == written.document
    file = await bot.get_file(written.document.file_id)
    async with (
        aiohttp.ClientSession(scene.base) as http,
        http.get(f"/file/bot{TOKEN}/{file.file_path}") as found,
    ):
        assert await found.read() == b"disk full"


class TestOfSize:
    @pytest.fixture
    def settings(self) -> SimulatorSettings:
        return SimulatorSettings(
            UNLIMITED.limits, upload_bytes=60, photo_bytes=30, download_bytes=20, file_bytes_kept=70
        )

    async def test_too_large_an_upload_is_refused(self, scene: Scene, bot: Bot) -> None:
        with pytest.raises(TelegramEntityTooLarge):
            await bot.send_document(scene.ops.id, BufferedInputFile(b"x" * 61, "large.log"))

    async def test_what_can_be_sent_may_be_too_large_to_get(self, scene: Scene, bot: Bot) -> None:
        sent = await bot.send_document(scene.ops.id, BufferedInputFile(b"x" * 21, "large.log"))
        assert sent.document
        with pytest.raises(TelegramBadRequest, match="file is too big"):
            await bot.get_file(sent.document.file_id)
        with pytest.raises(TelegramBadRequest, match="file is too big"):
            await bot.send_photo(scene.ops.id, BufferedInputFile(b"x" * 31, "large.png"))

    async def test_the_oldest_file_gives_way(self, scene: Scene, bot: Bot) -> None:
        first = await bot.send_document(scene.ops.id, BufferedInputFile(b"x" * 40, "a.log"))
        await bot.send_document(scene.ops.id, BufferedInputFile(b"y" * 40, "b.log"))
        assert first.document
        with pytest.raises(TelegramBadRequest, match="temporarily unavailable"):
            await bot.get_file(first.document.file_id)
