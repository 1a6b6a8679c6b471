"""The order in which the lines of a batch file run that calls its own labels, once or in a loop over what it writes.

A section, from a label to `goto :eof` or `exit /b`, runs where it is called, with the arguments of the call; what is
jumped over stands last. Calls and ends under a condition are left where they are: what comes of them is for the reader
to judge. Source: the pages `call`, `goto` and `exit` of the Windows Commands reference.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence

from ipseclint.late import late

Step = tuple[int, str, tuple[str, ...] | None]
"""A line with its number, and the arguments of the section that it runs in."""

_CALL = late(r"[ \t]*@?call[ \t]+:([^\s:+,;=()&|]+)([^&|]*)", re.IGNORECASE)
_EACH = late(
    r"[ \t]*@?for[ \t]+%%([A-Za-z])[ \t]+in[ \t]*\(([^()*?!`]*)\)[ \t]*do[ \t]+@?(call[ \t]+:[^&|]*)", re.IGNORECASE
)
"""A loop that calls a label for each of what it writes itself."""
_SET = late(r"[ \t]*@?set[ \t]+(?:\"([A-Za-z_]\w*)=([^%!&|<>\"]*)\"[ \t]*|([A-Za-z_]\w*)=([^%!&|<>]*))", re.IGNORECASE)
_NAMED = late(r"%([A-Za-z_]\w*)%")
_GOTO = late(r"[ \t]*@?goto[ \t]*:?([^\s:+,;=()&|]+)[ \t]*", re.IGNORECASE)
_LABEL = late(r"[ \t]*:(?![: \t])([^\s:+,;=]+)")
_END = late(r"[ \t]*@?(?:goto[ \t]*:?eof|exit(?:[ \t]+/b)?(?:[ \t]+-?\d+)?)[ \t]*", re.IGNORECASE)
_ARGUMENT = late(r"\"[^\"]*\"|[^ \t,;=\"]+")
_LEAVES = "goto :eof"
"""What the end of a file is the same as."""
_NUMBER = late(r"%([1-9])")
_MAX_DEPTH = 16
_MAX_LINES = 200_000
"""How many lines are followed (reasoned: far above any real script, and a hostile one could call for ever)."""


def course_of(lines: Sequence[str]) -> Iterator[Step] | None:
    """The lines in the order in which they run; None if the file calls no label of its own."""
    labels: dict[str, int] = {}
    calls = False
    for index, line in enumerate(lines):
        if match := _LABEL.match(line):
            labels.setdefault(match[1].casefold(), index)
        calls = calls or ("call" in line.casefold() and (_CALL.fullmatch(line) or _EACH.fullmatch(line)) is not None)
    return _Course(lines, labels).steps() if calls and labels else None


class _Course:
    def __init__(self, lines: Sequence[str], labels: dict[str, int]) -> None:
        self._lines, self._labels = lines, labels
        self._called: set[int] = set()
        self._left = _MAX_LINES
        self._jumped_over: list[int] = []
        self._set: dict[str, str] = {}

    def steps(self) -> Iterator[Step]:
        """All lines that run, those of no known course last, in the order of the file."""
        end = yield from self._run(0, None, 0)
        rest = [index for index in (*self._jumped_over, *range(end, len(self._lines))) if index not in self._called]
        if rest and end == len(self._lines):
            yield end, _LEAVES, None
        for index in rest:
            yield index + 1, self._lines[index], None

    def _run(self, start: int, arguments: tuple[str, ...] | None, depth: int) -> Generator[Step, None, int]:
        blocks = 0
        jumped_to = ""
        for index in range(start, len(self._lines)):
            line = self._lines[index]
            if depth:
                self._called.add(index)
            self._left -= 1
            if jumped_to and (label := _LABEL.match(line)) and label[1].casefold() == jumped_to:
                jumped_to = ""
            if jumped_to:
                self._jumped_over.append(index)
                continue
            blocks = max(0, blocks + _opened(line))
            if blocks == 0 and _END.fullmatch(line):
                if depth == 0:
                    yield index + 1, line, arguments
                return index + 1
            if blocks == 0 and depth == 0 and (goto := _GOTO.fullmatch(line)):
                jumped_to = goto[1].casefold() if self._labels.get(goto[1].casefold(), 0) > index else ""
            calls = self._calls(line, arguments) if blocks == 0 else []
            if not calls or depth >= _MAX_DEPTH or self._left < 0:
                self._note(line, is_certain=not blocks)
                yield index + 1, line, arguments
                continue
            for target, given in calls:
                yield from self._run(target + 1, given, depth + 1)
        return len(self._lines)

    def _calls(self, line: str, arguments: Sequence[str] | None) -> list[tuple[int, tuple[str, ...]]]:
        """The labels of this file that a line calls, with what it passes to each; none if that is not known."""
        each = _EACH.fullmatch(line)
        if each is None:
            items, variable, called = [""], "", line
        else:
            known = _NAMED.sub(lambda name: self._set.get(name[1].casefold(), name[0]), each[2])
            items, variable, called = _ARGUMENT.findall(known), each[1], each[3]
            if "%" in known:
                return []
        call = _CALL.fullmatch(called)
        target = None if call is None else self._labels.get(call[1].casefold())
        if call is None or target is None:
            return []
        words = _passed_on(call[2], arguments)
        texts = (_with(words, variable, item) if variable else words for item in items)
        return [(target, tuple(_ARGUMENT.findall(text))) for text in texts]

    def _note(self, line: str, *, is_certain: bool) -> None:
        """Keep what a line sets a variable to; what it may set is not known from there on."""
        match = _SET.fullmatch(line)
        if match is not None and is_certain:
            self._set[(match[1] or match[3]).casefold()] = match[2] if match[1] else match[4]
        elif "set" in line.casefold():
            for name in [name for name in self._set if name in line.casefold()]:
                del self._set[name]


def _with(words: str, variable: str, item: str) -> str:
    """The words of a call in the turn of a loop: `%%~P` is the item without its quotes."""
    bare = item.strip('"')
    return words.replace(f"%%~{variable}", bare).replace(f"%%{variable}", item)


def _passed_on(words: str, arguments: Sequence[str] | None) -> str:
    """The words of a call with the arguments that its own section has of its caller."""
    given = () if arguments is None else arguments
    return _NUMBER.sub(lambda match: given[int(match[1]) - 1] if int(match[1]) <= len(given) else match[0], words)


def _opened(line: str) -> int:
    """How many blocks a line leaves open, or closes."""
    text = line.strip()
    return text.endswith("(") - text.startswith(")")
