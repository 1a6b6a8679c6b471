"""Documents in texts of a script: VPN profiles with the values that it inserts, registry files, phone books, tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted
from ipseclint.formats.kit.token import Token, joined
from ipseclint.formats.netsh.cmdlet_signs import SIGNS_OF_DOCUMENTS
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell.script.commands.filled_in import NAMED, filled_in, read_filled_in
from ipseclint.formats.powershell.script.syntax.grammar import Syntax
from ipseclint.formats.powershell.script.syntax.masking import behind_parentheses
from ipseclint.formats.powershell.script.values.pieces import Piece, Pieces
from ipseclint.formats.powershell.script.values.value import Unknown, Value, text_of
from ipseclint.formats.readers import first_to_recognise, formats_of
from ipseclint.formats.vpn import profile_xml
from ipseclint.formats.vpn.profile import NOT_KNOWN
from ipseclint.late import late
from ipseclint.source import Source, bytes_source, lines_of_text

_OPENING = late(
    r"@(['\"])[ \t]{0,100}\r?\n|(?P<quote>['\"])\s{0,100}(?:<\?xml[^<>]{0,100}\?>\s{0,100})?"
    r"(?P<profile>(?:<|(?P<escaped>&lt;))VPNProfile\b)"
)
_PROFILE_END, _ESCAPED_END = "</VPNProfile>", "&lt;/VPNProfile&gt;"
_ESCAPED = "&lt;vpnprofile"
"""How a profile begins, in lower case, whose markup is escaped, as the CIM class of the CSP wants it."""
_ENTITY = late(r"&(?:lt|gt|amp|quot|apos|#39|#34);")
_PIECE = late(
    r"`(?P<escape>.)|\$(?P<sub>\()|(?P<variable>\$(?:\w++:(?=\w))?\w+|\$\{[^}]{0,200}+\})"
    r"|(?P<quote>['\"])(?P<twice>(?P=quote))?|(?P<item>\{\d{1,3}[^{}]{0,20}\})",
    re.DOTALL,
)
_JOINS = late(r"\s{0,200}+(?:;?\s{0,200}+\$\w{1,100}+\s{0,100}+\+=|\+)\s{0,200}+")
"""The code between two texts that are joined: an operator, or the next statement that appends to a variable."""
_QUOTE = late(r"['\"]")
_PLACEHOLDER = late(r"[^\w\s]{0,3}\w{1,40}+[^\w\s]{0,3}")
_MARKUP = str.maketrans("<&\r\n", "    ")
_MAX_DOCUMENTS = 20
"""How many VPN profiles and registry files in the texts of one script are read (reasoned)."""
_MAX_PLACED = 1000
"""Of how long a text that is put together each character is told its place (reasoned: longer ones are documents)."""
_MAX_EXPRESSION = 2000
"""The longest expression inserted into a profile that is read where it is not evaluated (reasoned)."""
_HEAD_CHARACTERS = 400
_PROFILE, PHONE_BOOK, _TASK = "vpn.profile_xml", "vpn.rasphone", "carried.format"
_TEMPLATE, _INF = "registry.security_template", "registry.setup_inf"
_READERS = ("registry.reg_text", PHONE_BOOK, _TEMPLATE, _INF, _TASK)
"""The modules of the readers that are asked about a here-string which is no VPN profile."""
_TELL_OPEN = frozenset({"registry.reg_text", _TASK})
"""Those that themselves say what is to be filled in."""

_BROUGHT_IN_BY = {"schtasks": _TASK, "register-scheduledtask": _TASK, "secedit": _TEMPLATE, "installhinfsection": _INF}
"""What brings in a document, and the module that reads it."""
_FROM_A_FILE = late(r"\b(?:get-content|gc|readall\w{1,10})\b", re.IGNORECASE)


class Place(NamedTuple):
    """The offsets of a document in a script, the quote before it, and the module that reads it.

    A here-string stands on lines of its own.
    """

    start: int
    end: int
    quote: str
    is_here: bool
    module: str


@lru_cache(maxsize=4)
def documents_in(text: str) -> tuple[Place, ...]:
    """The places of texts that are documents of other formats. Cached: commands ask which of them they bring in."""
    return tuple(_documents_in(text))


def _documents_in(text: str) -> Iterator[Place]:
    folded = text.lower()
    if not any(sign in folded for sign in SIGNS_OF_DOCUMENTS):
        return
    count, behind = 0, 0
    while count < _MAX_DOCUMENTS and (opening := _OPENING.search(text, behind)):
        if opening[1] is None:
            start = opening.start("profile")
            closing = _PROFILE_END if opening["escaped"] is None else _ESCAPED_END
            last = text.find(closing, start)
            end = last + len(closing) if last >= 0 else -1
        else:
            start = opening.end()
            end = text.find(f"\n{opening[1]}@", start - 1)
        if end < 0:
            return
        behind = end
        module = _module_of(text[start:end])
        if module is not None:
            yield Place(start, end, opening[1] or opening["quote"], is_here=opening[1] is not None, module=module)
            count += 1


def is_brought_in(written: str, text: str) -> bool:
    """Whether a command of a script brings in a document that stands in a text of the script, and is read there."""
    folded = written.casefold()
    module = next((module for word, module in _BROUGHT_IN_BY.items() if word in folded), "")
    if not module or _FROM_A_FILE.search(written) is not None:
        return False
    return any(place.module == module for place in documents_in(text))


def _module_of(text: str) -> str | None:
    """The module of the reader of a text; None if none reads it."""
    head = text[:_HEAD_CHARACTERS].casefold()
    if "<vpnprofile" in head or _ESCAPED in head:
        return _PROFILE
    folded = text.casefold()
    if not any(map(folded.__contains__, SIGNS_OF_DOCUMENTS)):
        return None
    shown = text.lstrip().replace("`$", "$")
    return first_to_recognise(_READERS, bytes_source("", shown.encode("utf-8", "surrogatepass")))


def read_document(place: Place, path: str, begin: int, pieces: Pieces) -> Parsed:
    """The policy in a document of the file that begins at offset `begin` of the script."""
    syntax = pieces.syntax
    is_profile = place.module == _PROFILE
    document = _Document(syntax, pieces, path)
    if is_profile and document.assemble(place._replace(start=begin + place.start, end=begin + place.end)):
        return document.read()
    text = syntax.text[begin : begin + place.end]
    if is_profile:
        return profile_xml.parse(_at_its_place(place, text, path, text[place.start :]))
    parse = formats_of(place.module)[0].parse
    return read_filled_in(
        filled_in(begin + place.start, begin + place.end, place.quote, pieces),
        len(lines_of_text(text[: place.start])),
        lambda filled: parse(_at_its_place(place, text, path, filled)),
        tells_open=place.module in _TELL_OPEN,
    )


def _at_its_place(place: Place, text: str, path: str, document: str) -> Source:
    """A document padded with as many lines and columns as stand before its place in a text."""
    before = lines_of_text(text[: place.start])
    column = 0 if place.is_here or not before else len(before[-1])
    return bytes_source(path, ("\n" * (len(before) - 1) + " " * column + document).encode("utf-8", "surrogatepass"))


class _Document:
    """A VPN profile being put together, each part with its place."""

    def __init__(self, syntax: Syntax, pieces: Pieces, path: str) -> None:
        self._syntax = syntax
        self._pieces = pieces
        self._path = path
        self._parts: list[str] = []
        self._length = 0
        self._breaks: list[tuple[int, int, int]] = []
        self._open: list[tuple[int, int]] = []
        self._has_pieces = False

    def assemble(self, place: Place) -> bool:
        """Put the document together; whether the script inserts anything into it."""
        text, at, end = self._syntax.text, place.start, place.end
        quote, behind, is_closed = place.quote, at, True
        words = iter(self._pieces.replacements(at, end))
        word = next(words, None)
        while match := _PIECE.search(text, behind, end):
            while word is not None and word.end <= match.start():
                at = self._literal(at, word.start, word.end, word)
                word = next(words, None)
            while word is not None and word.start < match.end():
                word = next(words, None)
            behind = match.end()
            start = match.start()
            if match["item"] is not None and (piece := self._pieces.item(start)) is not None:
                at = self._literal(at, start, behind, piece)
            elif match["escape"] is not None and quote == '"':
                at = self._literal(at, start, start + 1, None)
                self._has_pieces = True
            elif match["variable"] is not None and quote == '"':
                at = self._literal(at, start, behind, self._pieces.expansion(start, behind))
            elif match["sub"] is not None and quote == '"':
                piece = self._pieces.expansion(start, behind)
                if piece.end == behind and is_closed:  # it does not run
                    near = min(end, behind + _MAX_EXPRESSION)
                    piece = piece._replace(end=behind_parentheses(text, behind, near))
                    is_closed = piece.end > behind
                at = behind = self._literal(at, start, piece.end, piece)
            elif place.is_here or match["quote"] != quote:
                behind = start + 1
            elif match["twice"] is not None:
                at = self._literal(at, start, start + 1, None)
                self._has_pieces = True
            else:
                self._raw(at, start)
                at, quote = self._code(behind, end)
                behind = at
        while word is not None:
            at = self._literal(at, word.start, word.end, word)
            word = next(words, None)
        self._raw(at, end)
        return self._has_pieces or self._is_escaped

    @property
    def _is_escaped(self) -> bool:
        """Whether the markup of the profile is escaped."""
        return bool(self._parts) and _ESCAPED in self._parts[0][:_HEAD_CHARACTERS].casefold()

    def read(self) -> Parsed:
        """The policy in the profile; unknown insertions that no problem names are listed as supplied at run time."""
        diagnostics = Diagnostics(self._path)
        reader = profile_xml.ProfileReader(diagnostics)
        (_, line, column), *breaks = self._breaks
        document = Token("".join(self._parts), self._path, line, column, tuple(breaks))
        reader.read_text(_unescaped(document) if self._is_escaped else document, None)
        told = {(problem.span.line, problem.span.column) for problem in diagnostics.problems}
        for start, end in self._open:
            span = self._syntax.span(start, end)
            if (span.line, span.column) not in told:
                text = self._syntax.text
                named = NAMED.search(text, start, end) or _PLACEHOLDER.fullmatch(text, start, end)
                diagnostics.given[f"{quoted(named[0]) if named else 'a value'}, line {span.line}"] += 1
        return diagnostics.parsed(reader.parts.policy())

    def _literal(self, at: int, start: int, end: int, piece: Piece | None) -> int:
        """Take the literal text up to an offset, and then an inserted value, if there is one."""
        self._raw(at, start)
        if piece is not None:
            self._put(piece)
        return end

    def _code(self, at: int, end: int) -> tuple[int, str]:
        """Take the expressions joined to a text; the offset of the next text, and its quote."""
        text = self._syntax.text
        self._has_pieces = True
        begin = at
        while joins := _JOINS.match(text, at, end):
            at = joins.end()
            if text[at : at + 1] in {"'", '"'}:
                return at + 1, text[at]
            operand = self._pieces.operand(at)
            if operand is None:
                break
            self._put(operand)
            at = begin = operand.end
        opening = _QUOTE.search(text, at, end)
        self._put(Piece(begin, opening.start() if opening else end, Value(_NOT_FOLLOWED, begin, end)))
        return (end, "'") if opening is None else (opening.end(), opening[0])

    def _raw(self, start: int, end: int) -> None:
        """Take literal text between two offsets."""
        if end <= start:
            return
        text = self._syntax.text[start:end]
        self._note(start)
        line = self._breaks[-1][1]
        at = text.find("\n")
        while at >= 0:
            line += 1
            self._breaks.append((self._length + at + 1, line, 1))
            at = text.find("\n", at + 1)
        self._take(text)

    def _put(self, piece: Piece) -> None:
        """Take an inserted value, at the place where it is written; an unknown one as its expression here."""
        self._has_pieces = True
        start, end, value = piece
        if value.is_unknown:
            self._open.append((start, end))
            self._note(start)
            self._take(NOT_KNOWN)
            self._note(start)
            self._take(self._syntax.text[start:end].translate(_MARKUP))
            return
        text = text_of(value)
        if text == self._syntax.text[value.start : value.end] and self._syntax.span(value.start, value.end).path == (
            self._path
        ):
            self._raw(value.start, value.end)
            return
        for _ in range(min(len(text), _MAX_PLACED)):
            self._note(start)
            self._length += 1
        self._length -= min(len(text), _MAX_PLACED)
        self._take(text)

    def _note(self, offset: int) -> None:
        span = self._syntax.span(offset, offset + 1)
        self._breaks.append((self._length, span.line, span.column))

    def _take(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def _unescaped(document: Token) -> Token:
    """A document whose markup is escaped, without the escapes, each part at its place."""
    pieces: list[Token] = []
    at = 0
    for match in _ENTITY.finditer(document.text):
        sign = document.part(*match.span())
        pieces += (document.part(at, match.start()), replace(sign, text=unescape(match[0]), breaks=()))
        at = match.end()
    return joined((*pieces, document.part(at)))


_NOT_FOLLOWED = Unknown("how a text is put together")
