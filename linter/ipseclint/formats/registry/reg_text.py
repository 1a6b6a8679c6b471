"""The format of `.reg` files, as regedit and `reg export` write them (version 5 and REGEDIT4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ipseclint.formats.kit.diagnostics import Diagnostics, of_text, quoted
from ipseclint.formats.kit.token import Token, joined
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.registry.policy import concerns_ipsec, decode
from ipseclint.formats.registry.tree import TEXTS, Key, Kind, Value
from ipseclint.source import Source, Span, lines_of_text
from ipseclint.vocabulary.ipsec_tools import mention_in

_HEADER = re.compile(r"\ufeff?\s*(?:Windows Registry Editor Version 5\.00|REGEDIT4)\b")
_PASTED = re.compile(
    r"\s*\[(?:HKEY_LOCAL_MACHINE|HKLM)\\[^\r\n\]]{1,400}\][ \t]*\r?\n\s*(?:@|\"[^\"\r\n]{1,400}\")[ \t]*="
    r"[ \t]*(?:\"|dword:|hex)",
    re.IGNORECASE,
)
"""A key with a value, pasted without the first line of its file."""
_KEY = re.compile(r"\s*\[(-?)([^\r\n]*)\]\s*")
_NAME = re.compile(r"\s*(?:@|\"((?:[^\"\\]|\\.)*)\")\s*=\s*")
_HEX = re.compile(r"hex(?:\(([0-9a-f]+)\))?:", re.IGNORECASE)
_DWORD = re.compile(r"dword:([0-9a-f]{1,8})", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)")
_UP_TO_QUOTE = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*"')
_RUNS = frozenset({"run", "runonce", "runonceex", "runservices", "runservicesonce"})
"""Keys whose values are commands that Windows runs, folded."""
_DIGITS_PER_BYTE = 3
_MAX_CONTINUED_LINES = 100_000
"""How many lines one value may take (reasoned: 64 KB of hexadecimal digits take 3,000)."""


def recognise(source: Source) -> bool:
    """Whether it begins as `.reg` files do, or with a key and a value of one. Which keys it has does not show yet."""
    head = source.head_text
    return _HEADER.match(head) is not None or _PASTED.match(head) is not None


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """The policy in the keys that concern IPsec."""
    reader = _Reader(diagnostics)
    tree = reader.read(text)
    return decode(tree, diagnostics)


class _Reader:
    """Reads the lines of one file into a tree."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        self._path = diagnostics.path
        self._diagnostics = diagnostics
        self._ansi = False

    def read(self, text: str) -> Key:
        """The tree of the keys that concern IPsec."""
        tree = Key.root(self._path)
        key: Key | None = None
        runs = False
        self._ansi = text.lstrip().startswith("REGEDIT4")
        lines = iter(enumerate(lines_of_text(text), start=1))
        for number, line in lines:
            match = _KEY.fullmatch(line)
            if match is not None:
                key = self._key(tree, match, number)
                runs = not match[1] and match[2].casefold().rpartition("\\")[2] in _RUNS
            elif _HEADER.match(line) is not None:
                key = None  # another file, pasted behind the first
            elif key is not None and line.strip() and not line.lstrip().startswith(";"):
                self._value(key, Token(line, self._path, number, 1), lines)
            elif runs and mention_in(_ESCAPE.sub(r"\1", line)) is not None:
                message = "a command that Windows runs at a start or a logon sets IPsec policy here: it is not followed"
                self._diagnostics.not_understood(message, Span(self._path, number, 1, len(line)))
        return tree

    def _key(self, tree: Key, match: re.Match[str], number: int) -> Key | None:
        path = match[2]
        if not concerns_ipsec(path):
            return None
        if match[1]:
            tree.delete(path)
            return None
        span = Span(self._path, number, match.start(2) + 1, max(1, len(path)))
        key = tree.make(path, span)
        if key is None:
            self._diagnostics.malformed("a key deeper than Windows allows", span)
        return key

    def _value(self, key: Key, line: Token, lines: Iterator[tuple[int, str]]) -> None:
        match = _NAME.match(line.text)
        if match is None:
            self._diagnostics.malformed("neither a key nor a value", line.strip().span)
            return
        name = _ESCAPE.sub(r"\1", match[1] or "")
        data = line.part(match.end())
        if data.text.strip() == "-":
            key.values.pop(name.casefold(), None)
        elif data.text.startswith('"'):
            key.set(Value(name, Kind.SZ, self._string(data, lines)))
        elif (dword := _DWORD.match(data.text)) is not None:
            digits = data.part(dword.start(1), dword.end(1))
            key.set(Value(name, Kind.DWORD, digits, number=int(dword[1], 16)))
        elif (prefix := _HEX.match(data.text)) is not None:
            kind = int(prefix[1], 16) if prefix[1] and len(prefix[1]) <= 8 else Kind.BINARY
            value = self._binary(name, kind, self._digits(data.part(prefix.end()), lines))
            if value is not None:
                key.set(value)
        else:
            self._diagnostics.malformed(f"the value {quoted(name)} is of an unknown type", data.span)

    def _string(self, data: Token, lines: Iterator[tuple[int, str]]) -> Token:
        """The text between quotes, which may hold line breaks."""
        pieces: list[Token] = []
        piece = data.part(1)
        while True:
            end = _closing_quote(piece.text)
            pieces.extend(_unescaped(piece.part(0, end)))
            if end is not None:
                break
            number, line = next(lines, (0, ""))
            if number == 0 or len(pieces) > _MAX_CONTINUED_LINES:
                self._diagnostics.malformed("a text without its closing quotation mark", data.span)
                break
            piece = Token("\n" + line, self._path, number, 0)
        return joined(pieces) if pieces else piece.part(0, 0)

    def _digits(self, data: Token, lines: Iterator[tuple[int, str]]) -> Token:
        """The digits of a binary value, over all its lines."""
        pieces: list[Token] = []
        piece = data
        while True:
            text = piece.strip()
            if not text.text.endswith("\\") or len(pieces) > _MAX_CONTINUED_LINES:
                pieces.append(text)
                return joined(pieces)
            pieces.append(text.part(0, len(text.text) - 1).strip())
            number, line = next(lines, (0, ""))
            piece = Token(line, self._path, number or data.line, 1)

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


def _closing_quote(text: str) -> int | None:
    """Where the first quotation mark stands that is not escaped."""
    match = _UP_TO_QUOTE.match(text)
    return match.end() - 1 if match else None


def _unescaped(piece: Token) -> Iterator[Token]:
    """The text between escapes, and the escaped characters, each with its place."""
    start = 0
    for match in _ESCAPE.finditer(piece.text):
        if match.start() > start:
            yield piece.part(start, match.start())
        yield piece.part(match.start(1), match.end(1))
        start = match.end()
    if start < len(piece.text):
        yield piece.part(start)


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
