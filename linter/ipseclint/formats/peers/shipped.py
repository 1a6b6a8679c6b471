"""Descriptions of well-known peers that come with the program: their defaults, dated, each with its source."""

from __future__ import annotations

from importlib import resources

from ipseclint.source import Source, bytes_source

_FOLDER = "shipped_peers"


def default_names() -> tuple[str, ...]:
    """The names of the peers that are shipped, in order."""
    folder = resources.files(__package__).joinpath(_FOLDER)
    return tuple(sorted(each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")))


def default_source(name: str) -> Source | None:
    """The description of a shipped peer as an input; None if there is none of this name."""
    if name not in default_names():
        return None
    data = resources.files(__package__).joinpath(_FOLDER, f"{name}.toml").read_bytes()
    return bytes_source(name, data)
