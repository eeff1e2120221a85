"""Settings whose value stands in a file: DISPATCHER_<NAME>_FILE, in the environment or in .env."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
)


@dataclass(frozen=True)
class Unreadable:
    """Stands where a value should, so that it is found with all other faults."""

    name: str
    reason: str


class SecretFiles(PydanticBaseSettingsSource):
    """Gives each setting the content of the file that its variable with _FILE names."""

    def __init__(
        self,
        settings_cls: type[BaseSettings],
        prefix: str,
        dotenv: PydanticBaseSettingsSource,
    ) -> None:
        super().__init__(settings_cls)
        self._prefix = prefix
        self._dotenv: Mapping[str, str | None] = (
            dotenv.env_vars if isinstance(dotenv, DotEnvSettingsSource) else {}
        )

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - the base class names it
        name = f"{self._prefix}{field_name.upper()}_FILE"
        path = os.environ.get(name) or self._dotenv.get(name.lower())
        return (_read(name, path) if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        names = self.settings_cls.model_fields
        read = {name: self.get_field_value(None, name)[0] for name in names}
        return {name: value for name, value in read.items() if value}


def _read(name: str, path: str) -> str | Unreadable:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        return Unreadable(name, str(error))
