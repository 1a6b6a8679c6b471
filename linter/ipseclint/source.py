"""The source of an input: its bytes, its text, and places in it."""

from __future__ import annotations

import codecs
import errno
import io
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.frames import without_frame, without_layout
from ipseclint.late import late
from ipseclint.text_blocks import Block, blocks_of, pieces_of, text_of

Value = TypeVar("Value")

HEAD_BYTES = 65_536
"""How many bytes of an input decide its encoding and its format."""

MAX_TEXT_BYTES = 256 * 1024 * 1024
"""The largest input that is read as one text; XML is streamed and has no such limit."""

_LARGE_BYTES = 8 * 1024 * 1024
"""Of texts above it the memory is given back as soon as they are let go; measured: 2 to 4 MB win no more."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_MARKED = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""The encoding that each byte order mark announces."""


class Span(Struct, frozen=True, gc=False):
    """A place in an input: line and column count characters from 1, `length` is how many are meant."""

    path: str
    line: int
    column: int
    length: int = 1


NOWHERE = Span("", 1, 1)
"""The place of a value that no input gives."""


NOT_THERE = "it does not exist"
EMPTY = "the input is empty: nothing was written to it"
"""Why an input cannot be read that was named and is empty."""


class SourceError(Exception):
    """An input that cannot be read; the message says why, in words for its owner."""


BINARY_SIGNATURES = (b"regf", b"PReg", b"ElfFile\0")
"""How binary exports begin: registry hives, Registry.pol, event logs. They have no lines to show."""
XZ = b"\xfd7zXZ\0"
"""How a file begins that xz has packed, which may hold a small text as it is."""


DOCUMENTS = (".md", ".markdown", ".rst", ".adoc", ".asciidoc", ".org", ".textile")
"""File names of prose: nothing on Windows runs or imports it, so what it quotes is no policy."""


