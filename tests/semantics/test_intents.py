"""Whether policies do what is meant: a packet for each intent that they break."""

from __future__ import annotations

from typing import Any

import pydantic
import pytest

from ipseclint.formats.netsh import script
from ipseclint.model.intent import Intent
from ipseclint.model.machine import Machine
from ipseclint.semantics.intents import breaches, changed_against
from ipseclint.semantics.traffic_changes import traffic_changes
from ipseclint.source import bytes_source
from tests.cases import cases


def machine(*rules: tuple[str, str, str]) -> Machine:
    lines = "".join(
        f"netsh advfirewall consec add rule name={name} endpoint1=any endpoint2={peer} action={action}\n"
        for name, peer, action in rules
    )
    return Machine(name="m", policy=script.parse(bytes_source("p.cmd", lines.encode())).policy)


def intent(must: str, **fields: Any) -> Intent:
    return Intent.of({"name": "Meant", "must": must, **fields})


def broken(one: Machine, meant: Intent) -> list[str]:
    return [breach.message for breach in breaches(one, [meant])]


SERVERS = ("Servers", "10.1.0.0/16", "requireinrequireout")
STRONG = ("Servers", "10.1.0.0/16", "requireinrequireout qmsecmethods=esp:sha256-aes256")
REQUEST = ("Servers", "10.1.0.0/16", "requestinrequestout")
PRINTERS = ("Printers", "10.1.9.0/24", "noauthentication")


@cases(
    ("rules", "meant", "kept"),
    [
        ([SERVERS], intent("required", peers=["10.1.0.0/16"]), True),
        ([SERVERS], intent("required", peers=["10.0.0.0/15"]), False),
        ([SERVERS, PRINTERS], intent("required", peers=["10.1.0.0/16"]), False),
        ([SERVERS, PRINTERS], intent("required", peers=["10.1.0.0/16"], except_peers=["10.1.9.0/24"]), True),
        ([SERVERS, PRINTERS], intent("exempt", peers=["10.1.9.0/24"]), True),
        ([SERVERS], intent("exempt", peers=["192.0.2.7"]), True),
        ([REQUEST], intent("required", peers=["10.1.2.3"]), False),
        ([REQUEST], intent("requested", peers=["10.1.2.3"]), True),
        ([SERVERS], intent("requested", peers=["10.1.2.3"]), True),
        ([SERVERS], intent("blocked", peers=["10.1.2.3"]), False),
        ([SERVERS], intent("required", peers=["10.1.2.3"], encryption_bits=128), False),
        ([STRONG], intent("required", peers=["10.1.2.3"], encryption_bits=128), True),
        ([STRONG], intent("required", peers=["10.1.2.3"], key_exchange_bits=112), False),
    ],
)
def test_an_intent_is_kept_or_broken(rules: list[tuple[str, str, str]], meant: Intent, kept: bool) -> None:
    assert (broken(machine(*rules), meant) == []) is kept


@cases(
    ("methods", "least", "said"),
    [
        ("esp:sha1-none", {"encryption_bits": 1}, "0 bits of encryption"),
        ("esp:sha256-aes128", {"encryption_bits": 129}, "128 bits of encryption"),
        (
            "esp:sha1-3des",
            {"integrity_bits": 81, "encryption_bits": 113},
            "112 bits of encryption, 80 bits of integrity",
        ),
        ("esp:sha1-3des", {"integrity_bits": 80, "encryption_bits": 113}, "112 bits of encryption"),
        ("esp:sha1-3des", {"key_exchange_bits": 81}, "80 bits of main-mode key exchange"),
    ],
)
def test_a_breach_says_what_is_too_weak(methods: str, least: dict[str, int], said: str) -> None:
    one = machine(("S", "10.1.0.0/16", f"requireinrequireout qmsecmethods={methods}"))
    (message,) = broken(one, intent("required", peers=["10.1.2.3"], **least))
    assert message.startswith(f"Meant: traffic that must be required is required with {said}, for example ")


def test_a_breach_has_a_packet_and_the_rule_that_decides() -> None:
    (text,) = broken(
        machine(SERVERS, PRINTERS), intent("required", peers=["10.1.0.0/16"], protocol="tcp", peer_ports="445")
    )
    assert text == (
        "Meant: traffic that must be required is exempt, "
        'for example 192.0.2.1:49152 -> 10.1.9.1:445 tcp out domain lan; decided by "Printers"'
    )


@cases(
    ("protocol", "shown"),
    [("tcp", "tcp"), ("UDP", "udp"), ("47", "gre"), ("253", "253"), ("50", "esp"), ("0", "0"), (None, "tcp")],
)
def test_a_protocol_is_meant_by_its_name_or_by_any_number(protocol: str | None, shown: str) -> None:
    (text,) = broken(machine(PRINTERS), intent("required", peers=["10.1.9.1"], protocol=protocol))
    assert shown in text.split(" ")


def test_only_the_directions_meant_count() -> None:
    request_out = machine(("Servers", "10.1.0.0/16", "requireinrequestout"))
    assert broken(request_out, intent("required", peers=["10.1.0.0/16"], directions=["in"])) == []
    assert len(broken(request_out, intent("required", peers=["10.1.0.0/16"]))) == 1


def test_nothing_else_may_change() -> None:
    changes = traffic_changes(machine(SERVERS), machine(SERVERS, PRINTERS)).changes
    assert len(list(changed_against(changes, [intent("unchanged")]))) == 1
    assert list(changed_against(changes, [intent("unchanged", except_peers=["10.1.9.0/24"])])) == []
    assert len(list(changed_against(changes, [intent("unchanged", except_peers=["10.1.9.0/25"])]))) == 1


@cases(
    "fields",
    [
        {"must": "safe"},
        {"must": "required", "peers": ["10.1.0"]},
        {"must": "required", "peer_ports": "445"},
        {"must": "required", "protocol": "tcp", "peer_ports": "80;81"},
        {"must": "exempt", "encryption_bits": 128},
        {"must": "required", "peer": ["10.0.0.0/8"]},
        {"must": "required", "name": ""},
    ],
)
def test_what_cannot_be_meant_is_refused_where_it_is_written(fields: dict[str, Any]) -> None:
    with pytest.raises(pydantic.ValidationError):
        intent(**fields)
