"""A member, key, element or line that no reader knows is counted or a problem, at each level of each format."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from tests import ROOT, unwrapped
from tests.cases import cases
from tests.formats.registry.writers import DWORD, POLICY_ROOT, SZ, Entry, below, hive_bytes, pol_bytes

from ipseclint.formats import recognise
from ipseclint.source import bytes_source

FORMATS = ROOT / "fixtures" / "formats"
UNKNOWN = "ZzUnknownThing"

Variants = Iterator[tuple[str, bytes]]


def members(data: bytes) -> Variants:
    """A JSON document with a member more in an object of each path."""
    document = json.loads(data.decode("utf-8-sig"))
    waiting: list[tuple[str, Any]] = [("", document)]
    seen = set[str]()
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, list):
            waiting += [(f"{path}[]", part) for part in reversed(value)]
        elif isinstance(value, dict):
            waiting += [(f"{path}.{name}", member) for name, member in value.items()]
            if path not in seen:
                seen.add(path)
                value[UNKNOWN] = "1"
                yield path, json.dumps(document, indent=1).encode()
                del value[UNKNOWN]


def elements(data: bytes) -> Variants:
    """An XML document with an element more in one of each path that holds others."""
    root = etree.fromstring(data)
    seen = set[str]()
    for element in list(root.iter(etree.Element)):
        path = "/".join(etree.QName(holder).localname for holder in (*reversed([*element.iterancestors()]), element))
        if path not in seen and (len(element) or element is root):
            seen.add(path)
            name = etree.QName(element)
            child = etree.SubElement(element, f"{{{name.namespace}}}{UNKNOWN}" if name.namespace else UNKNOWN)
            child.text = "1"
            yield path, etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=True)
            element.remove(child)


def lines(line: str) -> Callable[[bytes], Variants]:
    """A text with a line more behind each of its own, wherever one begins."""

    def variants(data: bytes) -> Variants:
        encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
        text = data.decode(encoding)
        end = "\r\n" if "\r\n" in text else "\n"
        rows = text.split(end)
        for number in range(1, len(rows)):
            if not rows[number - 1].endswith("\\"):
                added = end.join([*rows[:number], line, *rows[number:]])
                yield f"behind {number}: {rows[number - 1][:40]}", added.encode(encoding)

    return variants


def columns(data: bytes) -> Variants:
    """A table with commas that has a column more."""
    head, *rows = data.decode("utf-8-sig").splitlines()
    yield "the last column", "\n".join([f"{head},{UNKNOWN}", *(f"{row},1" for row in rows)]).encode()


def attributes(data: bytes) -> Variants:
    """An XML document with an attribute more in one element of each path."""
    root = etree.fromstring(data)
    seen = set[str]()
    for element in root.iter(etree.Element):
        path = "/".join(etree.QName(holder).localname for holder in (*reversed([*element.iterancestors()]), element))
        if path not in seen and element.attrib:
            seen.add(path)
            element.set(UNKNOWN, "1")
            yield path, etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=True)
            del element.attrib[UNKNOWN]


SHAPES: dict[str, Callable[[bytes], Variants]] = {
    "swanctl-conf/two-sites.conf": lines("zzunknown = 1"),
    "ipsec-conf/libreswan.conf": lines("\tzzunknown=1"),
    "ipsec-conf/strongswan.conf": lines("\tzzunknown=1"),
    "ipsec-secrets/ipsec.secrets": lines('zzunknown ; PSK "a"'),
    "peer/azure-site.peer": lines("zzunknown = 1"),
    "vpn-phone-book/rasphone.pbk": lines(f"{UNKNOWN}=1"),
    "vpn-profile-xml/one-line.xml": elements,
    "cloud-gateway/aws-describe.json": members,
    "cloud-gateway/aws-without-options.json": members,
    "cloud-gateway/azure-connection.json": members,
    "cloud-gateway/azure-default-policy.json": members,
    "cloud-gateway/azure-powershell.json": members,
    "gateway-xml/VpnSettings.xml": elements,
    "gateway-xml/customer-gateway.xml": elements,
    "intune-json/custom.json": members,
    "intune-json/endpoint-protection.json": members,
    "intune-json/settings-catalogue.json": members,
    "intune-json/vpn.json": members,
    "powershell-json/policy.json": members,
    "powershell-list/rule-with-filters.txt": lines(f"{UNKNOWN} : 1"),
    "advfirewall-show/global-weak.txt": lines(f"{UNKNOWN}:                       1"),
    "advfirewall-show/rules-aligned.txt": lines(f"{UNKNOWN}:                       1"),
    "advfirewall-monitor-sa/security-associations.txt": lines(f"{UNKNOWN}:                       1"),
    "firewall-registry-reg/ip-security-policy.reg": lines(f'"{UNKNOWN}"=dword:00000001'),
    "firewall-registry-reg/store.reg": lines(f'"{UNKNOWN}"=dword:00000001'),
    "reg-query/store.txt": lines(f"    {UNKNOWN}    REG_SZ    1"),
    "wfp-state/contradictory.xml": elements,
    "wfp-filters/one-rule.xml": elements,
    "wfp-netevents/failures.xml": elements,
    "security-events/utf-16.xml": elements,
    "mdm-syncml/firewall.xml": elements,
    "mdm-syncml/vpn-nodes.xml": elements,
    "mdm-syncml/vpn-profile.xml": elements,
    "powershell-xml/policy.xml": elements,
    "powershell-clixml/policy.xml": elements,
    "gpo-preferences/Registry.xml": elements,
    "gpo-preferences/Services.xml": elements,
    "gpo-preferences/targeted.xml": attributes,
    "event-json/vpn-client.json": members,
    "event-json/get-winevent.json": members,
    "event-text/table.csv": columns,
    "audit-policy/backup.csv": columns,
    "gpo-report/servers.xml": elements,
    "gpo-report/gpresult.xml": elements,
    "ipsec-ldif/policy.ldf": lines(f"{UNKNOWN}: 1"),
}
"""By fixture how a member more is written into it."""

MISSPELT: dict[str, tuple[str, str, str]] = {
    "swanctl-conf/two-sites.conf": ("esp_proposals", "esp_proposal", "`esp_proposal` is not a key of"),
    "ipsec-conf/strongswan.conf": ("keyexchange", "keyexchnge", "`keyexchnge` is not a key of a `conn` section"),
    "ipsec-conf/libreswan.conf": ("salifetime", "salifetme", "`salifetme` is not a key of a `conn` section"),
    "ipsec-secrets/ipsec.secrets": (" : PSK", " ; PSK", "a line that is not a secret"),
    "peer/azure-site.peer": ("proposals", "proposal", "unknown key `proposal` of [peer.main_mode]"),
    "vpn-phone-book/rasphone.pbk": (
        "CustomIPSecPolicies",
        "CustomIPSecPolices",
        "`customipsecpolicies` is what is read",
    ),
    "vpn-profile-xml/one-line.xml": ("CryptographySuite", "CryptograpySuite", "unknown element <CryptograpySuite>"),
    "cloud-gateway/aws-describe.json": ("Phase1DHGroupNumbers", "Phase1DHGroupNumber", "unknown member"),
    "cloud-gateway/azure-connection.json": ("dhGroup", "dhGrup", "unknown member `dhGrup`; `dhgroup` is what is read"),
    "cloud-gateway/azure-powershell.json": ("SALifeTimeSeconds", "SALifeTimeSecond", "unknown member"),
    "gateway-xml/VpnSettings.xml": ("VpnType", "VpnTyp", "unknown element `VpnTyp`; `VpnType` is what is read"),
    "gateway-xml/customer-gateway.xml": (
        "lifetime",
        "lifetme",
        "unknown element `lifetme`; `lifetime` is what is read",
    ),
    "intune-json/vpn.json": ("authenticationMethod", "authenticationMetod", "unknown member `authenticationMetod`"),
    "mdm-syncml/firewall.xml": ("SaIdleTime", "SaIdelTime", "unknown node `SaIdelTime`; `saidletime` is what is read"),
    "mdm-syncml/vpn-nodes.xml": ("NativeProfile/", "NativeProfil/", "unknown element `NativeProfil`"),
    "powershell-json/policy.json": ("InboundSecurity", "InboundSecurty", "unknown property `inboundsecurty`"),
    "firewall-registry-reg/ip-security-policy.reg": ("ipsecNFAReference", "ipsecNFARefrence", "unknown attribute"),
    "wfp-filters/one-rule.xml": ("conditionValue>", "conditionValu>", "unknown element `conditionValu`"),
    "wfp-netevents/failures.xml": ("failureErrorCode>", "failureErrCode>", "`failureErrorCode` is what is read"),
    "security-events/utf-16.xml": ('"FailureReason"', '"FailurReason"', "unknown value `FailurReason`"),
    "mdm-syncml/vpn-profile.xml": ("Target>", "Targt>", "unknown element `Targt` of Item"),
    "powershell-xml/policy.xml": (
        '<Property Name="PolicyStoreSource" Type="System.String">PersistentStore</Property>',
        '<Propert Name="PolicyStoreSource" Type="System.String">PersistentStore</Propert>',
        "unknown element `Propert` of Object; `Property` is what is read",
    ),
    "powershell-clixml/policy.xml": ("Props>", "Prop>", "unknown element `Prop` of Obj"),
    "gpo-preferences/Services.xml": ("startupType", "startUpTyp", "unknown attribute `startUpTyp` of Properties"),
    "ipsec-ldif/policy.ldf": ("ipsecFilterReference", "ipsecFilterRefernce", "unknown attribute"),
}
"""By fixture a name that is read, written wrongly, and what is said of it."""

CARRIERS_OWN = re.compile(
    # What stands before the first section, object or rule, or between two, belongs to none.
    r"behind \d+: (?:#.*|Windows Registry Editor.*|C:\\.*|Global Settings:|Rule Name:.*|.* SA at .*|-+|\s*)$"
    # A reference to another resource; what PowerShell adds to each object of CIM.
    r"|\.virtualNetworkGateway1|.*\.CimSystemProperties"
    # What is about layers and providers of WFP, and who asked to be told of changes.
    r"|wfp(?:state|diag)/(?:layers/item|layers/item/layer\b.*|(?:providers|subscriptions)\b.*)"
    # What Windows notes of an event for itself; a dropped packet of another kind; to whom a preference applies.
    r"|netEvents/item/(?:internalFields|classifyDrop)|.*\.Bookmark|Collection(?:/Registry/Filters/FilterOs)?"
    # What is about a GPO, who sets a value, and a value itself; rules of the firewall.
    r"|(?:GPO|Rsop)(?:/(?:Identifier|Computer|ComputerResults)(?:/GPO(?:/Path)?|/ExtensionData)?)?"
    r"|.*/Extension/(?:InboundFirewallRules|Phase9Sets|\w+/(?:PolicyVersion|StrongCRLCheck|SAIdlTime"
    r"|AllowLocalIPsecPolicyMerge)(?:/GPO)?)"
)
"""Places where a name more says nothing of what is read."""


def told(data: bytes, name: str) -> tuple[object, ...]:
    """What a reader says of an input beside its values: problems, counts and objects."""
    source = bytes_source(name, data)
    form = recognise(source)
    if form is None:
        return ("not a format that is read",)
    parsed = form.parse(source)
    problems = sorted((problem.code, problem.message) for problem in parsed.problems)
    values = sorted(value.path for value in parsed.policy.registry)
    return problems, parsed.unread, values


@pytest.mark.drawn(3)
@cases("fixture", SHAPES)
def test_an_unknown_member_is_never_silent(fixture: str) -> None:
    path = FORMATS / fixture
    before = told(path.read_bytes(), path.name)
    places = [(place, told(data, path.name)) for place, data in SHAPES[fixture](path.read_bytes())]
    assert places
    assert [place for place, after in places if after == before and not CARRIERS_OWN.fullmatch(place)] == []


STORE = [
    Entry("ConSecRules", "{R}", SZ, "v2.20|Action=Secure|Active=TRUE|Auth1Set={A}|Name=R|EmbedCtxt=|"),
    Entry("Phase1AuthenticationSets\\{A}", "Version", SZ, "2.20"),
    Entry("Phase1AuthenticationSets\\{A}", "Name", SZ, "A"),
    Entry("Phase1AuthenticationSets\\{A}\\0000", "Method", SZ, "MachineKerb"),
    Entry("Phase1CryptoSet\\{C}", "Version", SZ, "2.20"),
    Entry("Phase1CryptoSet\\{C}", "MMSALifetimeSeconds", DWORD, 28800),
    Entry("Phase1CryptoSet\\{C}\\0000", "Encryption", SZ, "AES256"),
    Entry("PrivateProfile", "AllowLocalIPsecPolicyMerge", DWORD, 0),
]


@cases("carrier", ["registry-pol", "wfw"])
@cases("key", sorted({entry.key for entry in STORE}))
def test_an_unknown_value_of_a_store_is_never_silent(carrier: str, key: str) -> None:
    stranger = Entry(key, UNKNOWN, SZ if key == "ConSecRules" else DWORD, "x" if key == "ConSecRules" else 1)
    before, after = (
        (pol_bytes(below(POLICY_ROOT, entries)), "Registry.pol")
        if carrier == "registry-pol"
        else (hive_bytes(entries), "store.wfw")
        for entries in (STORE, [*STORE, stranger])
    )
    form = recognise(bytes_source(before[1], before[0]))
    assert form is not None
    assert form.name == carrier
    assert told(*after) != told(*before)


@cases("fixture", MISSPELT)
def test_a_misspelt_name_is_a_problem(fixture: str) -> None:
    name, misspelt, message = MISSPELT[fixture]
    path = FORMATS / fixture
    data = path.read_bytes()
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    changed = data.decode(encoding).replace(name, misspelt).encode(encoding)
    assert changed != data
    source = bytes_source(path.name, changed)
    form = recognise(source)
    assert form is not None
    assert message in " ".join(problem.message for problem in form.parse(source).problems)


def test_what_is_not_read_stands_in_every_output(tmp_path: Path, cli: Callable[..., Any]) -> None:
    path = tmp_path / "swanctl.conf"
    path.write_text(
        "connections {\n  a {\n    dpd_delay = 30s\n    remote_addrs = 192.0.2.1\n    version = 2\n  }\n}\n"
    )
    said = f"{path} (1 x `dpd_delay`)"
    assert json.loads(cli(path, "-o", "json").out)["coverage"]["ignored"] == {"with members that are not read": [said]}
    assert f"parts that are not read: {said}" in unwrapped(cli(path).out)