class Source(Struct, frozen=True, eq=False, dict=True):
    """One input: a path to show, and a way to open its bytes again and again.

    `open_bytes` returns a binary stream at its start. A file is not held in memory; standard input is. An input of
    several files has the others as `members`, each under its own path. `head_bytes` is the size of the `head`.
    """

    path: str
    open_bytes: Callable[[], BinaryIO]
    members: tuple[Source, ...] = ()
    head_bytes: int = HEAD_BYTES

    @property
    def all(self) -> tuple[Source, ...]:
        """This source and its members."""
        return (self, *self.members)

    @cached_property
    def head(self) -> bytes:
        """The first bytes, enough to tell encoding and format. Raises SourceError."""
        return self._begin[0]

    @cached_property
    def _begin(self) -> tuple[bytes, bool]:
        """The head, and whether nothing is behind it."""
        try:
            with self.open_bytes() as stream:
                head = stream.read(self.head_bytes)
                return head, len(head) < self.head_bytes and _ends(stream)
        except OSError as error:
            raise SourceError(reason_of(error)) from error

    @cached_property
    def encoding(self) -> str:
        """The Python name of the encoding, by byte order mark, then by content."""
        return detect_encoding(self.head)

    @cached_property
    def head_text(self) -> str:
        """The start of the input as text, in the code page of its whole lines; what cannot be decoded is replaced."""
        encoding = self.encoding
        if encoding == "utf-8" and b"\0" not in self.head:
            encoding = self._encoding_of(self.head if self.is_in_head else self.head[: self.head.rfind(b"\n") + 1])
        return _without_lone_returns(text_of(self.head, encoding))

    @cached_property
    def head_folded(self) -> str:
        """The start of the input, case folded: many formats look for their signs in it."""
        return self.head_text.casefold()

    @cached_property
    def head_lines(self) -> str:
        """The distinct lines of the start of the input, each behind a line feed."""
        return each_line_once(self.head_text)

    @cached_property
    def head_lines_folded(self) -> str:
        """The same lines, case folded."""
        return self.head_lines.casefold()

    @cached_property
    def head_looks(self) -> str:
        """One of the same lines for each look: of those that differ in numbers alone the first."""
        return "\n".join(self._looks.values())

    @cached_property
    def looks_folded(self) -> str:
        """The looks themselves, case folded."""
        return "\n".join(self._looks).casefold()

    @cached_property
    def look_words(self) -> str:
        """The distinct words of the looks, case folded: the look of a sign without blanks stands in one of them."""
        return "\n".join(set(self.looks_folded.split()))

    def has_sign(self, sign: str) -> bool:
        """Whether a folded sign without blanks stands in the start: its words are cut apart where its look stands."""
        return look_of(sign) in self.look_words and sign in self.head_lines_folded

    def holds_any(self, signs: Iterable[str]) -> bool:
        """Whether one of these stands on a line of the start: only those are searched for whose look stands there."""
        looks = "\n".join(self._looks)
        return any(sign in self.head_lines for sign in signs if look_of(sign) in looks)

    def holds_any_folded(self, signs: Iterable[str]) -> bool:
        """The same for folded signs, in any case."""
        return any(sign in self.head_lines_folded for sign in signs if look_of(sign) in self.looks_folded)

    def has_only(self, own: re.Pattern[str]) -> bool:
        """Whether each line of the start fits: of those that differ in numbers alone the first is asked."""
        return all(map(own.fullmatch, self._looks.values()))

    @cached_property
    def _looks(self) -> dict[str, str]:
        lines: dict[str, str] = {}
        list(map(lines.setdefault, look_of(self.head_lines).split("\n"), self.head_lines.split("\n")))
        return lines

    @cached_property
    def head_words(self) -> str:
        """The distinct words of the start of the input, case folded: a sign without blanks stands in one of them."""
        return "\n".join(set(self.head_lines_folded.split()))

    def once(self, work: Callable[[Source], Value]) -> Value:
        """The result of a function of the source, computed once: recognition hands its findings on to reading so.
        Raises what `work` does."""
        made = self._made
        if work not in made:
            made[work] = work(self)
        value: Value = made[work]
        return value

    @cached_property
    def _made(self) -> dict[Callable[[Source], Any], Any]:
        return {}

    @property
    def is_in_head(self) -> bool:
        """Whether the head holds all of it. Raises SourceError."""
        return self._begin[1]

    def opened(self) -> BinaryIO:
        """A stream of all bytes; where the head holds them all, nothing is read again. Raises SourceError, OSError."""
        return io.BytesIO(self.head) if self.is_in_head else self.open_bytes()

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing but blanks, zeros and a byte order mark. Raises SourceError."""
        return self.is_in_head and not self.head_text.strip("\0 \t\r\n")

    def read_bytes(self, limit_bytes: int = MAX_TEXT_BYTES) -> bytes:
        """All bytes. Raises SourceError when it cannot be read or is larger than `limit_bytes`."""
        try:
            with self.opened() as stream:
                data = stream.read(limit_bytes + 1)
        except OSError as error:
            raise SourceError(reason_of(error)) from error
        if len(data) > limit_bytes:
            raise SourceError(f"larger than {limit_bytes // (1024 * 1024)} MB, the limit for this format")
        if len(data) > _LARGE_BYTES:
            from ipseclint.allocation import give_back

            give_back(_LARGE_BYTES)
        return data

    def tail(self) -> bytes:
        """The last bytes, at most as many as the head has. Raises SourceError."""
        try:
            with self.opened() as stream:
                if stream.seekable():
                    stream.seek(-len(self.head), io.SEEK_END)
                    return stream.read()
                last = b""
                for piece in pieces_of(stream):
                    last = (last + piece)[-len(self.head) :]
                return last
        except OSError as error:
            raise SourceError(reason_of(error)) from error

    def blocks(self) -> Iterator[bytes]:
        """All bytes, half a megabyte at a time. Raises SourceError when it cannot be read."""
        try:
            with self.opened() as stream:
                yield from pieces_of(stream)
        except OSError as error:
            raise SourceError(reason_of(error)) from error

    def text_blocks(self) -> Iterator[Block]:
        """The text in blocks. Each repeats the end of the one before it, so that no short match is cut in two.

        A binary input has none. Raises SourceError.
        """
        if self.head.startswith(BINARY_SIGNATURES):
            return
        encoding = self._encoding_of(self.head)
        try:
            with self.opened() as stream:
                yield from blocks_of(stream, encoding)
        except OSError as error:
            raise SourceError(reason_of(error)) from error

    def read_text(self, limit_bytes: int = MAX_TEXT_BYTES) -> str:
        """All of it as text, line ends kept but for CR alone, byte order mark removed. Raises SourceError as
        `read_bytes` does."""
        return self._text_in_head if self.is_in_head else self._decoded(self.read_bytes(limit_bytes))

    @cached_property
    def _text_in_head(self) -> str:
        """All of it as text where the head holds it: the same object as the head's text if they are equal."""
        text = self._decoded(self.head)
        return self.head_text if text == self.head_text else text

    def _decoded(self, data: bytes) -> str:
        return _without_lone_returns(text_of(data, self._encoding_of(data)))

    def _encoding_of(self, data: bytes) -> str:
        """The encoding of some bytes of it: by the mark, else the code page that can decode them."""
        if self.encoding != "utf-8" or data.isascii():
            return self.encoding
        from ipseclint.code_pages import code_page_of

        return code_page_of(data)

    def with_text(self, text: str) -> Source:
        """The same input with another text, in its encoding and with its byte order mark.

        Raises SourceError where the present bytes would not survive a round trip, or the encoding lacks a character.
        """
        data = self.read_bytes()
        encoding = self._encoding_of(data)
        mark = next((mark for mark, _ in _BYTE_ORDER_MARKS if data.startswith(mark)), b"")
        if mark:
            encoding = _MARKED[mark]
        try:
            former = self.read_text()
            if "\n" in former and "\n" not in text_of(data, encoding):
                former, text = former.replace("\n", "\r"), text.replace("\n", "\r")
            if mark + former.encode(encoding) != data:
                raise SourceError(f"its bytes are not all text in {encoding}")
            return bytes_source(self.path, mark + text.encode(encoding))
        except UnicodeEncodeError as error:
            raise SourceError(f"{encoding} cannot hold the changed text") from error

    def without_frame(self) -> Source:
        """The same input without what stands around all its lines, as marks of a quotation do; itself without."""
        if self.head.startswith(BINARY_SIGNATURES) or _bare(self.head_text, self.path) == self.head_text:
            return self
        try:
            return replace(self.with_text(_bare(self.read_text(), self.path)), members=self.members)
        except SourceError:
            return self


