"""What the two markup languages have in common: a place in the source, the text so far."""

import re
from dataclasses import dataclass, field

from bot.simulator.api.errors import ApiError, bad_request
from bot.simulator.state import Json
from bot.simulator.text import links, utf16
from bot.simulator.text.entities import KnownUser

_USER = re.compile(r"tg://user\?id=(\d+)", re.IGNORECASE)


@dataclass(slots=True)
class Reader:
    source: str
    known_user: KnownUser
    at: int = 0
    text: str = ""
    units: int = 0
    entities: list[Json] = field(default_factory=list)

    def write(self, piece: str, until: int) -> None:
        piece = piece.replace("\r", "")  # which also keeps two marks apart
        self.text += piece
        self.units += utf16.length(piece)
        self.at = until

    def add(self, offset: int, details: Json | None) -> None:
        """Note an entity from the offset to here, if there is any text in it."""
        if details is not None and self.units > offset:
            size = self.units - offset
            self.entities.append({"offset": offset, "length": size, **details})

    def link(self, url: str) -> Json | None:
        """A link, a person, or nothing: a wrong address is dropped without a word."""
        if person := _USER.fullmatch(url):
            user = self.known_user(int(person[1]))
            return {"type": "text_mention", "user": user} if user else None
        try:
            return {"type": "text_link", "url": links.checked(url)}
        except links.WrongLink:
            return None

    def wrong(self, what: str, details: str = "", *, at: int | None = None) -> ApiError:
        position = len(self.source[: self.at if at is None else at].encode())
        return bad_request(f"can't parse entities: {what} at byte offset {position}{details}")
