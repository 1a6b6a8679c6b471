"""Texts of objects that are alike: from the third on, their objects are made of the first ones, at other places.

Such a text differs from an earlier one only in plain names, ids and addresses of the object itself. Any other takes the
slow path; both give the same object. What lists all of an object's properties once more, and is not read, may differ
where they do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.json_places import Again
from ipseclint.formats.kit.mould import Places, Shapes, UnfitError
from ipseclint.formats.kit.token import Token
from ipseclint.formats.powershell.contents import KINDS
from ipseclint.formats.powershell.filters import CMDLETS
from ipseclint.formats.powershell.instance import CAST, DEFAULT_IDS, VARYING, Alike, Instance, Node, taken_apart
from ipseclint.source import Span

_ADDRESSES = frozenset({"localaddress", "remoteaddress", "localport", "remoteport"})
_MAY_DIFFER = VARYING | _ADDRESSES
"""The properties of an object that may differ, folded."""
_OWN = (*sorted(VARYING), "ipsecrulename", "name", "id", "policystoresource", "policystoresourcetype")
"""The properties of which names and ids are made, folded."""
_REPEATED = "ciminstanceproperties"
"""The property that lists all properties of an object of CIM once more, folded: as `InstanceID = \"...\"` each, or as
objects (CimInstance.CimInstanceProperties, and what ConvertTo-Json makes of it at a depth of 2 and more). No reader
asks for it."""
_NONE = -1
"""The number of no stencil."""
_MAX_STENCILS = 64
"""Reasoned: of a rule and what belongs to it an export has some twenty kinds of objects."""


class _Stencil(Struct):
    """The parts that are the same in the texts of some objects, one of these objects, and what it is made of.

    `texts` are those of its tokens, or the numbers of pieces, or None for the place of an object; `read` are those of
    pieces that are texts; `numbers` are those of their places, `keys` those of preshared keys, and `more` those of
    pieces that are asked about. `own` are the properties that say which object it is, with the numbers of their tokens;
    None if objects differ in others.
    """

    number: int
    parts: Sequence[str]
    item: Instance
    texts: Sequence[str | int | Token | None]
    read: Sequence[int]
    numbers: Sequence[int]
    places: Places
    lines: int
    values: int
    keys: Sequence[int]
    more: Sequence[int]
    own: Mapping[str, int] | None

    def pieces(self, text: str, at: int, escaped: re.Pattern[str] | None) -> tuple[list[str], int] | None:
        """The pieces of a text from an offset on, which may be `escaped`, and its end; None if it is not alike."""
        first, *others = self.parts
        if not text.startswith(first, at):
            return None
        found: list[str] = []
        at += len(first)
        for part in others:
            end = text.find(part[0], at)
            if escaped is not None and text[end - 1] == "\\" and (piece := escaped.match(text, at)) is not None:
                end = piece.end()
            if end <= at or not text.startswith(part, end):
                return None
            found.append(text[at:end])
            at = end + len(part)
        return found, at


class AlikeTexts:
    """The stencils of the texts of one input so far.

    A piece that may differ stands between two signs, and has none of the `strange` ones, which stand for others, unless
    it is `escaped`, an expression for what `meant` reads. `takes` is asked of a stencil and of the pieces in a text
    that are none of its object's.
    """

    def __init__(
        self,
        diagnostics: Diagnostics,
        signs: tuple[str, str],
        strange: re.Pattern[str],
        takes: Callable[[int, Sequence[str]], bool] | None = None,
        escaped: re.Pattern[str] | None = None,
        meant: Callable[[str, str], Token] | None = None,
    ) -> None:
        self._diagnostics, self._signs, self._strange, self._takes = diagnostics, signs, strange, takes
        self._escaped, self._meant = escaped, meant
        self._path = diagnostics.path
        self._noted = 0
        self._shapes = Shapes[_Stencil]()
        self._stencils: list[_Stencil] = []
        self._followers: dict[int, _Stencil] = {}
        self._last = _NONE

    def again(self, text: str, at: int, line: int, column: int) -> Again | None:
        """The object whose text begins at an offset, which stands at a line and column; None if it is not alike."""
        fitting = self._fitting(text, at)
        if fitting is None:
            self._last, self._noted = _NONE, len(self._diagnostics.secrets)
            return None
        stencil, lengths, pieces, end = fitting
        self._followers[self._last] = stencil
        self._last = stencil.number
        places = stencil.places.moved(line, [column - 1, *lengths])
        self._diagnostics.secrets += [places[number] for number in stencil.keys]
        whole = partial(self._whole, stencil, pieces, places)
        if stencil.own is None:
            return Again(whole(), end, stencil.lines, stencil.values)
        own: dict[str, Node] = {
            name: _token(stencil.texts[number], pieces, places[stencil.numbers[number]])
            for name, number in stencil.own.items()
        }
        alike = Alike(stencil.number, [places[number] for number in stencil.numbers], whole)
        item = Instance(stencil.item.class_name, places[stencil.numbers[0]], own, alike=alike)
        return Again(item, end, stencil.lines, stencil.values)

    def _whole(self, stencil: _Stencil, pieces: Sequence[str | Token], places: Sequence[Span]) -> Instance:
        """The object of a stencil with other pieces, at other places."""
        nodes = [
            places[number] if part is None else _token(part, pieces, places[number])
            for part, number in zip(stencil.texts, stencil.numbers, strict=True)
        ]
        return _made_again(stencil.item, iter(nodes))

    def learn(
        self,
        text: str,
        begin: int,
        end: int,
        line: int,
        column: int,
        item: object,
        values: int,
        more: Sequence[Token] = (),
    ) -> int | None:
        """Take an object that was read of so many values, the begin and end of its text, and other pieces of it.

        The number of its stencil, if one is made of it.
        """
        nodes: list[Token | Instance] = []
        key: list[Hashable] = []
        if not isinstance(item, Instance):
            return None
        repeated: list[Token] = []
        if item.class_name in KINDS or item.class_name in CMDLETS:  # of others objects are looked for within
            repeated += _repeated(item.properties.get(_REPEATED))
            item = replace(item, properties={**item.properties})
            item.properties.pop(_REPEATED, None)
        if not taken_apart(item, key, nodes):
            return None
        differing = [*self._pieces(item), *repeated]
        if not all(_is_on_a_line(each) for each in chain(nodes, differing) if isinstance(each, Token)):
            return None
        starts = _line_starts(text, begin, end, line, column)
        pieces = [each for each in differing if self._is_piece(text, starts, each)] + [*more]
        pieces.sort(key=lambda token: (token.line, token.column))
        at, parts = begin, []
        for piece in pieces:
            start = starts[piece.line]
            parts.append(text[at : start + piece.column])
            at = start + piece.end[1]
        parts.append(text[at:end])
        known = len(self._stencils)
        make = partial(self._stencil, tuple(parts), pieces, item, nodes, column, values, more)
        self._shapes.learn(tuple(parts), make)
        return known if len(self._stencils) > known else None

    def _stencil(
        self,
        parts: Sequence[str],
        pieces: Sequence[Token],
        item: Instance,
        nodes: Sequence[Token | Instance],
        column: int,
        values: int,
        more: Sequence[Token],
    ) -> _Stencil | None:
        line = item.span.line
        places = Places(
            self._path, line, [(line, 1, column), *((each.line, each.column, each.end[1]) for each in pieces)]
        )
        number_of = {id(piece): number for number, piece in enumerate(pieces)}
        try:
            numbers = [places.number(node.span) for node in nodes]
            keys = [places.number(span) for span in self._diagnostics.secrets[self._noted :]]
        except UnfitError:
            return None
        texts = [number_of.get(id(node), _same(node)) if isinstance(node, Token) else None for node in nodes]
        stencil = _Stencil(
            len(self._stencils),
            parts,
            item,
            texts,
            [each for each in texts if isinstance(each, int)],
            numbers,
            places,
            sum(part.count("\n") for part in parts),
            values,
            keys,
            [number_of[id(piece)] for piece in more],
            _own(item, nodes),
        )
        if len(self._stencils) < _MAX_STENCILS:
            self._stencils.append(stencil)
        return stencil

    def _fitting(self, text: str, at: int) -> tuple[_Stencil, list[int], Sequence[str | Token], int] | None:
        """The stencil that a text fits, the lengths of its pieces, what they mean, and its end."""
        following = self._followers.get(self._last)
        for stencil in self._stencils if following is None else chain((following,), self._stencils):
            found = stencil.pieces(text, at, self._escaped)
            if found is not None:
                pieces, end = found
                meant = self._all_meant(pieces, stencil.read)
                if meant is None:
                    return None
                is_taken = self._takes is None or self._takes(stencil.number, [pieces[each] for each in stencil.more])
                return (stencil, [*map(len, pieces)], meant, end) if is_taken else None
        return None

    def _all_meant(self, pieces: Sequence[str], read: Sequence[int]) -> Sequence[str | Token] | None:
        """What pieces mean, of which these are read; None if that is not plain, or is the id of a default set."""
        joined = " ".join(pieces)
        if not joined.isprintable():
            return None
        if self._strange.search(joined) is None:
            return pieces if DEFAULT_IDS.isdisjoint(map(str.casefold, pieces)) else None
        if self._escaped is None or self._meant is None or self._escaped.fullmatch(joined) is None:
            return None
        meant: list[str | Token] = [*pieces]
        for number in read:
            if self._strange.search(pieces[number]) is not None:
                meant[number] = token = self._meant(pieces[number], self._path)
                if not token.text.isprintable():
                    return None
        texts = (each.text if isinstance(each, Token) else each for each in meant)
        return meant if DEFAULT_IDS.isdisjoint(map(str.casefold, texts)) else None

    @staticmethod
    def _pieces(item: Instance) -> Iterator[Token]:
        """The texts of an object that may differ."""
        for name in _MAY_DIFFER:
            node = item.properties.get(name)
            for each in node if isinstance(node, list) else (node,):
                if isinstance(each, Token):
                    yield each

    def _is_piece(self, text: str, starts: dict[int, int], token: Token) -> bool:
        start = starts.get(token.line, 0)
        begin, end = start + token.column, start + token.end[1]
        around = text[begin - 1 : begin], text[end : end + 1]
        if around != self._signs or begin == end:
            return False
        (meant,) = self._all_meant([text[begin:end]], (0,)) or (None,)
        return token.text == (meant.text if isinstance(meant, Token) else meant)


def _repeated(node: Node) -> Iterator[Token]:
    """The texts of properties that may differ, in a list of all properties."""
    for each in node if isinstance(node, list) else ():
        if isinstance(each, Token) and each.text.partition(" = ")[0].casefold() in _MAY_DIFFER:
            yield each
        elif isinstance(each, Instance) and (name := each.text("Name")) and name.text.casefold() in _MAY_DIFFER:
            yield from each.texts("Value")


def _is_on_a_line(token: Token) -> bool:
    return token.stride == 1 and all(line == token.line for _, line, _ in token.breaks)


def _same(token: Token) -> str | Token:
    return token if token.breaks else token.text


def _token(part: str | int | Token | None, pieces: Sequence[str | Token], span: Span) -> Token:
    """A text that is the same, or a piece, at another place."""
    if isinstance(part, int):
        part = pieces[part]
    if not isinstance(part, Token):  # as most are
        return Token(part or "", span.path, span.line, span.column)
    right = span.column - part.column
    breaks = tuple([(at, span.line, column + right) for at, _, column in part.breaks])
    return Token(part.text, span.path, span.line, span.column, breaks)


def _line_starts(text: str, begin: int, end: int, line: int, column: int) -> dict[int, int]:
    """The offset in front of each line of a text that begins at a line and column."""
    starts = {line: begin - column}
    at = text.find("\n", begin, end)
    while at >= 0:
        line += 1
        starts[line] = at
        at = text.find("\n", at + 1, end)
    return starts


def _own(item: Instance, nodes: Sequence[Token | Instance]) -> dict[str, int] | None:
    """The properties that say which object it is, if no others differ and it is read by what it has in common."""
    if item.class_name not in CAST or "proposal" in item.properties or not _ADDRESSES.isdisjoint(item.properties):
        return None
    number_of = {id(node): number for number, node in enumerate(nodes)}
    said = {name: item.properties.get(name) for name in _OWN}
    return {name: number_of[id(node)] for name, node in said.items() if isinstance(node, Token)}


def _made_again(item: Instance, nodes: Iterator[Token | Span]) -> Instance:
    span: Span = next(nodes)  # type: ignore[assignment]
    return Instance(item.class_name, span, {name: _again(node, nodes) for name, node in item.properties.items()})


def _again(node: Node, nodes: Iterator[Token | Span]) -> Node:
    """A property of another object, of its tokens and places in order."""
    if isinstance(node, Token):
        return next(nodes)  # type: ignore[return-value]
    if node is None:
        return None
    return _made_again(node, nodes) if isinstance(node, Instance) else [_again(each, nodes) for each in node]
