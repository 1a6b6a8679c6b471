"""Descriptions of well-known peers that come with the program: their defaults, dated, each with its source."""

from __future__ import annotations

import tomllib
from importlib import resources

from ipseclint.source import Source, bytes_source

_FOLDER = "shipped_peers"


def default_names() -> tuple[str, ...]:
    """The names of the peers that are shipped, in order."""
    folder = resources.files(__package__).joinpath(_FOLDER)
    return tuple(sorted(each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")))


def default_titles() -> dict[str, str]:
    """What each shipped peer is, of what date and from where, by its name."""
    folder = resources.files(__package__).joinpath(_FOLDER)
    heads = {
        name: tomllib.loads(folder.joinpath(f"{name}.toml").read_text("utf-8"))["peer"] for name in default_names()
    }
    return {name: f"{head['name']}; {head['as_of']}; {head['source']}" for name, head in heads.items()}


def default_source(name: str) -> Source | None:
    """The description of a shipped peer as an input; None if there is none of this name."""
    if name not in default_names():
        return None
    data = resources.files(__package__).joinpath(_FOLDER, f"{name}.toml").read_bytes()
    return bytes_source(name, data)
