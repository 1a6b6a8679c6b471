"""A value of a policy together with where it stands and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from ipseclint.source import Span

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Origin(StrEnum):
    """Who set a value: the input, the platform's default, or an enclosing object."""

    EXPLICIT = "explicit"
    DEFAULT = "default"
    INHERITED = "inherited"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is there but not in our vocabulary; `hidden` if Windows itself withheld it."""

    raw: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Setting(Generic[T_co]):
    """A value, its place (the enclosing object's if it is not written), and its origin."""

    value: T_co | Unknown
    span: Span
    origin: Origin = Origin.EXPLICIT

    @property
    def known(self) -> T_co | None:
        """The value, or None when it is not understood."""
        return None if isinstance(self.value, Unknown) else self.value

    @property
    def is_explicit(self) -> bool:
        """Whether the input itself says it."""
        return self.origin is Origin.EXPLICIT


def default(value: T, span: Span) -> Setting[T]:
    """A setting that the input leaves to the platform's default."""
    return Setting(value, span, Origin.DEFAULT)


class Secret:
    """A preshared key: can be compared and measured, and is never shown."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(("Secret", self._value))

    def __len__(self) -> int:
        return len(self._value)

    def __repr__(self) -> str:
        return f"psk ({len(self._value)} characters)"

    __str__ = __repr__

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        # A worker process hands its findings back, never its policies: a key does not travel.
        return (Secret, ("*" * len(self._value),))
