"""Values packed into few bytes, to wait in memory, to go from process to process, or to lie in a store.

The bytes are a pickle from which the reader makes only the program's own values and Python's plain data types: whatever
somebody put into a store, reading it runs nothing.
"""

from __future__ import annotations

import _pickle  # `pickle` has the same in Python as well, which takes long to load
import importlib
import io
import operator
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from functools import cache
from itertools import accumulate, chain, islice
from typing import Any, TypeVar, overload

from msgspec import Struct

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_PROTOCOL = 5
_FAST = 1
"""The level of compression: the next levels take twice the time to save a tenth of the bytes."""

_PLAIN = frozenset(
    {
        ("builtins", "frozenset"),
        ("builtins", "set"),
        ("builtins", "bytearray"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("msgspec._utils", "rebuild"),  # makes a struct of the kind and the fields that it is given
    }
)
"""Types of Python that hold data alone."""
_OLD_MEMBER = ("builtins", "getattr")
"""How Python up to 3.11.3 says that a value is a member of an enumeration."""


class PackingError(Exception):
    """Bytes that were not packed here, or that hold another kind of value."""


def packed(value: object, *, pressed: bool = True) -> bytes:
    """A value as bytes, compressed unless `pressed` is false, for one that is mostly compressed already."""
    return zlib.compress(_pickle.dumps(value, _PROTOCOL), _FAST if pressed else 0)


def unpacked(data: bytes, most_bytes: int | None = None) -> Any:
    """The value, unpacked; `most_bytes` limits its size where others may have written it. Raises PackingError."""
    try:
        return _Reader(io.BytesIO(_decompressed(data, most_bytes))).load()
    except PackingError:
        raise
    except Exception as error:
        raise PackingError(f"not what was packed: {type(error).__name__}") from error


def texts_in(data: bytes) -> bytes:
    """Packed bytes in a form where each text stands in UTF-8, to be searched."""
    return zlib.decompress(data)


def _decompressed(data: bytes, most_bytes: int | None) -> bytes:
    if most_bytes is None:
        return zlib.decompress(data)
    reader = zlib.decompressobj()
    plain = reader.decompress(data, most_bytes)
    if reader.unconsumed_tail or not reader.eof:
        raise PackingError(f"it is cut, or larger than {most_bytes:,} bytes")
    return plain


class _Reader(_pickle.Unpickler):
    """An unpickler that makes nothing but data."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == _OLD_MEMBER:
            return _member
        if not _is_data(module, name):
            raise PackingError(f"{module}.{name} is not a value of ours")
        return super().find_class(module, name)


def _member(kind: object, name: str) -> Enum:
    """A member of an enumeration by its name, and no other attribute of anything."""
    if not (isinstance(kind, type) and issubclass(kind, Enum)):
        raise PackingError(f"{kind!r:.80} is no enumeration")
    return kind[name]


@cache
def _is_data(module: str, name: str) -> bool:
    """Whether a name belongs to a type that holds data alone."""
    if (module, name) in _PLAIN:
        return True
    if not module.startswith("ipseclint.") or "." in name:
        return False
    kind = getattr(importlib.import_module(module), name, None)
    if kind is restored:
        return True
    if not isinstance(kind, type) or kind.__module__ != module:
        return False
    return issubclass(kind, Struct | Enum | tuple | Restorable)


class Restorable:
    """A type that may be packed besides structs, enumerations and tuples."""

    __slots__ = ()


def restored(kind: type[Any], *values: object) -> Any:
    """A frozen model with these values, which were validated before they were packed."""
    if not issubclass(kind, Restorable):
        raise PackingError(f"{kind.__name__} is not a value of ours")
    model: Any = kind
    return filled(model, dict(zip(model.model_fields, values, strict=True)))


def filled(model: Any, values: dict[str, object], like: object = None) -> Any:
    """A frozen model with these values by name, all validated before; `like` holds those that others have as well."""
    value = model.__new__(model)
    fill = object.__setattr__
    if len(all_fields(model)) > MAX_SHARED_NAMES:
        fill(value, "__dict__", values)
    else:
        _fill_shared(value, values)
    fill(value, "like", like)
    fill(value, "__pydantic_fields_set__", all_fields(model))
    fill(value, "__pydantic_extra__", None)
    fill(value, "__pydantic_private__", None)
    return value


MAX_SHARED_NAMES = 30
"""How many names Python keeps once for all objects of a class: the dictionary of each is then half as large."""


def _fill_shared(new: object, values: dict[str, object]) -> None:
    """Fill a new object name by name: it shares its names, and has no dictionary until somebody asks for it."""
    fill = object.__setattr__
    for name, value in values.items():
        fill(new, name, value)


@cache
def all_fields(kind: type[Any]) -> set[str]:
    """The names of a model's fields, one set shared by all its objects: a set in each rule would take 3 KB.

    Python shares the names that it meets in the first objects of a class, and pydantic's have none.
    """
    names = dict.fromkeys(kind.model_fields)
    if len(names) <= MAX_SHARED_NAMES:
        first: Any = object.__new__(kind)
        _fill_shared(first, names)
    return set(names)


class Chunk(Struct, frozen=True):
    """A packed sequence of values."""

    number: int
    data: bytes

    @classmethod
    def of(cls, values: Sequence[object]) -> Chunk:
        """The values as a chunk."""
        return cls(len(values), packed(tuple(values)))


_BATCH = 64


def batches(values: Iterable[T], number: int = _BATCH) -> Iterator[tuple[T, ...]]:
    """The values in batches, each large enough to be packed on its own."""
    left = iter(values)
    while batch := tuple(islice(left, number)):
        yield batch


_OPEN_CHUNKS, _OPEN_VALUES = 64, 2_048
"""So many chunks stay unpacked, and more of them where they hold fewer values together: all of a small run."""


class Packed(Sequence[T_co]):
    """A sequence of many values, of which few are unpacked at a time: a chunk when one of its values is asked for."""

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        self.chunks = tuple(chunk for chunk in chunks if chunk.number)
        self._ends = list(accumulate(chunk.number for chunk in self.chunks))
        self._open: dict[int, tuple[T_co, ...]] = {}
        self._open_values = 0

    @classmethod
    def of(cls, values: Iterable[T_co]) -> Packed[T_co]:
        """The values of an iterable, packed as they come."""
        return cls(map(Chunk.of, batches(values)))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, place: int) -> T_co: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[T_co, ...]: ...
    def __getitem__(self, place: int | slice) -> T_co | tuple[T_co, ...]:
        if isinstance(place, slice):
            return tuple(self[number] for number in range(*place.indices(len(self))))
        number = place + len(self) if place < 0 else place
        if not 0 <= number < len(self):
            raise IndexError(place)
        chunk = bisect_right(self._ends, number)
        return self._values(chunk)[number - self._ends[chunk]]

    def __iter__(self) -> Iterator[T_co]:
        return chain.from_iterable(self.portions())

    def portions(self) -> Iterator[tuple[T_co, ...]]:
        """The values in portions, as they are unpacked together."""
        return map(self._values, range(len(self.chunks)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(operator.eq, self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} values)"

    def _values(self, chunk: int) -> tuple[T_co, ...]:
        if chunk not in self._open:
            self._open[chunk] = unpacked(self.chunks[chunk].data)
            self._open_values += self.chunks[chunk].number
            while len(self._open) > _OPEN_CHUNKS and self._open_values > _OPEN_VALUES:
                first = next(iter(self._open))
                self._open_values -= len(self._open.pop(first))
        return self._open[chunk]


def portions(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in portions: a packed sequence chunk by chunk."""
    return values.portions() if isinstance(values, Packed) else batches(values)
