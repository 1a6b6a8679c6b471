"""A value that decides and is broken is said, in whatever format it stands."""

from __future__ import annotations

import re

import pytest

from tests.attack import broken_values
from tests.attack.broken_values import KINDS, Broken, hunt, is_said, values_of
from tests.attack.foreign_statements import Document, documents
from tests.cases import cases

GATE_VALUES = 150
LONG_VALUES = 10_000
MAX_SKIPPED = 0.1
"""So many of one at most: names, evidence, and values of the registry whose type is not known."""

BROKEN = {
    "audit-policy/backup.csv": [("No Auditing,,0", "0", "ninety")],
    "cloud-gateway/aws-without-options.json": [("<ip_address>203.0.113.10", "203.0.113.10", "10.0.0.999")],
    "event-json/vpn-client.json": [("2026-03-02T08:05", "05", "ninety")],
    "ipsec-ldif/policy.ldf": [("version: 1", "1", "ninety")],
    "performance-counters/get-counter.txt": [("  6\n", "6", "12x")],
    "powershell-printed-table/interfaces.txt": [("203.0.113.2}", "203.0.113.2", "10.0.0.999")],
    "policies/interface.json": [('"203.0.113.4"', "203.0.113.4", "10.0.0.999")],
    "swanctl-conns/transport.txt": [("local:  10.0.0.5\n", "10.0.0.5", "10.0.0.999")],
    "netsh-ipsec-statistics/two-samples.txt": [("IKE Quick Mode                     : 41", "41", "-5")],
    "performance-counters/wmi.txt": [("FailedNegotiations               : 31", "31", "ninety")],
    "performance-counters/samples.txt": [("CookedValue      : ", ": ", ": x")],
    "gateway-xml/customer-gateway.xml": [
        ("<lifetime>28800</lifetime>", "28800", "ninety"),
        ("<lifetime>1800</lifetime>", "1800", "-5"),
        ("<ip_address>203.0.113.10<", "203.0.113.10", "10.0.0.999"),
    ],
    "gateway-xml/pfsense.xml": [
        ("<remote-gateway>198.51.100.7<", "198.51.100.7", "10.0.0.999"),
        ("<mode>tunnel</mode>", "tunnel", "zonk"),
        ("<address>10.1.0.0<", "10.1.0.0", "10.0.0.999"),
    ],
    "gateway-xml/paloalto.xml": [("<remote>10.2.0.0/16<", "/16", "/12x")],
    "gateway-configuration/fortigate.conf": [("set remote-gw 198.51.100.7", "198.51.100.7", "10.0.0.999")],
    "gateway-configuration/paloalto.txt": [("protocol version ikev2", "ikev2", "ikev99")],
    "declared-gateway/aws.tf": [('["ikev2"]', "ikev2", "ikev99")],
    "cloud-gateway/aws-describe.json": [('"ikev2"', "ikev2", "ikev7x")],
    "cloud-gateway/unifi-profile.json": [('"203.0.113.40"', "203.0.113.40", "10.0.0.999")],
    "swanctl-conf/transport.conf": [("remote_addrs = 10.1.0.9", "10.1.0.9", "10.0.0.999")],
    "ipsec-conf/strongswan.conf": [("right=192.0.2.1", "192.0.2.1", "10.0.0.999")],
    "security-template/baseline.inf": [('"PolicyAgent",3', "3", "ninety")],
    "policy-rules/services.PolicyRules": [('"IKEEXT",4', "4", "ninety")],
    "vpn-phone-book/l2tp.pbk": [("DataEncryption=256", "256", "-5")],
    "asked-services/window.txt": [("StartType\nDisabled", "Disabled", "maybe")],
    "gpo-preferences/Services.xml": [('startupType="DISABLED" serviceName="IKEEXT"', "DISABLED", "maybe")],
    "intune-json/vpn.json": [('"ikEv2"', "ikEv2", "ik7xv2")],
    "swanctl-conns/two-sites.md": [
        ("cloud-ipsec: IKEv2", "IKEv2", "IKEv99"),
        ("IKEv2, no reauthentication", "no", "maybe"),
    ],
    "netsh-script/services-alone.cmd": [("sc config RemoteAccess start= disabled", "disabled", "perhaps")],
    "powershell-script/domain-isolation.ps1": [("-Value 50 -Type DWord", "50", "ninety")],
}
"""Of fixtures, by folder and name: a text, and in it what is replaced by what."""


def document(name: str) -> Document:
    return next(each for each in documents() if f"{each.folder}/{each.name}" == name)


@cases(("name", "text", "value", "instead"), [(name, *each) for name, all_ in BROKEN.items() for each in all_])
def test_a_broken_value_is_said(name: str, text: str, value: str, instead: str) -> None:
    whole = document(name)
    assert text in whole.text
    assert is_said(whole, whole.text.replace(text, text.replace(value, instead), 1))


def test_few_broken_values_are_skipped() -> None:
    assert len(list(hunt(GATE_VALUES, 21))) <= GATE_VALUES * MAX_SKIPPED


@pytest.mark.long
def test_of_very_many_broken_values_few_are_skipped() -> None:
    assert len(list(hunt(LONG_VALUES, 22))) <= LONG_VALUES * MAX_SKIPPED


def test_the_hunt_sees_what_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broken_values, "is_said", lambda *_: False)
    missed = list(hunt(20, 23, re.compile(r"^swanctl-conf/transport\.conf$")))
    assert all(isinstance(each, Broken) and each.line for each in missed)
    assert missed


@cases(
    ("text", "values"),
    [
        ('"sha1": "x",\n"enabled": true', ["true"]),
        ("Cert Hash(sha1): 0f", []),
        ('<B N="Enabled">false</B>', ["false"]),
        ("no matching proposal found", []),
        ("auth = sha1\nid = 10.1.0.9\nremote = 10.1.0.8\n", ["sha1", "10.1.0.8"]),
    ],
)
def test_the_hunt_breaks_no_names(text: str, values: list[str]) -> None:
    found = [match[0] for kind in KINDS for match in values_of(kind, text)]
    assert sorted(found) == sorted(values)
