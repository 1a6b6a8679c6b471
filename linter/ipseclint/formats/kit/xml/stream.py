"""A reader for XML of any size that hands over the wanted subtrees and skims the rest.

Every byte is parsed, so malformed XML is found anywhere, and expat knows each line and column. Python code runs only
where something may be wanted: in a list of many thousand records, those without a sign of interest go through libxml2,
which tells only whether they are well-formed; what is not goes through expat, which tells why.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.parsers import expat

from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.kit.diagnostics import unreadable
from ipseclint.formats.kit.xml.bytes import begins_character, first_undecodable, utf8_pieces, xml_encoding
from ipseclint.formats.kit.xml.walker import Refusal, Walker
from ipseclint.formats.kit.xml.wanted import NO_ROOT, Found, Records, Row, Strange, Subtree, Wanted
from ipseclint.late import late
from ipseclint.source import Source, SourceError, Span

_LONE_CR = late(rb"\r(?!\n)")

MAX_TAG_BYTES = 1024 * 1024
"""Length of one tag or comment before an input is refused (reasoned)."""

MAX_ROOTS = 16
"""Root elements in one input: `netsh wfp show state` writes two (reasoned)."""

_STEP_BYTES = 8 * 1024
"""How much is read at once while looking where a list begins."""

_MAX_SKIMMED_BLOCKS = 20_000
"""How much expat's memory may grow over all that is skimmed; well-behaved records leave a handful (reasoned)."""

_MAX_RECORD_BYTES = 1024 * 1024
"""A record longer than this is not skimmed."""


def stream(source: Source, wanted: Wanted) -> Iterator[Found]:
    """Read a source to its end; never raises. A problem ends the stream only if no more can be read.

    What was complete before a problem was handed over; a truncated subtree was not. Bytes that are no text are a
    problem, but what holds them is still read.
    """
    try:
        yield from _read(source, wanted)
    except (SourceError, OSError) as error:
        yield unreadable(source, error)


def _read(source: Source, wanted: Wanted) -> Iterator[Found]:
    is_text = xml_encoding(source) != "utf-8"  # what is transcoded is text, if need be with replacements
    reader = _Reader(source.path, wanted, is_text=is_text)
    yield from _steps(reader, utf8_pieces(source))
    place = reader.undecodable
    if place is not None:
        again = _steps(_Reader(source.path, wanted, is_text=True), utf8_pieces(source, replace=True))
        yield from (each for each in again if _end(each) >= (place.line, place.column))
    elif is_text:
        place = first_undecodable(source)
    if place is not None:
        message = "bytes that are not text in the encoding of the input"
        yield Problem(code=ProblemCode.MALFORMED, message=message, span=place)


def _end(item: Found) -> tuple[int, int]:
    if isinstance(item, Problem):
        return item.span.line, item.span.column
    if isinstance(item, Strange):
        return item.line, item.column
    end = item.element if isinstance(item, Subtree) else item
    return end.end_line, end.end_column


def _steps(reader: _Reader, pieces: Iterator[bytes]) -> Iterator[Found]:
    for piece in pieces:
        yield from reader.take(piece)
        if reader.finished:
            return
    yield from reader.close()


class _Step(NamedTuple):
    """How far to read next; `skim`: without tracking elements.

    `subtree` was already made of a record's bytes; `rows` are several records, each with its end.
    """

    end: int
    skim: bool
    subtree: Subtree | None = None
    rows: Sequence[tuple[int, Row]] = ()


