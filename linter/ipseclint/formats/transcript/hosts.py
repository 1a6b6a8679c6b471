"""The machines named in console text: by the prompt of a remote session, by a heading, or by a command for the name.

[srv01]: PS C:\\Users\\ann> ...        PS C:\\> hostname         C:\\> hostname        SRV01:
                                      SRV01                    SRV01                (alone on a line)
Machine: SRV01 (Microsoft Windows NT 10.0.20348.0)             of a transcript
--- Host A ---        Left side:        root@gw1:~# cat /etc/ipsec.conf        gw1# show running-config
srv01 | CHANGED | rc=0 >>
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.pasted.signs import CMD, PARTS_OF_PAGE, POWERSHELL
from ipseclint.late import late, late_names
from ipseclint.secrets.names import LongText, asked, may_match, standing
from ipseclint.source import DOCUMENTS, suffix_of

if TYPE_CHECKING:
    from ipseclint.formats.transcript.headings import crowded_in_page, is_heading_of_page, sections_of
else:
    crowded_in_page, is_heading_of_page, sections_of = late_names(
        "ipseclint.formats.transcript.headings", "crowded_in_page", "is_heading_of_page", "sections_of"
    )

ALL = "*"
"""Whose lines are of each of the machines."""
MAX_MACHINES = 200
"""How many machines of one text are parted (reasoned: above what a session visits by hand)."""
MAX_LINES = 1_000_000
"""How many lines the parts of one text have together, each with those of the others as empty ones (reasoned)."""

_MAX_NAMED = 5


class Shown(Enum):
    """What tells the machine of the following lines; `SESSION` is anything that a machine itself prints.

    `SHELL` is the prompt of another system, which parts a text only from that of another machine.
    """

    SESSION = auto()
    SHELL = auto()
    OWN_PROMPT = auto()
    HEADING = auto()
    COMMAND = auto()


class Turn(Struct, frozen=True):
    """A line from which a text is of a machine, or of none at a prompt without a name; `is_line`: it is too."""

    row: int
    host: str
    shown_by: Shown
    is_line: bool = True


_SIGNS = ("]: ps", "]: [dbg]", "hostname", "computername", "(microsoft windows nt ", "| rc=")
"""One of these is in a text that names a machine so, in lower case."""
_SESSION = late(rf"[ \t]{{0,8}}\[(?!DBG\])(?P<host>[A-Za-z0-9:][\w.:%-]{{0,254}})\]:[ ]?(?:\[DBG\]:[ ])?{POWERSHELL}")
_OWN = late(r"LOCALHOST|127\.[\d.]{5,11}|::1")
"""How a session names the machine that it comes from."""
_NO_NAME = late(r"[^\w-]+")
_ASKED = late(
    rf"[ \t]{{0,8}}(?:{POWERSHELL}|{CMD})[ \t]*"
    r"(?:hostname(?:\.exe)?|\$env:computername|echo[ ]+%computername%)[ \t]*\r?",
    re.IGNORECASE,
)
_PROMPT = late(rf"[ \t]{{0,8}}(?:{POWERSHELL}|{CMD})")
_OF_TRANSCRIPT = late(
    r"[^:\r\n]{2,30}:[ ](?P<host>[A-Za-z0-9][\w-]{0,62})[ ]\(Microsoft Windows NT [\d.]{3,20}\)[ \t]*\r?"
)
_OF_ANSIBLE = late(
    r"(?P<host>[A-Za-z0-9][\w.-]{0,254})[ ]\|[ ](?:CHANGED|SUCCESS|FAILED|UNREACHABLE)!?[ ]\|[ ]"
    r"rc=-?\d{1,10}[ ]>>[ \t]*\r?"
)
"""What Ansible prints above what a command printed on a machine (its callback `minimal`)."""
_AT_SHELL = late(
    r"[ \t]{0,4}(?:\[?[\w.-]{1,40}@(?P<at>[A-Za-z0-9][\w.-]{0,62})(?:[: ~][^\r\n#$>]{0,80})?\]?[#$>][ ]"
    r"|(?P<own>[A-Za-z][\w-]{1,30})(?:/[\w-]{1,20}){0,3}(?:\([\w-]{1,40}\))?(?:#[ ]?|[$][ ])"
    r"(?=(?:cat|more|less|show|sh|get|conf|config|configure|crypto|set|diag|diagnose|sudo|ip|ipsec|ipsecctl|ikectl|racoonctl|setkey|swanctl|strongswan"
    r"|journalctl|tail|grep|echo|vi|nano|ssh|systemctl|cd|ls)\b))"
)
"""The prompt of a shell of Unix or of a router, with the name of the machine."""
_SHELLS = late(rf"^{_AT_SHELL.pattern}", re.MULTILINE)
_TITLED = late(
    r"^(?:[ ]{0,3}>[ ]?){0,8}+(?:(?:#{1,6}|={1,6}|\*{1,6}|h[1-6]\.)[ \t]+\S"
    r"|[=*_-]{2,40}[ ]?[^\s=*_-][^\r\n]{0,120}[=*_-]{2,40}:?[ \t]*\r?$"
    r"|(?:[-+\u2022][ ]{1,3}|\d{1,2}[.)][ ]{1,3})?(?:\*\*|__)?[^\W_][^\r\n*=]{0,100}(?<![ :])"
    r"[:\uff1a]?(?:\*\*|__)?(?<=[:\uff1a*_])[ \t]*\r?$"
    r"|\[[^\]\r\n]{2,60}\][ \t]*\r?$"
    r"|(?:\*\*|__)?(?:[A-Za-z]{4,8}[ ])?[A-Za-z]{0,8}(?i:host|name|server|client|node|computer|machine|rechner)"
    r"(?:[ ]?:[ ]|:(?:\*\*|__)[ ]|(?:\*\*|__):[ ])[0-9A-Za-z]"
    r"|(?:\d{1,2}[.)][ ]|[*_']{1,5})?[A-Za-z][\w-]{1,40}\d[a-z]?"
    r"(?:[*_']{1,5}|[ ][\u2013\u2014-])?[ \t]*\r?$)",
    re.MULTILINE,
)
"""How a heading or a label looks, which may name a machine."""
_MAY_BE_SHELL = (
    r"(?m)^[ \t]{0,4}(?:\[?[0-9A-Za-z_.\x7f-]+@[A-Za-z0-9][^\r\n]*[#$>][ ]"
    r"|[A-Za-z][0-9A-Za-z_\x7f()/-]+(?:#[ ]?|[$][ ])[a-z])"
)
_MAY_BE_TITLED = (
    r"(?m)^(?:[ ]{0,3}>[ ]?)*(?:(?:#{1,6}|={1,6}|\*{1,6}|h[1-6]\.)[ \t]+[^ \t\n]"
    r"|[=*_-]{2}[=*_-]*[ ]?[^ \t\r\n=*_-][^\r\n]*[=*_-]{2}:?[ \t]*\r?$"
    r"|(?:(?:[-+]|[0-9\x7f]+[.)]|\x7f{3})[ ]{1,3})?(?:\*\*|__)?"
    r"[0-9A-Za-z\x7f][^\r\n*=]*(?:[:_*]|\x7f{3})[*_]{0,2}[ \t]*\r?$"
    r"|\[[^\]\r\n]+\][ \t]*\r?$"
    r"|[*_]{0,2}(?:[A-Za-z]+[ ])?[A-Za-z]*(?:[Hh]ost|[Nn]ame|[Ss]erver|[Cc]lient|[Nn]ode|[Cc]omputer|[Mm]achine"
    r"|[Rr]echner|[A-Z]{4})[ *_]{0,2}:[*_]{0,2}[ ][0-9A-Za-z]"
    r"|(?:[0-9]+[.)][ ]|[*_']{1,5})?[A-Za-z][0-9A-Za-z_\x7f-]*[0-9][a-z]?(?:[*_']{1,5}|[ ][\x7f-]+)?[ \t]*\r?$)"
)
"""The engine of pydantic finds these wherever one of those stands, and perhaps elsewhere."""
_HEADS_OF_PAGES = (
    *(f"</h{level}>" for level in range(1, 7)),
    "</b>",
    "</strong>",
    *(f"</{part}>" for part in PARTS_OF_PAGE),
)
"""What ends a heading of a page, or what stands for one."""
_SIGNS_OF_COMMANDS = ("\\\\", "-computername", "-cimsession")
"""One of these is in a command that names a machine, in lower case."""
_AT = late(
    r"(?P<prompt>[^\r\n>]{0,200}>)?[ \t]*"
    r"(?:reg(?:\.exe)?[ ]+(?:query|add|delete)[ ]+\"?\\\\(?P<of_key>[A-Za-z0-9][\w.-]{0,254})\\HK"
    r"|sc(?:\.exe)?[ ]+\\\\(?P<of_service>[A-Za-z0-9][\w.-]{0,254})[ ]"
    r"|[A-Za-z]{2,12}-[A-Za-z][^\r\n]{0,300}?-(?:ComputerName|CimSession)[ ]+"
    r"[\"']?(?P<of_cmdlet>[A-Za-z0-9][\w.-]{0,254})[\"']?(?=[ \t|]|\r?$))",
    re.IGNORECASE,
)
"""A command that names the machine that it asks."""
_NAME = late(r"[ \t]*(?P<host>[A-Za-z0-9][\w-]{0,62})[ \t]*\r?")
_MAKES = late(r"\b(?:add\b|(?:new|copy)-)|(?:^|>)[ \t]{0,40}\$\w{1,80}[ \t]{0,8}=(?!=)", re.IGNORECASE)
_NAMED = late(
    r"(?<![\w$])(?:name=|-(?:Display)?Name[ ]{1,4})(?P<quote>[\"']?)(?P<name>[^\"'\r\n]{1,80}?)(?P=quote)(?=[ \t]|\r?$)"
    r"|(?:^|>)[ \t]{0,40}(?P<variable>\$\w{1,80})[ \t]{0,8}=(?!=)",
    re.IGNORECASE,
)
"""What a command that makes an object calls it, or the variable that it is put into."""
_USED = late(
    r"(?:[ ]-[A-Za-z]\w{1,40}[ ]{1,4}|=)(?P<quote>[\"']?)(?P<name>[^\"'\r\n]{1,80}?)(?P=quote)(?=[ \t]|\r?$)"
    r"|(?P<variable>\$\w{1,80})"
)
"""What a command is told, or a variable."""
_PART_CHARACTERS = 1 << 20
"""How much of a text is asked at once whether it may name a machine."""
_MAX_LINE_CHARACTERS = 2_000
"""So much of a line is looked at for names (reasoned: cmd.exe takes 8,191 characters, people type fewer)."""


def hosts_in(lines: Sequence[str], path: str) -> dict[str, int]:
    """The machines of which a text is that could not be parted, in order, with the row of each.

    These are those that sessions name; if there are too many, or one uses what only another makes, all that are named.
    """
    told = _told(lines, path)
    turns = [turn for turn in _named(told.turns) if turn.host not in {"", ALL}]
    hosts: dict[str, int] = {}
    for is_all in (False, True):
        for turn in turns:
            if is_all or turn.shown_by in {Shown.SESSION, Shown.SHELL}:
                hosts.setdefault(turn.host, turn.row)
        if not are_too_many(len({turn.host for turn in turns}), len(lines)) and not _share(told, lines):
            break
    return hosts or crowded_in_page("\n".join(lines))


def are_too_many(machines: int, lines: int) -> bool:
    """Whether a text has too many machines and lines to be split."""
    return machines > MAX_MACHINES or (machines + 1) * lines > MAX_LINES


def may_be_parted(text: str, path: str) -> bool:
    """Whether a text may name the machines of its lines; faster than splitting it."""
    return any(
        _holds(folded, _SIGNS_OF_COMMANDS) or _may_name(part, folded, path) for part, folded in _of_whole_lines(text)
    )


class _Told(Struct, frozen=True):
    """The turns of a text, and its rows that are of no machine alone: headings, the marks of code."""

    turns: tuple[Turn, ...]
    structure: frozenset[int]


def parts_of(lines: Sequence[str], is_script: Callable[[], bool], path: str = "") -> dict[str, dict[int, str]]:
    """The lines of each machine, numbered from 1; lines of no machine have no name.

    A prompt of the own machine ends a remote session. A command for the name applies to what follows, unless the text
    is a script; a heading applies up to the next, in a document to the end of its section. The text is one part if a
    split by headings and commands alone would separate objects from what they refer to.
    """
    told = _told(lines, path)
    if any(turn.shown_by is Shown.COMMAND for turn in told.turns) and is_script():
        told = replace(told, turns=tuple(turn for turn in told.turns if turn.shown_by is not Shown.COMMAND))
    parts = _parted(told, lines)
    if any(turn.shown_by is Shown.SESSION and turn.host for turn in told.turns):
        return parts
    if sum(map(bool, parts)) < 2 or are_of_one(parts):
        return {"": dict(enumerate(lines, start=1))}
    return _with_own(parts, told)


def _with_own(parts: Mapping[str, dict[int, str]], told: _Told) -> dict[str, dict[int, str]]:
    """The parts, with sections of no machine that use what one makes as that one's: to assign, to undo."""
    makers = _makers(parts)
    turns = [turn.row for turn in told.turns]
    sections: dict[int, dict[int, str]] = {}
    for row, line in parts.get("", {}).items():
        sections.setdefault(bisect_right(turns, row), {})[row] = line
    kept = {host: dict(lines) for host, lines in parts.items()}
    for section in sections.values():
        of = {host for name in _used(section) for host in makers.get(name, ())}
        for host in of if "" not in of else ():
            kept[host] |= section
        if of and "" not in of:
            kept[""] = {row: line for row, line in kept[""].items() if row not in section}
    return {host: lines for host, lines in kept.items() if host or any(map(str.strip, lines.values()))}


