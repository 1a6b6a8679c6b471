"""Parts of a document of which a reader takes one: options, clients, tabs, and blocks with "or" between them.

    ## Option 1: certificates      ## Windows 10      === "PowerShell"      ```netsh ...```
    ## Option 2: preshared keys    ## Windows 7       === "netsh"           or
                                   ## Android                               ```New-NetIPsecRule ...```
    ------ EXAMPLE 1 ------        Option 1 - Windows 10
    ------ EXAMPLE 2 ------        Option 2 - Windows 11

Two ends have headings too: "Windows" beside "Linux" may be the two sides of one tunnel, and tells nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import compress, pairwise
from operator import attrgetter
from typing import NamedTuple

from msgspec.structs import replace

from ipseclint.formats.parsed import SCRIPT_FORMATS, Format, Parsed
from ipseclint.formats.pasted.signs import FENCE
from ipseclint.formats.transcript.piece import Piece
from ipseclint.late import late
from ipseclint.source import Span

Decision = tuple[range, ...]
"""The lines of each of the parts of which one is taken."""

_HEADING = late(
    r"(?P<tab>===)[ \t]*\"(?P<named>[^\"\r\n]{1,80})\"[ \t]*"
    r"|(?P<level>#{1,6}|={2,6})[ \t]+(?P<title>\S[^\r\n]{0,200}?)[ \t#=]*"
    r"|(?P<bold>\*\*|__)(?P<strong>[^*_\r\n]{2,120})(?P=bold)[ \t:]*"
    r"|[ \t]{0,12}-{2,40}[ \t]*(?P<ruled>[^\s-][^\r\n]{0,120}?)[ \t]*-{2,40}"
)
_MARKS = frozenset("#=*_-")
"""What headings begin with, but for those that a line alone is."""
_BOLD, _TAB, _PLAIN = 7, 8, 9
"""The levels of what stands for a heading below all of Markdown's."""
_NUMBERED_PART = (
    r"(?P<kind>option|method|alternative|variant|approach|example|scenario|beispiel|variante|m\u00f6glichkeit|methode"
    r"|szenario|m\u00e9thode|exemple|opci\u00f3n|m\u00e9todo|ejemplo|op\u00e7\u00e3o|exemplo|opzione|metodo|esempio|optie|voorbeeld"
    r"|\u043f\u0440\u0438\u043c\u0435\u0440|\u0432\u0430\u0440\u0438\u0430\u043d\u0442|\u0441\u043f\u043e\u0441\u043e\u0431"
    r"|\u65b9\u6cd5|\u65b9\u5f0f|\u65b9\u6848|\u793a\u4f8b)(?:[ #:]{1,2}|(?<=[\u4e00-\u9fff]))"
    r"(?P<number>[0-9]{1,2}|[a-h]|[ivx]{1,4}|one|two|three|four|[\u4e00\u4e8c\u4e09\u56db])(?!\w)"
)
_NUMBERED = late(_NUMBERED_PART, re.IGNORECASE)
_PLAIN_LINE = late(rf"(?:{_NUMBERED_PART})(?:[ \t]*[-\u2013\u2014:.)\uff1a][^\r\n.?!]{{0,80}}:?)?[ \t]*", re.IGNORECASE)
"""An option that a line alone names, and what it is."""
_FIRST = frozenset({"1", "a", "i", "one", "\u4e00"})
_WINDOWS = late(r"\bwindows[ ](?:xp|vista|7|8(?:\.1)?|10|11)(?:[ ]?/[ ]?(?:7|8(?:\.1)?|10|11))*\b", re.IGNORECASE)
_CLIENT = late(
    r"\b(?P<windows>windows)\b(?![ ](?:server|firewall))|\b(?P<mac>mac ?os|os ?x|macs?)\b"
    r"|\b(?P<ios>ios|iphones?|ipads?)\b|\b(?P<android>android)\b|\b(?P<linux>linux|ubuntu|debian|fedora)\b"
    r"|\b(?P<chrome>chrome ?os|chromebooks?)\b",
    re.IGNORECASE,
)
_MIN_VERSIONS, _MIN_CLIENTS = 2, 3
"""So many versions of Windows, or kinds of clients, are alternatives (reasoned: a tunnel has two ends)."""
_OR = late(
    r"[ \t>]*[*_]{0,3}(?:or|alternatively|or else|oder|alternativ|ou(?: bien)?|o(?: bien)?|oppure|of|lub|nebo|eller"
    r"|\u0438\u043b\u0438|\u6216\u8005?|\u307e\u305f\u306f)[*_]{0,3}[ \t]*(?:[:,.\u2026\uff1a\uff0c-][^\r\n]{0,200})?"
    r"|[ \t>]*(?:or|alternatively),? (?:with|for|use|using|in|by|if you)\b[^\r\n]{0,200}",
    re.IGNORECASE,
)
_TABBED = late(r"\(#tab/[^)\r\n]{1,80}\)")


