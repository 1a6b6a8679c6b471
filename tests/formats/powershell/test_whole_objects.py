"""An object of each class with every property, compared whole with what is stored: values, and places in JSON.

After a change that is meant, `python -m tests.formats.powershell.test_whole_objects` stores it anew: read
the difference.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cases import cases
from tests.formats.powershell.objects import FIRST_AUTH, MAIN_MODE, POLICY, QUICK_MODE, RULE, SECOND_AUTH, names
from tests.formats.powershell.writers import Cim, clixml_text, json_text, xml_text

from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell import cim_json, cim_xml, clixml
from ipseclint.model.plain import plain, value_only
from ipseclint.source import bytes_source

STORED = Path(__file__).with_name("whole_objects.json")
CARRIERS = {
    "clixml": (clixml.parse, clixml_text),
    "json": (cim_json.parse, json_text),
    "xml": (cim_xml.parse, xml_text),
}
TUNNEL = "{AAAAAAAA-0000-0000-0000-000000000009}"
WHOLE = [
    Cim(
        "MSFT_NetConSecRule",
        {
            **names(TUNNEL, "Tunnel"),
            "Description": "to the branch",
            "RuleGroup": "Branches",
            "Enabled": 1,
            "Profiles": 4,
            "Mode": 2,
            "InboundSecurity": 2,
            "OutboundSecurity": 2,
            "KeyModule": 2,
            "RequireAuthorization": True,
            "BypassTunnelIfEncrypted": True,
            "MaxReturnPathLifetimeSeconds": 120,
            "LocalTunnelEndpoint": ["192.0.2.1"],
            "RemoteTunnelEndpoint": ["198.51.100.7"],
            "EnforcementStatus": ["ProfileInactive", "Enforced"],
            "QuickModeCryptoSet": QUICK_MODE,
            "MainModeCryptoSet": MAIN_MODE,
            "Phase1AuthSet": FIRST_AUTH,
            "Phase2AuthSet": SECOND_AUTH,
        },
    ),
    Cim("MSFT_NetAddressFilter", {"LocalAddress": "192.0.2.250"}),
    Cim("MSFT_NetAddressFilter", {"InstanceID": TUNNEL, "LocalAddress": "10.1.0.0/16", "RemoteAddress": "10.2.0.0/16"}),
    Cim("MSFT_NetAddressFilter", {"InstanceID": TUNNEL, "LocalAddress": "192.0.2.251", "RemoteAddress": "Any"}),
    Cim(
        "MSFT_NetProtocolPortFilter",
        {"InstanceID": TUNNEL, "Protocol": "17", "LocalPort": ["500", "4500-4501"], "RemotePort": "Any"},
    ),
    Cim("MSFT_NetInterfaceFilter", {"InstanceID": TUNNEL, "InterfaceAlias": "Any"}),
    Cim("MSFT_NetInterfaceTypeFilter", {"InstanceID": TUNNEL, "InterfaceType": ["Wireless", "RemoteAccess"]}),
    Cim(
        "MSFT_NetIKEP1AuthSet",
        {
            **names("{11111111-0000-0000-0000-000000000009}", "Certificates"),
            "Proposals": [
                Cim(
                    "MSFT_NetIKECertAuthProposal",
                    {
                        "AuthenticationMethod": 65006,
                        "TrustedCA": "CN=Intermediate",
                        "TrustedCAType": 1,
                        "SigningAlgorithm": 2,
                        "MapToAccount": False,
                        "ExcludeCAName": True,
                        "ValidationCriteria": True,
                        "FollowRenewal": True,
                        "CertName": "OU=Servers",
                        "CertNameType": 4,
                        "EKUs": ["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.8.2.2"],
                        "Thumbprint": "0011223344556677889900112233445566778899",
                    },
                ),
                Cim(
                    "MSFT_NetIKECertAuthProposal",
                    {
                        "AuthenticationMethod": 65006,
                        "TrustedCA": "CN=Root",
                        "SelectionCriteria": True,
                        "CertName": "host.example.org",
                        "CertNameType": 1,
                    },
                ),
                Cim(
                    "MSFT_NetIKECertAuthProposal",
                    {"AuthenticationMethod": 65006, "TrustedCA": "CN=Plain", "SelectionCriteria": False},
                ),
            ],
        },
    ),
    Cim("Win32_Service", {"Name": "BFE", "StartMode": "Auto", "State": "Stop Pending", "Status": "OK"}),
    Cim("Win32_Service", {"Name": "RemoteAccess", "StartType": "AutomaticDelayedStart", "Status": "Paused"}),
    Cim("Win32_Service", {"ServiceName": "MpsSvc", "StartMode": "3", "State": "4"}),
]
"""Beside `POLICY`: what no object there has, the second filter of one id, and one without an id."""


def read(carrier: str) -> Parsed:
    parse, write = CARRIERS[carrier]
    return parse(bytes_source("p", write([*POLICY, *WHOLE]).encode("utf-8")))


def values(parsed: Parsed) -> Any:
    return {
        "policy": _without_places(plain(parsed.policy, value_only)),
        "problems": [problem.message for problem in parsed.problems],
    }


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_places(part) for name, part in value.items() if name != "span"}
    return [_without_places(part) for part in value] if isinstance(value, list) else value


def places(parsed: Parsed) -> Any:
    """Each value of the tunnel with its place and origin: the rules of one carrier are enough, all share the reader."""
    (tunnel,) = (rule for rule in parsed.policy.connection_security_rules if rule.name == "Tunnel")
    return plain(tunnel)


def stored() -> Any:
    return json.loads(STORED.read_text(encoding="utf-8"))


@cases("carrier", CARRIERS)
def test_every_property_has_the_value_that_is_stored(carrier: str) -> None:
    assert values(read(carrier)) == stored()["values"]


def test_every_property_of_a_rule_stands_where_is_stored() -> None:
    assert places(read("json")) == stored()["places"]


def test_the_rule_of_the_whole_policy_is_told_from_its_neighbour() -> None:
    assert {rule.id for rule in read("json").policy.connection_security_rules} == {RULE, TUNNEL}


def store() -> None:
    whole = {"values": values(read("json")), "places": places(read("json"))}
    STORED.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    store()


def test_no_object_is_taken_for_one_that_is_gone() -> None:
    count = 300
    rules = [
        Cim("MSFT_NetConSecRule", {**names(f"{{{number}}}", f"Rule {number}"), "Mode": 2}) for number in range(count)
    ]
    filters = [Cim("MSFT_NetAddressFilter", {"InstanceID": "{0}", "RemoteAddress": "10.0.0.1"}) for _ in range(count)]
    parse, write = CARRIERS["xml"]
    parsed = parse(bytes_source("p", write([*filters, *rules]).encode("utf-8")))
    assert len(parsed.policy.connection_security_rules) == count
