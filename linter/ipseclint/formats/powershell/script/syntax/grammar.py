"""Syntax trees of a script, with offsets into its text."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterator
from operator import itemgetter

import tree_sitter_powershell
from msgspec.structs import astuple
from tree_sitter import Language, Node, Parser, Range, Tree

from ipseclint.formats.kit.token import OpenToken, Token, token_at
from ipseclint.formats.netsh.cmdlet_signs import SIGNS_OF_DOCUMENTS
from ipseclint.formats.powershell.script.syntax.masking import masked
from ipseclint.formats.powershell.script.values.value import TO_FILL_IN, Unknown, Value, text_of
from ipseclint.late import late
from ipseclint.source import Span

_LANGUAGE = Language(tree_sitter_powershell.language())
_LINE_END = late(r"\r\n|\n|\r")
_CONTINUED = late(rb"`[\r ]*+\Z")
_MAX_LINE_END_CHARACTERS = 80
"""How many blanks and signs at the end of a line are looked at for what continues it (reasoned)."""
_EMPTY_BLOCK = late(r"^[ \t]*(?:begin|end|dynamicparam)\b\s{0,200}\{\s{0,200}\}", re.IGNORECASE | re.MULTILINE)
_CONFIGURATION = late(r"^[ \t]*configuration[ \t]+['\"]?\w++['\"]?\s*+\{", re.IGNORECASE | re.MULTILINE)
_RESOURCE = late(r"^[ \t]*\w++(?:[ \t]++(?:\"[^\"\r\n]*+\"|[^\s{}]++))?+[ \t]*+\r?\n[ \t]*+\{", re.MULTILINE)
"""A configuration of DSC, and a resource in it, whose block the grammar would not take for its own."""
_SETS = late(r"\$(\w++)[ \t]*+[-+*/?]{0,2}=(?!=)")
_VISIBLE = late(r"\S")
_BRACKET = late(r"[()\[\]{}]|\n|@(['\"])[ \t]*+\r?\n.*?(?:\n\1@|\Z)", re.DOTALL)
"""A bracket, or a possible end of a statement; a here-string is skipped as a whole, as its quotes are masked."""
_MAX_PIECES = 10_000
_MAX_REPAIRS = 20
"""How many pieces of a script with syntax errors are repaired (reasoned)."""


_MAX_LINES_LEFT_OUT = 40
_MAX_REPAIRED_BYTES = 2_000_000
"""How many lines of one piece are left out to parse the rest, and how much is parsed again for it (reasoned)."""

MAX_CODE_BYTES = 2_000_000
"""How much of a script is parsed, not counting blanks, comments and what is quoted (reasoned: 20,000 commands have
less; a tree takes up to 500 times as much memory as its code).
"""

_MIN_REPORTS = 1_000
_BYTES_A_REPORT = 20
"""How often the parser may report on its way before it is stopped (reasoned: four times as often as without errors)."""

_MAX_MADE_CHARACTERS = 200_000
"""How many characters of text that a script builds and runs are read (reasoned: far more than any does)."""


PROFILE = "<VPNProfile"
"""How a VPN profile begins."""


def _has_document(text: str) -> bool:
    """Whether a text may hold a document of another format."""
    folded = text.lower()
    return any(map(folded.__contains__, SIGNS_OF_DOCUMENTS))


class Syntax:
    """The text of one script and its trees. Offsets count characters of the whole input from 0.

    `folded` are the offsets of line ends that are blanks for whatever runs the script.
    """

    def __init__(
        self, text: str, path: str, ranges: tuple[tuple[int, int], ...] = (), folded: Collection[int] = ()
    ) -> None:
        self._starts = _line_starts(text)
        self.text = "".join(" " if at in folded else sign for at, sign in enumerate(text)) if folded else text
        self.path = path
        self.ranges = ranges or ((0, len(text)),)
        self.has_document = _has_document(text)
        self.errors: list[tuple[int, int]] = []
        self.refused: list[tuple[int, int]] = []
        self._known_errors = 0
        self._set_in_errors: frozenset[str] = frozenset()
        self._trees: list[Tree] = []
        self._fragments: dict[tuple[int, int], Node] = {}
        self._bytes = b""
        self._repaired_bytes = 0
        self._files: list[tuple[int, str]] = [(0, path)]
        self._first_lines = [0]
        self._made: list[tuple[int, int, int, int]] = []
        self._made_roots: dict[tuple[str, int, int], list[Node]] = {}
        self._made_characters = 0

    def roots(self) -> list[Node]:
        """The programs in the text, in order; statements that PowerShell would not parse are in `errors`.

        Parts too large to parse are in `refused`.
        """
        self._bytes = self._masked(self.ranges)
        return [root for start, end in self.ranges for root in self._programs(start, end)]

    @property
    def set_in_errors(self) -> frozenset[str]:
        """The folded names of variables that are set in statements that PowerShell would not parse."""
        if not self.errors:
            return frozenset()
        if self._known_errors != len(self.errors):
            self._known_errors = len(self.errors)
            found = (_SETS.finditer(self.text, start, end) for start, end in self.errors)
            self._set_in_errors = frozenset(match[1].casefold() for each in found for match in each)
        return self._set_in_errors

    def shows_again(self, first: tuple[int, int], later: tuple[int, int]) -> bool:
        """Whether a block of a document repeats, word for word, a command of an earlier block."""
        first_block, later_block = (
            next((block for block in self.ranges if block[0] <= start < block[1]), None)
            for start in (first[0], later[0])
        )
        return first_block != later_block and self.text[slice(*first)].split() == self.text[slice(*later)].split()

    def _programs(self, start: int, end: int) -> list[Node]:
        """The programs in a part of the masked text."""
        if end > MAX_CODE_BYTES and end - sum(map(self._bytes[:end].count, (b" ", b"\r", b"\n"))) > MAX_CODE_BYTES:
            self.refused.append((start, end))
            return []
        root = self._parse(self._bytes[start:end], start)
        return [root] if root is not None and not root.has_error else self._in_pieces(start, end)

    @property
    def files(self) -> list[tuple[str, int, int]]:
        """The files that make up the text: path, start and end offset."""
        ends = [*(start - 1 for start, _ in self._files[1:]), len(self.text)]
        made = {start for start, *_ in self._made}
        return [(path, start, end) for (start, path), end in zip(self._files, ends, strict=True) if start not in made]

    def append_data(self, text: str, path: str) -> tuple[int, int]:
        """Append the text of another file, which is no script; its offsets."""
        start = self._append(text, path)
        self._bytes += b"\n" + b" " * len(text)
        return start, len(self.text)

    def _append(self, text: str, path: str) -> int:
        start = len(self.text) + 1
        self._first_lines.append(len(self._starts))
        self._files.append((start, path))
        self._starts.append(start)
        self._starts.extend(start + each for each in _line_starts(text)[1:])
        self.text += "\n" + text
        self.has_document = self.has_document or _has_document(text)
        return start

    def append(self, text: str, path: str) -> list[Node]:
        """Append another script; its programs, whose places are in that file."""
        start = self._append(text, path)
        self._bytes += b"\n" + self._masked(((start, len(self.text)),))[start:]
        return self._programs(start, len(self.text))

    def made(self, text: str, start: int, end: int) -> list[Node] | None:
        """The programs in a text that the script builds and runs; their place is where it is built.

        None for more text than the limit.
        """
        start, end = self._origin(start, end)
        key = (text, start, end)
        if key not in self._made_roots:
            self._made_characters += len(text)
            if self._made_characters > _MAX_MADE_CHARACTERS:
                return None
            begin = len(self.text) + 1
            self._made.append((begin, begin + len(text), start, end))
            self._made_roots[key] = self.append(text, self._in_file(start, self._line(start)[0])[0])
        return self._made_roots[key]

    @property
    def code(self) -> str:
        """The text with quotes and comments blanked, of the same length; available after `roots`."""
        return self._bytes.decode("ascii")

    def has_fragment(self, start: int, end: int) -> bool:
        """Whether a part was parsed as a program."""
        return (start, end) in self._fragments

    def fragment(self, start: int, end: int) -> Node:
        """The program in a part of the text, such as `$(...)` in a string."""
        if (start, end) not in self._fragments:
            piece = masked(self.text[start:end]).text.encode("ascii")
            root = self._parse(piece, start)
            if root is None:
                self.errors.append((start, end))
                root = self._tree_of(b"", start)
            self._fragments[start, end] = root
        return self._fragments[start, end]

    def source(self, node: Node) -> str:
        """The source text of a node."""
        return self.text[node.start_byte : node.end_byte]

    def span(self, start: int, end: int) -> Span:
        """The place between two offsets; if it covers several lines, its part on the first."""
        start, end = self._origin(start, end)
        line, begin = self._line(start)
        stop = min(end, self._line_stop(line))
        path, number = self._in_file(start, line)
        return Span(path, number, start - begin + 1, max(stop - start, 1))

    def offset(self, path: str, line: int, column: int) -> int:
        """The offset of a place."""
        before = next(first for first, (_, name) in zip(self._first_lines, self._files, strict=True) if name == path)
        return self._starts[before + line - 1] + column - 1

    def spans(self, start: int, end: int) -> list[Span]:
        """The places between two offsets, one for each line."""
        spans = []
        start, end = self._origin(start, end)
        while start < end:
            line, begin = self._line(start)
            stop = min(end, self._line_stop(line))
            if stop > start:
                path, number = self._in_file(start, line)
                spans.append(Span(path, number, start - begin + 1, stop - start))
            start = self._starts[line] if line < len(self._starts) else end
        return spans

    def next_line(self, offset: int) -> int:
        """The offset of the next line, or the end of the text."""
        line, _ = self._line(offset)
        return self._starts[line] if line < len(self._starts) else len(self.text)

    def token(self, value: Value) -> Token:
        """A value as text with its place; an unknown one as its source text."""
        data, start, end = value
        written = self.text[start:end]
        if isinstance(data, Unknown):
            return OpenToken(*astuple(self.token(Value(_shown(data, written), start, end))))
        text = text_of(value)
        if text == written and "\n" not in text and "\r" not in text and self._origin(start, end) == (start, end):
            line, begin = self._line(start)
            path, number = self._in_file(start, line)
            return Token(text, path, number, start - begin + 1)
        return token_at(text, self.span(start, end))

    def _origin(self, start: int, end: int) -> tuple[int, int]:
        """The place where the text between two offsets was built; the offsets themselves if it was written there."""
        if not self._made:
            return start, end
        index = bisect_right(self._made, start, key=itemgetter(0)) - 1
        if index < 0 or start > self._made[index][1]:
            return start, end
        return self._made[index][2:]

    def _line(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, self._starts[line - 1]

    def _in_file(self, offset: int, line: int) -> tuple[str, int]:
        """The file that an offset is in, and the line's number in that file."""
        if len(self._files) == 1:
            return self.path, line
        index = bisect_right(self._files, offset, key=itemgetter(0)) - 1
        return self._files[index][1], line - self._first_lines[index]

    def _line_stop(self, line: int) -> int:
        if line >= len(self._starts):
            return len(self.text)
        end = self._starts[line]
        return end - (2 if self.text[end - 2 : end] == "\r\n" else 1)

    def _masked(self, ranges: tuple[tuple[int, int], ...]) -> bytes:
        pieces, at = [], 0
        for start, end in ranges:
            shown = masked(self.text[start:end])
            if shown.unclosed is not None:
                begin = start + shown.unclosed
                self.errors.append((begin, min(end, begin + 1)))
            pieces += [" " * (start - at), shown.text]
            at = end
        pieces.append(" " * (len(self.text) - at))
        shown_code = "".join(pieces).replace("\t", " ")  # the grammar takes no tab behind a text
        if "process" in shown_code.casefold():  # the grammar takes blocks of a script's body for commands, none empty
            shown_code = _EMPTY_BLOCK.sub(lambda match: _VISIBLE.sub(" ", match[0]), shown_code)
        if "configuration" in shown_code.casefold() and _CONFIGURATION.search(shown_code):
            shown_code = _RESOURCE.sub(lambda match: match[0].replace("\r", " ").replace("\n", " "), shown_code)
        return shown_code.encode("ascii")

    def _parse(self, piece: bytes, start: int) -> Node | None:
        """The program in a piece of the text; None if it has so many errors that parsing was stopped."""
        try:
            return self._tree_of(piece, start)
        except ValueError:
            return None

    def _tree_of(self, piece: bytes, start: int) -> Node:
        """The tree of a piece, which alone is copied; offsets are of the whole text. Raises ValueError if it is slow.

        At each error the parser goes back over what it has read, so many errors take the square of their number;
        without any, it reports progress once in 75 bytes.
        """
        left = _MIN_REPORTS + len(piece) // _BYTES_A_REPORT

        def takes_long(_at: int, _has_error: bool) -> bool:
            nonlocal left
            left -= 1
            return left < 0

        parser = Parser(_LANGUAGE)
        parser.included_ranges = [Range((0, 0), (0, 0), start, start + len(piece))]
        tree = parser.parse(
            lambda at, _point: piece[at - start :] if at >= start else b" " * (start - at),
            progress_callback=takes_long,
        )
        self._trees.append(tree)
        return tree.root_node

    def _in_pieces(self, start: int, end: int) -> list[Node]:
        """The programs of a text with errors: each statement parsed alone, without the lines that belong to none."""
        roots: list[Node] = []
        for index, (begin, stop) in enumerate(self._pieces(start, end)):
            root = self._parse(self._bytes[begin:stop], begin)
            if root is not None and not root.has_error:
                roots.append(root)
            elif root is None or index > _MAX_PIECES or len(self.errors) >= _MAX_REPAIRS:
                self.errors.append((begin, stop))
            else:
                roots += self._repaired(root, begin, stop)
        return roots

    def _repaired(self, root: Node, start: int, end: int) -> list[Node]:
        """The program without the lines that have errors; empty if that does not help."""
        piece = self._bytes[start:end]
        left_out: list[tuple[int, int]] = []
        for _ in range(_MAX_LINES_LEFT_OUT):
            self._repaired_bytes += end - start
            if self._repaired_bytes > _MAX_REPAIRED_BYTES:
                break
            error = _first_error(root)
            if error is None:
                self.errors += left_out
                return [root]
            begin, stop = _logical_line(piece, min(error.start_byte, end - 1) - start)
            if not piece[begin:stop].strip():
                break
            left_out.append((start + begin, start + stop))
            piece = piece[:begin] + b" " * (stop - begin) + piece[stop:]
            without = self._parse(piece, start)
            if without is None:
                break
            root = without
        if root.has_error:
            self.errors.append((start, end))
            return []
        self.errors += left_out
        return [root]

    def _pieces(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The top-level statements, roughly: lines up to one at whose end no bracket is open."""
        text = self._bytes[start:end].decode("ascii")
        depth, begin = 0, 0
        for match in _BRACKET.finditer(text):
            if match[1]:
                continue
            if match[0] != "\n":
                depth = max(0, depth + (1 if match[0] in "([{" else -1))
            elif depth == 0 and not text[begin : match.start()].strip():
                begin = match.end()
            elif depth == 0 and _is_whole(text[begin : match.start()]) and not _goes_on(text, begin, match.end()):
                yield start + begin, start + match.start()
                begin = match.end()
        if text[begin:].strip():
            yield start + begin, end


_LITERAL = late(r"['\"]?[\w.:/%*, +-]*+['\"]?")
"""Source text of an unknown value that looks like a known one."""


def _shown(unknown: Unknown, written: str) -> str:
    """The text that represents an unknown value: its source, or `why` if the source is one of its possible values."""
    is_command = unknown.why.startswith("what `") or unknown.why in {"", TO_FILL_IN}
    return written if is_command or _LITERAL.fullmatch(written) is None else unknown.why


_HEAD = late(
    r"(?:\[\w[\w.]*+[ ]*\((?:[^\n]*|[^\[\]]*+)\)\]\s*)*+(?:param(?:\s*\(.*\))?|function|filter)?",
    re.IGNORECASE | re.DOTALL,
)
"""Attributes and parameters of a script, which the grammar takes with a statement behind them only, or the word before
the name of a function."""
_GOES_ON = late(r"\s*(?:else|elseif|catch|finally|until|while)\b", re.IGNORECASE)
_BLOCK_FOLLOWS = late(r"\s*\{")
_TAKES_BLOCK = late(
    r"\s*+(?:\}\s*+)?(?:begin|catch|do|else|elseif|end|filter|finally|for|foreach|function|if|process|switch|trap|try|while)\b",
    re.IGNORECASE,
)


def _line_starts(text: str) -> array[int]:
    """The offsets of line starts, eight bytes each since there may be millions."""
    starts = array("Q", [0])
    starts.extend(match.end() for match in _LINE_END.finditer(text))
    return starts


def _logical_line(text: bytes, at: int) -> tuple[int, int]:
    """The start and end of the logical line at an offset, with its continuation lines."""
    begin = text.rfind(b"\n", 0, at) + 1
    while begin > 0 and _CONTINUED.search(text, max(0, begin - _MAX_LINE_END_CHARACTERS), begin - 1):
        begin = text.rfind(b"\n", 0, begin - 1) + 1
    stop = at
    while True:
        line_end = text.find(b"\n", stop)
        stop = len(text) if line_end < 0 else line_end
        if stop >= len(text) or not _CONTINUED.search(text, max(begin, stop - _MAX_LINE_END_CHARACTERS), stop):
            return begin, stop
        stop += 1


def _is_whole(text: str) -> bool:
    """Whether a line that leaves no bracket open may end a statement."""
    stripped = text.strip()
    return bool(stripped) and not stripped.endswith(("`", "|", ",")) and _HEAD.fullmatch(stripped) is None


def _goes_on(text: str, begin: int, at: int) -> bool:
    """Whether the text at `at` continues the statement that begins at `begin`."""
    if _GOES_ON.match(text, at, at + 200):
        return True
    return bool(_BLOCK_FOLLOWS.match(text, at, at + 200) and _TAKES_BLOCK.match(text, begin, begin + 200))


def _first_error(node: Node) -> Node | None:
    """The first error or missing node in a tree."""
    while node.has_error and not (node.is_error or node.is_missing):
        child = next((child for child in node.children if child.has_error or child.is_error or child.is_missing), None)
        if child is None:
            return node
        node = child
    if node.is_error and node.start_byte < node.end_byte:
        children = [child for child in node.children if child.is_error or child.has_error]
        return children[0] if children else node
    return node if node.is_error or node.is_missing else None
