"""Files of a run that belong to another: those that it includes, names or runs, directly or indirectly."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from ipseclint.source import Source


def with_belonging(source: Source, leads_to: Callable[[Source], Iterable[Source]], most: int) -> Source:
    """A source with all sources that it leads to as members, by path; at most `most`, the first ones found."""
    members: dict[str, Source] = {}
    waiting = [source]
    while waiting and len(members) < most:
        for member in leads_to(waiting.pop()):
            if member.path not in {source.path, *members} and len(members) < most:
                members[member.path] = member
                waiting.append(member)
    return replace(source, members=tuple(members[path] for path in sorted(members))) if members else source