_EXAMPLE_OF_HELP = late(rf"^[ \t]{{0,12}}-{{2,40}}[ \t]*(?:{_NUMBERED_PART})", re.IGNORECASE | re.MULTILINE)
"""What heads an example in what `Get-Help` prints."""


class _Heading(NamedTuple):
    """A heading: its line, its level, what it says, and the heading that it stands below, by position."""

    line: int
    level: int
    title: str
    parent: int


def decisions_in(text: str, lines: Sequence[str], blocks: Sequence[Mapping[int, str]] | None) -> list[Decision]:
    """The decisions of a document that leaves them to its reader; `blocks` are those of code, if it has no fences."""
    if blocks is None and FENCE.search(text) is None and _EXAMPLE_OF_HELP.search(text) is None:
        return []
    parts = fenced(lines) if blocks is None else [range(min(block), max(block) + 1) for block in blocks if block]
    parts.sort(key=lambda part: part.start)
    code = {number for part in parts for number in part}
    headings = list(_headings(lines, parts, code))
    groups: dict[tuple[int, int], list[int]] = {}
    for position, heading in enumerate(headings):
        groups.setdefault((heading.parent, heading.level), []).append(position)
    chosen = [each for siblings in groups.values() for each in _of_one(headings, siblings)]
    sections = [tuple(_section(headings, position, len(lines)) for position in each) for each in chosen]
    return [*dict.fromkeys(sections), *_with_or(lines, parts)]


def fenced(lines: Sequence[str]) -> list[range]:
    """The lines of each block between fences, with these."""
    marks = set(filter(FENCE.match, set(lines)))
    fences = [number for number, line in enumerate(lines, start=1) if line in marks]
    return [range(begin, end + 1) for begin, end in zip(fences[::2], fences[1::2], strict=False)]


def _headings(lines: Sequence[str], parts: Sequence[range], code: Collection[int]) -> Iterator[_Heading]:
    above: list[tuple[int, int]] = []
    plain = _plain_options(lines, parts, code)
    marked = (line for line in set(lines) if line.lstrip()[:1] in _MARKS)
    matches = {line: match for line in marked if (match := _HEADING.fullmatch(line.rstrip())) is not None}
    told = {number: _level_and_title(matches[line]) for number, line in _outside(lines, matches, code)}
    found = {number: (_PLAIN, title) for number, title in plain.items()} | told
    for count, (number, (level, title)) in enumerate(sorted(found.items())):
        while above and above[-1][0] >= level:
            above.pop()
        yield _Heading(number, level, title, above[-1][1] if above else -1)
        above.append((level, count))


def _outside(lines: Sequence[str], wanted: Collection[str], code: Collection[int]) -> Iterator[tuple[int, str]]:
    """The wanted lines outside of code, by number from 1."""
    rows = compress(enumerate(lines, start=1), map(wanted.__contains__, lines))
    return (row for row in rows if row[0] not in code)


def _level_and_title(match: re.Match[str]) -> tuple[int, str]:
    """The level of a heading that is marked as one, and what it says."""
    level = _TAB if match["tab"] else _BOLD if match["bold"] or match["ruled"] else len(match["level"])
    return level, match["title"] or match["named"] or match["strong"] or match["ruled"]


def _plain_options(lines: Sequence[str], parts: Sequence[range], code: Collection[int]) -> dict[int, str]:
    """The lines alone that number options, from the first, each of which has code; behind the last one, where as many
    blocks stand as the others have, a line that says no more."""
    numbered: dict[str, list[tuple[int, str]]] = {}
    worded = (line for line in set(lines) if line[:1].isalpha())
    matches = {line: match for line in worded if (match := _PLAIN_LINE.fullmatch(line.rstrip())) is not None}
    for number, line in _outside(lines, matches, code):
        match = matches[line]
        if all(not near.strip() for near in (*lines[max(0, number - 2) : number - 1], *lines[number : number + 1])):
            numbered.setdefault(match["kind"].casefold(), []).append((number, match["number"].casefold()))
    found: dict[int, str] = {}
    for options in numbered.values():
        starts = [number for number, _ in options]
        held = [
            [part for part in parts if start < part.start < end] for start, end in pairwise([*starts, len(lines) + 1])
        ]
        if len(starts) < 2 or options[0][1] not in _FIRST or len(dict(options)) != len({at for _, at in options}):
            continue
        if not all(held):
            continue
        found |= {start: lines[start - 1] for start in starts}
        behind = held[-1][: max(map(len, held[:-1]))][-1].stop
        if behind <= len(lines):
            found[behind] = ""
    return found


