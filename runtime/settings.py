"""The base of every settings group: environment first, then the file VMINER_SETTINGS_FILE names.

A variable that is set to nothing counts as not set.

Groups live beside what they configure; a process builds the ones it needs once, at start. The only
module that reads the environment is this one.
"""

import os
from typing import Self

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from runtime.errors import SettingsError

PREFIX = "VMINER_"
SETTINGS_FILE = "VMINER_SETTINGS_FILE"


class Settings(BaseSettings):
    """A frozen group of settings; each field's docstring is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        use_attribute_docstrings=True,
        extra="ignore",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the TOML file."""
        sources = (init_settings, env_settings)
        path = os.environ.get(SETTINGS_FILE)  # noqa: TID251 - the one place
        return (*sources, TomlConfigSettingsSource(settings_cls, path)) if path else sources

    @classmethod
    def load(cls) -> Self:
        """Build the group from environment and file.

        Raises:
            SettingsError: naming each setting that is missing or malformed.
        """
        try:
            return cls()
        except ValidationError as error:
            problems = "; ".join(
                f"{PREFIX}{'.'.join(str(part) for part in item['loc']).upper()}: {item['msg']}"
                for item in error.errors()
            )
            raise SettingsError(problems) from error


def inherited_environment() -> dict[str, str]:
    """Return a copy of this process's environment, for the child processes it starts."""
    return dict(os.environ)  # noqa: TID251 - the one place
