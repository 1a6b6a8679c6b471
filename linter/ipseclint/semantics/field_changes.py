"""The old and the new value of a field of an object, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from ipseclint.model.policy import (
    AuthenticationMethod,
    AuthenticationSet,
    Dialect,
    MainModeCryptoSet,
    MainModeProposal,
    QuickModeCryptoSet,
    QuickModeProposal,
    Reference,
)
from ipseclint.model.selectors import LegacyFilter
from ipseclint.model.setting import Setting, Unknown
from ipseclint.semantics.outline import proposal_words
from ipseclint.semantics.proofs import method_words
from ipseclint.vocabulary.algorithms import DhGroup
from ipseclint.vocabulary.protocols import protocol_name

SETS = (MainModeCryptoSet, QuickModeCryptoSet, AuthenticationSet)


class FieldChange(Struct, frozen=True):
    """A field whose value changed, in words; None: it has no value."""

    name: str
    old: str | None
    new: str | None


def belongs_to_a_rule(thing: Any) -> bool:
    """Whether a set has no name of its own because it was written with the rule that uses it."""
    if isinstance(thing, AuthenticationSet) and thing.inline:
        return True
    return isinstance(thing, SETS) and thing.id is None and thing.dialect is not Dialect.DYNAMIC


_PARTS_SHOWN = 5
"""Reasoned: how many differing parts of a long list are named; the others are counted."""

_OTHER_KEY = ", but another key"
"""The words for methods that differ only in their key, since keys are never shown."""


def _keys(methods: Sequence[AuthenticationMethod]) -> list[Any]:
    return [method.preshared_key.value for method in methods if method.preshared_key is not None]


def field_change(name: str, old: Any, new: Any) -> FieldChange:
    """A changed field with both values; for a long list, with the parts that differ."""
    if name in _ANYTHING:
        return FieldChange(field_words(name), _any_or(name, old), _any_or(name, new))
    was, is_ = _listed(old), _listed(new)
    if was is None or is_ is None:
        return FieldChange(field_words(name), _text(old), _text(new))
    only_old, only_new = list((Counter(was) - Counter(is_)).elements()), list((Counter(is_) - Counter(was)).elements())
    if len(was) <= _PARTS_SHOWN >= len(is_) or not (only_old or only_new):
        other_key = was == is_ and name == "methods" and _keys(old) != _keys(new)
        return FieldChange(field_words(name), _joined(was), _joined(is_) + (_OTHER_KEY if other_key else ""))
    return FieldChange(field_words(name), f"without {_joined(only_new)}", f"without {_joined(only_old)}")


_ANYTHING = frozenset({"protocol", "port1", "port2", "interface_types", "profiles"})
"""Fields of a rule that mean any when they are empty."""


def _any_or(name: str, value: Any) -> str | None:
    plain = value.value if isinstance(value, Setting) else value
    if isinstance(value, Setting) and plain in (None, (), frozenset()):
        return "any"
    if name == "protocol" and isinstance(plain, int):
        return protocol_name(plain)
    listed = _listed(value)
    return _text(value) if listed is None else _joined(listed)


def _joined(parts: Sequence[str]) -> str:
    more = len(parts) - _PARTS_SHOWN
    return (", ".join(parts[:_PARTS_SHOWN]) or "none") + (f" and {more} more" if more > 0 else "")


def _listed(value: Any) -> list[str] | None:
    """The items of a list in words; None for another value."""
    plain = value.value if isinstance(value, Setting) else value
    if isinstance(plain, tuple) and not hasattr(plain, "_fields"):
        return [_text(part) or "none" for part in plain]
    return None


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case Setting():
            return _text(value.value)
        case Unknown():
            return f"not understood: {value.raw}" if not value.hidden else "hidden"
        case bool():
            return "yes" if value else "no"
        case Reference():
            return value.target
        case LegacyFilter():
            return _filter_words(value)
        case MainModeProposal() | QuickModeProposal():
            return proposal_words(value)
        case AuthenticationMethod():
            return method_words(value)
        case frozenset():
            return ", ".join(sorted(map(str, value))) or "none"
        case Mapping():
            return ", ".join(f"{key}: {_text(item)}" for key, item in value.items()) or "not set"
        case tuple() if not hasattr(value, "_fields"):
            return ", ".join(_text(part) or "none" for part in value) or "any"
    return str(value)


def _filter_words(row: LegacyFilter) -> str:
    ports = f" port {row.source_port or 'any'} to {row.destination_port or 'any'}"
    protocol = "" if row.protocol is None else f" {protocol_name(row.protocol)}"
    used = ports if row.source_port or row.destination_port else ""
    return f"{row.source} to {row.destination}{protocol}{used}{' mirrored' if row.mirrored else ''}"


def set_words(crypto: Any) -> str:
    """A set that a rule uses, in words: its name, unless it is the rule's own, and its content."""
    if crypto is None:
        return "Windows' default"
    parts = crypto.methods if isinstance(crypto, AuthenticationSet) else crypto.proposals
    text = ", ".join(_text(part) or "" for part in parts) or "nothing"
    if isinstance(crypto, QuickModeCryptoSet) and crypto.pfs_group.known is not DhGroup.NONE:
        text += f", perfect forward secrecy {_text(crypto.pfs_group)}"
    return text if belongs_to_a_rule(crypto) else f"{crypto.name}: {text}"


def field_words(name: str) -> str:
    """The name of a field for people."""
    return name.replace("_", " ")
