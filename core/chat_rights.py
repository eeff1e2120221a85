"""What Telegram lets the bot do in a chat, as far as it matters to us."""

from collections.abc import Iterable
from enum import StrEnum

from core.models import Chat


class ChatRight(StrEnum):
    """`write`: send messages; `lead`: be an administrator, who sees the members; `topics`."""

    write = "write"
    lead = "lead"
    topics = "topics"


def keep_rights(chat: Chat, rights: Iterable[ChatRight]) -> None:
    chat.rights = sorted(rights)


def rights_in(chat: Chat) -> frozenset[ChatRight] | None:
    """Read the bot's rights in a chat; None while Telegram has not told them."""
    return None if chat.rights is None else frozenset(map(ChatRight, chat.rights))
