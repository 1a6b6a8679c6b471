"""Chat logs: each line begins with a time and a name, or each message has such a header line.

[09:01] <ana> netsh advfirewall ...     09:01 <ana> netsh ...     [5/11/23, 9:04:12 AM] Ana: Set-VpnConnection ...
[5/11/23 9:01 AM] Ana Lab               Ana Lab  [9:01 AM]        Ana Lab — Today at 9:01 AM

Typed or pasted lines are kept, talk is dropped. Header lines become rulers, which separate outputs.
"""

from __future__ import annotations

import re
from itertools import islice

from ipseclint.late import late
from ipseclint.source import begin_of
from ipseclint.vocabulary.ipsec_tools import CALL, mention_within, signs_in

_TIME = r"\d{1,2}:\d\d(?::\d\d)?(?:[ \u202f]?[AaPp][Mm])?"
_DATE = r"\d{1,4}[-./]\d{1,2}(?:[-./]\d{1,4})?,?[ ]"
_LINE = late(
    rf"^[ \t]{{0,4}}(?:\[(?:{_DATE})?{_TIME}\]|(?:{_DATE})?{_TIME}(?:[ ]-)?)[ ]"
    r"(?:<[ @+]?[^>\r\n]{1,30}>|(?!ipsec\b|\w{1,20},\w)[^\W\d_][^:<>=\\/\r\n]{0,30}:)[ ]",
    re.MULTILINE,
)
"""How a line begins: when and by whom it was written. A gateway writes its topics there: `l2tp,ppp,debug`."""
_WHEN = rf"(?:{_DATE}|[^\W\d_]{{3,12}}[ ](?:at[ ])?)?{_TIME}"
_NAME = r"[^\W\d_][^:<>=\\/\[\]|\r\n]{0,40}?"
_ABOVE = late(
    rf"^[ \t]{{0,4}}(?:\[{_WHEN}\][ ]{_NAME}|{_NAME}[ ]{{1,2}}(?:\[{_WHEN}\]|\u2014[ ]{_WHEN}))[ \t]*(?=\r?$)",
    re.MULTILINE,
)
"""The line above a message: when and by whom it was written, as Teams, Slack and Discord copy it."""
_SETTING = late(
    r"[ \t]*(?:[\w.-]{1,40}[ \t]{0,4}=|conn[ ]|\$\w|\"[^\"\r\n]{1,80}\"=|\[?HKEY_|PS[ ][^>\r\n]{0,200}>|-[A-Za-z]\w)"
)
"""What no sentence begins with."""
_OF_POWERSHELL = late(r"(?:\$\w+[ \t]*=|[A-Za-z]{2,12}-[A-Za-z0-9]{3,60}[ ]+[-$@\"'])")
_OF_SHELL = late(rf"{CALL}[ ]", re.IGNORECASE)
"""What is typed into which program: it stands behind its prompt, so that it is told from what others print."""
_MIN_LINES = 2
"""From so many such lines on a text is a log of a chat (reasoned)."""


def is_chat(text: str) -> bool:
    """Whether a text begins with such a line, and has more of them."""
    if _LINE.match(text, begin_of(text)) is None:
        return False
    return len(list(islice(_LINE.finditer(text), _MIN_LINES))) == _MIN_LINES


def is_headed(text: str) -> bool:
    """Whether a text begins with the header of a message."""
    return _ABOVE.match(text, begin_of(text)) is not None


def parted_at_heads(text: str) -> str:
    """A text with rulers in place of message headers."""
    return _ABOVE.sub(lambda head: "_" * len(head[0]), text)


def typed_in(text: str) -> str:
    """A chat log with prompts or blanks in place of times and names, without talk; places are kept."""
    signs = signs_in(text)
    return "\n".join(_typed(line, signs) for line in text.split("\n"))


def _typed(line: str, signs: tuple[str, ...]) -> str:
    head = _LINE.match(line)
    if head is None:
        return line
    rest = line[head.end() :]
    if _OF_POWERSHELL.match(rest):
        return "PS>".ljust(head.end()) + rest
    if mention_within(rest, signs) is not None:
        return ("C:\\>" if _OF_SHELL.match(rest) else "").ljust(head.end()) + rest
    return " " * head.end() + rest if _SETTING.match(rest) else ""
