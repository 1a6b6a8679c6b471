"""The machines named in console text: by the prompt of a remote session, by a heading, or by a command for the name.

[srv01]: PS C:\\Users\\ann> ...        PS C:\\> hostname         C:\\> hostname        SRV01:
                                      SRV01                    SRV01                (alone on a line)
Machine: SRV01 (Microsoft Windows NT 10.0.20348.0)             of a transcript
--- Host A ---        Left side:        root@gw1:~# cat /etc/ipsec.conf        gw1# show running-config
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum, auto

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.pasted.signs import CMD, POWERSHELL
from ipseclint.late import late

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


_SIGNS = ("]: ps", "]: [dbg]", "hostname", "computername", "(microsoft windows nt ")
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
_NO_MACHINE = (
    r"(?!(?:[A-Z]|STEP|STAGE|PHASE|PART|TASK|TEST|CASE|OPTION|SECTION|CHAPTER|EXAMPLE|SAMPLE|NOTE|FIG|TABLE|ITEM|RULE"
    r"|POLICY|SCENARIO|VARIANT|METHOD|ATTEMPT|TRY|RUN|DAY|SCHRITT|TEIL|FALL|ETAPE|PARTIE|PASO|FASE|PARTE"
    r"|IKEV?|IPV?|L2TP|AES|SHA|MD|DH|DES|GCM|GMAC|TLS|KB|WIN|WINDOWS)?-?\d{1,8}(?![A-Z0-9-]))"
)
"""Steps, variants, algorithms and updates, which have numbers too."""
_MACHINE = rf"{_NO_MACHINE}(?=[A-Z0-9-]{{0,14}}\d)[A-Z][A-Z0-9-]{{1,14}}"
_HEADING = late(
    rf"(?:#{{1,6}}[ ]|[=*-]{{2,40}}[ ]?)?(?P<host>{_MACHINE})(?::|[ ]?[=*-]{{2,40}}):?[ \t]*\r?"
    rf"|#{{1,6}}[ ](?P<titled>{_MACHINE})[ \t]*\r?"
)
"""A name in capitals with a number, alone on a line with a colon or between rulers (reasoned: no label is so)."""
_ONE_OF = (
    r"(?:HOST|SERVER|CLIENT|MACHINE|NODE|GATEWAY|GW|ROUTER|FIREWALL|FW|SITE|COMPUTER|PC|VM|END|SIDE|ENDPOINT)"
    r"(?:[ ]?[#_-]?[ ]?(?:[A-H]|\d{1,3}|ONE|TWO))"
    r"|(?:LEFT|RIGHT|LOCAL|REMOTE|NEAR|FAR|FIRST|SECOND|OTHER|EAST|WEST|NORTH|SOUTH|SERVER|CLIENT|INITIATOR|RESPONDER)"
    r"(?:[ -](?:HAND[ ])?(?:SIDE|END|HOST|SERVER|GATEWAY|ROUTER|FIREWALL|MACHINE|SITE|NODE|COMPUTER))"
    r"|(?:SERVER|CLIENT|GATEWAY|ROUTER|FIREWALL|HUB|SPOKE|INITIATOR|RESPONDER|LEFT|RIGHT)"
)
"""What one of several machines is called in a sketch: a letter or a number, a side."""
_OF_ONE = r"(?:(?:ON|AT|FROM)[ ])?(?:THE[ ])?{}(?:[ ]?\([^()\r\n]{{1,60}}\))?"
_LABEL = late(
    rf"[=*_-]{{2,40}}[ ]?{_OF_ONE.format(f'(?P<ruled>{_ONE_OF})')}:?[ ]?[=*_-]{{2,40}}:?[ \t]*\r?"
    rf"|(?:#{{2,6}}[ ])?{_OF_ONE.format(f'(?P<named>{_ONE_OF})')}:[ \t]*\r?"
    rf"|#{{2,6}}[ ]{_OF_ONE.format(f'(?P<titled>{_ONE_OF})')}[ \t]*\r?",
    re.IGNORECASE,
)
_LABELLED = late(
    rf"^(?:[=*_-]{{2,40}}[ ]?|#{{2,6}}[ ])?{_OF_ONE.format(f'(?:{_ONE_OF})')}[ :=*_-]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
"""The start of such a line, quick to look for."""
_AT_SHELL = late(
    r"[ \t]{0,4}(?:\[?[\w.-]{1,40}@(?P<at>[A-Za-z0-9][\w.-]{0,62})(?:[: ~][^\r\n#$>]{0,80})?\]?[#$>][ ]"
    r"|(?P<own>[A-Za-z][\w-]{1,30})(?:/[\w-]{1,20}){0,3}(?:\([\w-]{1,40}\))?(?:#[ ]?|[$][ ])"
    r"(?=(?:cat|more|less|show|sh|get|conf|config|configure|crypto|set|diag|diagnose|sudo|ip|ipsec|ipsecctl|ikectl|racoonctl|setkey|swanctl|strongswan"
    r"|journalctl|tail|grep|echo|vi|nano|ssh|systemctl|cd|ls)\b))"
)
"""The prompt of a shell of Unix or of a router, with the name of the machine."""
_SHELLS = late(rf"^{_AT_SHELL.pattern}", re.MULTILINE)
_HEADED = late(r"^(?:#{1,6}[ ]|[=*-]{2,40}[ ]?)?[A-Z][A-Z0-9-]{1,14}(?:[ ]?[=*-]{2,40})?:?[ \t]*\r?$", re.MULTILINE)
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
_MAKES = late(r"\b(?:add\b|(?:new|copy)-)|^[ \t]{0,40}\$\w{1,80}[ \t]{0,8}=(?!=)", re.IGNORECASE)
_NAMED = late(
    r"(?<![\w$])(?:name=|-(?:Display)?Name[ ]{1,4})(?P<quote>[\"']?)(?P<name>[^\"'\r\n]{1,80}?)(?P=quote)(?=[ \t]|\r?$)"
    r"|^[ \t]{0,40}(?P<variable>\$\w{1,80})[ \t]{0,8}=(?!=)",
    re.IGNORECASE,
)
"""What a command that makes an object calls it, or the variable that it is put into."""
_USED = late(
    r"(?:[ ]-[A-Za-z]\w{1,40}[ ]{1,4}|=)(?P<quote>[\"']?)(?P<name>[^\"'\r\n]{1,80}?)(?P=quote)(?=[ \t]|\r?$)"
    r"|(?P<variable>\$\w{1,80})"
)
"""What a command is told, or a variable."""
_MAX_LINE_CHARACTERS = 2_000
"""So much of a line is looked at for names (reasoned: cmd.exe takes 8,191 characters, people type fewer)."""


def hosts_in(lines: Sequence[str]) -> dict[str, int]:
    """The machines that sessions name, in order, with the row of each; if there are too many, all machines named.

    Those named by headings and commands are otherwise found by splitting the text.
    """
    turns = [turn for turn in _named(_told(lines)) if turn.host]
    hosts: dict[str, int] = {}
    for is_all in (False, True):
        for turn in turns:
            if is_all or turn.shown_by in {Shown.SESSION, Shown.SHELL}:
                hosts.setdefault(turn.host, turn.row)
        if not are_too_many(len({turn.host for turn in turns}), len(lines)):
            break
    return hosts


def are_too_many(machines: int, lines: int) -> bool:
    """Whether a text has too many machines and lines to be split."""
    return machines > MAX_MACHINES or (machines + 1) * lines > MAX_LINES


def may_be_parted(text: str) -> bool:
    """Whether a text may name the machines of its lines; faster than splitting it."""
    folded = text.casefold()
    return any(sign in folded for sign in _SIGNS_OF_COMMANDS) or may_name(text, folded)


def parts_of(lines: Sequence[str], is_script: Callable[[], bool]) -> dict[str, dict[int, str]]:
    """The lines of each machine, numbered from 1; lines of no machine have no name.

    A prompt of the own machine ends a remote session. A command for the name applies to what follows, unless the text
    is a script; a heading applies up to the next. The text is one part if a split by headings and commands alone would
    separate objects from what they refer to.
    """
    turns = _told(lines)
    if any(turn.shown_by is Shown.COMMAND for turn in turns) and is_script():
        turns = [turn for turn in turns if turn.shown_by is not Shown.COMMAND]
    at_row = {turn.row: turn for turn in _named(turns)}
    parts: dict[str, dict[int, str]] = {}
    current = ""
    for number, line in enumerate(lines, start=1):
        turn = at_row.get(number)
        current = current if turn is None else turn.host
        if turn is None or turn.is_line:
            parts.setdefault(current, {})[number] = line
    if any(turn.shown_by is Shown.SESSION and turn.host for turn in turns):
        return parts
    is_parted = sum(map(bool, parts)) > 1 and not _are_of_one(list(parts.values()))
    return parts if is_parted else {"": dict(enumerate(lines, start=1))}


def _told(lines: Sequence[str]) -> list[Turn]:
    """The turns of a text; without those by shells where all of them are of one machine."""
    turns = list(_turns(lines))
    shells = {turn.host for turn in turns if turn.shown_by is Shown.SHELL}
    return turns if len(shells) > 1 else [turn for turn in turns if turn.shown_by is not Shown.SHELL]


def _turns(lines: Sequence[str]) -> Iterator[Turn]:
    own = ""
    for row, line in enumerate(lines, start=1):
        if (session := _SESSION.match(line)) is not None:
            host = session["host"].upper()
            yield Turn(row, own if _OWN.fullmatch(host) else host, Shown.SESSION)
        elif (heading := _HEADING.fullmatch(line)) is not None:
            own = heading["host"] or heading["titled"]
            yield Turn(row, own, Shown.HEADING, is_line=False)
        elif (label := _LABEL.fullmatch(line)) is not None:
            own = (label["ruled"] or label["named"] or label["titled"]).upper()
            yield Turn(row, own, Shown.HEADING, is_line=False)
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
        yield replace(turn, host=_NO_NAME.sub("-", name))


def _label(host: str) -> str:
    return host if host.replace(".", "").isdigit() or ":" in host else host.partition(".")[0]


def _are_of_one(parts: Sequence[Mapping[int, str]]) -> bool:
    """Whether a part needs objects that only another makes: then the headings are steps on one machine."""
    makers: dict[str, set[int]] = {}
    for at, lines in enumerate(parts):
        for line in lines.values():
            if _MAKES.search(line, 0, _MAX_LINE_CHARACTERS) is not None:
                for name in _names(_NAMED, line):
                    makers.setdefault(name, set()).add(at)
    return any(
        at not in makers.get(name, {at})
        for at, lines in enumerate(parts if makers else ())
        for line in lines.values()
        for name in _names(_USED, line)
    )


def _names(expression: re.Pattern[str], line: str) -> Iterator[str]:
    for match in expression.finditer(line, 0, _MAX_LINE_CHARACTERS):
        yield (match["name"] or match["variable"]).casefold()


def may_name(text: str, folded: str) -> bool:
    """Whether a text may name a machine other than in arguments of commands; `folded` is the folded text."""
    return any(sign in folded for sign in _SIGNS) or any(
        each.search(text) is not None for each in (_HEADED, _LABELLED, _SHELLS)
    )


def tell_hosts(hosts: Mapping[str, int], diagnostics: Diagnostics) -> None:
    """Report that a text is of several machines, each with a line, though an input counts as one."""
    second = list(hosts.values())[1]
    names = ", ".join(quoted(name) for name in list(hosts)[:_MAX_NAMED])
    more = f" and {len(hosts) - _MAX_NAMED} more" if len(hosts) > _MAX_NAMED else ""
    message = f"it is of {len(hosts)} machines, {names}{more}, and is judged as of one: make it a file for each"
    diagnostics.not_understood(message, diagnostics.place(second, 1))