def _parted(told: _Told, lines: Sequence[str]) -> dict[str, dict[int, str]]:
    """The lines of each machine, with those that are of all."""
    at_row = {turn.row: turn for turn in _named(told.turns)}
    parts: dict[str, dict[int, str]] = {}
    of_all = {row: lines[row - 1] for row in told.structure}
    current = ""
    for number, line in enumerate(lines, start=1):
        turn = at_row.get(number)
        current = current if turn is None else turn.host
        if number in of_all or not (turn is None or turn.is_line):
            continue
        (of_all if current == ALL else parts.setdefault(current, {}))[number] = line
    if len(parts) < 2 and of_all.keys() - told.structure:
        return {"": dict(enumerate(lines, start=1))}
    structure = {row: line for row, line in of_all.items() if row in told.structure}
    return {host: own | (of_all if host else structure) for host, own in parts.items()}


def _share(told: _Told, lines: Sequence[str]) -> bool:
    """Whether headings name machines one of which uses what only another makes."""
    if len({turn.host for turn in told.turns if turn.shown_by is Shown.HEADING} - {"", ALL}) < 2:
        return False
    return are_of_one(_parted(told, lines))


def _told(lines: Sequence[str], path: str) -> _Told:
    """The turns of a text; without those by shells where all of them are of one machine."""
    text = "\n".join(lines)
    is_titled = (
        suffix_of(path) in DOCUMENTS or _is_titled(text, asked(text)) or _holds(text.casefold(), _HEADS_OF_PAGES)
    )
    sections = sections_of(lines, path) if is_titled else None
    titles = {} if sections is None else {**sections.machines, **dict.fromkeys(sections.of_each, ALL)}
    turns = tuple(_turns(lines, titles))
    shells = {turn.host for turn in turns if turn.shown_by is Shown.SHELL}
    if len(shells) < 2:
        turns = tuple(turn for turn in turns if turn.shown_by is not Shown.SHELL)
    return _Told(turns, frozenset() if sections is None else sections.structure)


