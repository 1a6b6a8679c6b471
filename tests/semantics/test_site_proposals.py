"""What a policy calls the hosts that it exempts is proposed; what only a port suggests is doubtful."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ipseclint import read
from ipseclint.model.intent import Intent
from ipseclint.semantics.intent_proposals import proposed_intents
from ipseclint.semantics.site_proposals import site_proposals

ADD = "netsh advfirewall consec add rule endpoint1=any action=noauthentication "
SECURE = "netsh advfirewall consec add rule endpoint1=any action=requireinrequestout auth1=computerkerb "
REQUIRE = SECURE.replace("requireinrequestout", "requireinrequireout")


def proposed(tmp_path: Path, *lines: str) -> dict[str, tuple[object, bool]]:
    file = tmp_path / "p.cmd"
    file.write_text("\n".join(lines) + "\n")
    return {fact: (row.value, row.is_certain) for fact, row in site_proposals([read(file)]).items()}


def test_names_say_who_the_exempt_hosts_are(tmp_path: Path) -> None:
    assert proposed(
        tmp_path,
        ADD + 'name="DC01 and DC02" endpoint2=10.0.0.10,10.0.0.11',
        ADD + 'name="Printers on floor 3" endpoint2=10.9.0.0/16',
        ADD + 'name="dns" endpoint2=10.0.0.53',
        ADD + 'name="all DNS" endpoint2=any',
    ) == {
        "domain_controllers": (["10.0.0.10", "10.0.0.11"], True),
        "non_ipsec_ranges": (["10.9.0.0/16"], True),
        "dns_servers": (["10.0.0.53"], True),
    }


def test_a_port_only_suggests_who_they_are(tmp_path: Path) -> None:
    assert proposed(
        tmp_path,
        ADD + "name=x endpoint2=10.0.0.53 protocol=udp port2=53",
        ADD + "name=y endpoint2=10.0.0.10 protocol=tcp port2=88",
        ADD + "name=z endpoint2=10.0.0.99 protocol=tcp port2=8080",
    ) == {"dns_servers": (["10.0.0.53"], False), "domain_controllers": (["10.0.0.10"], False)}


def test_a_rule_that_secures_or_is_off_proposes_nothing(tmp_path: Path) -> None:
    assert (
        proposed(
            tmp_path,
            SECURE + 'name="to the domain controllers" endpoint2=10.0.0.10',
            ADD + 'name="dns" endpoint2=10.0.0.53 enable=no',
        )
        == {}
    )


def test_addresses_that_rules_secure_are_counted_as_peers(tmp_path: Path) -> None:
    lines = [SECURE + f"name=r{number} endpoint2=10.1.0.{number}" for number in range(1, 4)]
    assert proposed(tmp_path, *lines) == {"peers": (3, False)}


def test_a_legacy_policy_is_read_by_its_filter_lists(tmp_path: Path) -> None:
    static = "netsh ipsec static add "
    assert proposed(
        tmp_path,
        static + "policy name=P assign=yes",
        static + 'filterlist name="DNS servers"',
        static + 'filter filterlist="DNS servers" srcaddr=me dstaddr=10.0.0.53',
        static + "filteraction name=Permit action=permit",
        static + 'rule name=r policy=P filterlist="DNS servers" filteraction=Permit kerberos=yes',
    ) == {"dns_servers": (["10.0.0.53"], True)}


def test_a_port_of_a_filter_suggests_who_its_hosts_are(tmp_path: Path) -> None:
    static = "netsh ipsec static add "
    assert proposed(
        tmp_path,
        static + "policy name=P assign=yes",
        static + "filterlist name=L",
        static + "filter filterlist=L srcaddr=me dstaddr=10.0.0.53 protocol=udp dstport=53",
        static + "filteraction name=Permit action=permit",
        static + "rule name=r policy=P filterlist=L filteraction=Permit kerberos=yes",
    ) == {"dns_servers": (["10.0.0.53"], False)}


def _given(intent: Intent) -> dict[str, Any]:
    fields = msgspec.json.decode(msgspec.json.encode(intent))
    return {name: value for name, value in fields.items() if value}


def test_what_rules_say_and_keep_is_proposed_as_intents(tmp_path: Path) -> None:
    """An exemption over which a rule that secures goes, or one for any peer, is no intent that holds."""
    file = tmp_path / "p.cmd"
    lines = [
        ADD + 'name="DNS" endpoint2=10.0.0.53 protocol=udp port2=53',
        ADD + 'name="All DNS" endpoint2=any protocol=udp port2=53 profile=private',
        SECURE + 'name="Offices" endpoint2=10.2.0.0/16 profile=domain',
        REQUIRE + 'name="Servers" endpoint2=10.1.0.0/16 profile=domain',
        REQUIRE + 'name="Open" endpoint2=10.0.0.0/24',
    ]
    file.write_text("\n".join(lines) + "\n")
    assert [_given(intent) for intent in proposed_intents([read(file)])] == [
        {"name": "DNS", "must": "exempt", "peers": ["10.0.0.53"], "protocol": "udp", "peer_ports": "53"},
        {"name": "Offices", "must": "requested", "peers": ["10.2.0.0/16"], "profiles": ["domain"]},
        {"name": "Servers", "must": "required", "peers": ["10.1.0.0/16"], "profiles": ["domain"]},
    ]
