"""What the simulator can be told; where Telegram's own number is known, it is the default."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, get_args

# What came late to the Bot API: a server may be older than these, then it knows no such
# methods and ignores such fields.
Feature = Literal["ephemeral", "rich_messages", "button_styles", "disabled_buttons", "copy_buttons"]
FEATURES: frozenset[Feature] = frozenset(get_args(Feature))
Fire = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Telegram publishes about these numbers, and only about."""

    mode: Literal["off", "real"] = "real"
    group_per_minute: int = 20
    chat_per_second: float = 1.0
    chat_burst: int = 5
    overall_per_second: int = 30
    calls_ignored: int = 2  # further calls into a wait make it longer


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    limits: Limits = field(default_factory=Limits)
    features: frozenset[Feature] = FEATURES
    answer_seconds: float = 15.0
    keyboard_caps: Literal["strict", "tdlib"] = "strict"
    strict_webhook: bool = False
    calls_kept: int = 10_000
    upload_bytes: int = 50_000_000  # Bot API, sendDocument, sendPhoto, getFile
    photo_bytes: int = 10_000_000
    download_bytes: int = 20_000_000
    file_bytes_kept: int = 200_000_000
    web_url: str = ""
    fire: Fire | None = None


UNLIMITED = SimulatorSettings(Limits(mode="off"))