def _of_one(headings: Sequence[_Heading], siblings: Sequence[int]) -> Iterator[list[int]]:
    """The siblings of which one is taken, for each sign of that."""
    if len(siblings) < 2:
        return
    titles = {position: headings[position].title for position in siblings}
    numbered: dict[str, dict[str, int]] = {}
    for position, title in titles.items():
        if (match := _NUMBERED.match(title)) is not None:
            numbered.setdefault(match["kind"].casefold(), {}).setdefault(match["number"].casefold(), position)
    yield from ([*by_number.values()] for by_number in numbered.values() if len(by_number) > 1)
    clients = {position: match.lastgroup for position, title in titles.items() if (match := _CLIENT.search(title))}
    versions = {match[0].casefold() for title in titles.values() if (match := _WINDOWS.search(title))}
    if len(versions) >= _MIN_VERSIONS or len(set(clients.values())) >= _MIN_CLIENTS:
        yield [*clients]
    tabs = [at for at, title in titles.items() if headings[at].level == _TAB or _TABBED.search(title)]
    if len(tabs) > 1:
        yield tabs


def _section(headings: Sequence[_Heading], position: int, last: int) -> range:
    """The lines from a heading to the next one of its level, or above it."""
    own = headings[position]
    following = (heading.line for heading in headings[position + 1 :] if heading.level <= own.level)
    return range(own.line, next(following, last + 1))


def _with_or(lines: Sequence[str], parts: Sequence[range]) -> Iterator[Decision]:
    """The blocks of code between which an "or" stands, or a sentence that begins with it."""
    chosen: list[range] = []
    for one, other in pairwise(parts):
        said = next((line for line in lines[one.stop - 1 : other.start - 1] if line.strip()), "")
        if _OR.fullmatch(said.rstrip()) is not None:
            chosen = [*(chosen or [one]), other]
        elif chosen:
            yield tuple(chosen)
            chosen = []
    if chosen:
        yield tuple(chosen)


def branch_of(line: int, decision: Decision) -> int | None:
    """The part of a decision in which a line stands; its parts are in order."""
    branch = bisect_right(decision, line, key=attrgetter("start")) - 1
    return branch if branch >= 0 and line in decision[branch] else None


def in_ways(
    found: Sequence[tuple[Format, Piece]], decisions: Sequence[Decision]
) -> Iterator[tuple[Format, Piece, str]]:
    """Each piece with the way on which it runs: that of its part, if all scripts of its format stand in such parts.

    What some of them set up stands elsewhere otherwise, and they are read as one.
    """
    ways: dict[str, set[tuple[int, int] | None]] = {}
    parted = [(form, part) for form, piece in found for part in _parted(piece, decisions)]
    for form, piece in parted if decisions else ():
        if form.name in SCRIPT_FORMATS:
            ways.setdefault(form.name, set()).add(_way_of(piece, decisions))
    are_apart = {name for name, own in ways.items() if None not in own and len({way[0] for way in own if way}) == 1}
    for form, piece in parted:
        yield form, piece, f" {_way_of(piece, decisions)}" if form.name in are_apart else ""


def _parted(piece: Piece, decisions: Sequence[Decision]) -> Iterator[Piece]:
    """What was typed at prompts, by the parts of a decision in which all of it stands; any other piece is one."""
    typed: dict[tuple[int, int] | None, dict[int, str]] = {}
    for number, line in piece.lines.items() if piece.kind != "output" and decisions else ():
        typed.setdefault(_way_to(number, decisions), {})[number] = line
    if len(typed) < 2 or None in typed or len({way[0] for way in typed if way}) > 1:
        yield piece
    else:
        yield from (replace(piece, lines=own) for own in typed.values())


def _way_of(piece: Piece, decisions: Sequence[Decision]) -> tuple[int, int] | None:
    """The decision, and the part of it, in which a piece stands; None if in none, or in several."""
    if piece.kind == "output":
        return _way_to(next(iter(piece.lines)), decisions)
    ways = {_way_to(number, decisions) for number in piece.lines}
    return ways.pop() if len(ways) == 1 else None


def _way_to(line: int, decisions: Sequence[Decision]) -> tuple[int, int] | None:
    """The decision, and the part of it, in which a line stands; None if in none, or in several."""
    ways = [
        (number, branch)
        for number, decision in enumerate(decisions)
        if (branch := branch_of(line, decision)) is not None
    ]
    return ways[0] if len(ways) == 1 else None


def apart(parsed: Parsed, path: str, decisions: Sequence[Decision]) -> Parsed:
    """What is read of a document, with the objects that stand in parts of which one is taken."""
    told: list[tuple[tuple[Span, frozenset[int]], ...]] = []
    policy = parsed.policy
    places = [each.span for each in (*policy.objects(), *policy.peers) if each.span.path == path] if decisions else []
    for decision in decisions:
        ways = ((place, branch_of(place.line, decision)) for place in places)
        made = tuple((place, frozenset({branch})) for place, branch in ways if branch is not None)
        if len({way for _, way in made}) > 1:
            told.append(made)
    if not told:
        return parsed
    return replace(parsed, policy=policy.model_copy(update={"alternatives": (*policy.alternatives, *told)}))
