"""IP Security Policies from the registry and the directory."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import ROOT
from tests.cases import cases
from tests.formats.places import read_in_place
from tests.formats.registry.ip_security_writers import (
    BLOCK,
    INPASS,
    Method,
    Offer,
    Spec,
    Stored,
    filter_data,
    guid,
    ldif,
    main_mode_data,
    negotiation_data,
    nfa_data,
    registry_entries,
    whole_policy,
)
from tests.formats.registry.writers import pol_bytes, reg_query_text, reg_text

from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.registry.ip_security.blob import Blob, BlobError
from ipseclint.formats.registry.ip_security.filters import read_filters
from ipseclint.formats.registry.ip_security.ldif import recognise as recognise_ldif
from ipseclint.formats.registry.ip_security.main_mode import read_main_mode
from ipseclint.formats.registry.ip_security.negotiation import read_quick_mode
from ipseclint.formats.registry.ip_security.rules import read_nfa
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.plain import plain, value_only
from ipseclint.model.policy import AuthMethod, InterfaceType, RuleAction, RuleMode, Security
from ipseclint.model.setting import Origin
from ipseclint.source import Source, Span, bytes_source, file_source
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Encapsulation, Integrity

FOLDER = ROOT / "fixtures" / "formats"
REG = FOLDER / "firewall-registry-reg" / "ip-security-policy.reg"
LDIF = FOLDER / "ipsec-ldif" / "policy.ldf"
ACTIVE = f"ipsecPolicy{guid(1)}"


def parse(source: Source) -> Parsed:
    found = recognise(source)
    assert found is not None
    return found.parse(source)


def read(objects: list[Stored]) -> Parsed:
    return parse(bytes_source("p.reg", reg_text(registry_entries(objects, ACTIVE)).encode()))


def blob(text: str) -> Blob:
    return Blob(bytes.fromhex(text), lambda offset, size: (Span("b", 1, offset + 1, size),))


@pytest.fixture(scope="module")
def policy() -> Parsed:
    return parse(file_source(REG))


def test_whole_policy(policy: Parsed) -> None:
    assert policy.problems == ()
    (found,) = policy.policy.policies
    assert (found.name, found.assigned.value, found.polling_interval_seconds.value) == ("Servers", True, 10_800)
    assert found.activate_default_rule.value is False
    (main_mode,) = policy.policy.main_mode_crypto_sets
    assert main_mode.name == "Servers"
    assert (main_mode.lifetime_seconds.value, main_mode.quick_mode_limit.value) == (28_800, 0)
    assert [each.dh_group.value for each in main_mode.proposals] == [DhGroup.GROUP_2, DhGroup.GROUP_14]


def test_rules_find_what_they_refer_to(policy: Parsed) -> None:
    index = PolicyIndex(policy.policy)
    files, names, response = policy.policy.connection_security_rules
    assert (files.action.value, files.inbound.value, files.outbound.value) == (
        RuleAction.NEGOTIATE,
        Security.REQUIRE,
        Security.REQUEST,
    )
    filters = index.filter_list_of(files)
    assert filters is not None
    assert [str(each.destination) for each in filters.filters] == ["10.1.0.0/16"]
    quick_mode, main_mode = index.quick_mode_of(files), index.main_mode_of(files)
    assert quick_mode is not None
    assert [each.encapsulation.value for each in quick_mode.proposals] == [
        Encapsulation.ESP,
        Encapsulation.AH_AND_ESP,
    ]
    assert main_mode is not None
    assert (names.action.value, names.mode.value) == (RuleAction.EXEMPT, RuleMode.TUNNEL)
    assert names.interface_types.value == frozenset({InterfaceType.LAN})
    assert response.name == "Servers: default response"
    assert index.quick_mode_of(response) is not None
    assert response.filter_list is None


def test_authentication(policy: Parsed) -> None:
    index = PolicyIndex(policy.policy)
    found = index.first_auth_of(policy.policy.connection_security_rules[0])
    assert found is not None
    assert [each.method.value for each in found.methods] == [
        AuthMethod.COMPUTER_KERBEROS,
        AuthMethod.PRESHARED_KEY,
        AuthMethod.COMPUTER_CERTIFICATE,
    ]
    authority, excluded = found.methods[2].certificate_authority, found.methods[2].exclude_ca_name
    assert authority is not None
    assert authority.value == "CN=Root"
    assert excluded is not None
    assert excluded.value is True


def written(span: Span) -> str:
    line = REG.read_text(encoding="utf-16").split("\n")[span.line - 1]
    return line[span.column - 1 : span.column - 1 + span.length]


def test_places_are_those_of_the_digits(policy: Parsed) -> None:
    (main_mode,) = policy.policy.main_mode_crypto_sets
    assert written(main_mode.lifetime_seconds.span) == "80,70,00,00"
    assert written(main_mode.proposals[1].dh_group.span) == "01,00,00,10"
    row = policy.policy.filter_lists[0].filters[0]
    assert REG.read_text(encoding="utf-16").split("\n")[row.line - 1][row.column - 1 :].startswith("02,00,00,00")


def test_the_key_is_kept_out_of_sight(policy: Parsed) -> None:
    digits = "".join(written(each) for each in policy.secrets).replace(",", "").strip("\r")
    assert bytes.fromhex(digits).decode("utf-16-le").rstrip("\0") == "open sesame"
    assert "open sesame" not in repr(policy)


def without_places(parsed: Parsed) -> object:
    def strip(value: object) -> object:
        if isinstance(value, dict):
            return {name: strip(item) for name, item in value.items() if name not in {"span", "line", "column"}}
        return [strip(each) for each in value] if isinstance(value, list) else value

    return strip(plain(parsed.policy, value_only))


@cases(
    "source",
    [
        bytes_source("p.pol", pol_bytes(registry_entries(whole_policy(), ACTIVE))),
        bytes_source("p.reg", reg_text(registry_entries(whole_policy(), ACTIVE)).encode()),
        file_source(LDIF),
    ],
    ids=lambda source: source.path.rpartition("/")[2],
)
def test_every_carrier_says_the_same(policy: Parsed, source: Source) -> None:
    other = parse(source)
    assert other.problems == ()
    expected, found = without_places(policy), without_places(other)
    assert isinstance(expected, dict)
    assert isinstance(found, dict)
    if source.path.endswith("ldf"):
        # The directory does not tell which policy a GPO assigns.
        assert found["policies"][0].pop("assigned") is None
        expected["policies"][0].pop("assigned")
    assert found == expected


def test_reg_query(policy: Parsed) -> None:
    entries = [
        registry_entry for registry_entry in registry_entries(whole_policy(), ACTIVE) if registry_entry.kind != 7
    ]
    found = parse(bytes_source("q.txt", reg_query_text(entries).encode()))
    assert [each.name for each in found.policy.filter_lists] == ["Files", "DNS"]
    assert found.policy.filter_lists[0].filters[0].destination_port == 445


# What follows are data seen in exported policies.


def test_filter_seen() -> None:
    data = "b520dc80c82ed111a89e00a0248d30214600000001000000" + "020000000000" * 3 + "00" * 16 + "01000000" + "00" * 32
    notes = Diagnostics("")
    (row,) = read_filters(blob(data), notes)
    assert notes.problems == []
    assert (row.source.is_any, row.destination.is_any, row.protocol, row.mirrored) == (True, True, None, True)


def test_block_action_seen() -> None:
    notes = Diagnostics("")
    found = read_quick_mode(blob("b920dc80c82ed111a89e00a0248d3021040000000000000000"), notes)
    assert (found.proposals, notes.problems) == ((), [])


def test_rule_seen() -> None:
    data = (
        "00acbb118d49d111863900a0248d30212a0000000100000005000000020000000000fdffffff0200000000000000000000000000"
        "010000000200000000000101010101010101010101010101010101000000050000000000000001010101010101010101010101010102"
        "010000000000000000"
    )
    notes = Diagnostics("")
    found = read_nfa(blob(data), notes)
    assert notes.problems == []
    assert [each.method.value for each in found.methods] == [AuthMethod.COMPUTER_KERBEROS]
    assert (found.interfaces.value, found.active.value, found.tunnel) == (frozenset(), True, None)


# What follows is made up from the layout.


def test_one_byte_overrides_a_method() -> None:
    notes = Diagnostics("")
    found = read_main_mode(blob(main_mode_data([Method(cipher=1, hash=1, group=0, combined=4)]).hex()), notes)
    (proposal,) = found.proposals
    assert notes.problems == []
    assert (proposal.encryption.value, proposal.integrity.value, proposal.dh_group.value) == (
        Cipher.TRIPLE_DES,
        Integrity.SHA1,
        DhGroup.GROUP_14,
    )


def test_methods_of_the_policy_come_first() -> None:
    found = read_main_mode(blob(main_mode_data([Method()], combined=b"\x02\0\0\0").hex()), Diagnostics(""))
    assert [each.dh_group.value for each in found.proposals] == [DhGroup.GROUP_14, DhGroup.GROUP_2]


def test_lifetimes_of_nought_are_defaults() -> None:
    found = read_main_mode(blob(main_mode_data([Method()], seconds=0).hex()), Diagnostics(""))
    assert (found.lifetime_seconds.value, found.lifetime_seconds.origin) == (28_800, Origin.DEFAULT)
    offers = read_quick_mode(blob(negotiation_data([Offer(seconds=0)]).hex()), Diagnostics(""))
    assert offers.proposals[0].lifetime_seconds.origin is Origin.DEFAULT


def test_lifetime_of_a_method_of_its_own() -> None:
    found = read_main_mode(blob(main_mode_data([Method(seconds=600, limit=1)]).hex()), Diagnostics(""))
    lifetime, limit = found.proposals[0].lifetime_seconds, found.proposals[0].quick_mode_limit
    assert lifetime is not None
    assert limit is not None
    assert (lifetime.value, limit.value) == (600, 1)


def test_perfect_forward_secrecy() -> None:
    found = read_quick_mode(blob(negotiation_data([Offer(pfs=1)]).hex()), Diagnostics(""))
    assert found.pfs_group.value is DhGroup.SAME_AS_MAIN_MODE


@cases(
    ("action", "what", "inbound"),
    [(BLOCK, RuleAction.BLOCK, False), (INPASS, RuleAction.NEGOTIATE, True)],
)
def test_actions(action: str, what: RuleAction, inbound: bool) -> None:
    stored = Stored(
        "ipsecNegotiationPolicy", guid(3), "A", negotiation_data([]), {"ipsecNegotiationPolicyAction": action}
    )
    (found,) = read([stored]).policy.filter_actions
    assert (found.action.value, found.accept_unsecured_inbound.value) == (what, inbound)


def second_layout(source: bytes, destination: bytes, ports: bytes = bytes(16)) -> bytes:
    spec = struct.pack("<I", 2) + b"\0\0"
    row = spec * 3 + bytes(16) + struct.pack("<I", 1) + source + destination + ports + struct.pack("<II", 6, 8)
    first = filter_data([Spec()])
    marker = bytes.fromhex("3dcdfe3529ae73438a6ac5d8fab2fb08")
    return first + marker + struct.pack("<III", len(row), 0, 1) + row


def address(kind: int, version: int, first: bytes = b"", second: bytes = b"") -> bytes:
    return struct.pack("<II", kind, version) + first.ljust(16, b"\0") + second.ljust(16, b"\0")


def test_second_layout_holds_instead_of_the_first() -> None:
    data = second_layout(
        address(8, 3), address(4, 2, bytes.fromhex("20010db8"), b"\x20"), struct.pack("<IHHIHH", 0, 0, 0, 1, 445, 0)
    )
    notes = Diagnostics("")
    (row,) = read_filters(blob(data.hex()), notes)
    assert notes.problems == []
    assert (str(row.source), str(row.destination), row.destination_port, row.protocol) == (
        "me",
        "2001:db8::/32",
        445,
        6,
    )


def test_range_of_addresses_in_the_second_layout() -> None:
    data = second_layout(address(2, 1, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 9])), address(1, 1, bytes([10, 0, 0, 9])))
    (row,) = read_filters(blob(data.hex()), Diagnostics(""))
    assert (str(row.source), str(row.destination)) == ("10.0.0.1-10.0.0.9", "10.0.0.9")


def test_range_of_ports_is_reported() -> None:
    data = second_layout(address(0, 3), address(0, 3), struct.pack("<IHHIHH", 0, 0, 0, 2, 100, 200))
    notes = Diagnostics("")
    assert [filter_.destination_port for filter_ in read_filters(blob(data.hex()), notes)] == []
    assert [each.code for each in notes.problems] == [ProblemCode.NOT_UNDERSTOOD]


def test_mask_with_gaps_is_reported() -> None:
    notes = Diagnostics("")
    rows = read_filters(blob(filter_data([Spec(source=("10.0.0.0", "255.0.255.0"))]).hex()), notes)
    assert rows == ()
    assert [each.span.column for each in notes.problems] == [24 + 18 + 20 + 1]


def without(kind: str) -> list[Stored]:
    return [each for each in whole_policy() if each.kind != kind]


def test_broken_references_stay() -> None:
    parsed = read(without("ipsecFilter"))
    index = PolicyIndex(parsed.policy)
    rule = parsed.policy.connection_security_rules[0]
    assert rule.filter_list is not None
    assert rule.filter_list.target == f"ipsecfilter{guid(7)}"
    assert index.filter_list_of(rule) is None


def test_missing_main_mode_and_rules_are_reported() -> None:
    assert [problem.code for problem in read(without("ipsecISAKMPPolicy")).problems] == [ProblemCode.CONTRADICTORY]
    assert [each.code for each in read(without("ipsecNFA")).problems] == [ProblemCode.CONTRADICTORY] * 3


@cases(
    ("data", "column"),
    [
        (filter_data([Spec()], length=71), 17),
        (filter_data([Spec()], count=2), 21),
        (filter_data([Spec()], count=0xFFFF_FFFF), 21),
        (filter_data([Spec()])[:-3], 91),
    ],
    ids=["length", "count", "absurd count", "cut off"],
)
def test_lies_about_filters(data: bytes, column: int) -> None:
    notes = Diagnostics("")
    places = []
    try:
        read_filters(blob(data.hex()), notes)
    except BlobError as error:
        places.append(error.span.column)
    places += [each.span.column for each in notes.problems]
    assert places == [column]


def test_blob_that_lies_is_told_with_its_place() -> None:
    stored = Stored("ipsecFilter", guid(7), "F", filter_data([Spec()], count=0xFFFF_FFFF), {})
    (problem,) = read([stored]).problems
    assert problem.code is ProblemCode.MALFORMED
    assert "4294967295 filters are said to follow" in problem.message


def test_object_without_data() -> None:
    entries = [
        registry_entry
        for registry_entry in registry_entries(whole_policy(), ACTIVE)
        if registry_entry.name != "ipsecData"
    ]
    parsed = parse(bytes_source("p.reg", reg_text(entries).encode()))
    assert {each.code for each in parsed.problems} == {ProblemCode.MALFORMED}
    assert parsed.policy.main_mode_crypto_sets[0].lifetime_seconds.known is None


@given(st.data())
def test_damaged_data_never_raises(data: st.DataObject) -> None:
    objects = whole_policy()
    number = data.draw(st.integers(0, len(objects) - 1))
    damaged = bytearray(objects[number].data)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(damaged)))
        damaged[at : at + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5))
    objects[number] = objects[number]._replace(data=bytes(damaged))
    read_in_place(parse, bytes_source("p.reg", reg_text(registry_entries(objects, ACTIVE)).encode()))


@given(st.data())
def test_damaged_ldif_never_raises(data: st.DataObject) -> None:
    text = ldif(whole_policy())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.text(max_size=4)) + text[at + data.draw(st.integers(0, 4)) :]
    source = bytes_source("p.ldf", text.encode("utf-8", "surrogatepass"))
    found = recognise(source)
    if found is not None:
        read_in_place(found.parse, source)


def test_ldif_of_something_else() -> None:
    text = "# people\nversion: 1\n\ndn: CN=Ada,DC=corp,DC=example\nobjectClass: person\ncn: Ada\n"
    found = parse(bytes_source("p.ldf", text.encode()))
    assert found.is_empty
    assert found.problems == ()


def test_assignment_by_a_gpo() -> None:
    gpo = f"dn: cn=ipsec,cn=Windows,DC=corp\nipsecOwnersReference: CN=ipsecPolicy{guid(1)},CN=IP Security\n"
    text = ldif(whole_policy()).replace("\r\n", "\n") + "\n" + gpo
    (found,) = parse(bytes_source("p.ldf", text.encode())).policy.policies
    assert found.assigned.value is True


def test_data_that_is_no_base64() -> None:
    text = f"dn: CN=ipsecFilter{guid(7)},CN=IP Security\nipsecData:: !!!\n"
    codes = [problem.code for problem in parse(bytes_source("p.ldf", text.encode())).problems]
    assert codes == [ProblemCode.MALFORMED, ProblemCode.MALFORMED]


def test_nothing_is_read_past_a_stream_that_ends() -> None:
    source = Source("p.ldf", lambda: io.BytesIO(b"dn: CN=x\n"))
    assert parse(source).is_empty


def test_interface_that_is_not_known() -> None:
    notes = Diagnostics("")
    found = read_nfa(blob(nfa_data(interface=7).hex()), notes)
    assert found.interfaces.known is None
    assert [each.code for each in notes.problems] == [ProblemCode.NOT_UNDERSTOOD]


@cases("code", ["Error Code:\t2", "Error code:\t\t0x2", "The system cannot find the file"])
def test_an_event_that_names_a_policy_of_the_directory_is_no_entry_of_it(code: str) -> None:
    name = "CN=ipsecPolicy{72385236-70fa-11d1-864c-14a300000000},CN=IP Security,CN=System,DC=example,DC=org"
    assert not recognise_ldif(bytes_source("event.txt", f"DN:\t\t{name}\n{code}\n".encode()))
    assert recognise_ldif(bytes_source("event.txt", f"dn: {name[:40]}\n {name[40:]}\nobjectClass: top\n".encode()))


def test_an_object_of_ipsec_whose_name_is_none_is_told() -> None:
    text = f"dn: CN=ipsecFilter{guid(7).replace('-', '', 1)},CN=IP Security\nipsecName: Branches\n"
    (problem,) = parse(bytes_source("p.ldf", text.encode())).problems
    assert problem.message == "an object of IPsec whose name is none: it is not read"
    assert problem.span.line == 1
