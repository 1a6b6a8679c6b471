"""Objects that are alike are read as each of them says."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.formats.powershell.writers import Cim, clixml_text
from tests.tries import tries

from ipseclint.formats.kit.xml import document
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.powershell import cim_json, clixml
from ipseclint.formats.powershell.alike_objects import AlikeObjects
from ipseclint.formats.powershell.alike_texts import AlikeTexts
from ipseclint.model.selectors import parse_address
from ipseclint.source import bytes_source

DEFAULT_SET = "{E5A5D32A-4BCE-4e4d-B07F-4AB1BA7E5FE1}"
NAMES = ["R", "A longer name", 'a "quoted" one', "C:\\so", "", "é\u00a0", "{1}", DEFAULT_SET, None, 7, "_x0041_&<"]
ENDS = ["10.0.0.1", ["10.1.0.0/16", "fe80::1"], ["10.0.0.1"], "10.0.0.300", "LocalSubnet", [], None, "Any"]
PORTS = ["Any", "443", ["443", "8000-8010"], 443, "70000"]
Object = dict[str, Any]


def said(kind: str, **properties: Any) -> Object:
    return properties | {"CimSystemProperties": {"Namespace": "root/standardcimv2", "ClassName": kind, "Path": None}}


RULES: list[Object] = [
    {"Enabled": 1, "Profiles": 3, "Mode": 1, "InboundSecurity": 2, "OutboundSecurity": 1, "KeyModule": 4},
    {"Enabled": 1, "Profiles": 0, "Mode": 1, "InboundSecurity": 1, "OutboundSecurity": 1, "Phase1AuthSet": "{1}"},
    {"Enabled": 2, "Mode": 2, "InboundSecurity": 2, "OutboundSecurity": 2, "RemoteTunnelEndpoint": ["192.0.2.1"]},
    {"Enabled": 1, "Mode": 1, "InboundSecurity": 2, "OutboundSecurity": 2, "Strange": "on", "LocalAddress": "10.0.0.9"},
    {"Enabled": 9, "Mode": 1, "InboundSecurity": 2, "OutboundSecurity": 2, "Description": "so"},
]
SETS: list[Object] = [
    said(
        "MSFT_NetIKEMMCryptoSet",
        MaxLifetimeMinutes=480,
        MaxLifetimeSessions=0,
        ForceDiffieHellman=False,
        Proposals=[{"CipherAlgorithm": 65003, "HashAlgorithm": 65002, "GroupID": 20}],
    ),
    said(
        "MSFT_NetIKEQMCryptoSet",
        PfsGroupID=19,
        Proposals=[
            {"Encapsulation": 2, "HashAlgorithmESP": 65005, "CipherAlgorithm": 65006}
            | {"MaxLifetimeMinutes": 90, "MaxLifetimeKilobytes": 200_000}
        ],
    ),
    said("MSFT_NetIKEP1AuthSet", Proposals=[{"AuthenticationMethod": 2, "PreSharedKey": "Hidden pass"}]),
    said("MSFT_NetIKEP2AuthSet", Proposals=[{"AuthenticationMethod": 65004, "InstanceID": "x"}, "cut"]),
    said("MSFT_NetSecuritySettingData", MaxSAIdleTimeSeconds=600, CertValidationLevel=1, Exemptions=9),
    said("MSFT_NetIPsecDoSPSetting", StateIdleTimeoutSeconds=360, EnabledKeyingModules=3),
    said("MSFT_NetIPsecDoSPSetting", ICMPv6DSCP=12, DefBlockExemptDSCP="0", IPv6IPsecAuthDSCP=46),
    {"Name": "PolicyAgent", "Status": 4, "StartType": 2, "CanPauseAndContinue": False},
    {"value": [], "Count": 0},
]


def whole(each: Object, listed: str) -> Object:
    """An object with the names that cmdlets give it, and all that CIM says of it listed once more."""
    identity = each.get("InstanceID")
    named = {"Name": identity, "ID": identity, "CreationClassName": f"MSFT|FW|ConSecRule|{identity}"}
    own = {name: value for name, value in each.items() if name != "CimSystemProperties"} | {"Caption": None}
    if listed == "texts":
        again: list[Any] = [name if value is None else f'{name} = "{value}"' for name, value in own.items()]
    else:
        again = [{"Name": name, "Value": value, "CimType": 14, "Flags": "Property"} for name, value in own.items()]
    return named | own | {"CimInstanceProperties": again, "PSComputerName": None} | each


@st.composite
def objects(draw: st.DrawFn) -> list[Object]:
    """A rule with its filters, or something else, as they are chosen or whole."""
    listed = draw(st.sampled_from(["", "", "texts", "objects"]))
    return [whole(each, listed) if listed else each for each in draw(chosen())]


@st.composite
def chosen(draw: st.DrawFn) -> list[Object]:
    """A rule with its filters, or something else."""
    named = {name: draw(st.sampled_from(NAMES)) for name in ("InstanceID", "DisplayName", "Description")}
    if draw(st.booleans()):
        return [named | draw(st.sampled_from(SETS)), draw(st.sampled_from(SETS))]
    kind = draw(st.sampled_from(["MSFT_NetConSecRule", "MSFT_NetConSecRule", "MSFT_NetMainModeRule"]))
    rule = said(kind, **named) | draw(st.sampled_from(RULES))
    own = {"InstanceID": named["InstanceID"]}
    ends = {f"{side}Address": draw(st.sampled_from(ENDS)) for side in ("Local", "Remote")}
    ports = {f"{side}Port": draw(st.sampled_from(PORTS)) for side in ("Local", "Remote")}
    filters = [
        said("MSFT_NetAddressFilter", **own, **ends),
        said("MSFT_NetProtocolPortFilter", **own, Protocol="TCP", **ports),
        said("MSFT_NetInterfaceFilter", **own, InterfaceAlias="Any"),
        said("MSFT_NetInterfaceTypeFilter", **own, InterfaceType=0),
    ]
    return [rule, *filters[: draw(st.sampled_from([4, 4, 4, 3]))]]


def as_json(listed: Sequence[Object]) -> bytes:
    return json.dumps(listed, indent=4, ensure_ascii=False).encode()


def as_one_line(listed: Sequence[Object]) -> bytes:
    return json.dumps(listed).encode()


def as_documents(listed: Sequence[Object]) -> bytes:
    return b"\r\n".join(json.dumps(each, indent=2).encode() for each in listed)


def as_cim(value: Any) -> Any:
    """An object as a CIM object; the tables within it, too."""
    if isinstance(value, list):
        return [as_cim(each) for each in value]
    if not isinstance(value, dict):
        return value
    own = {name: as_cim(each) for name, each in value.items() if name != "CimSystemProperties"}
    return Cim(value.get("CimSystemProperties", {}).get("ClassName", "Object"), own)


def as_clixml(listed: Sequence[Object]) -> bytes:
    return clixml_text([as_cim(each) for each in listed]).encode("utf-16")


def as_two_exports(listed: Sequence[Object]) -> bytes:
    """Two exports as one, whose numbers come twice, without line ends."""
    half = len(listed) // 2
    one, other = (clixml_text([as_cim(each) for each in part], crlf=False) for part in (listed[:half], listed[half:]))
    joined = one.removesuffix("</Objs>") + other.partition(">")[2]
    return joined.replace("\n", "").encode()


def as_references(listed: Sequence[Object]) -> bytes:
    """An export that ends in a reference to each list and object of its first half."""
    text = clixml_text([as_cim(each) for each in listed])
    numbers = range(text.count("<Obj") // 2)
    references = "".join(f'<Ref RefId="{number}" />' for number in numbers)
    again = f'<Obj RefId="x"><Props><Obj N="Held" RefId="y"><LST>{references}</LST></Obj></Props></Obj>'
    return text.replace("</Objs>", f"{again}</Objs>").encode()


WRITERS: dict[str, tuple[Callable[[Sequence[Object]], bytes], Any]] = {
    "JSON": (as_json, cim_json),
    "JSON in one line": (as_one_line, cim_json),
    "documents": (as_documents, cim_json),
    "CLIXML": (as_clixml, clixml),
    "two exports in CLIXML": (as_two_exports, clixml),
    "CLIXML with references": (as_references, clixml),
}


def both(listed: Sequence[Object], writer: str) -> tuple[Parsed, Parsed, int]:
    """What an export says by the short way and by the long one, and how many objects took the short one."""
    write, module = WRITERS[writer]
    source = bytes_source("x", write(listed))
    cast = AlikeObjects._cast
    taken: list[object] = []

    def counted(alike: AlikeObjects, *given: Any) -> object:
        taken.append(cast(alike, *given))
        return taken[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AlikeObjects, "_cast", counted)
        short = module.parse(source)
        patch.setattr(AlikeObjects, "_cast", lambda *_: None)
        patch.setattr(AlikeTexts, "again", lambda *_: None)
        return short, module.parse(source), sum(each is not None for each in taken)


@given(
    st.lists(objects(), min_size=1, max_size=4),
    st.lists(st.integers(0, 3), min_size=3, max_size=12),
    st.sampled_from(sorted(WRITERS)),
)
@example(
    [[{"InstanceID": "{1}", "DisplayName": name} | SETS[0]] for name in ("A", "B", DEFAULT_SET)],
    [0, 1, 0, 1, 2, 2],
    "JSON",
)
@tries(300)
def test_the_short_way_yields_what_the_long_one_does(kinds: list[list[Object]], order: list[int], writer: str) -> None:
    listed = [each for number in order for each in kinds[number % len(kinds)]]
    short, long, _ = both(listed, writer)
    assert repr(short) == repr(long)
    assert short == long


def alike(number: int) -> list[Object]:
    """A rule, its filters and sets, which differ from others in names, ids, addresses and ports."""
    own = {"InstanceID": f"{{{number * 37}}}"}
    return [
        said("MSFT_NetConSecRule", **own, DisplayName=f"Rule {number}") | RULES[0],
        said("MSFT_NetAddressFilter", **own, LocalAddress="Any", RemoteAddress=[f"10.0.{number * 31}.1", "fe80::1"]),
        said("MSFT_NetProtocolPortFilter", **own, Protocol="TCP", LocalPort=str(number + 8), RemotePort="Any"),
        said("MSFT_NetInterfaceFilter", **own, InterfaceAlias="Any"),
        said("MSFT_NetInterfaceTypeFilter", **own, InterfaceType=0),
        *(own | {"ElementName": f"{'S' * number}et"} | set_ for set_ in SETS[:3]),
    ]


def test_xml_that_is_streamed_takes_the_short_way_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_DOCUMENT_BYTES", 0)
    short, long, taken = both([each for number in range(9) for each in alike(number)], "CLIXML")
    assert taken >= 4 * 4
    assert repr(short) == repr(long)


@pytest.mark.parametrize("writer", ["JSON", "JSON in one line", "CLIXML", "CLIXML with references"])
def test_objects_that_are_alike_take_the_short_way(writer: str) -> None:
    short, long, taken = both([each for number in range(9) for each in alike(number)], writer)
    rules = short.policy.connection_security_rules
    assert taken >= 4 * 4
    assert [rule.name for rule in rules] == [f"Rule {number}" for number in range(9)]
    assert [rule.endpoint2.known for rule in rules] == [
        (parse_address(f"10.0.{number * 31}.1"), parse_address("fe80::1")) for number in range(9)
    ]
    assert len(short.secrets) >= 9
    assert repr(short) == repr(long)


@pytest.mark.parametrize("listed", ["texts", "objects"])
@pytest.mark.parametrize("writer", ["JSON", "JSON in one line"])
def test_whole_objects_that_are_alike_take_the_short_way(writer: str, listed: str) -> None:
    short, long, taken = both([whole(each, listed) for number in range(9) for each in alike(number)], writer)
    assert taken >= 4 * 4
    assert [rule.id for rule in short.policy.connection_security_rules] == [f"{{{number * 37}}}" for number in range(9)]
    assert repr(short) == repr(long)


@pytest.mark.parametrize("name", ['{} "quoted" \\', "C:\\{}\\", "d’été {}", "\\u007b{}", '"', "\\"])
def test_objects_whose_names_have_escapes_take_the_short_way(name: str) -> None:
    listed = [each | {"DisplayName": name.format(number)} for number in range(9) for each in alike(number)]
    short, long, taken = both(listed, "JSON in one line")
    assert taken >= 4 * 4
    assert [rule.name for rule in short.policy.connection_security_rules] == [name.format(each) for each in range(9)]
    assert repr(short) == repr(long)


def test_what_is_listed_within_an_object_is_no_longer_passed_over_where_it_is_more_than_its_properties() -> None:
    held = [{"Name": "Held", "Value": said("MSFT_NetIKEMMCryptoSet") | SETS[0] | {"DisplayName": "Inner"}}]
    listed = [{"InstanceID": f"{{{number}}}", "CimInstanceProperties": held} | said("Report") for number in range(6)]
    short, long, _ = both(listed, "JSON")
    assert len(short.policy.main_mode_crypto_sets) == 6
    assert repr(short) == repr(long)


def test_an_escaped_id_of_a_default_set_is_read_as_the_plain_one() -> None:
    listed = [{"InstanceID": f"{{{number}}}", "ElementName": "S"} | SETS[0] for number in range(6)]
    text = as_one_line([*listed, {"InstanceID": DEFAULT_SET, "ElementName": "S"} | SETS[0]])
    escaped = text.replace(b"{E5A5", b"\\u007bE5A5")
    policies = [cim_json.parse(bytes_source("x", each)).policy for each in (text, escaped)]
    assert [[each.is_default for each in policy.main_mode_crypto_sets] for policy in policies] == [
        [False] * 6 + [True]
    ] * 2


def test_a_text_with_escapes_keeps_its_length_where_a_longer_name_moves_it() -> None:
    listed = [
        {"InstanceID": f"{{{number}}}", "ElementName": "S" * number}
        | said("MSFT_NetIKEP1AuthSet", Proposals=[{"AuthenticationMethod": 2, "PreSharedKey": 'Hidden "pass" é'}])
        for number in range(1, 9)
    ]
    short, long, _ = both(listed, "JSON in one line")
    keys = set(short.secrets)
    assert (len(keys), {key.length for key in keys}) == (8, {len(r"Hidden \"pass\" \u00e9")})
    assert short == long
