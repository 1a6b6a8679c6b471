"""A part of the inputs, for runs that check a fleet together: equal paths are in the same shard on every machine."""

from __future__ import annotations

import os
import re
from _blake2 import blake2b  # hashlib would load OpenSSL
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.engine.configuration.toml_files import ConfigError
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.model.setting import share_run_key

MAX_MACHINE_FILES = 64
"""A folder with more files than this is a list of machines; one with fewer may be one machine, and stays whole."""


class Shard(Struct, frozen=True):
    """One of `count` shards, by number from 1."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


def parse_shard(text: str) -> Shard:
    """A shard as written, `2/8`. Raises ConfigError."""
    match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise ConfigError(f"shard {text}: expected I/N with I from 1 to N, for example 2/8")
    return Shard(int(match[1]), int(match[2]))


def in_shard(candidates: Iterable[Candidate], shard: Shard) -> list[Candidate]:
    """The candidates of one shard, in their order; each is in one shard only.

    The files of a folder stay together, since they may describe one machine. Those of a folder with more than
    MAX_MACHINE_FILES are spread, and are then a machine each, in whichever shard.
    """
    every = list(candidates)
    sizes = Counter(candidate.folder for candidate in every)
    part = []
    for candidate in every:
        together = candidate.folder is not None and sizes[candidate.folder] <= MAX_MACHINE_FILES
        key = candidate.folder if together and candidate.folder is not None else candidate.source.path
        if _number(key, shard.count) == shard.number:
            part.append(candidate if together else replace(candidate, folder=None))
    return part


FLEET_KEY = "IPSECLINT_FLEET_KEY"
"""The environment variable with the secret under which all shards digest preshared keys, to compare them."""


def share_fleet_key() -> None:
    """Digest preshared keys as the other shards do, if the secret is set; else as no other run does."""
    if words := os.environ.get(FLEET_KEY):
        share_run_key(blake2b(words.encode("utf-8", "surrogateescape"), digest_size=32).digest())


def _number(key: str, count: int) -> int:
    digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % count + 1


def shard_lines(shards: Sequence[str | None]) -> Iterator[str]:
    """Notes on a store with these shards: the missing ones."""
    parts = [parse_shard(shard) for shard in shards if shard is not None]
    there = {(part.number, part.count) for part in parts}
    for count in sorted({part.count for part in parts}):
        missing = [number for number in range(1, count + 1) if (number, count) not in there]
        if missing:
            yield f"of {count} shards these are missing: {', '.join(map(str, missing))}"
