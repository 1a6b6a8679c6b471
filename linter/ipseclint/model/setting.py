"""A value of a policy together with where it stands and where it comes from."""

from __future__ import annotations

import os
from _blake2 import blake2b  # hashlib would load OpenSSL
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Generic, TypeVar, final

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


class Setting(Struct, Generic[T_co], frozen=True, gc=False):
    """A value, its place (the enclosing object's if it is not written), and its origin."""

    value: T_co | Unknown
    span: Span
    origin: Origin = Origin.EXPLICIT

    @property
    def known(self) -> T_co | None:
        """The value, or None when it is not understood."""
        value = self.value  # asked hundreds of times for each rule: the type is told twice as fast as an instance
        return None if type(value) is Unknown else value

    @property
    def is_explicit(self) -> bool:
        """Whether the input itself says it."""
        return self.origin is Origin.EXPLICIT


def default(value: T, span: Span) -> Setting[T]:
    """A setting that the input leaves to the platform's default."""
    return Setting(value, span, Origin.DEFAULT)


class Secret(Restorable):
    """A preshared key of which only the identity is kept: equal keys are equal, and nothing of the text is left.

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
    """While it lasts, each key that is read is put into a set: for the gate that masks keys, never for an output.

    A reader may have decoded a key, or put it together, so that it stands nowhere in the input as it is.
    """
    token = _noted.set(texts)
    try:
        yield
    finally:
        _noted.reset(token)


def note_key(text: str) -> None:
    """Note a text that is a key, or what one is made of."""
    texts = _noted.get()
    if texts is not None:
        texts.add(text)


_run_keys = [os.urandom(32)]


def run_key() -> bytes:
    """The 32 bytes under which this run digests its secrets: for its worker processes, never for an output."""
    return _run_keys[-1]


def key_mark() -> str:
    """A mark of the run's key, which tells whether secrets of two runs can be compared, and nothing of the key."""
    return blake2b(b"ipseclint", key=_run_keys[-1], digest_size=8).hexdigest()


def share_run_key(key: bytes) -> None:
    """Digest from now on as the process that handed over its run key. Secrets made before are equal to none."""
    _run_keys[-1] = key


def in_words(setting: Setting[object]) -> str:
    """A setting as its value is called, or as it is written if that is not understood."""
    return setting.value.raw if isinstance(setting.value, Unknown) else str(setting.value)