def _turns(lines: Sequence[str], titles: Mapping[int, str]) -> Iterator[Turn]:
    """The turns of a text; `titles` are the machines that headings and labels name, by row."""
    own = ""
    for row, line in enumerate(lines, start=1):
        if (session := _SESSION.match(line)) is not None:
            host = session["host"].upper()
            yield Turn(row, own if _OWN.fullmatch(host) else host, Shown.SESSION)
        elif " | rc=" in line and (ran := _OF_ANSIBLE.fullmatch(line)) is not None:
            yield Turn(row, ran["host"].upper(), Shown.SESSION, is_line=False)
        elif (title := titles.get(row)) is not None:
            own = title
            # Without the name that an indented part stands below, its margin would be one of the whole text.
            is_key = line.rstrip().endswith(":") and lines[row : row + 1] and lines[row][:1] in {" ", "\t"}
            yield Turn(row, own, Shown.HEADING, is_line=bool(is_key) or is_heading_of_page(line))
        elif (shell := _AT_SHELL.match(line)) is not None:
            yield Turn(row, (shell["at"] or shell["own"]).upper(), Shown.SHELL)
        elif (transcript := _OF_TRANSCRIPT.fullmatch(line)) is not None:
            own = transcript["host"].upper()
            yield Turn(row, own, Shown.SESSION)
        elif (at := _AT.match(line)) is not None:
            host = (at["of_key"] or at["of_service"] or at["of_cmdlet"]).upper()
            yield Turn(row, host, Shown.COMMAND)
        elif _PROMPT.match(line) is not None:
            if _ASKED.fullmatch(line):
                answer = next((below for below in lines[row : row + 2] if below.strip()), "")
                named = _NAME.fullmatch(answer)
                own = own if named is None else named["host"].upper()
                yield Turn(row, own, Shown.OWN_PROMPT if named is None else Shown.SESSION)
            else:
                yield Turn(row, own, Shown.OWN_PROMPT)


