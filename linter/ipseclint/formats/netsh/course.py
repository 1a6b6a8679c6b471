"""The order in which the lines of a batch file run that calls its own labels.

A section, from a label to `goto :eof` or `exit /b`, runs where it is called, with the arguments of the call. Calls and
ends under a condition, and jumps, are left where they stand: what comes of them is for the reader to judge. Source:
the pages `call`, `goto` and `exit` of the Windows Commands reference.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence

from ipseclint.late import late

Step = tuple[int, str, tuple[str, ...] | None]
"""A line with its number, and the arguments of the section that it runs in."""

_CALL = late(r"[ \t]*@?call[ \t]+:([^\s:+,;=()&|]+)([^&|]*)", re.IGNORECASE)
_LABEL = late(r"[ \t]*:(?![: \t])([^\s:+,;=]+)")
_END = late(r"[ \t]*@?(?:goto[ \t]*:?eof|exit(?:[ \t]+/b)?(?:[ \t]+-?\d+)?)[ \t]*", re.IGNORECASE)
_ARGUMENT = late(r"\"[^\"]*\"|[^ \t,;=\"]+")
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
        calls = calls or ("call" in line.casefold() and _CALL.fullmatch(line) is not None)
    return _Course(lines, labels).steps() if calls and labels else None


class _Course:
    def __init__(self, lines: Sequence[str], labels: dict[str, int]) -> None:
        self._lines, self._labels = lines, labels
        self._called: set[int] = set()
        self._left = _MAX_LINES

    def steps(self) -> Iterator[Step]:
        """All lines that run, those of no known course last, in the order of the file."""
        end = yield from self._run(0, None, 0)
        for index in range(end, len(self._lines)):
            if index not in self._called:
                yield index + 1, self._lines[index], None

    def _run(self, start: int, arguments: tuple[str, ...] | None, depth: int) -> Generator[Step, None, int]:
        blocks = 0
        for index in range(start, len(self._lines)):
            line = self._lines[index]
            if depth:
                self._called.add(index)
            self._left -= 1
            blocks = max(0, blocks + _opened(line))
            if blocks == 0 and _END.fullmatch(line):
                if depth == 0:
                    yield index + 1, line, arguments
                return index + 1
            call = _CALL.fullmatch(line) if blocks == 0 else None
            target = None if call is None else self._labels.get(call[1].casefold())
            if call is None or target is None or depth >= _MAX_DEPTH or self._left < 0:
                yield index + 1, line, arguments
                continue
            given = tuple(_ARGUMENT.findall(_passed_on(call[2], arguments)))
            yield from self._run(target + 1, given, depth + 1)
        return len(self._lines)


def _passed_on(words: str, arguments: Sequence[str] | None) -> str:
    """The words of a call with the arguments that its own section has of its caller."""
    given = () if arguments is None else arguments
    return _NUMBER.sub(lambda match: given[int(match[1]) - 1] if int(match[1]) <= len(given) else match[0], words)


def _opened(line: str) -> int:
    """How many blocks a line leaves open, or closes."""
    text = line.strip()
    return text.endswith("(") - text.startswith(")")
