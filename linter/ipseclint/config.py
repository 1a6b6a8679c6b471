"""The user's `ipseclint.toml`: what to check, how strictly, and what is known of the site."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from ipseclint.finding import Severity
from ipseclint.model.frozen import Frozen
from ipseclint.model.site import Site

FILE_NAME = "ipseclint.toml"


class ConfigError(Exception):
    """A configuration that cannot be used; the message says which key is wrong and what is expected."""


class Config(Frozen):
    """A validated configuration. Empty values leave the program's defaults."""

    ruleset: str = "default"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Literal["error", "warning", "info", "never"] = "warning"
    severity: dict[str, Severity] = Field(default_factory=dict)
    site: Site = Field(default_factory=Site)


def find_config(start: Path) -> Path | None:
    """The nearest `ipseclint.toml` in a folder or above it."""
    for folder in (start, *start.parents):
        candidate = folder / FILE_NAME
        if candidate.is_file():
            return candidate
    return None


def load_config(path: Path | None) -> Config:
    """The configuration in a file, or the defaults without one. Raises ConfigError."""
    if path is None:
        return Config()
    try:
        data: dict[str, Any] = tomllib.loads(_decode(path.read_bytes()))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    try:
        return Config.model_validate({key.replace("-", "_"): value for key, value in data.items()})
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"{path}: {'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    return data.decode("utf-8-sig")
