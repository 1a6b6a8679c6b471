"""Intents: which words they take, and what they say once names stand for nothing any more."""

from __future__ import annotations

from typing import Any

import msgspec
import pydantic
import pytest

from ipseclint.model.intent import Intent, Names, UnknownNameError
from tests.cases import cases

NAMES = Names(addresses={"servers": ("10.1.0.0/16", "10.2.0.1")}, ports={"smb": "139,445"})


def _given(told: Intent) -> dict[str, Any]:
    fields = msgspec.json.decode(msgspec.json.encode(told))
    return {name: value for name, value in fields.items() if value}


def intent(**given: Any) -> Intent:
    return Intent.of({"name": "n", "must": "required", **given})


@cases(
    "given",
    [
        {"protocol": "tcp", "peer_ports": "445,1433-1434"},
        {"protocol": "UDP", "own_ports": "smb,500"},
        {"protocol": "255"},
        {"peers": ["10.1.0.0/16", "servers"]},
        {"must": "requested", "encryption_bits": 128},
        {"must": "exempt"},
    ],
)
def test_an_intent_is_taken(given: dict[str, Any]) -> None:
    assert _given(intent(**given)) == {
        "name": "n",
        "must": "required",
        **given,
    }


@cases(
    ("given", "message"),
    [
        ({"protocol": "256"}, "'256' is not a protocol: a number up to 255, or one of"),
        ({"protocol": "²"}, "'²' is not a protocol"),
        ({"protocol": "tpc"}, "'tpc' is not a protocol: a number up to 255, or one of"),
        ({"peer_ports": "445"}, 'ports need protocol = "tcp" or "udp"'),
        ({"protocol": "icmpv4", "own_ports": "445"}, 'ports need protocol = "tcp" or "udp"'),
        ({"protocol": "tcp", "own_ports": "445-a"}, "is not a list of ports such as 445,1433-1434, or of names"),
        ({"peers": ["10.1.0.0/33"]}, "10.1.0.0/33"),
        ({"must": "exempt", "encryption_bits": 128}, "what must be exempt has none"),
        ({"must": "blocked", "integrity_bits": 128}, "what must be blocked has none"),
        ({"must": "unchanged", "key_exchange_bits": 128}, "what must be unchanged has none"),
        ({"encryption_bits": 0}, "greater than or equal to 1"),
    ],
)
def test_what_an_intent_cannot_say_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(pydantic.ValidationError) as raised:
        intent(**given)
    assert message in str(raised.value)


def test_names_are_replaced_by_what_they_stand_for_and_all_else_stays() -> None:
    told = intent(
        protocol="tcp",
        peers=["192.0.2.1", "servers"],
        except_peers=["servers"],
        own_addresses=["198.51.100.0/24"],
        peer_ports="80,smb",
        own_ports="1024",
    )
    assert _given(told.spelt_out(NAMES)) == {
        "name": "n",
        "must": "required",
        "protocol": "tcp",
        "peers": ["192.0.2.1", "10.1.0.0/16", "10.2.0.1"],
        "except_peers": ["10.1.0.0/16", "10.2.0.1"],
        "own_addresses": ["198.51.100.0/24"],
        "peer_ports": "80,139,445",
        "own_ports": "1024",
    }


@cases(
    ("given", "names", "key", "message"),
    [
        (
            {"peers": ["server"]},
            NAMES,
            "peers",
            "'server' is given to nothing in [names.addresses]; did you mean servers?",
        ),
        (
            {"except_peers": ["x"]},
            NAMES,
            "except_peers",
            "'x' is given to nothing in [names.addresses]; it has servers",
        ),
        ({"own_addresses": ["x"]}, Names(), "own_addresses", "'x' is given to nothing in [names.addresses]"),
        ({"peer_ports": "sbm"}, NAMES, "peer_ports", "'sbm' is given to nothing in [names.ports]; did you mean smb?"),
        ({"own_ports": "web"}, NAMES, "own_ports", "'web' is given to nothing in [names.ports]; it has smb"),
    ],
)
def test_a_name_that_is_given_to_nothing_is_told(given: dict[str, Any], names: Names, key: str, message: str) -> None:
    with pytest.raises(UnknownNameError) as raised:
        intent(protocol="tcp", **given).spelt_out(names)
    assert (raised.value.key, str(raised.value)) == (key, message)


def test_the_strengths_of_an_intent() -> None:
    assert intent(encryption_bits=1, integrity_bits=2, key_exchange_bits=3).strengths == (1, 2, 3)


def test_ports_are_given_a_name_as_they_are_written_and_nothing_else_is() -> None:
    assert Names.of({"ports": {"smb": "139,445"}}).ports == {"smb": "139,445"}
    for ports in ("smb", "139-", ""):
        with pytest.raises(pydantic.ValidationError, match=f"'{ports}' is not a list of ports such as 445,1433-1434"):
            Names.of({"ports": {"web": ports}})
