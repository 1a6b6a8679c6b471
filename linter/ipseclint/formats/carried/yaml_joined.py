r"""The lines of user data that CloudFormation joins, where a template in YAML lists them.

    Fn::Join:                          !Join
      - "\n"                             - "\n"
      - - <powershell>                   - - netsh ipsec ...
        - netsh ipsec ...                  - !Ref More

Each line stands in its place, without its dash and quotation marks. Source: the intrinsic function `Fn::Join`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.formats.carried.literals import blanks, straightened
from ipseclint.formats.carried.shown import Places
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_within

_JOINED = late(
    r"(?:Fn::Join[ ]?:|!Join)[ \t]*\r?\n[ ]{0,80}-[ ]{1,8}\"(?:\\r)?\\n\"[ \t]*\r?\n"
    r"[ ]{0,80}-(?:[ ]{1,8}|[ \t]*\r?\n[ ]{1,88})(?=-[ ])"
)
"""How a list of lines begins, up to the dash of the first one."""
_LINE = late(r"(?P<indent>[ ]*+)-[ ]+(?P<item>[^\r\n]*)(?:\r?\n|\Z)")
_SCALAR = late(
    r"(?:'(?P<single>[^'\r\n]*)'|\"(?P<double>(?:[^\"\\\r\n]|\\[\\\"])*)\""
    r"|(?P<plain>(?![\w:.-]{1,80}:(?:[ \t\r]|$))[^\s'\"|>{\[&*!%@`#](?:[^\r\n#]|(?<![ \t])#)*+))"
    r"[ \t]*+(?:(?<=[ \t])#[^\r\n]*)?"
)
_TAG = late(r"</?(?:powershell|script|persist)>", re.IGNORECASE)


def with_joined(text: str, diagnostics: Diagnostics) -> str:
    """The text with such lines as commands; what CloudFormation puts between them is told."""
    places = Places(text, "")
    shown: list[str] = []
    at = 0
    for begin in _JOINED.finditer(text):
        lines = list(_lines(text, begin.end()))
        end = lines[-1].end()
        if begin.start() >= at and mention_within(text[begin.end() : end]) is not None:
            shown += (text[at : begin.start()], blanks(begin[0]))
            shown += (_shown(line, places, diagnostics) for line in lines)
            at = end
    return "".join((*shown, text[at:]))


def _lines(text: str, at: int) -> Iterator[re.Match[str]]:
    """The lines of a list whose first dash stands at an offset: those whose dash stands below it."""
    column = at - text.rfind("\n", 0, at) - 1
    indent = 0
    while (line := _LINE.match(text, at)) is not None and len(line["indent"]) == indent:
        yield line
        at, indent = line.end(), column


def _shown(line: re.Match[str], places: Places, diagnostics: Diagnostics) -> str:
    """A line of the list as the shell gets it; as it is written if that is not known."""
    scalar = _SCALAR.fullmatch(line["item"])
    if scalar is None:
        place = diagnostics.place(*places.line_and_column(line.start("item")), len(line["item"]))
        diagnostics.not_understood("what is filled in here is not known: it may be more commands", place)
        return blanks(line[0])
    kind = scalar.lastgroup or ""
    begin = line.start("item") - line.start() + scalar.start(kind)
    command = straightened(scalar[kind]) if kind == "double" else scalar[kind]
    command = _TAG.sub(lambda tag: blanks(tag[0]), command)
    return blanks(line[0][:begin]) + command + blanks(line[0][begin + len(command) :])
