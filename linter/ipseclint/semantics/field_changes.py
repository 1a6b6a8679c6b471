"""What a field of an object said and says, in words."""

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
    """A field that says something else, in words; None: it says nothing."""

    name: str
    old: str | None
    new: str | None


def belongs_to_a_rule(thing: Any) -> bool:
    """Whether a set has no name of its own: it was written with the rule that uses it."""
    if isinstance(thing, AuthenticationSet) and thing.inline:
        return True
    return isinstance(thing, SETS) and thing.id is None and thing.dialect is not Dialect.DYNAMIC


_PARTS_SHOWN = 5
"""Reasoned: so many parts of a long list are named that differ; the rest is counted."""

_OTHER_KEY = ", but another key"
"""What no word says of a method that differs, since keys are never shown."""


def _keys(methods: Sequence[AuthenticationMethod]) -> list[Any]:
    return [method.preshared_key.value for method in methods if method.preshared_key is not None]


def field_change(name: str, old: Any, new: Any) -> FieldChange:
    """A field with other values; of a long list the parts that differ."""
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
"""Fields of a rule in which no value means any."""


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
    """The parts of a list in words; None for what is no list."""
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
            return ", ".join(f"{key}: {_text(item)}" for key, item in value.items()) or "none"
        case tuple() if not hasattr(value, "_fields"):
            return ", ".join(_text(part) or "none" for part in value) or "any"
    return str(value)


def _filter_words(row: LegacyFilter) -> str:
    ports = f" port {row.source_port or 'any'} to {row.destination_port or 'any'}"
    protocol = "" if row.protocol is None else f" {protocol_name(row.protocol)}"
    used = ports if row.source_port or row.destination_port else ""
    return f"{row.source} to {row.destination}{protocol}{used}{' mirrored' if row.mirrored else ''}"


def set_words(crypto: Any) -> str:
    """A set that a rule uses: its name, unless it is the rule's own, and what it says."""
    if crypto is None:
        return "Windows' default"
    parts = crypto.methods if isinstance(crypto, AuthenticationSet) else crypto.proposals
    text = ", ".join(_text(part) or "" for part in parts) or "nothing"
    if isinstance(crypto, QuickModeCryptoSet) and crypto.pfs_group.known is not DhGroup.NONE:
        text += f", perfect forward secrecy {_text(crypto.pfs_group)}"
    return text if belongs_to_a_rule(crypto) else f"{crypto.name}: {text}"


def field_words(name: str) -> str:
    """A field as people call it."""
    return name.replace("_", " ")
