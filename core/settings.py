"""Settings, and the only reader of the environment. All faults come at once, by variable name."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from core.errors import SettingsError
from core.i18n import N_
from core.reports import FINGERPRINT_CHARS, SOURCE_CHARS
from core.secret_files import SecretFiles, Unreadable

PREFIX = "DISPATCHER_"
TELEGRAM_API = "https://api.telegram.org"
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


class Settings(BaseSettings):
    """What an installation can choose; each field is the variable DISPATCHER_<NAME>."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", env_ignore_empty=True
    )

    database_url: str = Field(
        "sqlite:///dispatcher.db",
        repr=False,
        description=N_(
            "Where everything is kept: sqlite:///file or postgresql://user:pass@host/db."
        ),
    )
    listen: str = Field(
        "127.0.0.1:8080", description=N_("Address and port of the web pages and the intake.")
    )
    public_url: str | None = Field(
        None,
        description=N_(
            "How people and senders reach the web pages, e.g. https://dispatcher.example.com."
        ),
    )
    bot_token: SecretStr | None = Field(
        None, description=N_("The bot's token from @BotFather. Without it Telegram is off.")
    )
    bot_api_url: str = Field(
        TELEGRAM_API, description=N_("The Bot API server, when it is not Telegram's own.")
    )
    admin_chat: int | None = Field(
        None,
        description=N_("Id of the chat that gets every card by default; its members may press."),
    )
    admins: Annotated[tuple[int, ...], NoDecode] = Field(
        (),
        description=N_(
            "Telegram ids, comma separated, of admins: they may press anywhere and set up chats."
        ),
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description=N_("What Telegram must send with a webhook call: 1 to 256 of A-Z a-z 0-9 _ -."),
    )
    bot_mode: Literal["polling", "webhook"] = Field(
        "polling", description=N_("How updates come: polling, or webhook (needs PUBLIC_URL).")
    )
    secret_key: SecretStr | None = Field(
        None,
        description=N_(
            "Signs the forms; at least 32 characters. Without it the database keeps one."
        ),
    )
    timezone: str = Field(
        "UTC", description=N_("Time zone of new chats and of pages, e.g. Europe/Moscow.")
    )
    locale: Literal["en", "ru"] = Field(
        "en", description=N_("Language of new chats and of readers whose own is unknown: en or ru.")
    )
    log_format: Literal["console", "json"] = Field(
        "console", description=N_("How the program's own log is written: console or json.")
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description=N_("The lowest level of the program's own log.")
    )
    code_overlap_hours: int = Field(
        24,
        ge=0,
        le=24 * 90,
        description=N_("Hours that an app's old code works after a rotation."),
    )
    session_days: int = Field(30, ge=1, le=365, description=N_("Days a sign-in lasts."))
    login_link_minutes: int = Field(
        10, ge=1, le=24 * 60, description=N_("Minutes a sign-in link can be used.")
    )
    reopen_days: int = Field(
        7, ge=1, le=365, description=N_("Days after its resolve that an incident can be reopened.")
    )
    max_body_bytes: int = Field(
        1024 * 1024,
        ge=1024,
        le=64 * 1024 * 1024,
        description=N_("Largest body of a report, also after decompression."),
    )
    max_title_chars: int = Field(1000, ge=50, le=10_000, description=N_("Longest title."))
    max_message_chars: int = Field(65_536, ge=50, le=1_000_000, description=N_("Longest message."))
    max_tags: int = Field(50, ge=0, le=1000, description=N_("Most tags of one report."))
    max_tag_chars: int = Field(500, ge=10, le=10_000, description=N_("Longest tag name or value."))
    max_context_bytes: int = Field(
        65_536, ge=2, le=1_000_000, description=N_("Largest context, as JSON.")
    )
    max_log_sources: int = Field(50, ge=1, le=1000, description=N_("Most log sources of a report."))
    max_source_chars: int = Field(
        SOURCE_CHARS, ge=1, le=SOURCE_CHARS, description=N_("Longest name of a log source.")
    )
    max_fingerprint_chars: int = Field(
        FINGERPRINT_CHARS, ge=1, le=FINGERPRINT_CHARS, description=N_("Longest fingerprint.")
    )
    max_depth: int = Field(
        50, ge=1, le=100, description=N_("Most levels that a report's JSON may be nested.")
    )
    body_seconds: int = Field(
        30, ge=1, le=600, description=N_("Seconds in which a body must have arrived.")
    )
    max_raw_bytes: int = Field(
        65_536,
        ge=0,
        le=1024 * 1024,
        description=N_("Most bytes of another tool's body that are kept as they came."),
    )
    max_reports_per_body: int = Field(
        1000, ge=1, le=10_000, description=N_("Most reports that one body can hold.")
    )
    queue_reports: int = Field(
        10_000, ge=1, le=1_000_000, description=N_("Most reports that wait to be written.")
    )
    queue_bytes: int = Field(
        64 * 1024 * 1024,
        ge=64 * 1024,
        le=4 * 1024**3,
        description=N_("Most bytes of reports that wait to be written."),
    )
    batch_reports: int = Field(
        500, ge=1, le=5000, description=N_("Most reports written in one transaction.")
    )
    group_messages_per_minute: int = Field(
        18, ge=1, le=1200, description=N_("Most messages and edits in one group each minute.")
    )
    messages_per_second: int = Field(
        25, ge=2, le=1000, description=N_("Most messages and edits of the bot each second.")
    )
    group_burst: int = Field(
        4, ge=1, le=20, description=N_("Most messages at once in a group, then one a second.")
    )
    private_burst: int = Field(
        3, ge=1, le=20, description=N_("Most messages at once to a person, then one a second.")
    )
    kept_for_urgent: int = Field(
        6,
        ge=0,
        le=1000,
        description=N_(
            "Of a group's messages each minute, how many are kept for crit and for what people do."
        ),
    )
    kept_for_answers: int = Field(
        3, ge=0, le=1000, description=N_("Of the bot's messages each second, kept for answers.")
    )
    counter_edits_per_minute: int = Field(
        12, ge=1, le=60, description=N_("Most edits of one chat each minute that only count on.")
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the base class names it
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        files = SecretFiles(settings_cls, PREFIX, dotenv_settings)
        return init_settings, env_settings, files, dotenv_settings

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            raise ValueError("not a database URL") from None
        driver = _DRIVERS.get(url.drivername)
        if driver is None:
            raise ValueError("only sqlite:///… and postgresql://… are supported")
        if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
            raise ValueError("name a file, e.g. sqlite:///dispatcher.db")
        return url.set(drivername=driver).render_as_string(hide_password=False)

    @field_validator("listen")
    @classmethod
    def _address(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65_535:
            raise ValueError("write it as ADDRESS:PORT, e.g. 0.0.0.0:8080")
        return value

    @field_validator("public_url")
    @classmethod
    def _root(cls, value: str | None) -> str | None:
        if value and urlsplit(value).path.strip("/"):
            raise ValueError("the pages need a host of their own: write it as https://host")
        return value

    @field_validator("public_url", "bot_api_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
            raise ValueError("write it as https://host")
        if parts.port == 0:
            raise ValueError("port 0 cannot be reached")
        return value.rstrip("/")

    @field_validator("admins", mode="before")
    @classmethod
    def _ids(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("not a time zone name such as Europe/Moscow")
        return value

    @field_validator("bot_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        number, _, rest = value.get_secret_value().partition(":") if value else ("1", ":", "x")
        if not number.isdecimal() or not rest or re.search(r"\s", rest):
            raise ValueError("not a bot token such as 123456789:AAF…, which @BotFather gives")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _webhook_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("use 1 to 256 of A-Z a-z 0-9 _ -")
        return value

    @field_validator("secret_key")
    @classmethod
    def _secret_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value and len(value.get_secret_value()) < 32:
            raise ValueError("use at least 32 characters, e.g. from: openssl rand -hex 32")
        return value

    @field_validator("bot_mode")
    @classmethod
    def _webhook_needs(cls, value: str, info: ValidationInfo) -> str:
        needs = [
            name for name in ("public_url", "webhook_secret") if info.data.get(name, 1) is None
        ]
        if value == "webhook" and needs:
            raise ValueError("webhook needs " + " and ".join(name.upper() for name in needs))
        return value

    @property
    def host(self) -> str:
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.listen.rpartition(":")[2])

    @property
    def base_url(self) -> str:
        """The address of the web pages: the public one, or the local one as it is."""
        return self.public_url or f"http://{self.listen}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def default_chats(self) -> tuple[int, ...]:
        """The chats of an app that has no route of its own."""
        return () if self.admin_chat is None else (self.admin_chat,)

    @property
    def admin_ids(self) -> frozenset[int]:
        """The Telegram ids that are admins by configuration; a private admin chat is one."""
        return frozenset({*self.admins, *self.default_chats})

    @property
    def reopen_window(self) -> timedelta:
        return timedelta(days=self.reopen_days)

    @property
    def code_overlap(self) -> timedelta:
        return timedelta(hours=self.code_overlap_hours)


def load_settings(**overrides: Any) -> Settings:
    """Read the environment and `.env`.

    Raises SettingsError with every fault, by variable name; no value of a secret is repeated.
    """
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        raise SettingsError([_fault_of(dict(fault)) for fault in error.errors()]) from None
    return settings


def _fault_of(fault: Mapping[str, Any]) -> tuple[str, str]:
    given = fault["input"]
    if isinstance(given, Unreadable):
        return given.name, given.reason
    return PREFIX + str(fault["loc"][0]).upper(), str(fault["msg"]).removeprefix("Value error, ")
