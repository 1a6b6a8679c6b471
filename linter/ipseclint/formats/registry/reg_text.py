"""`.reg` files of regedit and `reg export` (version 5 and REGEDIT4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.token import LEFT_OUT, TAGS, TO_FILL_IN, Token, joined, token_at
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.registry.policy import concerns_ipsec, decode
from ipseclint.formats.registry.tree import ESCAPE, TEXTS, TOO_DEEP, Key, Kind, Value, unescaped
from ipseclint.late import late, late_names
from ipseclint.source import Source, Span, lines_of_text
from ipseclint.vocabulary.ipsec_tools import mention_in

if TYPE_CHECKING:
    from ipseclint.formats.kit.templates import without_statements
else:
    (without_statements,) = late_names("ipseclint.formats.kit.templates", "without_statements")

_HEADER = late(r"\ufeff?\s*(?:Windows Registry Editor Version 5\.00|REGEDIT4)\b")
_LIKE_HEADER = late(
    r"\ufeff?\s*(?:Windows[ ]?Registry[ ]?Editor\b[^\r\n]{0,30}|REGEDIT\d{0,4})[ \t]*(?=\r?(?:\n|\Z))", re.IGNORECASE
)
"""A line that was meant to be the first of such a file."""
_PATH = r"(?:HKEY_[A-Z_]{4,20}|HKLM)\\[^\r\n\]]{1,400}"
_BEGUN = late(rf"[ \t]*(\[?)(-?)({_PATH})(\]?)", re.IGNORECASE)
"""A key, whose brackets may be missing."""
_FAULT_OF_KEY = {
    (False, False): "a key without its brackets",
    (False, True): "a key without its opening bracket",
    (True, False): "a key without its closing bracket",
    (True, True): "text behind the closing bracket of a key",
}
"""What is wrong with the line of a key, by whether it has its opening and its closing bracket."""
_PASTED = late(
    rf"\s*(?:(?:\[-?{_PATH}|{_PATH}\])[^\r\n]{{0,400}}\r?\n(?:[^\r\n]{{0,400}}\r?\n){{0,20}}?|{_PATH}\r?\n)[ \t]*+"
    r"(?:@|\"?[\w*().-](?:[\w *().-]{0,98}[\w*().-])?\"?)[ \t]*+=[ \t]*+(?:\"|dword:|hex)",
    re.IGNORECASE,
)
"""A key with a value below, pasted without the first line of its file."""
_VALUE_ALONE = late(r"\s*(\"[\w-]{1,100}\"[ \t]*=[ \t]*(?:dword:|hex)[^\r\n]{1,100})", re.IGNORECASE)
"""A value, pasted without its key."""
_KEY = late(r"\s*\[(-?)([^\r\n]*)\][ \t]*(?:;[^\r\n]*)?")
_NAME = late(r"\s*(?:@|\"((?:[^\"\\]|\\.)*)\")\s*=\s*")
_TEXT = late(r'"([^"\\]*)"="(.*)"')
"""A value with a text on its own line, as regedit writes most, if no quotation mark without an escape stands in it."""
_HALF_NAME = late(r"[ \t]*+(?:\"[^\"=]{1,400}|[^\"=]{1,400}\")[ \t]*=")
_NO_DIGITS = late(r"[ \t]*[\[\"@]")
"""How a line begins that is a key or a value, and no more digits of the one above."""
_NOTHING = late(r"[ \t]*(?:;.*)?\Z")
"""What may stand behind a text that ends on another line: a comment."""
_NO_QUOTE = late(r"[^\"]*(?:;.*)?\Z")
"""What stands behind one on its own line: a comment, or the mark that a document sets behind code."""
_HEX = late(r"hex(?:\(([0-9a-f]+)\))?:", re.IGNORECASE)
_DWORD = late(r"dword:[ \t]*([0-9a-f]{1,8})(?![\w.,%-]|\{\{|\[\[|[$#]\{|\$\(|<%|@@)", re.IGNORECASE)
_OPEN = late(
    rf"[0-9a-f]{{0,8}}(?:{TO_FILL_IN}|\{{\{{[^{{}}\r\n]{{1,80}}\}}\}}|\[\[[^\[\]\r\n]{{1,80}}\]\]|<%[^%\r\n]{{1,80}}%>"
    r"|<[^<>\r\n]{1,80}>|[$#]\{[^{}\r\n]{1,80}\}|\$\([^()\r\n]{1,80}\)|\$\w{1,60}|\{\d{1,2}(?::x\d{0,2})?\}"
    r"|%(?!%)[^%\s]{1,60}%|!\w{1,60}!|x{2,8}|\?{1,8})[0-9a-f]{0,8}",
    re.IGNORECASE,
)
"""A value, or some of its digits, that a template, a task that replaces tokens or a person fills in."""
_FILLED_IN = late(r"\{\{[^{}\r\n]{1,80}\}\}|<%=[^%\r\n]{1,80}%>|\$\{[^{}\r\n]{1,80}\}")
"""A line that a template fills in."""
_UP_TO_QUOTE = late(r'[^"\\]*(?:\\.[^"\\]*)*"')
_RUNS = frozenset({"run", "runonce", "runonceex", "runservices", "runservicesonce"})
"""Keys whose values are commands that Windows runs, folded."""
_TYPE = "dword:"
_NO_HEADER = "not the first line of a registry file, `Windows Registry Editor Version 5.00` or `REGEDIT4`"
_UNCLOSED = "a text without its closing quotation mark"
_DIGITS_PER_BYTE = 3
_MAX_CONTINUED_LINES = 100_000
"""How many lines one value may take (reasoned: 64 KB of hexadecimal digits take 3,000)."""


def recognise(source: Source) -> bool:
    """Whether it begins like a `.reg` file, or with a key or a value of one, whichever keys it has."""
    head = source.head_text
    if _HEADER.match(head) is not None or _PASTED.match(head) is not None:
        return True
    if (alone := _VALUE_ALONE.match(head)) is not None:
        return mention_in(alone[1]) is not None
    header = _LIKE_HEADER.match(head)
    return header is not None and _PASTED.match(head, header.end()) is not None


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The policy in the keys that concern IPsec."""
    if "%" in text and any(map(text.__contains__, TAGS)):
        text = without_statements(text, diagnostics)
    reader = _Reader(text, diagnostics)
    return decode(reader.read(), diagnostics, is_whole=not reader.takes_out)


