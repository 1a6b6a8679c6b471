"""The machines that a text of a console names: by the prompt of a session on another, or where one is asked its name.

[srv01]: PS C:\\Users\\ann> ...        PS C:\\> hostname         C:\\> hostname        SRV01:
                                      SRV01                    SRV01                (alone on a line)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ipseclint.late import late

_SIGNS = ("]: ps", "hostname", "computername")
"""One of these is in a text that names a machine so, in lower case."""
_SESSION = late(r"[ \t]{0,8}\[(?P<host>[A-Za-z0-9][\w.-]{0,62})\]:[ ]?PS(?:[ ][^>\r\n]{0,200})?>")
_ASKED = late(
    r"[ \t]{0,8}(?:PS(?:[ ][^>\r\n]{0,200})?>|[A-Za-z]:(?:\\[^>\r\n<|\"]{0,200})?>)[ \t]*"
    r"(?:hostname(?:\.exe)?|\$env:computername|echo[ ]+%computername%)[ \t]*",
    re.IGNORECASE,
)
_PROMPT = late(r"[ \t]{0,8}(?:PS(?:[ ][^>\r\n]{0,200})?>|[A-Za-z]:(?:\\[^>\r\n<|\"]{0,200})?>)")
_HEADING = late(
    r"(?:#{1,6}[ ]|[=*-]{2,40}[ ]?)?(?P<host>(?=[A-Z0-9-]{0,14}\d)[A-Z][A-Z0-9-]{1,14})(?::|[ ]?[=*-]{2,40}):?[ \t]*\r?"
    r"|#{1,6}[ ](?P<titled>(?=[A-Z0-9-]{0,14}\d)[A-Z][A-Z0-9-]{1,14})[ \t]*\r?"
)
"""A name in capitals with a number, alone on a line with a colon or between rulers (reasoned: no label is so)."""
_HEADED = late(r"^(?:#{1,6}[ ]|[=*-]{2,40}[ ]?)?[A-Z][A-Z0-9-]{1,14}(?:[ ]?[=*-]{2,40})?:?[ \t]*\r?$", re.MULTILINE)
_SIGNS_OF_COMMANDS = ("\\\\", "-computername", "-cimsession")
"""One of these is in a command that names a machine, in lower case."""
_AT = late(
    r"(?:[^\r\n>]{0,200}>)?[ \t]*"
    r"(?:reg(?:\.exe)?[ ]+(?:query|add|delete)[ ]+\"?\\\\(?P<of_key>[A-Za-z][\w.-]{0,62})\\HK"
    r"|sc(?:\.exe)?[ ]+\\\\(?P<of_service>[A-Za-z][\w.-]{0,62})[ ]"
    r"|[A-Za-z]{2,12}-[A-Za-z][^\r\n]{0,300}?-(?:ComputerName|CimSession)[ ]+"
    r"[\"']?(?P<of_cmdlet>[A-Za-z][\w.-]{0,62})[\"']?(?=[ \t|]|\r?$))",
    re.IGNORECASE,
)
"""A command that names the machine that it asks."""
_NAME = late(r"[ \t]*(?P<host>[A-Za-z0-9][\w-]{0,14})[ \t]*")
"""A computer's name, which is of 15 characters at most (NetBIOS)."""


def hosts_in(lines: Sequence[str]) -> dict[str, int]:
    """The machines that lines name, in order, each as its first label in capitals, with the row where it first is."""
    hosts: dict[str, int] = {}
    for row, line in enumerate(lines, start=1):
        match = _SESSION.match(line)
        if match is None and _ASKED.fullmatch(line):
            answer = next((below for below in lines[row : row + 2] if below.strip()), "")
            match = _NAME.fullmatch(answer)
        if match is not None and not match["host"].replace(".", "").isdigit():
            hosts.setdefault(_label(match["host"]), row)
    return hosts


def may_be_parted(text: str) -> bool:
    """Whether a text may say of its lines whose they are: quicker to ask than to part it."""
    folded = text.casefold()
    return any(sign in folded for sign in (*_SIGNS, *_SIGNS_OF_COMMANDS)) or _HEADED.search(text) is not None


def parts_of(lines: Sequence[str]) -> dict[str, dict[int, str]]:
    """The lines of each machine by number from 1, as far as the text says whose they are; those of none under no name.

    A prompt of the own machine ends a session on another, a command that names one has what stands below it; a heading
    holds until the next.
    """
    parts: dict[str, dict[int, str]] = {}
    own = current = ""
    for number, line in enumerate(lines, start=1):
        if (session := _SESSION.match(line)) is not None:
            current = "" if session["host"].replace(".", "").isdigit() else _label(session["host"])
        elif (heading := _HEADING.fullmatch(line)) is not None:
            own = current = heading["host"] or heading["titled"]
            continue
        elif (at := _AT.match(line)) is not None:
            current = _label(at["of_key"] or at["of_service"] or at["of_cmdlet"])
        elif _PROMPT.match(line) is not None:
            if _ASKED.fullmatch(line):
                answer = next((below for below in lines[number : number + 2] if below.strip()), "")
                named = _NAME.fullmatch(answer)
                own = _label(named["host"]) if named is not None else own
            current = own
        parts.setdefault(current, {})[number] = line
    return parts


def _label(host: str) -> str:
    return host.partition(".")[0].upper()


def may_name(folded: str) -> bool:
    """Whether a text, in lower case, may name a machine."""
    return any(sign in folded for sign in _SIGNS)
