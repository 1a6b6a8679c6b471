"""Logical lines of a script, and lines that a batch file prints for netsh to read.

Continued lines are joined; comments and multi-line texts are dropped. A batch file prints lines to a file, from a block
in brackets, or through a pipe:

    echo ipsec static add policy name=P> p.txt          (echo pushd ipsec static            echo quit | netsh
    netsh -f p.txt                                       echo add policy name=P) | netsh
"""

from __future__ import annotations

import re
from itertools import pairwise

from msgspec.structs import replace

from ipseclint.formats.kit.run_files import RunFiles, file_name
from ipseclint.formats.kit.token import Token, joined
from ipseclint.formats.netsh.called_files import RUNS_FILE
from ipseclint.formats.netsh.command_words import (
    PRINTERS,
    calls_netsh,
    without_at,
)
from ipseclint.formats.netsh.flow import Flow
from ipseclint.formats.netsh.hosts import BATCH, POWERSHELL, Host
from ipseclint.formats.netsh.unfollowed import Unfollowed
from ipseclint.formats.netsh.words import Part
from ipseclint.late import late
from ipseclint.vocabulary.ipsec_tools import mention_in

MAX_CONTINUED_LINES = 10_000
"""How many lines one command may have (reasoned: cmd.exe takes 8,191 characters)."""
_COMMENT = late(r"[ \t]*(?:(?:@[ \t]*)?rem(?![^\s.,;:=+/\\]|[ \t]*[&|])|:|#)", re.IGNORECASE)
_SWALLOWED = late(r"[ \t]*(?:(?:@[ \t]*)?rem(?![ \t])|#)[^&|]*[&|]", re.IGNORECASE)
"""What looks like a comment of cmd.exe and may end at an operator."""
_TYPOGRAPHIC = dict.fromkeys(map(ord, "\u201c\u201d\u201e"), '"')
"""What PowerShell takes for a double quote besides (about_Quoting_Rules, language specification 2.3.5.2)."""
_OPEN_REMARK = late(r"[ \t]*(?:(?:@[ \t]*)?rem[ \t]+[^\s^]*|:[^\n]*?[^^\n]|:)(?:\^\^)*\^", re.IGNORECASE)
"""A remark of one word, or a label, with a caret at its end: cmd.exe may take the next line for a part of it."""
_END_OF_FILE = "\x1a"
"""What programs of DOS put behind the last line of a file, and cmd.exe takes for no part of it."""
_LOOP = late(
    r"(?:^|&|\b(?:do|else)\b)[ \t@(]{0,8}for[ \t]{1,8}(?:/[dlrf][ \t]{1,8}(?:\"[^\"\n]*\"[ \t]{1,8})?)?"
    r"%%?[^\s%][ \t]{1,8}in[ \t]{0,8}$",
    re.IGNORECASE,
)
"""A loop of cmd.exe before its set, which may go on in the next line: a line's end parts members as a blank does."""
_HERE_STRING = late(r"@(['\"])[ \t]*$")
_FENCE = late(r"[ \t]*`{3,}[ \t]*")
_ITEM = late(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+`(netsh\b[^`]*)`[ \t.]*", re.IGNORECASE)
"""An item of a list in Markdown that is one command."""
_READ_FROM = late(r"<[ \t]*(\"[^\"]+\"|[^\s<>|&\"]+)")


class WholeLines:
    """Joins physical lines, given one by one, to logical ones.

    `flow` is told of labels; `unfollowed` of texts over several lines, whose commands do not run.
    """

    def __init__(self, host: Host, path: str, flow: Flow, unfollowed: Unfollowed) -> None:
        self.path = path
        self._host = host
        self._flow = flow
        self._unfollowed = unfollowed
        self._pending: list[Token] = []
        self._in_text: str | None = None
        self._is_remark_open = self._is_in_set = False

    @property
    def goes_on(self) -> bool:
        """Whether the last line continues on the next."""
        return bool(self._pending)

    @property
    def is_open(self) -> bool:
        """Whether the next line belongs to an earlier one."""
        return bool(self._pending) or self._in_text is not None

    @property
    def is_remark_open(self) -> bool:
        """Whether the next line may continue a comment."""
        return self._is_remark_open

    def line(self, number: int, text: str) -> Token:
        """A physical line with its place."""
        return Token(text, self.path, number, 1)

    def take(self, number: int, line: str) -> Token | None:
        """The logical line completed by a physical one; None if there is none."""
        line = self._signs_read(line)
        if self._in_text is None and self._host is POWERSHELL and line.lstrip().startswith("<#"):
            self._in_text = "#>"
        if self._in_text is not None:
            return self._behind_text(number, line, self._in_text)
        if _FENCE.fullmatch(line):
            return self.end()
        if self._is_remark_open:
            self._is_remark_open = False
            if mention_in(line) is not None:
                message = "a caret ends the remark before this line, which may be a part of it: it is not read"
                self._unfollowed.says(message, self.line(number, line).strip())
                return None
        if not self._pending and _COMMENT.match(line):
            self._flow.arrive(line)
            self._is_remark_open = self._host is BATCH and _OPEN_REMARK.fullmatch(line) is not None
            if self._host is BATCH and _SWALLOWED.match(line):
                self._unfollowed.line(self.line(number, line))
            return None
        mark = self._host.continuation
        is_set_open = self._is_set_open(line)
        if mark is not None and _goes_on(line, mark) and (self._pending or not _ITEM.fullmatch(line)):
            self._go_on(number, line.rstrip()[:-1])
            return None
        if is_set_open:
            self._go_on(number, f"{line} ")
            return None
        whole = self.line(number, line)
        if self._host is POWERSHELL and (ends_with := _opens_text(line)):
            self._in_text = ends_with
            before, self._pending = self._pending, []
            self._unfollowed.line(joined([*before, whole]))
            return None
        if self._pending:
            self._pending.append(whole)
            return self.end()
        item = _ITEM.fullmatch(line)
        return whole.part(item.start(1), item.end(1)) if item else whole

    def _signs_read(self, line: str) -> str:
        """A line with the signs for which its host takes those that are written."""
        if self._host is POWERSHELL and "'" not in line:
            return line.translate(_TYPOGRAPHIC)
        return line.rstrip(_END_OF_FILE) if self._host is BATCH else line

    def _is_set_open(self, line: str) -> bool:
        """Whether a loop's set goes on behind a line."""
        loop, opened, members = line.rpartition("(")
        is_begun = self._host is BATCH and bool(opened) and ")" not in members and _LOOP.search(loop) is not None
        self._is_in_set = is_begun or (self._is_in_set and ")" not in line)
        return self._is_in_set

    def _go_on(self, number: int, line: str) -> None:
        """Record a continued line without its mark; past the limit only that there are more."""
        if len(self._pending) <= MAX_CONTINUED_LINES:
            self._pending.append(self.line(number, line))

    def end(self) -> Token | None:
        """The unfinished continuation at the end of the script."""
        pieces, self._pending = self._pending, []
        if len(pieces) > MAX_CONTINUED_LINES:
            message = f"a command over more than {MAX_CONTINUED_LINES:,} lines: it is not read"
            self._unfollowed.diagnostics.refused(message, pieces[0].span)
            return None
        return joined(pieces) if pieces else None

    def _behind_text(self, number: int, line: str, ends_with: str) -> Token | None:
        """The rest of a line behind the end of a comment or multi-line text, whose commands do not run."""
        at = line.find(ends_with) if ends_with != "#>" else line.find(ends_with) + 1 or -1
        if len(ends_with) == 2 and ends_with != "#>":
            at = 0 if line.startswith(ends_with) else -1
        if ends_with != "#>":
            self._unfollowed.line(self.line(number, line))
        if at < 0:
            return None
        behind = self.line(number, line).part(at + len(ends_with) - (ends_with == "#>"))
        self._in_text = _opens_text(behind.text)
        if self._in_text is not None:
            self._unfollowed.line(behind)
            return None
        return behind


class PrintedLines:
    """The lines that a batch file printed, by file or block.

    For each open block it is recorded whether it surely runs, and what it printed so far.
    """

    def __init__(self, files: RunFiles) -> None:
        self._files = files
        self._blocks: list[tuple[bool, list[Token]]] = []
        self._of_block: list[Token] = []

    def typed(self, parts: list[Part]) -> list[Token] | None:
        """The lines that `echo` pipes into netsh; None if the line does something else."""
        last = [word.text for word in without_at(parts[-1].words)]
        if parts[-1].separator != "|" or len(last) != 1 or not calls_netsh(last[0]):
            return None
        typed = without_at(parts[0].words)
        if len(parts) == 2 and len(typed) == 2 and typed[0].word == "type":
            return self._files.written(file_name(typed[1].text))
        lines = [_printed(part) for part in parts[:-1] if part.words]
        return [echoed for echoed in lines if echoed] if all(lines) else None

    def keeps(self, part: Part, words: tuple[Token, ...]) -> bool:
        """Record what `echo` writes to a file; whether the command does that."""
        if words[0].text.casefold() not in PRINTERS or not part.target:
            return False
        name = file_name(part.target.removeprefix(">>"))
        if not part.target.startswith(">>") or not self._files.is_known(name):
            self._files.write(name, [])
        if (echoed := _printed_words(words)) is not None:
            self._files.append(name, [echoed])
        return True

    def read_by(self, part: Part, words: tuple[Token, ...]) -> tuple[list[Token], tuple[Token, ...]] | None:
        """The lines that a call of netsh reads, and the words for their context; None if it reads none.

        They are in a file that this script wrote, or in a block in brackets.
        """
        if len(words) > 2 and words[-2].text.casefold() in RUNS_FILE:
            of_file = self._files.written(file_name(words[-1].text))
            if of_file is not None:
                return of_file, words[1:-2]
        if part.separator == "|":
            lines = self._of_block if len(words) == 1 else None
        else:
            file = _READ_FROM.search(part.raw) if part.fed else None
            lines = None if file is None else self._files.written(file_name(file[1].strip('"')))
        return (lines, words[1:]) if lines else None

    def take_block(self, part: Part, keyword: str, *, is_certain: bool) -> None:
        """Follow what commands in brackets print, and the file it is redirected to."""
        certain, printed = False, list[Token]()
        for _ in range(min(part.closes, len(self._blocks))):
            certain, printed = self._blocks.pop()
        if part.separator != "|":
            self._of_block = printed if certain else []
        if part.closes and part.target:
            self._files.write(file_name(part.target.removeprefix(">>")), printed if certain else None)
        if part.opens:
            self._blocks.append((is_certain, []))
        elif self._blocks and keyword in PRINTERS and not part.target and (echoed := _printed_words(part.words)):
            self._blocks[-1][1].append(echoed)


def _goes_on(line: str, mark: str) -> bool:
    """Whether a line ends in the continuation mark."""
    if mark == "`":
        return line.rstrip().endswith("`")
    # A caret at the end continues the line unless it is itself escaped or inside quotes.
    carets = len(line) - len(line.rstrip(mark))
    return carets % 2 == 1 and line.replace('^"', "").count('"') % 2 == 0


