"""Intents, which say what must become of some traffic, whatever rules bring it about; and names for addresses and
ports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from msgspec import field
from pydantic import AfterValidator, ConfigDict, Field, StrictInt
from pydantic.config import JsonDict

from ipseclint.model import patterns
from ipseclint.model.selectors import TCP, UDP, parse_ports
from ipseclint.model.site import AddressRange, is_range
from ipseclint.model.values import Table
from ipseclint.vocabulary.protocols import PROTOCOL_NUMBERS
from ipseclint.vocabulary.settings import Profile


class Must(StrEnum):
    """What must become of traffic. `REQUESTED` is kept by what is required, `CLEAR` by exempt and untouched alike."""

    REQUIRED = "required"
    REQUESTED = "requested"
    EXEMPT = "exempt"
    BLOCKED = "blocked"
    UNCHANGED = "unchanged"


def _are_ports(text: str) -> str:
    if not parse_ports(text):
        raise ValueError(f"{text!r} is not a list of ports such as 445,1433-1434")
    return text


def _is_protocol(text: str) -> str:
    if text.casefold() not in PROTOCOL_NUMBERS and not (text.isascii() and text.isdigit() and int(text) <= 255):
        raise ValueError(f"{text!r} is not a protocol: a number up to 255, or one of {', '.join(PROTOCOL_NUMBERS)}")
    return text


def _is_name(text: str) -> bool:
    return re.fullmatch(patterns.NAMED, text.strip(), re.ASCII) is not None


def _is_range_or_name(text: str) -> str:
    return text if _is_name(text) else is_range(text)


def _are_ports_or_names(text: str) -> str:
    if not parse_ports(",".join("1" if _is_name(part) else part for part in text.split(","))):
        raise ValueError(f"{text!r} is not a list of ports such as 445,1433-1434, or of names of ports")
    return text


PortList = Annotated[str, AfterValidator(_are_ports), patterns.PORTS]
RangeOrName = Annotated[str, AfterValidator(_is_range_or_name), patterns.RANGE_OR_NAME]
PortsOrNames = Annotated[str, AfterValidator(_are_ports_or_names), patterns.PORTS_OR_NAMES]
NameOfSome = Annotated[str, Field(pattern=f"^{patterns.NAMED}$")]
Protocol = Annotated[str, AfterValidator(_is_protocol), patterns.protocol(PROTOCOL_NUMBERS)]
Bits = Annotated[StrictInt, Field(ge=1)]


_OF_TCP_OR_UDP: JsonDict = {
    "if": {"anyOf": [{"required": ["peer_ports"]}, {"required": ["own_ports"]}]},
    "then": {
        "required": ["protocol"],
        "properties": {"protocol": {"pattern": f"^({patterns.in_any_case(['tcp', 'udp'])})$"}},
    },
}
_OF_PROTECTED: JsonDict = {
    "if": {
        "anyOf": [
            {"required": ["encryption_bits"]},
            {"required": ["integrity_bits"]},
            {"required": ["key_exchange_bits"]},
        ]
    },
    "then": {"properties": {"must": {"enum": ["required", "requested"]}}},
}
"""The same check as `Intent.__post_init__`, in the words of a JSON schema."""


_NAMED_KEYS: JsonDict = {"propertyNames": {"pattern": f"^{patterns.NAMED}$"}}


class Names(Table):
    """What the user calls some addresses and some ports, for intents to say them by."""

    addresses: Annotated[
        dict[NameOfSome, Annotated[tuple[AddressRange, ...], Field(min_length=1)]],
        Field(
            description="Names for addresses, subnets and ranges",
            examples=[{"servers": ["10.1.0.0/16", "10.2.0.0/16"]}],
            json_schema_extra=_NAMED_KEYS,
        ),
    ] = field(default_factory=dict)
    ports: Annotated[
        dict[NameOfSome, PortList],
        Field(description="Names for ports", examples=[{"smb": "139,445"}], json_schema_extra=_NAMED_KEYS),
    ] = field(default_factory=dict)


NO_NAMES = Names()
"""No names at all, made without validation, so that no validator is built."""


class UnknownNameError(ValueError):
    """A name in an intent that nothing defines; `key` is where it stands."""

    def __init__(self, key: str, name: str, known: Mapping[str, object], table: str) -> None:
        from difflib import get_close_matches

        near = get_close_matches(name, known)
        hint = f"; did you mean {near[0]}?" if near else f"; it has {', '.join(known)}" if known else ""
        super().__init__(f"{name!r} is given to nothing in [names.{table}]{hint}")
        self.key = key


class Intent(Table):
    """Traffic, and what must become of it. What is not given is any; `name` says it in reports."""

    form: ClassVar[ConfigDict] = {"json_schema_extra": {"allOf": [_OF_TCP_OR_UDP, _OF_PROTECTED]}}

    name: Annotated[str, Field(min_length=1, description="What reports call it", examples=["Servers are protected"])]
    must: Annotated[
        Must, Field(description="What must become of the traffic; unchanged is for diff alone", examples=["required"])
    ]
    peers: Annotated[
        tuple[RangeOrName, ...],
        Field(description="Addresses of the peers, or names of some; none is any", examples=[["10.1.0.0/16"]]),
    ] = ()
    except_peers: Annotated[
        tuple[RangeOrName, ...],
        Field(
            description="Peers that it is not for: with unchanged, where a change may be", examples=[["10.1.9.0/24"]]
        ),
    ] = ()
    own_addresses: Annotated[
        tuple[RangeOrName, ...],
        Field(description="Addresses of this machine, or names of some; none is any", examples=[["192.0.2.0/24"]]),
    ] = ()
    protocol: Annotated[Protocol | None, Field(description="Protocol by name or number", examples=["tcp"])] = None
    peer_ports: Annotated[
        PortsOrNames | None, Field(description="Ports of the peers, or names of some", examples=["445,1433-1434"])
    ] = None
    own_ports: Annotated[
        PortsOrNames | None, Field(description="Ports of this machine, or names of some", examples=["443"])
    ] = None
    profiles: Annotated[
        tuple[Profile, ...], Field(description="Profiles of the firewall; none is all", examples=[["domain"]])
    ] = ()
    directions: Annotated[
        tuple[Literal["in", "out"], ...], Field(description="Which way the packets go; none is both", examples=[["in"]])
    ] = ()
    encryption_bits: Annotated[
        Bits | None, Field(description="The least strength of encryption that may be negotiated", examples=[128])
    ] = None
    integrity_bits: Annotated[
        Bits | None, Field(description="The least strength of integrity that may be negotiated", examples=[128])
    ] = None
    key_exchange_bits: Annotated[
        Bits | None, Field(description="The least strength of main mode's key exchange", examples=[112])
    ] = None

    def __post_init__(self) -> None:
        """Raises ValueError for what cannot be told."""
        if (self.peer_ports or self.own_ports) and PROTOCOL_NUMBERS.get((self.protocol or "").casefold()) not in {
            TCP,
            UDP,
        }:
            raise ValueError('ports need protocol = "tcp" or "udp"')
        if any(self.strengths) and self.must not in {Must.REQUIRED, Must.REQUESTED}:
            raise ValueError(f"bits say how strong protection must be; what must be {self.must.value} has none")

    @property
    def strengths(self) -> tuple[int | None, int | None, int | None]:
        """The least bits of encryption, integrity and key exchange."""
        return self.encryption_bits, self.integrity_bits, self.key_exchange_bits

    def spelt_out(self, names: Names) -> Self:
        """The same with addresses and ports in place of their names. Raises UnknownNameError."""
        addresses = {key: getattr(self, key) for key in ("peers", "except_peers", "own_addresses")}
        ports = {key: getattr(self, key) for key in ("peer_ports", "own_ports")}
        named: dict[str, object] = {
            key: tuple(address for word in words for address in _addresses(key, word, names.addresses))
            for key, words in addresses.items()
        }
        named |= {
            key: ",".join(_ports(key, word, names.ports) for word in words.split(","))
            for key, words in ports.items()
            if words
        }
        return self.model_copy(update=named)


def _addresses(key: str, word: str, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if not _is_name(word):
        return (word,)
    if (name := word.strip()) not in known:
        raise UnknownNameError(key, name, known, "addresses")
    return known[name]


def _ports(key: str, word: str, known: Mapping[str, str]) -> str:
    if not _is_name(word):
        return word
    if (name := word.strip()) not in known:
        raise UnknownNameError(key, name, known, "ports")
    return known[name]