def _named(turns: Sequence[Turn]) -> Iterator[Turn]:
    """The turns with each machine's first label as its name; more labels if two machines share it.

    Labels are joined by a dash, since a dot would look like a file name.
    """
    of_label: dict[str, set[str]] = {}
    for turn in turns:
        if "." in turn.host:
            of_label.setdefault(_label(turn.host), set()).add(turn.host)
    for turn in turns:
        label = _label(turn.host)
        name = label if len(of_label.get(label, ())) < 2 else turn.host
        yield turn if turn.host == ALL else replace(turn, host=_NO_NAME.sub("-", name))


def _label(host: str) -> str:
    return host if host.replace(".", "").isdigit() or ":" in host else host.partition(".")[0]


def are_of_one(parts: Mapping[str, Mapping[int, str]]) -> bool:
    """Whether a machine needs objects that only another part makes: then the headings are steps on one machine."""
    makers = _makers(parts)
    return any(
        host not in makers.get(name, {host})
        for host, lines in (parts.items() if makers else ())
        for name in (_used(lines) if host else ())
    )


def _makers(parts: Mapping[str, Mapping[int, str]]) -> dict[str, set[str]]:
    """Whose lines make what is called so."""
    makers: dict[str, set[str]] = {}
    for host, lines in parts.items():
        for line in lines.values():
            if _MAKES.search(line, 0, _MAX_LINE_CHARACTERS) is not None:
                for name in _names(_NAMED, line):
                    makers.setdefault(name, set()).add(host)
    return makers