class _Reader:
    """Reads the lines of one file into a tree; `_row` is the next line, from 0.

    `takes_out`: it takes a value or a key out, as no export does.
    """

    def __init__(self, text: str, diagnostics: Diagnostics) -> None:
        self.takes_out = False
        self._path = diagnostics.path
        self._diagnostics = diagnostics
        self._lines = lines_of_text(text)
        self._row = 0
        self._ansi = text.lstrip().startswith("REGEDIT4")

    def read(self) -> Key:
        """The tree of the keys that concern IPsec."""
        tree = Key.root(self._path)
        key: Key | None = None
        runs = False
        is_in_key = not self._has_first_line()
        while self._row < len(self._lines):
            line = self._lines[self._row]
            self._row += 1
            if key is not None and line.startswith('"'):  # as most do
                if (value := self._whole(line)) is not None:
                    key.set(value)
                else:
                    self._value(key, self._token(line))
            elif key is not None and LEFT_OUT.fullmatch(line.strip()) is not None:
                self._diagnostics.cut_short(self._token(line).strip().span)
            elif (match := _KEY.fullmatch(line)) is not None or _begins_key(line):
                is_in_key = True
                key = self._key(tree, match) if match is not None else self._damaged_key(tree, line, key)
                runs = match is not None and not match[1] and match[2].casefold().rpartition("\\")[2] in _RUNS
            elif _HEADER.match(line) is not None:
                key, is_in_key = None, False  # another file, pasted behind the first
            elif key is not None and line.strip() and not line.lstrip().startswith(";"):
                self._value(key, self._token(line))
            elif runs and mention_in(ESCAPE.sub(r"\1", line)) is not None:
                message = "a command that Windows runs at a start or a logon sets IPsec policy here: it is not followed"
                self._diagnostics.not_understood(message, self._token(line).span)
            elif not is_in_key and _NAME.match(line) is not None:
                self._diagnostics.malformed("a value before any key", self._token(line).strip().span)
        return tree

    def _has_first_line(self) -> bool:
        """Whether a text has the first line of a file, perhaps damaged, which is noted."""
        at, line = next(((at, line) for at, line in enumerate(self._lines) if line.strip()), (0, ""))
        if _HEADER.match(line) is not None:
            return True
        is_like = _LIKE_HEADER.match(line) is not None
        if is_like or self._path.casefold().endswith(".reg"):
            self._row = at + is_like
            self._diagnostics.malformed(_NO_HEADER, Token(line, self._path, at + 1, 1).strip().span)
        return is_like or _VALUE_ALONE.match(line) is not None

    def _token(self, line: str) -> Token:
        """The last line read, with its place."""
        return Token(line, self._path, self._row, 1)

    def _damaged_key(self, tree: Key, line: str, above: Key | None) -> Key | None:
        """The key of a line that lacks a bracket; None if deleted, of no concern or not clear."""
        begun = _BEGUN.match(line)
        if begun is None and above is not None:
            self._diagnostics.malformed("neither a key nor a value", self._token(line).strip().span)
        if begun is None or not concerns_ipsec(begun[3].strip()):
            return None
        path = self._token(line).part(begun.start(3), begun.end(3)).strip()
        self._diagnostics.malformed(_FAULT_OF_KEY[bool(begun[1]), bool(begun[4])], path.span)
        return None if begun[2] else tree.make(path.text, path.span)

    def _key(self, tree: Key, match: re.Match[str]) -> Key | None:
        path = match[2]
        if not concerns_ipsec(path):
            if match[1]:
                tree.delete(path)
            return None
        span = Span(self._path, self._row, match.start(2) + 1, max(1, len(path)))
        key = tree.make(path, span)
        if key is None:
            self._diagnostics.malformed(TOO_DEEP, span)
        elif match[1]:
            self.takes_out = True
            key.take_out_all(span)
            return None
        return key

    def _no_value(self, line: Token) -> None:
        """Note a line below a key that is no value."""
        shown = line.strip()
        if _FILLED_IN.fullmatch(shown.text) is not None:
            self._diagnostics.filled_in_later(shown.text, shown.span)
            return
        half = _HALF_NAME.match(line.text) is not None
        what = "a value whose name lacks a quotation mark" if half else "neither a key nor a value"
        self._diagnostics.malformed(what, shown.span)

    def _whole(self, line: str) -> Value | None:
        """The value with a text that stands on its own line alone; None if it is written otherwise."""
        match = _TEXT.fullmatch(line)
        if match is None or not _is_whole(text := match[2]):
            return None
        written = Token(text, self._path, self._row, match.start(2) + 1)
        return Value(match[1], Kind.SZ, written, is_escaped="\\" in text)

    def _value(self, key: Key, line: Token) -> None:
        match = _NAME.match(line.text)
        if match is None:
            self._no_value(line)
            return
        name = ESCAPE.sub(r"\1", match[1] or "")
        data = line.part(match.end())
        if data.text.startswith('"'):
            if (text := self._string(data)) is not None:
                key.set(Value(name, Kind.SZ, text))
        elif data.text.strip() == "-":
            named = line.part(*match.span(1)) if match[1] else line.part(0, match.end()).strip()
            key.take_out(token_at(name, named.span))
            self.takes_out = True
        elif (dword := _DWORD.match(data.text)) is not None:
            digits = data.part(dword.start(1), dword.end(1))
            key.set(Value(name, Kind.DWORD, digits, number=int(dword[1], 16)))
        elif (open_at := self._open(data)) is not None:
            if open_at.column > data.column:  # the type of a value that is filled in whole is not known either
                key.set(Value(name, Kind.DWORD, open_at, is_open=True))
        elif data.text[: len(_TYPE)].casefold() == _TYPE:
            message = f"the value {quoted(name)} holds something else than up to eight hexadecimal digits"
            self._diagnostics.malformed(message, data.strip().span)
        elif (prefix := _HEX.match(data.text)) is not None:
            kind = int(prefix[1], 16) if prefix[1] and len(prefix[1]) <= 8 else Kind.BINARY
            value = self._binary(name, kind, self._digits(data.part(prefix.end())))
            if value is not None:
                key.set(value)
        else:
            self._diagnostics.malformed(f"the value {quoted(name)} is of an unknown type", data.span)

    def _open(self, data: Token) -> Token | None:
        """What is to be filled in, as a number or with its type, which is noted; None if nothing is."""
        number = data.part(len(_TYPE) if data.text[: len(_TYPE)].casefold() == _TYPE else 0).strip()
        if _OPEN.fullmatch(number.text) is None:
            return None
        self._diagnostics.filled_in_later(number.text, number.span)
        return number

    def _string(self, data: Token) -> Token | None:
        """A quoted text, which may contain line breaks; None if nothing ends it, and then only its own line is read.

        A quotation mark with anything behind it does not end it: it belongs to a line below.
        """
        pieces: list[Token] = []
        piece = data.part(1)
        row = self._row
        while True:
            end = _closing_quote(piece.text)
            pieces.append(unescaped(piece.part(0, end)))
            is_own_line = self._row == row
            if end is not None and (_NO_QUOTE if is_own_line else _NOTHING).match(piece.text, end + 1):
                return joined([piece for piece in pieces if piece.text] or pieces[-1:])
            if end is not None or self._row == len(self._lines) or len(pieces) > _MAX_CONTINUED_LINES:
                break
            line = self._lines[self._row]
            self._row += 1
            piece = Token("\n" + line, self._path, self._row, 0)
        is_behind = end is not None and is_own_line
        what = "a text with more behind its closing quotation mark" if is_behind else _UNCLOSED
        self._row = row
        self._diagnostics.malformed(what, data.span)
        return None

    def _digits(self, data: Token) -> Token:
        """The digits of a binary value, over all its lines."""
        pieces: list[Token] = []
        piece = data
        while True:
            text = piece.strip()
            if not text.text.endswith("\\") or len(pieces) > _MAX_CONTINUED_LINES:
                pieces.append(text)
                return joined(pieces)
            following = self._lines[self._row] if self._row < len(self._lines) else ""
            if _NO_DIGITS.match(following):
                pieces.append(text)  # the backslash is no digit, which is said of all that there is
                return joined(pieces)
            pieces.append(text.part(0, len(text.text) - 1).strip())
            self._row = min(self._row + 1, len(self._lines))
            piece = Token(following, self._path, self._row, 1)

    def _binary(self, name: str, kind: int, digits: Token) -> Value | None:
        try:
            data = bytes.fromhex(digits.text.replace(",", " "))
        except ValueError:
            self._diagnostics.malformed(
                f"the value {quoted(name)} holds something else than hexadecimal digits", digits.span
            )
            return None
        if kind in TEXTS:
            return Value(name, kind, self._text_of(data, digits), data=data)
        number = int.from_bytes(data, "little") if kind in {Kind.DWORD, Kind.QWORD} and len(data) in {4, 8} else None
        return Value(name, kind, digits, number=number, data=data)

    def _text_of(self, data: bytes, digits: Token) -> Token:
        width = 1 if self._ansi else 2
        whole = data[: len(data) // width * width]
        text = whole.decode("cp1252" if self._ansi else "utf-16-le", errors="replace").rstrip("\0")
        per_character = width * _DIGITS_PER_BYTE
        breaks = tuple((offset // per_character, line, column) for offset, line, column in digits.breaks)
        return Token(text, self._path, digits.line, digits.column, breaks, stride=per_character)


def _begins_key(line: str) -> bool:
    """Whether a line that is no key was meant as one."""
    return line.lstrip()[:1] == "[" or (line.lstrip()[:2].upper() == "HK" and _BEGUN.match(line) is not None)


def _closing_quote(text: str) -> int | None:
    """The offset of the first unescaped quotation mark."""
    match = _UP_TO_QUOTE.match(text)
    return match.end() - 1 if match else None


def _is_whole(text: str) -> bool:
    """Whether a text that stands between quotation marks on its line ends there, and not earlier or below."""
    if "\\" not in text:
        return '"' not in text
    plain = "".join(ESCAPE.split(text)[::2])
    return '"' not in plain and "\\" not in plain


FORMATS = (
    Format(
        name="firewall-registry-reg",
        title="registry export (.reg) of firewall and IPsec policy",
        recognise=recognise,
        parse=parse,
        how_to_export=(
            r"reg export HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy local.reg"
            r" & reg export HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall gpo.reg"
            r" & reg export HKLM\SOFTWARE\Policies\Microsoft\Windows\IPSec ipsec.reg"
        ),
        can_express="rules, sets and settings of the local store and of Group Policy, IP Security Policies of netsh "
        "ipsec, values of the IPsec services, how the services that IPsec and VPNs stand on start",
        cannot_express="the default sets where nobody configured them; dynamic rules; security associations",
    ),
)
