"""Registry.pol, the registry part of a GPO (MS-GPREG 2.2.1).

A record is `[` key `;` value `;` type `;` size `;` data `]`, punctuation and names in UTF-16. A place is line 1 and the
byte's offset, from 1, as the column.
"""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from ipseclint.formats.kit.diagnostics import Diagnostics, quoted, unreadable
from ipseclint.formats.kit.token import Token, token_at
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.formats.registry.binary import decoded, value_of_bytes
from ipseclint.formats.registry.policy import concerns_ipsec, decode
from ipseclint.formats.registry.tree import TOO_DEEP, Key, Value
from ipseclint.model.policy import UNNAMED_GPO
from ipseclint.source import Source, SourceError, Span

MAGIC = b"PReg"
_VERSION = 1
_HEADER_BYTES = 8
_MAX_NAME_BYTES = 2 * 32_768
"""The longest path of a key, in bytes (reasoned: Windows allows 255 characters a key, and 512 levels in theory)."""
_MAX_DATA_BYTES = 65_535
"""The largest data of a record (MS-GPREG 2.2.1)."""

_DELETE_ONE, _DELETE_ALL, _SET_IF_ABSENT = "**del.", "**delvals", "**soft."
_DELETE_LISTED, _DELETE_KEYS, _SECURE_KEY = "**deletevalues", "**deletekeys", "**securekey"
"""Names of values that are instructions, folded (MS-GPREG 3.2.5.1)."""

_READ_BYTES = 1024 * 1024
"""How much is read at a time: more than any name or value takes."""

_END = b"\0\0"
"""What ends a name."""
_OPEN, _SEPARATOR, _CLOSE = (sign.encode("utf-16-le") for sign in "[;]")
_NAME_ENDS = _END + _SEPARATOR
_NO_KEY = b"\0"
"""Bytes that no record begins with."""
_SIZES = struct.Struct("<I2sI2s")
"""The type and the size of data, each with what stands behind it."""


def recognise(source: Source) -> bool:
    """Whether it begins with the signature `PReg`."""
    return source.head.startswith(MAGIC)


def parse(source: Source) -> Parsed:
    """The policy in the keys that concern IPsec, after all records in order."""
    return parse_with_keys(source)[0]


def parse_with_keys(source: Source, gpo: str = UNNAMED_GPO) -> tuple[Parsed, Key]:
    """The same of a GPO of some name, and these keys."""
    diagnostics = Diagnostics(source.path)
    tree = Key.root(source.path)
    try:
        with source.opened() as stream:
            _Records(stream, tree, diagnostics).read()
    except (OSError, SourceError) as error:
        return Parsed(problems=(unreadable(source, error),)), tree
    return decode(tree, diagnostics, gpo=gpo), tree


