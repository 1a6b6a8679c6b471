"""Conditions, loops and backward jumps of a batch file: the lines that cmd.exe carries out."""

from __future__ import annotations

from collections.abc import Iterator

from ipseclint.formats.kit.run_files import RunFiles
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.conditions import Condition, DeadBlock, branches, condition_of, condition_within, else_of
from ipseclint.formats.netsh.flow import Flow
from ipseclint.formats.netsh.hosts import BATCH, MAX_LINE_CHARACTERS
from ipseclint.formats.netsh.labels import CALLS, JUMP, LinesSoFar
from ipseclint.formats.netsh.lines import WholeLines
from ipseclint.formats.netsh.loops import MAX_TURNS, Loop, OpenLoop, loop_of, with_files
from ipseclint.formats.netsh.unfollowed import Unfollowed
from ipseclint.formats.netsh.variables import Variables

_BEFORE_ANY = "%!"
"""The marks of variables expanded before a line runs; within a loop's block only `!` is left."""


class BatchLines:
    """Expands each line of one batch file into the lines that run, in order.

    `flow` must know a line before the next is asked for, since what runs may depend on it. `so_far` are the lines from
    the first label on, to which a jump may return.
    """

    def __init__(
        self, lines: WholeLines, flow: Flow, unfollowed: Unfollowed, files: RunFiles, variables: Variables
    ) -> None:
        self.so_far: LinesSoFar | None = None
        self._lines = lines
        self._flow = flow
        self._unfollowed = unfollowed
        self._files = files
        self._variables = variables
        self._loop: OpenLoop | None = None
        self._dead = DeadBlock()
        self._live: list[int] = []

    @property
    def is_open(self) -> bool:
        """Whether the next line is in a loop or a block that does not run, or belongs to an earlier one."""
        return self._loop is not None or self._dead.depth > 0 or self._lines.is_open

    def carried_out(self, line: Token, put_in: str = _BEFORE_ANY) -> Iterator[Token]:
        """The lines that run for a logical line, each to be read before the next is asked for."""
        if self._loop is not None:
            yield from self._go_on(self._loop, line)
        elif self._dead.depth:
            if (instead := self._dead.take(line, BATCH)) is not None:
                yield from self.carried_out(instead, put_in)
            self._passes(self._dead.behind)
        elif line.text.lstrip(" \t")[:1] == "(" and (held := condition_within(line)) is not None:
            yield from self.carried_out(held, put_in)
        elif (end := self._end_of_live(line)) is not None:
            yield end
        else:
            yield from self._filled_in(self._variables.expanded_before(line, put_in), put_in)

    def _filled_in(self, line: Token, put_in: str) -> Iterator[Token]:
        """The lines that run for a line whose variables are expanded."""
        first = line.text.lstrip(" \t@")[:3].casefold()
        if first.startswith("if") and (
            condition := condition_of(line, self._variables, self._is_there, has_succeeded=self._flow.is_zero)
        ):
            yield from self._decided(condition, put_in)
            return
        if first == "got" and (label := self._goes_round(line)) is not None:
            yield from self._again(*label)
            return
        if "*" in line.text and self._files.has_any:
            line = with_files(line, self._files, self._lines.path)
        loop = loop_of(line) if first == "for" else None
        if loop is None or self._files.turns + len(loop.items) > MAX_TURNS or loop.is_hidden([loop.body]):
            yield line
        elif loop.is_open:
            self._loop = OpenLoop(loop)
        else:
            yield from self._run(loop, [loop.body], put_in)

    def close(self) -> None:
        """Handle the end of the file: an unfinished loop does not run."""
        for line in () if self._loop is None else self._loop.lines:
            self._unfollowed.line(line)

    def _is_there(self, written: str) -> bool:
        """Whether a file is in this run."""
        return self._files.named(written, self._lines.path) is not None

    def _end_of_live(self, line: Token) -> Token | None:
        """The end of a block that ran, without its `else`; None for other lines."""
        while self._live and self._flow.depth < self._live[-1]:
            self._live.pop()
        parts = else_of(line) if self._live and self._flow.depth == self._live[-1] else None
        if parts is None:
            return None
        self._live.pop()
        end, other = parts
        self._dead.begin(other, BATCH)
        self._passes(self._dead.behind)
        return end

    def _passes(self, behind: Token | None) -> None:
        """Report what stands behind the end of a block that does not run, and may run itself."""
        if behind is not None:
            self._unfollowed.line(behind)

    def _decided(self, condition: Condition, put_in: str) -> Iterator[Token]:
        """The lines that run for a decided condition."""
        then, otherwise, behind = branches(condition.then)
        if otherwise is not None if condition.holds else otherwise is None:
            self._passes(behind)
        if condition.holds:
            jump = JUMP.fullmatch(then.text)
            passed = self.so_far if jump is not None and self._flow.at_rest else None
            label = None if jump is None or passed is None else passed.label(jump[1])
            if passed is None or label is None:
                yield from self.carried_out(then, put_in)
            else:
                yield from self._again(passed, label)
            if condition.is_block:
                self._live.append(self._flow.depth)
        elif condition.is_block:
            self._dead = DeadBlock(depth=1)
        elif otherwise is not None:
            yield from self.carried_out(otherwise, put_in)

    def _goes_round(self, line: Token) -> tuple[LinesSoFar, str] | None:
        """The label that a line jumps back to without condition, in a loop that ends by a jump that is decided."""
        jump = JUMP.fullmatch(line.text)
        passed = self.so_far if jump is not None and self._flow.at_rest else None
        label = None if jump is None or passed is None else passed.label(jump[1])
        if passed is None or label is None:
            return None
        is_decided = label in passed.running or (passed.may_end(label) and not self._flow.has_doubts_since(label))
        return (passed, label) if is_decided else None

    def _again(self, passed: LinesSoFar, label: str) -> Iterator[Token]:
        """The lines from a label on, once more for each jump back to it."""
        if label in passed.running:
            passed.running[label] = True
            return
        lines, passed.running[label] = passed.since(label), True
        while passed.running[label]:
            passed.running[label] = False
            self._files.turns += len(lines)
            if self._files.turns > MAX_TURNS:
                self._unfollowed.opens(
                    "goes back to a label too often: it is not followed", self._lines.line(lines[-1][0], lines[-1][1])
                )
                break
            for number, text, arguments in lines:
                if self._flow.jumps_over(text) and not self.is_open:
                    continue
                self._variables.end_command()
                if text == CALLS:
                    self._variables.enter(arguments)
                self._variables.arguments = arguments
                whole = self._lines.take(number, text)
                if whole is not None and len(whole.text) <= MAX_LINE_CHARACTERS:  # it was refused the first time
                    yield from self.carried_out(whole)
        del passed.running[label]

    def _go_on(self, loop: OpenLoop, line: Token) -> Iterator[Token]:
        """Take a line of a loop's block; the last one runs the loop."""
        loop.go_on(line)
        line = self._variables.expanded(line, "%")
        if loop.depth > 0:
            loop.lines.append(line)
            return
        self._loop = None
        is_whole = line.text.strip() == ")"
        if not is_whole or loop.loop.is_hidden(loop.lines):
            loop.lines += () if is_whole else (line,)
            for inner in loop.lines:
                self._unfollowed.line(inner)
            return
        yield from self._run(loop.loop, loop.lines, "!")

    def _run(self, loop: Loop, lines: list[Token], put_in: str) -> Iterator[Token]:
        """The lines of all rounds of a loop."""
        self._files.turns += len(loop.items)
        for item in loop.items:
            for line in lines:
                yield from self.carried_out(loop.turn(line, item), put_in)