_WRITTEN = frozenset({*DOCUMENTS, ".cmd", ".bat", ".ps1", ".psm1"})
"""Endings of documents in markup languages and of scripts of Windows."""


LAID_OUT = frozenset({"", ".txt", ".text", ".log", *DOCUMENTS})
"""Endings of texts that may be copied from what was laid out: pages, documents of a word processor."""


def _bare(text: str, path: str) -> str:
    suffix = suffix_of(path)
    if suffix in LAID_OUT and not text.isascii():
        text = without_layout(text)
    return without_frame(text, is_written=suffix in _WRITTEN)


def suffix_of(path: str) -> str:
    """The ending of a file name in lower case, with its dot; empty if it has none.

    A machine of a document (`runbook.md/SERVER`) has that of the document.
    """
    folder, _, name = path.rpartition("/")
    at = name.rfind(".")
    if 0 < at < len(name) - 1:
        return name[at:].casefold()
    return suffix_of(folder) if folder.casefold().endswith(DOCUMENTS) else ""


_BLANKS = late(r"\s*+")


def begin_of(text: str, at: int = 0) -> int:
    """The offset of the first character from `at` on that is no blank or line end: cutting these off would copy the
    text."""
    return match.end() if (match := _BLANKS.match(text, at)) is not None else at


_COMMENTS = late(r"(?:\s*+(?://[^\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/))++\s*+(?=[\[{])")


def behind_comments(text: str) -> str:
    """A text from the first bracket behind JSON comments on; the whole text if it does not begin with comments."""
    return text if text[:1] != "/" or (match := _COMMENTS.match(text)) is None else text[match.end() :]


def first_line(text: str) -> str:
    """The first line of a text that is not empty, without leading blanks."""
    begin = begin_of(text)
    end = text.find("\n", begin)
    return text[begin:] if end < 0 else text[begin:end]


def each_line_once(text: str) -> str:
    """The distinct lines of a text, each behind a line feed.

    Tools that print lists repeat most lines, so this leaves less to search for what stands on one line.
    """
    return "\n".join(("", *dict.fromkeys(text.split("\n"))))


_SAME_LOOK = bytes.maketrans(b"123456789abcdefABCDEF", b"0" * 21)


def look_of(text: str) -> str:
    """A text with `0` for each digit, also of hexadecimal numbers, by which addresses, ids and times look the same.

    What stands in a text has a look that stands in the look of the text.
    """
    return text.encode("utf-8", "surrogatepass").translate(_SAME_LOOK).decode("utf-8", "surrogatepass")


