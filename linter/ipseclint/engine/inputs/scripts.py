"""Scripts that run others: these belong to them if they are in the run, and are not judged a second time.

Only inputs of the run are considered, so that no path in a script leads to a file that nobody passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol, TypeVar

from msgspec.structs import replace

from ipseclint.engine.inputs.consoles import of_each_machine
from ipseclint.engine.inputs.paths import Candidate
from ipseclint.formats.kit.run_files import (
    BATCH_ENDINGS,
    POWERSHELL_ENDINGS,
    folded,
    lists_scripts,
    mentioned,
    paths_of,
)
from ipseclint.report import Input
from ipseclint.source import Source, SourceError

MAX_MEMBERS = 200
"""How many files one script may run (reasoned)."""

FOLLOWED = "by themselves, since another script of this run runs them and they are read there"
"""The reason why an input is not judged by itself."""

_ALL_BELOW = "*"
"""The word for all scripts in the folder of the script that asks for them."""
_SCRIPTS = (*POWERSHELL_ENDINGS, *BATCH_ENDINGS)


def with_members(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Candidates, each script with the others that it may run as members."""
    every = [part for each in candidates for part in of_each_machine(each)]
    if len(every) < 2 or not any(may_run(each.source) for each in every):
        return every
    by_path = {folded(each.source.path): each.source for each in every if each.skipped is None}
    named: dict[str, list[str]] = {}
    return [_whole(each, by_path, named) for each in every]


def _whole(candidate: Candidate, by_path: Mapping[str, Source], named: dict[str, list[str]]) -> Candidate:
    source = candidate.source
    if candidate.skipped is not None or source.members or not may_run(source):
        return candidate

    def runs(script: Source) -> Iterator[Source]:
        for written in _named_in(script, named):
            if written == _ALL_BELOW:
                folder = folded(script.path).rpartition("/")[0]
                below = (path for path in sorted(by_path) if not folder or path.startswith(f"{folder}/"))
                yield from (by_path[path] for path in below if path.endswith((*_SCRIPTS, ".reg")))
            else:
                paths = paths_of(written, script.path, source.path)
                yield from islice((by_path[path] for path in paths if path in by_path), 1)

    from ipseclint.engine.inputs.belonging import with_belonging

    return replace(candidate, source=with_belonging(source, runs, MAX_MEMBERS))


def may_run(source: Source) -> bool:
    """Whether a source is a script, by its name, that may run others."""
    return source.path.casefold().endswith(_SCRIPTS)


def _named_in(script: Source, named: dict[str, list[str]]) -> list[str]:
    """The scripts that a script names; each is searched once."""
    if script.path not in named:
        try:
            text = script.read_text()
            every = [_ALL_BELOW] if lists_scripts(text) else []
            named[script.path] = list(dict.fromkeys([*mentioned(text), *every]))
        except SourceError:
            named[script.path] = []
    return named[script.path]


class Followed(Protocol):
    """The parts of a read input that show which scripts it ran."""

    @property
    def source(self) -> Source:
        """Its source."""

    @property
    def input(self) -> Input:
        """Its row in the report's list of inputs."""

    @property
    def followed(self) -> tuple[str, ...]:
        """The paths of the files that were read in the place where it runs them."""

    @property
    def taken(self) -> tuple[str, ...]:
        """The paths of the files that it took its values from."""


Read = TypeVar("Read", bound=Followed)


def run_by_others(read: Sequence[Read]) -> set[str]:
    """The paths of inputs that were read where others run them, or that only give values to others and have no reader.

    Of scripts that run each other the first stays.
    """
    data = {each.source.path for each in read if each.input.format is None}
    runs = {each.source.path: (*each.followed, *(path for path in each.taken if path in data)) for each in read}
    run = {path for paths in runs.values() for path in paths}
    reached: set[str] = set()
    for first in (*(path for path in runs if path not in run), *runs):
        if first not in reached:
            reached.update(path for path in runs[first] if path != first)
    return reached


def judged_alone(read: Sequence[Read]) -> Iterator[Read]:
    """The inputs that no other has run."""
    others = run_by_others(read)
    return (each for each in read if each.source.path not in others)
