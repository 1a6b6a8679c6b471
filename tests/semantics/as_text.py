"""Values of the semantics as text, for tests that store what they say."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from msgspec import Struct
from pydantic import BaseModel

from ipseclint.model.peer import Credential, Offer
from ipseclint.model.remote_access import EapChoice, ForeignWord
from ipseclint.model.selectors import Address, PortRange
from ipseclint.model.sets import (
    AuthenticationMethod,
    CertificateCriteria,
    MainModeProposal,
    QuickModeProposal,
    WfpTunnel,
)
from ipseclint.model.setting import Setting, Unknown
from ipseclint.model.values import Frozen, Table
from ipseclint.semantics.packets.axes import DOMAINS, Axis
from ipseclint.semantics.packets.box import Box, Condition, Packet
from ipseclint.semantics.packets.intervals import IntervalSet
from ipseclint.semantics.packets.regions import Region
from ipseclint.source import Span

EMPTY = (None, (), "", frozenset())
"""What a field without a value holds, which is left out."""
_IN_PARTS = (
    BaseModel,
    AuthenticationMethod,
    Credential,
    EapChoice,
    ForeignWord,
    MainModeProposal,
    Offer,
    QuickModeProposal,
    Table,
    WfpTunnel,
)
"""What is told by its fields with their names."""


def told(value: Any) -> str:
    """A value on one line: an object of a policy by its name, a box as what it asks for alone."""
    match value:
        case Box():
            asked = [
                f"{axis.name.lower()}={told(values)}"
                for axis, values in zip(Axis, value.sets, strict=True)
                if values != DOMAINS[value.family][axis]
            ]
            return " ".join([f"v{value.family}", *asked, *sorted(map(str, value.conditions))])
        case IntervalSet():
            return ",".join(f"{low:x}" if low == high else f"{low:x}-{high:x}" for low, high in value.spans)
        case Packet() | Condition() | Address() | PortRange():
            return str(value)
        case Span():
            return f"{value.line}:{value.column}"
        case Unknown():
            return f"?{value.raw}"
        case Setting():
            return told(value.value)
        case BaseModel() | Table() | CertificateCriteria() if hasattr(value, "name"):
            return f"{type(value).__name__} {value.name}"
        case _ if isinstance(value, _IN_PARTS):
            said = ((name, getattr(value, name)) for name in _names_of(value) if name != "span")
            return f"<{', '.join(f'{name}={told(each)}' for name, each in said if each not in EMPTY)}>"
        case Region():
            return told(value.box) + "".join(sorted(f" not {each}" for each in value.without))
        case Struct():
            return f"({'; '.join(told(getattr(value, name)) for name in value.__struct_fields__)})"
        case _ if is_dataclass(value):
            return f"({'; '.join(told(getattr(value, each.name)) for each in fields(value))})"
        case Mapping():
            return f"{{{', '.join(f'{told(key)}: {told(each)}' for key, each in value.items())}}}"
        case set() | frozenset():
            return f"{{{', '.join(sorted(map(told, value)))}}}"
        case tuple() | list() | array():
            return f"[{', '.join(map(told, value))}]"
        case float():
            return f"{value:.6g}"
    return str(value)


def _names_of(value: BaseModel | Frozen) -> Iterable[str]:
    return value.__struct_fields__ if isinstance(value, Frozen) else type(value).model_fields


def in_full(value: BaseModel | Frozen) -> str:
    """An object of a policy with all of its fields."""
    return told({name: getattr(value, name) for name in _names_of(value) if getattr(value, name) is not None})
