"""sendDocument, sendPhoto, sendMediaGroup, getFile."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.simulator import files
from bot.simulator.api.errors import ApiError, bad_request
from bot.simulator.api.objects import message_object
from bot.simulator.api.params import Params
from bot.simulator.methods.content import caption_of, check_caption
from bot.simulator.methods.posting import place_of, post, posted
from bot.simulator.state import Bot, File, Json, Version
from bot.simulator.world import World

PHOTO_SIDES = 10_000  # Bot API, sendPhoto: width and height together
PHOTO_RATIO = 20
ATTACHED = "attach://"
FEWEST, MOST = 2, 10  # Bot API, sendMediaGroup


@dataclass(frozen=True, slots=True)
class Kind:
    """What distinguishes one kind of media from another."""

    name: str
    right: str
    folder: str
    object_of: Callable[[File], Any]


def _photo(file: File) -> list[Json]:
    size = files.size_of_picture(file.content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > PHOTO_SIDES or max(size) > PHOTO_RATIO * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return files.photo_object(file, size)


KINDS = {
    "document": Kind("document", "can_send_documents", "documents", files.document_object),
    "photo": Kind("photo", "can_send_photos", "photos", _photo),
}


async def send_document(world: World, bot: Bot, params: Params) -> Json:
    return _send(world, bot, params, KINDS["document"])


async def send_photo(world: World, bot: Bot, params: Params) -> Json:
    return _send(world, bot, params, KINDS["photo"])


async def send_media_group(world: World, bot: Bot, params: Params) -> list[Json]:
    """Send an album, which counts as that many messages."""
    kind, items = _items(params)
    place = place_of(world, bot, params, kind.right)
    versions = [_numbered(world, bot, kind, *item) for item in enumerate(items, 1)]
    world.meter.spend(place.chat, len(versions))
    album_id = str(place.chat.next_message_id * 1_000_003)
    messages = [
        posted(world, bot, params, place, version, album_id=album_id) for version in versions
    ]
    return [message_object(world.state, message) for message in messages]


def _numbered(world: World, bot: Bot, kind: Kind, number: int, item: Params) -> Version:
    try:
        return _version(world, bot, item, kind)
    except ApiError as error:
        reason = error.description.removeprefix("Bad Request: ")
        text = f'failed to send message #{number} with the error message "{reason}"'
        raise bad_request(text) from None


async def get_file(world: World, bot: Bot, params: Params) -> Json:
    file = _file(world, bot, params.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(file.content) > world.settings.download_bytes:
        raise bad_request("file is too big")
    return {**files.file_object(file), "file_path": file.path}


def _send(world: World, bot: Bot, params: Params, kind: Kind) -> Json:
    caption_of(world, params)  # an unreadable caption comes before a chat that is not there
    _source(params, kind)
    place = place_of(world, bot, params, kind.right)
    return post(world, bot, params, place, _version(world, bot, params, kind))


def _version(world: World, bot: Bot, params: Params, kind: Kind) -> Version:
    caption = caption_of(world, params)
    check_caption(caption)
    media = {kind.name: kind.object_of(_taken(world, bot, params, kind))}
    return Version(world.now(), caption.text, caption.entities, media=media)


def _source(params: Params, kind: Kind) -> str | files.Upload:
    """The file that comes along, or the id of one that came before."""
    value = params.text(kind.name)
    attached = value.removeprefix(ATTACHED) if value.startswith(ATTACHED) else kind.name
    if upload := params.files.get(attached):
        return upload
    if not value:
        raise bad_request(f"there is no {kind.name} in the request")
    return value


def _taken(world: World, bot: Bot, params: Params, kind: Kind) -> File:
    source = _source(params, kind)
    if isinstance(source, files.Upload):
        _check_size(world, source, kind)
        return files.keep(world, bot.id, kind.folder, source)
    file = _file(world, bot, source)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return file


def _check_size(world: World, upload: files.Upload, kind: Kind) -> None:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if kind.name == "photo" and len(upload.content) > world.settings.photo_bytes:
        raise bad_request("file is too big")


def _file(world: World, bot: Bot, number: str) -> File | None:
    file = world.state.files.get(number)
    return file if file and file.bot_id in {bot.id, files.A_PERSONS} else None


def _items(params: Params) -> tuple[Kind, list[Params]]:
    """The kind of all items, and the fields of each as if it were sent alone."""
    media = params.parsed("media")
    if not isinstance(media, list) or not all(isinstance(item, dict) for item in media):
        raise bad_request("can't parse media JSON object")
    if not FEWEST <= len(media) <= MOST:
        raise bad_request("an album needs 2 to 10 messages")
    kind, *others = {str(item.get("type")) for item in media}
    if others:
        raise bad_request("document can't be mixed with other media types")
    if kind not in KINDS:
        raise bad_request("type of the media is not simulated")
    alone = [Params({**item, kind: item.get("media", "")}, params.files) for item in media]
    return KINDS[kind], alone
