"""Descriptions of well-known peers that come with the program: their defaults, dated, each with its source."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from ipseclint.source import Source, bytes_source

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def default_names() -> tuple[str, ...]:
    """The names of the peers that are shipped, in order."""
    return tuple(sorted(each.name.removesuffix(".toml") for each in _folder().iterdir() if each.name.endswith(".toml")))


def default_titles() -> dict[str, str]:
    """The title of each shipped peer, with date and source, by name."""
    folder = _folder()
    heads = {
        name: tomllib.loads(folder.joinpath(f"{name}.toml").read_text("utf-8"))["peer"] for name in default_names()
    }
    return {name: f"{head['name']}; {head['as_of']}; {head['source']}" for name, head in heads.items()}


def default_source(name: str) -> Source | None:
    """The description of a shipped peer as an input; None if there is none with this name."""
    if name not in default_names():
        return None
    return bytes_source(name, _folder().joinpath(f"{name}.toml").read_bytes())


def _folder() -> Traversable:
    from importlib import resources  # few runs look at a shipped peer

    return resources.files(__package__).joinpath("shipped_peers")