def _without_lone_returns(text: str) -> str:
    """A text whose lines end by CR alone, as on an old Macintosh, with LF in its place; any other text as it is."""
    return text if "\n" in text else text.replace("\r", "\n")


def lines_with(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """The begin and end of each line that holds one of the words, word by word: a line with two of them comes twice.

    Searching the whole text for a word is far quicker than asking its lines one by one.
    """
    for word in words:
        end = 0
        while (at := text.find(word, end)) >= 0:
            begin = text.rfind("\n", 0, at) + 1
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            yield begin, end


Place = tuple[int, int]
"""A line and a column of a text, both from 1."""


def _ends(stream: BinaryIO) -> bool:
    """Whether nothing is left to read: what comes in pieces does not end with the first."""
    try:
        return not stream.read(1)
    except (OSError, SourceError):
        return False


def is_file(path: Path) -> bool:
    """Whether a path is a file, where the result of a run depends on it (recorded for cli/unchanged.py)."""
    sys.audit("ipseclint.looked-for", str(path))
    return path.is_file()


def file_source(path: Path | str, shown_as: str | None = None) -> Source:
    """The source that reads a file on disk."""
    return Source(shown_as or str(path), partial(_open, path))


def _open(path: Path | str) -> BinaryIO:
    """Open a regular file or the null device, and nothing else: a pipe could block for ever, a device has no end."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - of ten thousand files no Path is made
    except FileNotFoundError as error:
        if not os.path.islink(path):  # noqa: PTH114
            raise
        raise OSError(errno.EINVAL, "it is a link to what does not exist") from error
    except ValueError as error:  # a zero byte, or half of a pair of UTF-16
        raise OSError(errno.EINVAL, "no file can be called so") from error
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or os.path.samefile(path, os.devnull)):  # noqa: PTH121
        raise OSError(
            errno.EINVAL, f"it is a {special_kind(mode)}, not a file; pass its content to standard input, `-`"
        )
    return open(path, "rb")  # noqa: PTH123


def special_kind(mode: int) -> str:
    """The kind of a directory entry that is neither file nor folder, by its mode."""
    kinds = {stat.S_IFIFO: "named pipe", stat.S_IFSOCK: "socket", stat.S_IFCHR: "device", stat.S_IFBLK: "device"}
    return kinds.get(stat.S_IFMT(mode), "special file")


def failing_source(shown_as: str, error: OSError) -> Source:
    """The source of a path that could not be looked at, such as a folder that may not be listed."""
    return Source(shown_as, partial(_fail, error))


def _fail(error: OSError) -> BinaryIO:
    raise error


def bytes_source(path: str, data: bytes) -> Source:
    """The source of bytes already in memory: standard input, or a member of a container."""
    return Source(path, partial(io.BytesIO, data))


def text_source(path: str, text: str) -> Source:
    """The source of a piece of text, as if it were an input of its own."""
    source = bytes_source(path, text.encode("utf-8", "replace"))
    if len(text) < source.head_bytes and text.isascii() and "\0" not in text:
        source.__dict__["head_text"] = _without_lone_returns(text)  # as it would be decoded
    return source


def stdin_source(shown_as: str = "<stdin>") -> Source:
    """The source of standard input, read whole once. Raises SourceError when it is closed."""
    if sys.stdin is None:
        raise SourceError("standard input is closed")
    return bytes_source(shown_as, sys.stdin.buffer.read())


def detect_encoding(head: bytes) -> str:
    """The encoding that a start of bytes shows: by mark, by the zero bytes of UTF-16, else `utf-8`.

    `utf-8` here means "eight-bit": read_text falls back to a code page when it does not decode.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return name
    sample = head[:512]
    if len(sample) >= 4:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        half = len(sample) // 2
        if odd > half * 0.4 and even < half * 0.1:
            return "utf-16-le"
        if even > half * 0.4 and odd < half * 0.1:
            return "utf-16-be"
    return "utf-8"


def lines_of_text(text: str) -> list[str]:
    """The lines of a text without their ends, counted as places count them: CRLF, LF and CR each end one."""
    return ended_by_lf(text).split("\n")


def ended_by_lf(text: str) -> str:
    """A text with every line ended by LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def reason_of(error: OSError) -> str:
    """Why a file cannot be read, in the words of the system; NOT_THERE where it is missing, in every language."""
    return NOT_THERE if isinstance(error, FileNotFoundError) else error.strerror or type(error).__name__
