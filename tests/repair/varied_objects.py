"""Objects of a policy with another value in one of their fields: every word, none, what was not understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec.structs import fields
from pydantic import BaseModel

from ipseclint.model.policy import CertificateCriteria, CertificateSigning, InterfaceType, Reference
from ipseclint.model.selectors import Addresses
from ipseclint.model.setting import Setting, Unknown, default
from ipseclint.model.values import Frozen
from ipseclint.vocabulary.algorithms import KeyModule
from tests.made_objects import SPAN, addresses, said, to

NOT_VARIED = frozenset({"span", "dialect", "store", "kind", "phase"})
ODD_ADDRESSES: tuple[Addresses, ...] = (
    (),
    addresses("10.9.0.0/16", "10.8.0.1-10.8.0.9"),
    addresses("defaultgateway"),
    addresses("2001:db8::/48"),
)
ODD_TEXTS = ("", "all", 'a "b"', "S*", "it's 100%", "a|b", "a\\'b")
ODD_REFERENCES = ("nowhere", "Q*", "QUICK", "it's")

MEMBERS: dict[str, type[StrEnum]] = {"interface_types": InterfaceType, "key_modules": KeyModule}
"""What sets that may be empty are of."""
_CRITERIA = CertificateCriteria(span=SPAN, selection=False, validation=True)
NOT_THERE: dict[str, tuple[Any, ...]] = {
    "criteria": (
        (_CRITERIA,),
        (_CRITERIA, _CRITERIA),
        (_CRITERIA.model_copy(update={"selection": True, "validation": False, "name": "CN=Box", "name_type": "CN"}),),
        (_CRITERIA.model_copy(update={"name": "CN=Box", "name_type": "odd"}),),
        (_CRITERIA.model_copy(update={"ekus": ("1.3.6.1", "it's"), "thumbprint": "AB", "follow_renewal": True}),),
    ),
    "lifetime_packets": (said(100), said(Unknown("?"))),
    "health": (said(value=True),),
    "signing": (said(CertificateSigning.ECDSA_P256),),
    "description": ("told",),
    "encryption_level": (said("MaximumEncryption"), said("Odd")),
    "sa_idle_seconds": (said(90), said(300)),
    "network_outage_seconds": (said(90),),
}
"""Values of fields that a policy leaves out."""


def _defaults(subject: BaseModel | Frozen) -> Iterator[tuple[str, Any]]:
    """The fields of an object, or of a part of one, with what each holds that is not given."""
    if isinstance(subject, Frozen):
        yield from ((each.name, each.default) for each in fields(subject))
    else:
        yield from ((name, each.default) for name, each in type(subject).model_fields.items())


def varied(subject: BaseModel | Frozen) -> Iterator[tuple[str, str, Any]]:
    """Each field of an object that can be otherwise, with what is put into it and the object that has it."""
    for name, unsaid in _defaults(subject):
        if name in NOT_VARIED:
            continue
        was = getattr(subject, name)
        values = [*_others(was, MEMBERS.get(name)), *(NOT_THERE.get(name, ()) if not was else ())]
        if unsaid is None and was is not None:
            values.append(None)
        for place, value in enumerate(values):
            yield name, f"{name} {place}", subject.model_copy(update={name: value})


def _others(was: Any, members: type[StrEnum] | None = None) -> Iterator[Any]:
    match was:
        case Setting(value=value):
            yield from (Setting(each, SPAN) for each in _values(value, members))
            yield Setting(Unknown("?"), SPAN)
            yield default(value, SPAN) if was.is_explicit else Setting(value, SPAN)
        case Reference():
            yield from map(to, ODD_REFERENCES)
        case str():
            yield from ODD_TEXTS
        case bool():
            yield not was
        case Mapping():
            yield {}
            yield from ({**was, key: other} for key, value in was.items() for other in _others(value))
        case tuple():
            yield ()
            if was:
                yield was[:1] * 2
                yield from ((part, *was[1:]) for part in _parts(was[0]))


def _parts(was: Any) -> Iterator[Any]:
    if isinstance(was, BaseModel | Frozen):
        for _, _, part in varied(was):
            yield part


def _values(was: Any, members: type[StrEnum] | None) -> Iterator[Any]:
    match was:
        case bool():
            yield not was
        case StrEnum():
            yield from (each for each in type(was) if each is not was)
        case int():
            yield from (0, was + 1, was + 60)
        case frozenset():
            kind = members or type(next(iter(was)))
            yield from (frozenset(), frozenset(kind))
            yield from (frozenset({each}) for each in kind)
        case tuple():
            yield from ODD_ADDRESSES if not was or hasattr(was[0], "keyword") else ((), was * 2)
        case str():
            yield from ODD_TEXTS
