"""The rulesets that come with the program, and the reading of their files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ipseclint.engine.configuration.toml_files import ConfigError, read_toml, read_written
from ipseclint.engine.rulesets.compiled import compiled


class RulesetError(Exception):
    """A ruleset that cannot be used; the message says which key is wrong and what is expected."""


def rulesets_folder() -> Path:
    """The folder of the rulesets: inside the installed package, or in the checkout of an editable install."""
    packaged = Path(__file__).parents[2] / "_rulesets"
    return packaged if packaged.is_dir() else Path(__file__).parents[4] / "rulesets"


def available_rulesets() -> tuple[str, ...]:
    """The names of the rulesets that come with the program."""
    return tuple(sorted(path.stem for path in rulesets_folder().glob("*.toml")))


@cache
def shipped(name: str) -> Mapping[str, Any]:
    """The content of one of the program's own rulesets."""
    return compiled(rulesets_folder() / f"{name}.toml", lambda path: read_ruleset(path, read_toml))


def read_ruleset(path: Path, read: Callable[[Path], dict[str, Any]] = read_written) -> dict[str, Any]:
    """The content of a ruleset file, by default one that a user has written. Raises RulesetError."""
    try:
        return read(path)
    except ConfigError as error:
        raise RulesetError(str(error)) from error