class _Reader:
    """Feeds one input to expat in steps, with or without handlers."""

    def __init__(self, path: str, wanted: Wanted, *, is_text: bool) -> None:
        self.finished = False
        self.undecodable: Span | None = None
        self._is_text = is_text
        self._path = path
        self._lists = wanted.lists
        self._walker = Walker(path, wanted)
        self._data = b""
        self._roots = 1
        self._fed = 0
        self._unread = 0
        self._skimmed_blocks = 0
        self._list_end = -1
        self._parser = self._walker.attach(expat.ParserCreate("utf-8"))
        self._end_tag = b""
        if wanted.without_root:
            # On a line of its own, so that columns stay as they are.
            root_tag = f"<{NO_ROOT}>\n".encode()
            self._parser.Parse(root_tag, False)
            self._fed = len(root_tag)
            self._end_tag = f"</{NO_ROOT}>".encode()

    def take(self, chunk: bytes) -> Iterator[Found]:
        """Read as much of the input so far as can be decided on."""
        self._data += chunk
        self._list_end = -1
        position = 0
        while position < len(self._data) and not self.finished:
            step = self._next_step(position)
            if step is None:
                break
            position = self._feed(position, step)
            yield from self._walker.hand_over()
        self._data = self._data[position:]

    def close(self) -> Iterator[Found]:
        """Read the rest, and check how it ends."""
        position = 0
        while position < len(self._data) and not self.finished:
            position = self._feed(position, _Step(len(self._data), skim=False))
        self._data = b"" if self._walker.is_open else self._end_tag
        if self._data and not self.finished:
            self._feed(0, _Step(len(self._data), skim=False))
        if not self.finished:
            self._data = b""
            self._feed(0, _Step(0, skim=False), last=True)
        yield from self._walker.hand_over()

    def _next_step(self, position: int) -> _Step | None:
        """The next step from a position, or None if it takes more data to decide."""
        data = self._data
        name = self._walker.list_name
        if name is None:
            # A tag that has not ended is read again from its start: then ever larger steps.
            return _Step(min(position + max(_STEP_BYTES, self._unread), len(data)), skim=False)
        records = self._lists[name]
        if self._list_end < position:
            close = data.find(b"</" + name.encode(), position)
            self._list_end = close if close >= 0 else len(data)
        limit = self._list_end
        if limit == position:
            return _Step(min(position + len(name) + 3, len(data)), skim=False)
        mark = position if self._walker.is_inside else records.find_mark(data, position, limit)
        if mark < 0:
            end = limit if limit < len(data) else _record_start(data, records, position, limit)
        else:
            end = _record_start(data, records, position, mark)
        if end > position:
            return _Step(end, skim=True)
        # What begins within a tag, a comment or the end of a line may look like a record, and be something else.
        is_record = not (self._walker.is_inside or self._unread)
        rows = self._rows(records, position) if is_record else []
        if rows:
            return _Step(rows[-1][0], skim=True, rows=rows)
        end = _next_record(data, records, position, max(mark, position), limit)
        if position < end < len(data):
            subtree = self._walker.record(data[position:end]) if is_record else None
            return _Step(end, skim=subtree is not None, subtree=subtree)
        if len(data) - position > _MAX_RECORD_BYTES:
            return _Step(min(position + _MAX_RECORD_BYTES, len(data)), skim=False)
        return None

    def _rows(self, records: Records, position: int) -> list[tuple[int, Row]]:
        """The rows made of the records from a position on, as long as each looks as usual."""
        rows: list[tuple[int, Row]] = []
        if records.read is None:
            return rows
        data, limit = self._data, self._list_end
        line, column = self._walker.end_place
        while (read := records.read(data, position, limit, line, column)) is not None:
            value, end = read
            if end == len(data):
                break  # there may be more blanks behind it
            if data.find(b"\r", position, end) >= 0 and _LONE_CR.search(data, position, end):
                break  # such lines are for expat to count
            lines = data.count(b"\n", position, end)
            begin = max(position, data.rfind(b"\n", position, end) + 1)
            line, column = line + lines, len(data[begin:end].decode()) + (1 if lines else column)
            rows.append((end, Row(value, line, column)))
            position = end
        return rows

    def _feed(self, position: int, step: _Step, *, last: bool = False) -> int:
        """Parse up to the end of a step; gives the position to go on from, earlier if a new root begins there."""
        data = self._data
        before = self._fed
        piece = data[position : step.end]
        unseen = False
        if step.skim:
            self._walker.look_away(data, position, step.end, 1 if step.subtree else len(step.rows))
            # What begins within a tag, a comment or the end of a line may look well-formed, and be something else.
            blanks = None if self._unread else self._walker.blanks_for(piece, step.rows[-1][1] if step.rows else None)
            unseen = blanks is None and step.subtree is None and not step.rows
            piece = piece if blanks is None else blanks
        self._fed += len(piece)
        try:
            blocks = sys.getallocatedblocks() if unseen else 0
            self._walker.parse(piece, before, last=last)
            if step.subtree is not None:
                self._walker.add(step.subtree)
            for _, row in step.rows:
                self._walker.add(row)
            if unseen:
                self._check_depth(sys.getallocatedblocks() - blocks)
            self._unread = self._fed - self._parser.CurrentByteIndex
            if self._unread > MAX_TAG_BYTES:
                self._walker.refuse("one tag is longer than 1 MB")
        except Refusal:
            self.finished = True
        except expat.ExpatError as error:
            at = self._parser.ErrorByteIndex - before + position
            for end, row in step.rows:
                if end <= at:
                    self._walker.add(row)
            if self._stops(error, at):
                self.finished = True
            else:
                return at
        if step.skim:
            self._walker.look_again()
        return step.end

    def _stops(self, error: expat.ExpatError, at: int) -> bool:
        """Whether an error ends the reading, which is noted; otherwise a new root begins there."""
        data = self._data
        if error.code == _JUNK_AFTER_ROOT and data[at : at + 1] == b"<" and self._roots < MAX_ROOTS:
            self._begin_root(error)
            return False
        if error.code == _INVALID_TOKEN and not self._is_text and not begins_character(data[at:]):
            self.undecodable = Span(self._path, self._walker.line_of(error.lineno), error.offset + 1)
        else:
            self._walker.malformed(error)
        return True

    def _check_depth(self, new_blocks: int) -> None:
        """Refuse skimmed records that keep opening elements. Raises Refusal.

        expat keeps two blocks for each open element, from Python's allocator.
        """
        self._skimmed_blocks += max(0, new_blocks)
        if self._skimmed_blocks > _MAX_SKIMMED_BLOCKS:
            self._walker.refuse("elements are opened and not closed again")

    def _begin_root(self, error: expat.ExpatError) -> None:
        """Start a new parser for a further root element, preceded by blanks that keep its place."""
        self._roots += 1
        self._parser = self._walker.attach(expat.ParserCreate("utf-8"))
        for blank, count in ((b"\n", error.lineno - 1), (b" ", error.offset)):
            for place in range(0, count, _STEP_BYTES):
                self._parser.Parse(blank * min(_STEP_BYTES, count - place), False)
        self._fed = error.lineno - 1 + error.offset


_INVALID_TOKEN = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]
_JUNK_AFTER_ROOT = expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]


def _next_record(data: bytes, records: Records, position: int, mark: int, limit: int) -> int:
    """The offset of the record after the marked one at a position, or the limit if there is none."""
    following = data.find(records.first, mark + len(records.first), limit)
    return _opening(data, records, position, following) if following >= 0 else limit


def _record_start(data: bytes, records: Records, position: int, before: int) -> int:
    """The offset of the last record from `position` on whose first child begins before `before`; else -1."""
    first = data.rfind(records.first, position, before)
    return _opening(data, records, position, first) if first >= 0 else -1


def _opening(data: bytes, records: Records, position: int, first: int) -> int:
    """The offset of the start tags around a record's first child, or -1 if there are none."""
    start = -1
    while (tag := data.rfind(b"<", position, first)) >= 0:
        name = _TAG_NAME.match(data, tag + 1)
        if name is None or name[0].decode("ascii") not in records.tags:
            break
        start = first = tag
    return start


_TAG_NAME = late(rb"[A-Za-z]+")
