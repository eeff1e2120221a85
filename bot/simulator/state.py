"""What the simulated Telegram remembers: plain data, no rules, saved as JSON.

A person has one private chat, whose id is the person's own; several bots would share it.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

T = TypeVar("T")
Json = dict[str, Any]
Kind = Literal["private", "group", "supergroup", "channel"]
Status = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]

PRESENT: frozenset[Status] = frozenset({"creator", "administrator", "member", "restricted"})
LEADING: frozenset[Status] = frozenset({"creator", "administrator"})


@dataclass(slots=True)
class User:
    id: int
    first_name: str
    username: str = ""
    language_code: str = "en"
    is_bot: bool = False
    deactivated: bool = False


# Who stands in `from` when a chat is the sender (Bot API server, JsonMessage).
GROUP_ANONYMOUS_BOT = User(1_087_968_824, "Group", "GroupAnonymousBot", is_bot=True)
CHANNEL_BOT = User(136_817_688, "Channel", "Channel_Bot", is_bot=True)
_STAND_INS = {user.id: user for user in (GROUP_ANONYMOUS_BOT, CHANNEL_BOT)}


@dataclass(slots=True)
class Update:
    id: int
    kind: str
    payload: Json
    expires_at: float


@dataclass(slots=True)
class Webhook:
    url: str
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_at: float = 0.0
    gone_since: float | None = None


@dataclass(slots=True)
class Bot:
    id: int
    token: str
    next_update_id: int
    queue: list[Update] = field(default_factory=list)
    allowed_updates: list[str] = field(default_factory=list)
    webhook: Webhook | None = None
    commands: dict[str, list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)  # by private chat; 0 for all others
    privacy: bool = True


@dataclass(slots=True)
class Member:
    user_id: int
    status: Status = "member"
    rights: list[str] = field(default_factory=list)


@dataclass(slots=True)
class File:
    """A file under the id by which one bot knows it."""

    id: str
    unique_id: str
    bot_id: int
    path: str
    name: str
    mime_type: str
    content: bytes


@dataclass(slots=True)
class Version:
    """A message as it stood from `at` until the next version; with media the text is a caption.

    The media are as the Bot API shows them: {"document": {...}} or {"photo": [...]}.
    """

    at: float
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    markup: Json | None = None
    link_preview: Json | None = None
    rich: Json | None = None
    media: Json | None = None

    def says_the_same_as(self, other: "Version") -> bool:
        return replace(self, at=other.at) == other


@dataclass(slots=True)
class Message:
    """With a receiver it is ephemeral: nobody else sees it, and it has no message_id."""

    id: int
    chat_id: int
    sender_id: int
    at: float
    versions: list[Version]
    sender_chat_id: int | None = None
    thread_id: int | None = None
    receiver_id: int | None = None
    silent: bool = False
    protected: bool = False
    reply_to: int | None = None
    quote: str = ""
    service: Json | None = None
    origin: Json | None = None
    album_id: str = ""
    reactions: dict[int, list[str]] = field(default_factory=dict)  # by person, bot or chat
    editable: bool = True
    deleted: bool = False

    @property
    def current(self) -> Version:
        return self.versions[-1]

    @property
    def rows(self) -> list[list[Json]]:
        rows: list[list[Json]] = (self.current.markup or {}).get("inline_keyboard", [])
        return rows

    @property
    def buttons(self) -> list[Json]:
        return [button for row in self.rows for button in row]


@dataclass(slots=True)
class Topic:
    """A topic of a forum; its id is the id of the message that opened it."""

    id: int
    name: str
    icon_color: int
    creator_id: int
    icon_custom_emoji_id: str = ""
    closed: bool = False
    deleted: bool = False


@dataclass(slots=True)
class Chat:
    id: int
    kind: Kind
    title: str = ""
    username: str = ""
    members: dict[int, Member] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    next_message_id: int = 1
    can_send_messages: bool = True
    is_forum: bool = False
    topics: dict[int, Topic] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    migrated_to: int | None = None
    deleted: bool = False

    def found(self, message_id: int) -> Message | None:
        """The message that everybody sees under this id."""
        message = self.messages.get(message_id)
        gone = message is None or message.deleted or message.receiver_id is not None
        return None if gone else message

    def member(self, user_id: int) -> Member:
        return self.members.get(user_id) or Member(user_id, "left")

    def has(self, user_id: int) -> bool:
        return self.member(user_id).status in PRESENT

    def is_led_by(self, user_id: int) -> bool:
        return self.member(user_id).status in LEADING

    def may(self, user_id: int, right: str) -> bool:
        member = self.member(user_id)
        return member.status == "creator" or right in member.rights


@dataclass(slots=True)
class Answer:
    text: str = ""
    show_alert: bool = False
    url: str = ""


@dataclass(slots=True)
class Press:
    """A callback query: somebody pressed a button and waits for the bot's answer."""

    id: str
    bot_id: int
    user_id: int
    chat_id: int
    message_id: int
    data: str
    at: float
    answer: Answer | None = None


@dataclass(slots=True)
class InlineQuery:
    """A question to a bot from outside a chat, and its results once it is answered."""

    id: str
    bot_id: int
    user_id: int
    at: float
    results: list[Json] | None = None


@dataclass(slots=True)
class Call:
    """One request of a bot as it went, without its token."""

    number: int
    method: str
    at: float
    bot_id: int = 0
    parameters: Json = field(default_factory=dict)
    status: int = 0
    result: Any = None
    description: str = ""
    seconds: float = 0.0
    fault: str = ""
    fault_id: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return self.status == 200


def remember(known: dict[str, T], key: str, new: T, most: int) -> None:
    """Add to what is known; the oldest gives way."""
    known[key] = new
    while len(known) > most:
        del known[next(iter(known))]


@dataclass(slots=True)
class State:
    users: dict[int, User] = field(default_factory=dict)
    bots: dict[int, Bot] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    inline_queries: dict[str, InlineQuery] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    files_kept: int = 0
    calls: list[Call] = field(default_factory=list)
    calls_made: int = 0
    unsupported: list[str] = field(default_factory=list)

    def person(self, user_id: int) -> User:
        """Whoever has this id, be it one of Telegram's stand-ins for a chat that speaks."""
        return _STAND_INS.get(user_id) or self.users[user_id]
