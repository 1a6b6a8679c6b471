"""The headings and labels of a text, and whose, or of which state, the sections are that these begin.

## Server A          == Client          h2. SRV01          Server A          **On the server**          Before:
### Before           == Notes           h2. SRV02          --------          **On the client**          After:
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from html import unescape
from typing import TypeVar

from msgspec import Struct

from ipseclint.formats.pasted.documents import blocks_of
from ipseclint.formats.pasted.prose import COMMAND
from ipseclint.formats.pasted.signs import FENCE, PARTS_OF_PAGE
from ipseclint.formats.readers import is_page
from ipseclint.formats.transcript.alternatives import decisions_in, fenced
from ipseclint.formats.transcript.machine_names import FIELD, is_name, named_beside
from ipseclint.formats.transcript.titles import State, Titled, end_of, state_of, titled
from ipseclint.late import late
from ipseclint.source import DOCUMENTS, suffix_of

_NONE = ""
_Told = TypeVar("_Told")
_MARKED = late(
    r"(?P<level>#{1,6}|={1,6}|\*{1,6})[ \t]+(?P<title>[^\s=*#][^\r\n]{0,200}?)[ \t#=]*\r?"
    r"|h(?P<number>[1-6])\.[ ]+(?P<named>\S[^\r\n]{0,200}?)[ \t]*\r?"
)
_HEADING_OF_PAGE = (
    r"<h(?P<level>[1-6])\b[^<>\r\n]{0,400}>(?P<title>(?:[^<\r\n]|<(?!/h[1-6]))[^\r\n]{0,400}?)</h(?P=level)>"
)
_IN_BOLD = (
    r"<p\b[^<>\r\n]{0,400}>[ \t]*<(?P<mark>b|strong)\b[^<>\r\n]{0,400}>(?P<label>[^<>\r\n]{1,200})"
    r"</(?P=mark)>:?[ \t]*(?:</p>|<br[ ]?/?>)"
)
_PARTS = rf"(?:{'|'.join(PARTS_OF_PAGE)})"
_OF_PART = (
    rf"<(?P<part>{_PARTS})\b[^<>\r\n]{{0,400}}>(?P<about>(?:[^<\r\n]|<(?!/))[^\r\n]{{0,400}}?)"
    r"</(?P=part)>"
)
_BEHIND_TAGS = (
    rf"(?:[ \t]*(?:</?(?!h[1-6]|p[ >]|pre|code|{_PARTS}\b)[A-Za-z][^<>\r\n]{{0,400}}>|</(?:p|pre|code)>))*+[ \t]*+"
)
_OF_PAGE = late(rf"{_BEHIND_TAGS}(?:{_HEADING_OF_PAGE}|{_IN_BOLD}|{_OF_PART})", re.IGNORECASE)
"""A heading of a page, a line in bold, or what a part of it is called, behind tags alone."""
_WITHIN_PAGE = late(_HEADING_OF_PAGE, re.IGNORECASE)
_TAG = late(r"<[^<>]{0,400}>")
_UNDERLINE = late(r"([=~^\"*#+-])\1{2,200}[ \t]*\r?")
_VALUE = late(r":[ ]{2}")
"""What stands between a label of an output and its value."""
_LABEL = late(
    r"(?P<item>[-*+\u2022][ ]{1,3}|\d{1,2}[.)][ ]{1,3})?"
    r"(?:(?P<mark>\*\*|__)(?P<strong>[^\r\n*]{1,120}?)(?P=mark)[:\uff1a]?"
    r"|(?P<label>[^\W_][^\r\n*=]{0,120}?)[:\uff1a])[ \t]*\r?"
)
_RULED = late(
    r"[=*_-]{2,40}[ ]?(?P<ruled>[^\s=*_-][^\r\n]{0,120}?):?[ ]?[=*_-]{2,40}:?[ \t]*\r?"
    r"|\[(?P<bracketed>[^\]\r\n]{2,60})\][ \t]*\r?"
)
_ALONE = late(
    rf"(?:\*\*|__)?(?P<field>{FIELD})(?:\*\*|__)?[ \t]*\r?"
    r"|(?:\d{1,2}[.)][ ]|[*_']{1,5})?(?P<word>[A-Za-z][\w-]{1,40}\d[a-z]?)(?:[*_']{1,5}|[ ][\u2013\u2014-])?[ \t]*\r?",
    re.IGNORECASE,
)
"""A field that says what a machine is called, or its name alone."""
_SAID = ("strong", "label", "ruled", "bracketed", "field", "word")
"""What the groups of a label are called, one of which has its text."""
_QUOTED = late(r"(?:>[ ]?){1,8}")
"""The marks of a quotation, and of one within it."""
_BELOW_ALL = 7
"""The level of a label, which is below those of all headings."""


_Headings = dict[int, tuple[int, _Told | None]]
"""The headings of a text by row: the level of each, and what it tells, if anything."""


class Sections(Struct, frozen=True):
    """The machine of which a document is from a line on, by row; empty where a section ends that was of one.

    `of_each` are the rows from which on it is of each of the machines, `structure` the headings that name none.
    """

    machines: Mapping[int, str]
    of_each: frozenset[int]
    structure: frozenset[int]


def sections_of(lines: Sequence[str], path: str) -> Sections:
    """The sections of a text by its headings and labels; in code no line is one, unless nothing else parts it."""
    code, headings = _in_document(lines, path, _of_machine)
    headings = _without_lone_ends(headings)
    if _is_title(headings):
        first = min(headings)
        headings[first] = headings[first][0], None
    sections = _of_headings(headings)
    if not code or len({*sections.machines.values()} - {_NONE}) > 1:
        return sections
    within = [line if row in code else "" for row, line in enumerate(lines, start=1)]
    of_code = _of_headings(_without_lone_ends(dict(_headings(within, frozenset(), "", _of_machine, is_document=False))))
    if len({*of_code.machines.values()}) < 2:
        return sections
    return Sections(of_code.machines, of_code.of_each, sections.structure | _marks(lines, code))


def _of_machine(text: str) -> Titled | None:
    return titled(text) or end_of(text) or named_beside(text)


def _without_lone_ends(headings: _Headings[Titled]) -> _Headings[Titled]:
    """The headings; what may tell of an end tells of none where no other of its level tells of the other one."""
    names: dict[int, set[tuple[str, frozenset[str], str]]] = {}
    for level, told in headings.values():
        if told is not None and not told.is_each:
            names.setdefault(level, set()).add((told.role, told.told_by, told.host))
    kept: _Headings[Titled] = {}
    for row, (level, told) in headings.items():
        if told is None or not told.is_end or len([host for _, _, host in names[level] if host or not told.host]) > 1:
            kept[row] = level, told
        elif level < _BELOW_ALL:
            kept[row] = level, None
    return kept


def states_of(lines: Sequence[str], path: str) -> dict[State, dict[int, str]]:
    """The lines of each state of which a text tells, numbered from 1; what is of none is of both. Empty if of one."""
    code, headings = _in_document(lines, path, state_of)
    if len({state for _, state in headings.values()} - {None}) < 2:
        within = [line if row in code else "" for row, line in enumerate(lines, start=1)]
        headings = dict(_headings(within, frozenset(), "", state_of, is_document=False))
    if len({state for _, state in headings.values()} - {None}) < 2:
        return {}
    states: dict[State, dict[int, str]] = {State.BEFORE: {}, State.AFTER: {}}
    current: State | None = None
    open_at = 0
    for row, line in enumerate(lines, start=1):
        level, state = headings.get(row, (_BELOW_ALL, None))
        if state is not None:
            current, open_at = state, level
            continue
        if row in headings and level <= open_at:
            current = None
        is_mark = row in code and FENCE.match(line) is not None
        for each in State if current is None or is_mark or row in headings else (current,):
            states[each][row] = line
    return states


def is_heading_of_page(line: str) -> bool:
    """Whether a line begins with a heading of a page, which is a part of what stands below it."""
    return _OF_PAGE.match(line) is not None


def crowded_in_page(text: str) -> dict[str, int]:
    """The machines that headings of a page name, each with its row, where one stands behind text, and no line parts."""
    named = {begin: machine for begin, machine in _crowded(text, titled) if machine is not None}
    rows: dict[str, int] = {}
    for begin, name in _names_of(named).items():
        rows.setdefault(name, text.count("\n", 0, begin) + 1)
    return rows


def states_crowded_in_page(text: str) -> int | None:
    """The row in which a heading of a page tells of another state of a machine behind text."""
    rows = [text.count("\n", 0, begin) + 1 for begin, state in _crowded(text, state_of) if state is not None]
    return rows[-1] if rows else None


def _crowded(text: str, tell: Callable[[str], _Told | None]) -> list[tuple[int, _Told | None]]:
    """The headings of a page, each with where it begins, if they tell of several and one stands behind text."""
    if not is_page(text):
        return []
    told = [(heading.start(), tell(_plain(heading["title"]))) for heading in _WITHIN_PAGE.finditer(text)]
    of_lines = [own for _, (level, own) in _of_page(text.split("\n"), tell) if level < _BELOW_ALL and own is not None]
    several = {own for _, own in told if own is not None}
    return told if len(several) > 1 and len(of_lines) < sum(own is not None for _, own in told) else []


def _plain(title: str) -> str:
    """A title of a page without tags."""
    return unescape(_TAG.sub("", title)).strip()


def _of_page(
    lines: Sequence[str], tell: Callable[[str], _Told | None]
) -> Iterator[tuple[int, tuple[int, _Told | None]]]:
    for row, line in enumerate(lines, start=1):
        if "<" not in line or (heading := _OF_PAGE.match(line)) is None:
            continue
        told = tell(_plain(heading["title"] or heading["label"] or heading["about"] or ""))
        if heading["level"] is not None:
            yield row, (int(heading["level"]), told)
        elif told is not None:
            yield row, (_BELOW_ALL, told)


def _in_document(
    lines: Sequence[str], path: str, tell: Callable[[str], _Told | None]
) -> tuple[set[int], _Headings[_Told]]:
    """The rows of code, and the headings; those of parts of which a reader takes one tell nothing."""
    text, suffix = "\n".join(lines), suffix_of(path)
    if is_page(text):
        return set(), {} if _crowded(text, tell) else dict(_of_page(lines, tell))
    is_document = suffix in DOCUMENTS or FENCE.search(text) is not None
    blocks = blocks_of(text, path, lines) if is_document else None
    parts = fenced(lines) if blocks is None else [range(min(block), max(block) + 1) for block in blocks if block]
    code = {row for part in parts for row in part} if is_document else set()
    decided = {part.start for decision in decisions_in(text, lines, blocks) for part in decision}
    headings = dict(_headings(lines, code, suffix, tell, is_document=is_document))
    return code, {row: (level, None if row in decided else told) for row, (level, told) in headings.items()}


def _marks(lines: Sequence[str], code: Collection[int]) -> frozenset[int]:
    return frozenset(row for row in code if FENCE.match(lines[row - 1]) is not None)


def _is_title(headings: _Headings[Titled]) -> bool:
    """Whether the first heading is that of the whole document: no other is of its level, and some are below it."""
    levels = [level for level, _ in headings.values()]
    return len(levels) > 1 and levels[0] < _BELOW_ALL and min(levels[1:]) > levels[0]


def _of_headings(headings: _Headings[Titled]) -> Sections:
    named = {row: machine for row, (_, machine) in headings.items() if machine is not None}
    machines: dict[int, str] = {}
    open_at = 0
    for row, (level, machine) in headings.items():
        if machine is not None:
            open_at = level
        elif level <= open_at:
            machines[row], open_at = _NONE, 0
    of_each = frozenset(row for row, machine in named.items() if machine.is_each)
    return Sections(machines | _names_of(named), of_each, frozenset(headings.keys() - named.keys()))


def _names_of(machines: Mapping[int, Titled]) -> dict[int, str]:
    """What each one machine is called: as where it is named first, with its address if others are called so."""
    of_role: dict[str, set[str]] = {}
    addresses: dict[tuple[str, frozenset[str]], set[str]] = {}
    for machine in machines.values():
        if machine.host:
            of_role.setdefault(machine.role, set()).add(machine.host)
        if machine.address:
            addresses.setdefault((machine.role, machine.told_by), set()).add(machine.address)
    names: dict[int, str] = {}
    first: dict[tuple[str, frozenset[str], str], str] = {}
    for row, machine in machines.items():
        hosts = of_role.get(machine.role, set()) if machine.role and not machine.told_by else set()
        key = machine.role, machine.told_by
        address = machine.address if len(addresses.get(key, ())) > 1 else ""
        if machine.is_each:
            continue
        if machine.host or len(hosts) == 1:
            names[row] = machine.host or next(iter(hosts))
        else:
            shown = "-".join(filter(None, (machine.shown, address)))
            names[row] = first.setdefault((*key, address), shown)
    return names


def _headings(
    lines: Sequence[str], code: Collection[int], suffix: str, tell: Callable[[str], _Told | None], *, is_document: bool
) -> Iterator[tuple[int, tuple[int, _Told | None]]]:
    """The headings with their rows; labels, and in a text that is no document headings too, if they tell something."""
    order: list[str] = []
    is_outline = _is_outline(lines)
    for row, quoted in enumerate(lines, start=1):
        line = _unquoted(quoted)
        if row in code or not line[:1].strip():
            continue
        following = _unquoted(lines[row]) if row < len(lines) else ""
        if (marked := _marked(line, following, suffix, order)) is not None:
            level, title = marked
            is_comment = not is_document or COMMAND.match(following.lstrip()) is not None
            told = tell(title) if is_document or level > 1 else None
            if told is not None or not is_comment:
                yield row, (level, told)
        elif (label := _label(line, lines[row - 2] if row > 1 else "")) is not None:
            told = tell(next(filter(None, (label.groupdict().get(name) for name in _SAID))))
            is_item = label.groupdict().get("item") is not None
            is_above = is_document or is_item or following[:1].strip() or not following.strip() or is_outline
            if told is not None and is_above:
                yield row, (_BELOW_ALL, told)


def _is_outline(lines: Sequence[str]) -> bool:
    """Whether all that is not indented are names of machines, as tools print what each of these answers."""
    names = [line.rstrip() for line in lines if line[:1].strip()]
    return len(names) > 1 and all(line.endswith(":") and is_name(line[:-1]) for line in names)


def _label(line: str, before: str) -> re.Match[str] | None:
    """A line that is a label, or below an empty one what a machine is called and nothing else."""
    if (label := _LABEL.fullmatch(line) or _RULED.fullmatch(line)) is not None:
        return label
    return None if _unquoted(before).strip() else _ALONE.fullmatch(line)


def _unquoted(line: str) -> str:
    return _QUOTED.sub("", line, count=1) if line[:1] == ">" else line


def _marked(line: str, following: str, suffix: str, order: list[str]) -> tuple[int, str] | None:
    """The level of a heading and what it says; `order` are the signs that underline titles, in the order of levels."""
    if line[0] == "<" and (heading := _OF_PAGE.match(line)) is not None and heading["level"] is not None:
        return int(heading["level"]), _plain(heading["title"])
    if (match := _MARKED.fullmatch(line)) is not None and (line[0] != "*" or suffix == ".org"):
        return int(match["number"] or len(match["level"])), match["named"] or match["title"]
    if line[0] in "#=*-" or (rule := _UNDERLINE.fullmatch(following)) is None or suffix not in DOCUMENTS:
        return None
    if len(following.rstrip()) + 2 < len(line.rstrip()) or _VALUE.search(line) is not None:
        return None
    if rule[1] not in order:
        order.append(rule[1])
    return order.index(rule[1]) + 1, line.strip()
