"""Intents: what the user says must become of some traffic, whatever rules bring it about."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StrictInt, model_validator
from pydantic.config import JsonDict

from ipseclint.model import patterns
from ipseclint.model.selectors import PROTOCOL_NUMBERS, TCP, UDP, parse_ports
from ipseclint.model.site import AddressRange
from ipseclint.model.validated import Validated
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


PortList = Annotated[str, AfterValidator(_are_ports), patterns.PORTS]
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
"""What `_can_be_told` asks for, in the words of a JSON schema."""


class Intent(Validated):
    """Traffic, and what must become of it. What is not given is any; `name` says it in reports."""

    model_config = ConfigDict(json_schema_extra={"allOf": [_OF_TCP_OR_UDP, _OF_PROTECTED]})

    name: str = Field(min_length=1, description="What reports call it", examples=["Servers are protected"])
    must: Must = Field(
        description="What must become of the traffic; unchanged is for diff alone", examples=["required"]
    )
    peers: tuple[AddressRange, ...] = Field(
        default=(), description="Addresses of the peers; none is any", examples=[["10.1.0.0/16"]]
    )
    except_peers: tuple[AddressRange, ...] = Field(
        default=(),
        description="Peers that it is not for: with unchanged, where a change may be",
        examples=[["10.1.9.0/24"]],
    )
    own_addresses: tuple[AddressRange, ...] = Field(
        default=(), description="Addresses of this machine; none is any", examples=[["192.0.2.0/24"]]
    )
    protocol: Protocol | None = Field(default=None, description="Protocol by name or number", examples=["tcp"])
    peer_ports: PortList | None = Field(default=None, description="Ports of the peers", examples=["445,1433-1434"])
    own_ports: PortList | None = Field(default=None, description="Ports of this machine", examples=["443"])
    profiles: tuple[Profile, ...] = Field(
        default=(), description="Profiles of the firewall; none is all", examples=[["domain"]]
    )
    directions: tuple[Literal["in", "out"], ...] = Field(
        default=(), description="Which way the packets go; none is both", examples=[["in"]]
    )
    encryption_bits: Bits | None = Field(
        default=None, description="The least strength of encryption that may be negotiated", examples=[128]
    )
    integrity_bits: Bits | None = Field(
        default=None, description="The least strength of integrity that may be negotiated", examples=[128]
    )
    key_exchange_bits: Bits | None = Field(
        default=None, description="The least strength of main mode's key exchange", examples=[112]
    )

    @model_validator(mode="after")
    def _can_be_told(self) -> Intent:
        if (self.peer_ports or self.own_ports) and PROTOCOL_NUMBERS.get((self.protocol or "").casefold()) not in {
            TCP,
            UDP,
        }:
            raise ValueError('ports need protocol = "tcp" or "udp"')
        if any(self.strengths) and self.must not in {Must.REQUIRED, Must.REQUESTED}:
            raise ValueError(f"bits say how strong protection must be; what must be {self.must.value} has none")
        return self

    @property
    def strengths(self) -> tuple[int | None, int | None, int | None]:
        """The least bits of encryption, integrity and key exchange."""
        return self.encryption_bits, self.integrity_bits, self.key_exchange_bits