def _opens_text(line: str) -> str | None:
    """The end of the text that a line of PowerShell leaves open, if any."""
    if here := _HERE_STRING.search(line):
        return f"{here[1]}@"
    at = line.rfind("<#")
    if at >= 0 and line.find("#>", at) < 0:
        return "#>"
    return _open_quote(line)


def _open_quote(line: str) -> str | None:
    """The quotation mark that a line of PowerShell leaves open."""
    if line.count('"') % 2 == 0 and line.count("'") % 2 == 0:
        return None
    in_word = False
    for token in POWERSHELL.tokens.finditer(line):
        kind, text = token.lastgroup, token[0]
        if kind == "comment" and not in_word:
            return None
        if kind in {"quoted", "literal"} and (len(text) < 2 or text[-1] != text[0]):
            return text[0]
        in_word = kind != "space"
    return None


def _printed(part: Part) -> Token | None:
    """What `echo` prints, with its place; None for another command."""
    words = without_at(part.words)
    return None if part.redirected or not words or words[0].text.casefold() not in PRINTERS else _printed_words(words)


def _printed_words(words: tuple[Token, ...]) -> Token | None:
    """The words that `echo` prints as one text, quotes restored: around all of a word that has them in its midst."""
    pieces: list[Token] = []
    for before, word in pairwise(words):
        if before.end != (word.line, word.column - word.quoted):
            pieces.append(replace(word, text=" ", breaks=(), column=word.column - 1))
        is_quoted = word.quoted or " " in word.text
        pieces.append(word.standing_for(f'"{word.text}"') if is_quoted else word)
    return replace(joined(pieces).strip(), quoted=False) if pieces else None