def _used(lines: Mapping[int, str]) -> Iterator[str]:
    return (name for line in lines.values() for name in _names(_USED, line))


def _names(expression: re.Pattern[str], line: str) -> Iterator[str]:
    for match in expression.finditer(line, 0, _MAX_LINE_CHARACTERS):
        yield (match["name"] or match["variable"]).casefold()


def may_name(text: str, path: str) -> bool:
    """Whether a text may name a machine other than in arguments of commands."""
    return any(_may_name(part, folded, path) for part, folded in _of_whole_lines(text))


def _of_whole_lines(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a text, each with its folded text: what a text is asked as stands beside it thrice."""
    begin = 0
    while len(text) - begin > _PART_CHARACTERS:
        end = text.find("\n", begin + _PART_CHARACTERS) + 1 or len(text)
        yield (part := text[begin:end]), part.casefold()
        begin = end
    yield (part := text[begin:]), part.casefold()


def _may_name(text: str, folded: str, path: str) -> bool:
    if suffix_of(path) in DOCUMENTS or _holds(folded, (*_SIGNS, *_HEADS_OF_PAGES)):
        return True
    searched = asked(text)
    return _is_titled(text, searched) or (may_match(_MAY_BE_SHELL, searched) and _SHELLS.search(text) is not None)


def _holds(folded: str, signs: tuple[str, ...]) -> bool:
    return bool(standing(signs, asked(folded)))


def _is_titled(text: str, searched: str | LongText) -> bool:
    """Whether a line looks like a heading or a label; `searched` is what `asked` makes of the text."""
    return may_match(_MAY_BE_TITLED, searched) and _TITLED.search(text) is not None


def tell_hosts(hosts: Mapping[str, int], diagnostics: Diagnostics) -> None:
    """Report that a text is of several machines, each with a line, though an input counts as one."""
    second = list(hosts.values())[1]
    names = ", ".join(quoted(name) for name in list(hosts)[:_MAX_NAMED])
    more = f" and {len(hosts) - _MAX_NAMED} more" if len(hosts) > _MAX_NAMED else ""
    message = f"it is of {len(hosts)} machines, {names}{more}, and is judged as of one: make it a file for each"
    diagnostics.not_understood(message, diagnostics.place(second, 1))
