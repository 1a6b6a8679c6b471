"""Labels of a batch file: the order in which its lines run when it calls them, and lines that run again.

A section, from a label to `goto :eof` or `exit /b`, runs where it is called, with the arguments of the call. Lines that
are jumped over come last, and so do those behind a section that never returns: it calls itself, or ends with a plain
`exit`, which ends the script. A call alone on its
line is part of the course; others, in a block or behind an operator, are made by the reader of the line. Calls and ends
under a condition stay in place for the reader to judge. A `setlocal` ends with its section.
Source: the pages `call`, `goto`, `exit`, `setlocal` and `endlocal` of the Windows Commands reference.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence

from ipseclint.formats.netsh.call_arguments import CallArguments, arguments_in
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_in

Step = tuple[int, str, CallArguments | None]
"""A line with its number, and the arguments of the section that it runs in."""

CALLS_LABEL = r"call[ \t]*+:([^\s:+,;=()&|]+)([^&|]*)"
GOES_TO = r"goto\b[ \t,;=]*+:?+[ \t]*+([^\s:+,;=&|()]+)"
"""A call of a label with its arguments, and a jump to one, as expressions."""
CALLS_SECTION = late(rf"\b{CALLS_LABEL}", re.IGNORECASE)
"""Such a call anywhere on a line."""
_CALL = late(rf"[ \t]*@?{CALLS_LABEL}", re.IGNORECASE)
JUMP = late(rf"[ \t]*@?{GOES_TO}[ \t]*", re.IGNORECASE)
"""A line that is such a jump and nothing else."""
ENDS_OR_JUMPS = late(rf"[ \t]*@?(?:{GOES_TO}|exit\b[^&|]*)[ \t]*", re.IGNORECASE)
"""A line behind which nothing runs that is not jumped to."""
LABEL = late(r"[ \t]*:(?![: \t])([^\s:+,;=]+)")
_NAMES_LABEL = late(r"\bcall[ \t]*+:", re.IGNORECASE)
_END = late(
    r"(?P<before>[ \t]*@?(?:endlocal|popd|set[ \t][^&|()<>\r\n]*+)[ \t]*+&(?!&))?+"
    r"[ \t]*@?(?:goto[ \t]*:?eof|(?P<quits>exit)(?:[ \t]*+(?P<stays>/b))?(?:[ \t]+(?:-?\d+|%\w+%|!\w+!))?)[ \t]*",
    re.IGNORECASE,
)
"""The end of a section, including commands that restore state before it."""
_LOCAL = late(r"[ \t]*@?(?P<word>set|end)local\b", re.IGNORECASE)
_LEAVES_SECTION = late(r"\b(?:goto\b|exit[ \t]*+/b\b)", re.IGNORECASE)
_LEAVES = "goto :eof"
"""Commands that are equivalent to the end of the file."""
CALLS, RETURNS = "::\n>", "::\n<"
"""What stands before and behind the lines of a section that is called, with its label: remarks, to all but the flow.
No line of a file has a line end within it."""
_ENDS_LOCAL = "endlocal"
_MAX_DEPTH = 16
_MAX_LINES = 200_000
"""How many lines are followed (reasoned: far above any real script, and a hostile one could call for ever)."""
GOTO = late(rf"\b{GOES_TO}", re.IGNORECASE)
_SETS = late(
    r"\bset(?:[ \t]*(?P<sum>/a)[ \t]*|[ \t]*/p[ \t]+|[ \t]+)\"?(?P<name>[a-z_]\w*)[ \t]*(?P<sign>[-+*/%]?)="
    r"(?P<rest>[^&|\"]*)",
    re.IGNORECASE,
)
ASSIGNS = late(r"(?<!\w)([a-z_]\w*+)[ \t]*+(?:[-+*/%&^|]|<<|>>)?=", re.IGNORECASE)
"""What a sum of `set /a` sets: one may have several, with commas or within each other (page `set`)."""
_EXIT = late(r"\bexit\b", re.IGNORECASE)
_COUNTS = late(r"\b(?:shift\b|set(?:[ \t]+(?!/p\b)|/a\b))", re.IGNORECASE)
_ASKS = late(r"\b(?:set[ \t]*/p|choice(?:\.exe)?)\b", re.IGNORECASE)
"""What a loop goes on by, from one round to the next; and what asks a person, who ends it."""
_SHIFTS = late(r"(?:^|[&(])[ \t]*+@?shift\b", re.IGNORECASE)
_NUMBERED = late(r"%~?[a-z]{0,8}[1-9](?!\d*%)")
_FILLED = late(r"[%!]([a-z_]\w*)[%!:]")
_MAX_LOOKS = 200
_MAX_LINES_LOOKED_AT = 1_000
"""At how many jumps back it is asked what they change, and over how many lines (reasoned: above any real script)."""


def course_of(lines: Sequence[str]) -> Course | None:
    """The course of a file; None if it calls no label of its own."""
    labels: dict[str, int] = {}
    calls = False
    for index, line in enumerate(lines):
        if match := LABEL.match(line):
            labels.setdefault(match[1].casefold(), index)
        calls = calls or ("call" in line.casefold() and _NAMES_LABEL.search(line) is not None)
    return Course(lines, labels) if calls and labels else None


class Course:
    """The lines of a batch file by their labels."""

    def __init__(self, lines: Sequence[str], labels: dict[str, int]) -> None:
        self._lines, self._labels = lines, labels
        self._called: set[int] = set()
        self._set_in: dict[str, set[str]] = {}
        self._left = _MAX_LINES
        self._running: list[int] = []
        self._never_returns = False
        self._jumped_over: list[int] = []

    def steps(self) -> Iterator[Step]:
        """All lines in the order they run; lines outside the course come last, in the order of the file."""
        end = yield from self._run(0, None)
        rest = [index for index in (*self._jumped_over, *range(end, len(self._lines))) if index not in self._called]
        if rest and end == len(self._lines):
            yield end, _LEAVES, None
        for index in rest:
            yield index + 1, self._lines[index], None

    def called(self, label: str, words: str) -> Iterator[Step] | None:
        """The lines of a section called with these words; None if missing, endless, or nested too deep or too often."""
        target = None if self._never_returns else self._labels.get(label)
        return None if target is None else self._section(target, arguments_in(words, None))

    def concerns_ipsec(self, label: str) -> bool:
        """Whether the lines behind a label, up to the next end of a section, name an IPsec tool."""
        return any(map(mention_in, self._behind(label)))

    def set_in(self, label: str) -> set[str]:
        """The folded names of the variables that a section sets, or one that it calls."""
        if (known := self._set_in.get(label)) is not None:
            return known
        names, labels = set[str](), [label]
        for called in labels:
            for line in self._behind(called):
                for match in _SETS.finditer(line):
                    more = ASSIGNS.findall(match["rest"]) if match["sum"] else ()
                    names.update(map(str.casefold, (match["name"], *more)))
                labels += {match[1].casefold() for match in CALLS_SECTION.finditer(line)} - {*labels}
        self._set_in[label] = names
        return names

    def _behind(self, label: str) -> Sequence[str]:
        start = self._labels.get(label, len(self._lines)) + 1
        ends = (index for index in range(start, len(self._lines)) if _END.fullmatch(self._lines[index]))
        return self._lines[start : next(ends, len(self._lines))]

    def _section(self, target: int, arguments: CallArguments) -> Iterator[Step] | None:
        return None if len(self._running) >= _MAX_DEPTH or self._left < 0 else self._within(target, arguments)

    def _within(self, target: int, arguments: CallArguments) -> Iterator[Step]:
        self._running.append(target)
        yield target + 1, CALLS, arguments
        end = yield from self._run(target, arguments)
        yield end, RETURNS, arguments
        self._running.pop()

    def _run(self, start: int, arguments: CallArguments | None) -> Generator[Step, None, int]:
        blocks = local = 0
        jumped_to = ""
        may_return = False
        for index in range(start, len(self._lines)):
            line = self._lines[index]
            if self._running:
                self._called.add(index)
            self._left -= 1
            label = LABEL.match(line) if jumped_to else None
            if jumped_to and (label is None or label[1].casefold() != jumped_to):
                self._jumped_over.append(index)
                continue
            jumped_to = ""
            blocks = max(0, blocks + blocks_opened(line))
            if blocks == 0 and (end := _END.fullmatch(line)):
                yield from self._ended(end, index + 1, arguments, local, may_return=may_return)
                return index + 1
            may_return = may_return or _LEAVES_SECTION.search(line) is not None
            local = max(0, local + _is_local(line, "set") - _is_local(line, "end"))
            if blocks == 0 and not self._running:
                jumped_to = self._ahead(line, index)
            target = self._called_by(line) if blocks == 0 else None
            self._never_returns = target in self._running
            section = None if target is None or self._never_returns else self._passed_to(target, line, arguments)
            if section is None:
                yield index + 1, line, arguments
            else:
                yield from section
            if self._never_returns:
                if not self._running:
                    yield index + 1, _LEAVES, arguments
                return index + 1
        if self._running:
            yield from [(len(self._lines), _ENDS_LOCAL, arguments)] * local
        return len(self._lines)

    def _ended(
        self, end: re.Match[str], number: int, arguments: CallArguments | None, local: int, *, may_return: bool
    ) -> Iterator[Step]:
        """The lines at the end of a section or of the main part; an `exit` that is surely met ends the script."""
        is_called = bool(self._running)
        self._never_returns = is_called and end["quits"] is not None and end["stays"] is None and not may_return
        shown = (end["before"] or "")[:-1] if is_called and not self._never_returns else end[0]
        if shown:
            yield number, shown, arguments
        if is_called:
            yield from [(number, _ENDS_LOCAL, arguments)] * (local - _is_local(shown, "end"))

    def _ahead(self, line: str, index: int) -> str:
        """The label that the line at an index jumps to, if it is further down; else empty."""
        goto = JUMP.fullmatch(line)
        label = "" if goto is None else goto[1].casefold()
        return label if self._labels.get(label, 0) > index else ""

    def _called_by(self, line: str) -> int | None:
        """The start of the section that a line calls."""
        call = _CALL.fullmatch(line)
        return None if call is None else self._labels.get(call[1].casefold())

    def _passed_to(self, target: int, line: str, arguments: CallArguments | None) -> Iterator[Step] | None:
        """The lines of the section that a line calls, with its arguments."""
        call = _CALL.fullmatch(line)
        return None if call is None else self._section(target, arguments_in(call[2], arguments))


def blocks_opened(line: str) -> int:
    """The number of blocks that a line opens, negative if it closes one."""
    text = line.strip()
    return text.endswith("(") - text.startswith(")")


def _is_local(line: str, word: str) -> bool:
    """Whether a line begins with `setlocal` or `endlocal`."""
    match = _LOCAL.match(line)
    return match is not None and match["word"].casefold() == word


class LinesSoFar:
    """The lines from the first label on, and the position of each label among them.

    `running` are the labels from which lines run again, each with whether the script jumps back to it once more.
    """

    def __init__(self) -> None:
        self.running: dict[str, bool] = {}
        self._lines: list[Step] = []
        self._labels: dict[str, int] = {}
        self._looks = 0
        self._told: set[str] = set()

    def take(self, number: int, line: str, arguments: CallArguments | None) -> None:
        """Record a line that is read for the first time."""
        if self.running:
            return
        if label := LABEL.match(line):
            self._labels[label[1].casefold()] = len(self._lines)
        if self._labels:
            self._lines.append((number, line, arguments))

    def label(self, name: str) -> str | None:
        """The folded label, if it was passed; None if not."""
        return name.casefold() if name.casefold() in self._labels else None

    def since(self, label: str) -> list[Step]:
        """The lines from a label on."""
        return self._lines[self._labels[label] :]

    def may_end(self, label: str) -> bool:
        """Whether a loop from a label on may come to its end by itself: it counts, and jumps elsewhere or leaves.

        Sections that it calls return to it.
        """
        called = 0
        counts = leaves = False
        for _, line, _ in self.since(label)[-_MAX_LINES_LOOKED_AT:]:
            if _ASKS.search(line) is not None:
                return False
            called += (line == CALLS) - (line == RETURNS)
            counts = counts or _COUNTS.search(line) is not None
            jumps = any(jump[1].casefold() != label for jump in GOTO.finditer(line))
            leaves = leaves or (not called and (jumps or _EXIT.search(line) is not None))
        return counts and leaves

    def changes(self, command: str) -> bool:
        """Whether a command jumps back to IPsec commands whose values differ the next time."""
        jump = GOTO.search(command) if self._labels and not self.running else None
        label = None if jump is None else self.label(jump[1])
        if label is None or self._looks > _MAX_LOOKS:
            return False
        self._looks += 1
        texts = [line.casefold() for _, line, _ in self.since(label)[-_MAX_LINES_LOOKED_AT:]]
        if label in self._told or not _carries(texts):
            return False
        self._told.add(label)
        return True


def _carries(texts: Sequence[str]) -> bool:
    """Whether repeated lines fill an IPsec command with a different value each time.

    Such a value is computed from its former value, or is set only behind the command that uses it; or it is an argument
    that `shift` moves.
    """
    if any(map(_SHIFTS.search, texts)) and any(_NUMBERED.search(text) and mention_in(text) for text in texts):
        return True
    first: dict[str, int] = {}
    for at, text in enumerate(texts):
        names = _FILLED.findall(text)
        if names and mention_in(text):
            for name in names:
                first.setdefault(name, at)
    for at, text in enumerate(texts):
        for match in _SETS.finditer(text) if first else ():
            is_made_anew = match["sum"] is not None and (match["sign"] or match["name"] in match["rest"])
            if match["name"] in first and (is_made_anew or first[match["name"]] < at):
                return True
    return False