class _MalformedError(Exception):
    """A fault in the format: nothing behind it can be read."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class _Records:
    """Reads the records one by one and carries them out."""

    def __init__(self, stream: BinaryIO, tree: Key, diagnostics: Diagnostics) -> None:
        self._path = diagnostics.path
        self._stream = io.BufferedReader(stream) if isinstance(stream, io.RawIOBase) else stream
        self._tree = tree
        self._diagnostics = diagnostics
        self._offset = 0
        self._buffer, self._at, self._is_read = b"", 0, False
        self._key: Key | None = None
        self._key_path: str | None = None

    def read(self) -> None:
        """Read to the end, or to the first fault, which is noted."""
        try:
            self._header()
            while self._have(1):
                self._usual_records()
                if self._have(1):
                    self._record()
        except _MalformedError as error:
            self._diagnostics.malformed(f"{error}; what follows is not read", Span(self._path, 1, error.offset + 1))

    def _header(self) -> None:
        _, version = struct.unpack("<4sI", self._take(_HEADER_BYTES))
        if version != _VERSION:
            raise _MalformedError(f"unknown version {version} of Registry.pol", 4)

    def _usual_records(self) -> None:
        """Read the records that the buffer has whole and as they should be, up to the first that it has not."""
        buffer, at = self._buffer, self._at
        shift = self._offset - at
        to_name, key, concerns = _NO_KEY, "", False
        while True:
            if not buffer.startswith(to_name, at):  # a key seldom has one value alone
                key_ends = buffer.find(_NAME_ENDS, at)
                written = buffer[at + len(_OPEN) : key_ends]
                if not buffer.startswith(_OPEN, at) or key_ends < at + len(_OPEN) or not _is_usual(written):
                    break
                to_name, key = buffer[at : key_ends + len(_NAME_ENDS)], decoded(written)
                concerns = concerns_ipsec(key)
            name_at = at + len(to_name)
            name_ends = buffer.find(_NAME_ENDS, name_at)
            sizes_at = name_ends + len(_NAME_ENDS)
            data_at = sizes_at + _SIZES.size
            if name_ends < 0 or data_at > len(buffer) or not _is_usual(name := buffer[name_at:name_ends]):
                break
            kind, before_size, size, before_data = _SIZES.unpack_from(buffer, sizes_at)
            end = data_at + size
            is_usual = before_size == before_data == _SEPARATOR and size <= _MAX_DATA_BYTES
            if not (is_usual and buffer.startswith(_CLOSE, end)):
                break
            if concerns:
                value = value_of_bytes(decoded(name), kind, buffer[data_at:end], self._path, shift + data_at)
                self._carry_out(key, value, Span(self._path, 1, shift + at + 1))
            at = end + len(_CLOSE)
        self._at, self._offset = at, shift + at

    def _record(self) -> None:
        begin = self._offset
        self._expect(_OPEN)
        key = self._name()
        self._expect(_SEPARATOR)
        name = self._name()
        self._expect(_SEPARATOR)
        (kind,) = struct.unpack("<I", self._take(4))
        self._expect(_SEPARATOR)
        (size,) = struct.unpack("<I", self._take(4))
        self._expect(_SEPARATOR)
        if size > _MAX_DATA_BYTES:
            raise _MalformedError(f"a value of {size} bytes, where {_MAX_DATA_BYTES} are allowed", begin)
        offset = self._offset
        data = self._take(size)
        self._expect(_CLOSE)
        if concerns_ipsec(key):
            self._carry_out(key, value_of_bytes(name, kind, data, self._path, offset), Span(self._path, 1, begin + 1))

    def _carry_out(self, path: str, value: Value, span: Span) -> None:
        """Set a value, or carry out the instruction in its name."""
        key = self._key if path == self._key_path else self._tree.make(path, span)
        self._key, self._key_path = key, path
        if key is None:
            self._diagnostics.malformed(TOO_DEEP, span)
            return
        folded = value.name.casefold()
        if not folded.startswith("**"):
            if value.name:
                key.set(value)
        elif folded.startswith(_DELETE_ONE):
            key.take_out(token_at(value.name[len(_DELETE_ONE) :], span))
        elif folded.startswith(_DELETE_ALL):
            key.take_out_values(span)
        elif folded in {_DELETE_LISTED, _DELETE_KEYS}:
            _take_out_listed(key, value.text, is_of_keys=folded == _DELETE_KEYS)
        elif folded.startswith(_SET_IF_ABSENT):
            name = value.name[len(_SET_IF_ABSENT) :]
            if key.get(name) is None:
                key.set(Value(name, value.kind, value.text, value.number, value.data))
        elif folded != _SECURE_KEY:
            self._diagnostics.not_understood(f"unknown instruction {quoted(value.name)}", value.text.span)

    def _name(self) -> str:
        """A text up to its NUL character."""
        have = self._have(_MAX_NAME_BYTES + len(_END))
        end = self._buffer.find(_END, self._at)
        while (end - self._at) % 2 and end >= 0:
            end = self._buffer.find(_END, end + 1)
        if end > self._at + _MAX_NAME_BYTES or (end < 0 and have > _MAX_NAME_BYTES + 1):
            raise _MalformedError("a name without end", self._offset)
        if end < 0:
            raise _MalformedError("the file ends inside a record", self._offset + have // 2 * 2)
        name = self._take(end - self._at)
        self._take(len(_END))
        return decoded(name)

    def _expect(self, sign: bytes) -> None:
        begin = self._offset
        if self._take(2) != sign:
            raise _MalformedError(f"no `{sign.decode('utf-16-le')}` where a record has one", begin)

    def _take(self, size: int) -> bytes:
        if self._have(size) < size:
            raise _MalformedError("the file ends inside a record", self._offset)
        data = self._buffer[self._at : self._at + size]
        self._at += size
        self._offset += size
        return data

    def _have(self, size: int) -> int:
        """The number of buffered bytes: at least `size`, if the file has them."""
        have = len(self._buffer) - self._at
        if have < size and not self._is_read:
            more = self._stream.read(_READ_BYTES)
            self._is_read = len(more) < _READ_BYTES
            self._buffer, self._at = self._buffer[self._at :] + more, 0
            have += len(more)
        return have


def _is_usual(name: bytes) -> bool:
    """Whether it has whole characters, none of which is or looks like NUL, and not too many."""
    return not len(name) % 2 and _END not in name and len(name) <= _MAX_NAME_BYTES


def _take_out_listed(key: Key, listed: Token, *, is_of_keys: bool) -> None:
    """Delete the values or the keys below that an instruction lists."""
    for name in filter(None, map(str.strip, listed.text.split(";"))):
        if not is_of_keys:
            key.take_out(token_at(name, listed.span))
        elif (below := key.make(name, listed.span)) is not None:
            below.take_out_all(listed.span)


FORMATS = (
    Format(
        name="registry-pol",
        title="registry part of a GPO (Registry.pol)",
        recognise=recognise,
        parse=parse,
        how_to_export=r"Backup-GPO -Name NAME -Path DIR, then DomainSysvol\GPO\Machine\registry.pol in it",
        can_express="the rules, sets and settings of one GPO",
        cannot_express="the name of the GPO, the local policy beside it",
    ),
)
