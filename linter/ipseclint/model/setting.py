"""A value of a policy together with where it stands and where it comes from."""

from __future__ import annotations

import os
from _blake2 import blake2b  # hashlib would load OpenSSL
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar, final

from msgspec import Struct

from ipseclint.packing import Restorable
from ipseclint.source import Span

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Origin(StrEnum):
    """Who set a value: the input, the platform's default, or an enclosing object."""

    EXPLICIT = "explicit"
    DEFAULT = "default"
    INHERITED = "inherited"


@final
class Unknown(Struct, frozen=True):
    """A value that is there but not in our vocabulary; `hidden` if Windows itself withheld it."""

    raw: str
    hidden: bool = False


LEFT_OUT = Unknown("left out here")
"""What stands for what an excerpt leaves out."""


class Setting(Struct, Generic[T_co], frozen=True, gc=False):
    """A value, its place (the enclosing object's if it is not written), and its origin.

    The origin is that of its class: as a third field it would take half as much again, of what a policy has most.
    """

    origin: ClassVar[Origin] = Origin.EXPLICIT

    value: T_co | Unknown
    span: Span

    @property
    def known(self) -> T_co | None:
        """The value, or None when it is not understood."""
        value = self.value  # asked hundreds of times for each rule: comparing types is twice as fast as isinstance
        return None if type(value) is Unknown else value

    @property
    def is_explicit(self) -> bool:
        """Whether the input itself says it."""
        return self.origin is Origin.EXPLICIT


@final
class Default(Setting[T_co], Generic[T_co], frozen=True, gc=False):
    """A setting that the input leaves to the platform's default."""

    origin: ClassVar[Origin] = Origin.DEFAULT


@final
class Inherited(Setting[T_co], Generic[T_co], frozen=True, gc=False):
    """A setting that an enclosing object gives."""

    origin: ClassVar[Origin] = Origin.INHERITED


_OF_ORIGIN: dict[Origin, type[Setting[Any]]] = {kind.origin: kind for kind in (Setting, Default, Inherited)}


def of_origin(value: T | Unknown, span: Span, origin: Origin) -> Setting[T]:
    """A setting of an origin."""
    return _OF_ORIGIN[origin](value, span)


def default(value: T, span: Span) -> Setting[T]:
    """A setting that the input leaves to the platform's default."""
    return Default(value, span)


class Secret(Restorable):
    """A preshared key reduced to its identity: equal keys compare equal, and the text is gone.

    It holds a digest under a key of this run. Processes that share their secrets need the same run key.
    """

    __slots__ = ("_digest",)

    def __init__(self, text: str) -> None:
        note_key(text)
        data = text.encode("utf-8", "surrogatepass")
        self._digest = blake2b(data, key=_run_keys[-1], digest_size=32).digest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._digest == other._digest

    def __hash__(self) -> int:
        return hash(self._digest)

    def __repr__(self) -> str:
        return "psk (hidden)"

    def __getstate__(self) -> bytes:
        return self._digest

    def __setstate__(self, state: bytes) -> None:
        self._digest = state


_noted: ContextVar[set[str] | None] = ContextVar("_noted", default=None)


@contextmanager
def noted_keys(texts: set[str]) -> Iterator[None]:
    """While the context lasts, collect the text of each key that is read: to mask keys, never for an output.

    A reader may have decoded or joined a key, so that its text stands nowhere in the input.
    """
    token = _noted.set(texts)
    try:
        yield
    finally:
        _noted.reset(token)


def note_key(text: str) -> None:
    """Note the text of a key, or of a part of one."""
    texts = _noted.get()
    if texts is not None:
        texts.add(text)


_run_keys = [os.urandom(32)]


def run_key() -> bytes:
    """The 32 bytes under which this run digests its secrets: for its worker processes, never for an output."""
    return _run_keys[-1]


def key_mark() -> str:
    """A digest of the run's key: it tells whether secrets of two runs can be compared, and does not reveal the key."""
    return blake2b(b"ipseclint", key=_run_keys[-1], digest_size=8).hexdigest()


def share_run_key(key: bytes) -> None:
    """Use the run key of another process from now on. Secrets made before are equal to none made after."""
    _run_keys[-1] = key


def in_words(setting: Setting[object]) -> str:
    """The name of a setting's value, or its text if it is not understood."""
    return setting.value.raw if isinstance(setting.value, Unknown) else str(setting.value)
