from __future__ import annotations

import re

import pytest
from lxml import etree
from tests.cases import cases
from tests.formats.wfp.inputs import FOLDER, at, place, read, read_text

from ipseclint.formats.wfp.filter_rows import filter_row
from ipseclint.formats.wfp.traffic import traffic_of
from ipseclint.model.machine import PolicyIndex
from ipseclint.model.policy import ALL_PROFILES, ConnectionSecurityRule, RuleAction, RuleMode, Security
from ipseclint.model.selectors import PortRange, WfpFilter
from ipseclint.model.setting import Unknown
from ipseclint.semantics.wfp_rules import as_connection_security_rule
from ipseclint.vocabulary.wfp_words import MAIN_MODE_LAYERS, QUICK_MODE_LAYERS

SITE = "wfp-state/site-policies.xml"


@pytest.fixture(scope="module")
def index() -> PolicyIndex:
    return PolicyIndex(read(SITE).policy)


@pytest.fixture(scope="module")
def filters(index: PolicyIndex) -> dict[str, WfpFilter]:
    return {each.name: each for each in index.policy.wfp_filters}


def test_filters_of_ipsec_layers_callouts_and_contexts_and_no_other(filters: dict[str, WfpFilter]) -> None:
    assert set(filters) == {
        "内部网络",
        "by context alone",
        "key modules",
        "Servers",
        "Tunnel",
        "dangling",
        "{f117e200-0000-4000-8000-000000000008}",
        "main modes",
        "legacy peers",
    }


def test_traffic_of_a_filter(filters: dict[str, WfpFilter]) -> None:
    servers = filters["Servers"]
    assert [str(each) for each in servers.local] == ["10.1.2.3"]
    assert [str(each) for each in servers.remote] == ["10.20.0.0/16", "10.30.0.10-10.30.0.19"]
    assert servers.protocol == 6
    assert servers.local_ports == (PortRange(443, 443),)
    assert servers.remote_ports == (PortRange(1024, 65535),)
    assert servers.not_understood == ("FWPM_CONDITION_CURRENT_PROFILE_ID",)
    assert servers.effective_weight == 13835058055282163712
    assert servers.context_key == "{5a11cafe-0000-4000-8000-000000000004}"
    assert servers.filter_id == 66005
    six = filters["{f117e200-0000-4000-8000-000000000008}"]
    assert [str(each) for each in six.local] == ["2001:db8:1::/48"]
    assert [str(each) for each in six.remote] == ["2001:db8:2::5", "fe80::/112"]


def test_place_of_a_filter(filters: dict[str, WfpFilter]) -> None:
    line, column = place(SITE, "<filterKey>{f117e200-0000-4000-8000-000000000005}")
    assert (filters["Servers"].line, filters["Servers"].column) == (line - 1, column - 1)


def test_condition_that_is_not_modelled_is_named(filters: dict[str, WfpFilter]) -> None:
    assert filters["dangling"].not_understood == ("FWPM_CONDITION_IP_REMOTE_ADDRESS FWP_MATCH_NOT_EQUAL",)
    assert filters["dangling"].disabled
    assert filters["dangling"].remote == ()
    assert filters["内部网络"].not_understood == ("FWPM_CONDITION_IP_LOCAL_ADDRESS_TYPE",)
    assert filters["内部网络"].callout == "FWPM_CALLOUT_IPSEC_INBOUND_TRANSPORT_V4"


@cases(
    "value",
    [
        "<type>FWP_UINT32</type><uint32>somewhere</uint32>",
        "<type>FWP_V4_ADDR_MASK</type><v4AddrMask><addr>10.0.0.0</addr><mask>255.0.255.0</mask></v4AddrMask>",
        "<type>FWP_RANGE_TYPE</type><rangeValue/>",
        "<type>FWP_RANGE_TYPE</type><rangeValue><valueLow/><valueHigh/></rangeValue>",
        "<type>FWP_UINT32</type><uint32>any</uint32>",
        "",
    ],
)
def test_address_that_is_none_is_not_guessed(value: str) -> None:
    (row,) = read_text(
        "<wfpdiag><filters><item><filterKey>{1}</filterKey><layerKey>FWPM_LAYER_IPSEC_V4</layerKey>"
        "<filterCondition><item><fieldKey>FWPM_CONDITION_IP_REMOTE_ADDRESS</fieldKey>"
        f"<matchType>FWP_MATCH_EQUAL</matchType><conditionValue>{value}</conditionValue></item></filterCondition>"
        "</item></filters></wfpdiag>"
    ).policy.wfp_filters
    assert row.remote == ()
    assert row.not_understood == ("FWPM_CONDITION_IP_REMOTE_ADDRESS",)


def test_address_written_as_one_number() -> None:
    (row,) = read_text(
        "<wfpdiag><filters><item><filterKey>{1}</filterKey><layerKey>FWPM_LAYER_IPSEC_V4</layerKey>"
        "<filterCondition><item><fieldKey>FWPM_CONDITION_IP_LOCAL_ADDRESS</fieldKey>"
        "<matchType>FWP_MATCH_EQUAL</matchType><conditionValue><type>FWP_UINT32</type><uint32>167837955</uint32>"
        "</conditionValue></item></filterCondition></item></filters></wfpdiag>"
    ).policy.wfp_filters
    assert [str(each) for each in row.local] == ["10.1.1.3"]


def test_two_protocols_are_not_taken_for_one() -> None:
    protocol = (
        "<item><fieldKey>FWPM_CONDITION_IP_PROTOCOL</fieldKey><matchType>FWP_MATCH_EQUAL</matchType>"
        "<conditionValue><type>FWP_UINT8</type><uint8>{}</uint8></conditionValue></item>"
    )
    (row,) = read_text(
        "<wfpdiag><filters><item><filterKey>{1}</filterKey><layerKey>FWPM_LAYER_IPSEC_V4</layerKey><filterCondition>"
        + protocol.format(6)
        + protocol.format(17)
        + "</filterCondition></item></filters></wfpdiag>"
    ).policy.wfp_filters
    assert row.not_understood == ("FWPM_CONDITION_IP_PROTOCOL",)


def test_filters_export_has_the_same_rows() -> None:
    parsed = read("wfp-filters/filters.xml")
    assert parsed.problems == ()
    assert [(filter_.name, filter_.layer) for filter_ in parsed.policy.wfp_filters] == [
        ("Server – Zone", "FWPM_LAYER_IPSEC_V4"),
        ("Hauptmodus", "FWPM_LAYER_IKEEXT_V6"),
    ]


def connection_security_rules(index: PolicyIndex) -> dict[str, ConnectionSecurityRule]:
    filters = [filter_ for filter_ in index.policy.wfp_filters if filter_.layer in QUICK_MODE_LAYERS]
    return {filter_.name: as_connection_security_rule(filter_, index) for filter_ in filters}


def test_quick_mode_filters_seen_as_connection_security_rules(index: PolicyIndex) -> None:
    rules = connection_security_rules(index)
    assert list(rules) == ["Servers", "Tunnel", "dangling", "{f117e200-0000-4000-8000-000000000008}"]
    servers = rules["Servers"]
    assert servers.action.value is RuleAction.NEGOTIATE
    assert (servers.inbound.value, servers.outbound.value) == (Security.REQUIRE, Security.REQUEST)
    assert servers.profiles.value == Unknown("FWPM_CONDITION_CURRENT_PROFILE_ID")
    assert [str(each) for each in servers.endpoint1.known or ()] == ["10.1.2.3"]
    crypto = index.quick_mode_of(servers)
    assert crypto is not None
    assert crypto.name == "站点快速模式"
    assert index.second_auth_of(servers) is not None
    tunnel = rules["Tunnel"]
    assert tunnel.mode.value is RuleMode.TUNNEL
    assert tunnel.local_tunnel_endpoint is not None
    assert at(tunnel.local_tunnel_endpoint.span) == place(SITE, "203.0.113.10")
    assert (tunnel.inbound.value, tunnel.outbound.value) == (Security.REQUIRE, Security.REQUIRE)
    assert tunnel.profiles.value == ALL_PROFILES
    assert tunnel.endpoint1.known is not None
    assert tunnel.endpoint1.known[0].is_any


def test_what_narrows_a_filter_is_unknown_in_its_rule(index: PolicyIndex) -> None:
    dangling = connection_security_rules(index)["dangling"]
    assert isinstance(dangling.endpoint2.value, Unknown)
    assert isinstance(dangling.inbound.value, Unknown)
    assert dangling.enabled.value is False
    assert index.quick_mode_of(dangling) is None


def test_main_mode_filters_choose_the_sets_of_their_context(index: PolicyIndex) -> None:
    rows = {row.name: row for row in index.policy.wfp_filters if row.layer in MAIN_MODE_LAYERS}
    assert list(rows) == ["main modes", "legacy peers"]
    legacy = rows["legacy peers"]
    assert [str(address) for address in legacy.remote] == ["192.168.7.0/24"]
    assert legacy.context_key is not None
    context = legacy.context_key.casefold()
    assert index.main_mode[context].name == "Site IKEv1 <main> & legacy"
    assert len(index.first_authentication[context].methods) == 2


def test_usual_layout_and_the_reader_that_explains_agree() -> None:
    text = (FOLDER / SITE).read_bytes().decode("utf-8-sig")
    unusual = text.replace("<reserved/>", "<reserved></reserved>").replace("<rawContext>", "<rawContext >")
    usual_rows, explained_rows = read_text(text).policy.wfp_filters, read_text(unusual).policy.wfp_filters
    assert usual_rows == explained_rows
    assert len(usual_rows) == 9


def row_of(record: bytes) -> WfpFilter | None:
    """What is made at once of a record and nothing else."""
    read = filter_row(record, 0, len(record), 1, 1)
    assert read is None or read[1] == len(record)
    return read and read[0]


def test_rows_are_taken_at_once_only_if_nothing_deviates() -> None:
    text = (FOLDER / SITE).read_bytes().decode("utf-8-sig")
    start = text.index("<item>\r\n\t\t\t\t\t<filterKey>{f117e200-0000-4000-8000-000000000005}")
    record = text[start : text.index("<item>\r\n\t\t\t\t\t<filterKey>", start + 1)]
    assert row_of(record.encode()) is not None
    for old, new in (
        ("<reserved/>", "<reserved/><more/>"),
        ('<filterCondition numItems="7">', '<filterCondition numItems="8">'),
        ('<flags numItems="2">', '<flags numItems="3">'),
        ("<fieldKey>", "x<fieldKey>"),
        ("Servers", "A &amp; B"),
        ("FWPM_LAYER_IPSEC_V4", "FWPM_LAYER_STREAM_V4"),
        ("</item>", "</item>trailing"),
    ):
        assert old in record
        assert row_of(record.replace(old, new).encode()) is None
    assert row_of(record.encode().replace(b"Servers", b"\xff")) is None


@cases(
    ("description", "is_taken"),
    [
        ("File &amp; Printer &lt;in&gt; [a] > b]]", True),
        ("für 内部", True),
        ("a\r\nb\tc", True),
        ("A & B", False),
        ("&nbsp;", False),
        ("&#0;", False),
        ("a]]>b", False),
        ("a\x0bb", False),
        ("a\x00b", False),
        ("a\ufffeb", False),
        ("a\uffffb", False),
        ("<b/>", False),
    ],
)
def test_what_is_taken_at_once_is_well_formed(description: str, is_taken: bool) -> None:
    text = (FOLDER / SITE).read_bytes().decode("utf-8-sig")
    start = text.index("<item>\r\n\t\t\t\t\t<filterKey>{f117e200-0000-4000-8000-000000000005}")
    record = text[start : text.index("<item>\r\n\t\t\t\t\t<filterKey>", start + 1)]
    changed, count = re.subn(
        "<description>[^<]*</description>|<description/>", f"<description>{description}</description>", record
    )
    assert count == 1
    assert (row_of(changed.encode()) is not None) is is_taken
    whole = read_text(text.replace(record, changed))
    try:
        etree.fromstring(changed.encode())
        assert not whole.problems
        assert len(whole.policy.wfp_filters) == 9
    except etree.XMLSyntaxError:
        assert whole.problems
        assert not is_taken


@cases(
    ("old", "new"),
    [("<uint16>443</uint16>", "<uint16>443</uint32>"), ("</valueHigh>", "</valueLow>"), (">443<", ">\x0b443<")],
)
def test_conditions_that_are_not_well_formed_are_said(old: str, new: str) -> None:
    text = (FOLDER / SITE).read_bytes().decode("utf-8-sig")
    assert old in text
    problems = read_text(text.replace(old, new)).problems
    assert [problem.message for problem in problems if "not well-formed" in problem.message]


def test_no_filter_is_read_of_a_comment() -> None:
    text = (FOLDER / SITE).read_bytes().decode("utf-8-sig")
    start = text.index("<item>\r\n\t\t\t\t\t<filterKey>{f117e200-0000-4000-8000-000000000005}")
    end = text.index("<item>\r\n\t\t\t\t\t<filterKey>", start + 1)
    for close in ("-->", ""):  # which never ends without it
        remark = f"{text[:start]}<!--{text[start:end]}{close}{text[end:]}"
        assert "Servers" not in [row.name for row in read_text(remark).policy.wfp_filters]


WITHOUT_WEIGHT = "a filter at an IPsec layer without an effective weight"


@cases(
    ("weight", "said"),
    [
        ("<effectiveWeight><type>FWP_UINT64</type><uint64>7</uint64></effectiveWeight>", []),
        ("<effectiveWeight><type>FWP_EMPTY</type></effectiveWeight>", [WITHOUT_WEIGHT]),
        ("<effectiveWeight><type>FWP_UINT64</type><uint64>x</uint64></effectiveWeight>", [WITHOUT_WEIGHT]),
        ("", [WITHOUT_WEIGHT]),
    ],
)
def test_a_filter_without_a_weight_is_said(weight: str, said: list[str]) -> None:
    parsed = read_text(
        "<wfpdiag><filters><item><filterKey>{1}</filterKey><layerKey>FWPM_LAYER_IPSEC_V4</layerKey>"
        f"{weight}</item></filters></wfpdiag>"
    )
    assert [row.effective_weight for row in parsed.policy.wfp_filters] == [0 if said else 7]
    assert [problem.message for problem in parsed.problems] == said


@cases(
    ("old", "new", "disabled"),
    [
        ("", "", False),
        ("<flags/>", "<flags/>", False),
        ('<flags numItems="2">', '<flags numItems="3"><item>FWPM_FILTER_FLAG_DISABLED</item>', True),
    ],
)
def test_a_filter_is_disabled_by_its_flag_alone(old: str, new: str, disabled: bool) -> None:
    text = (FOLDER / SITE).read_bytes().decode("utf-8-sig")
    start = text.index("<item>\r\n\t\t\t\t\t<filterKey>{f117e200-0000-4000-8000-000000000005}")
    record = text[start : text.index("<item>\r\n\t\t\t\t\t<filterKey>", start + 1)].replace(old, new, 1)
    usual = row_of(record.encode())
    assert usual is not None
    assert usual.disabled is disabled


def test_what_is_not_modelled_stands_in_its_order() -> None:
    told = [("protocol", 6), ("not_understood", "B"), ("protocol", 17), ("not_understood", "A"), ("protocol", 6)]
    assert traffic_of(told) == ((), (), 6, (), (), ("B", "FWPM_CONDITION_IP_PROTOCOL", "A"))


@cases("before", ["<uint32>10.1.2.3<", "<uint32>10.30.0.10<", "<addr>10.20.0.0<"])
def test_an_address_of_a_condition_that_is_none_is_said(before: str) -> None:
    text = (FOLDER / "wfp-state/site-policies.xml").read_text("utf-8")
    assert before in text
    wrong = f"{before.partition('>')[0]}>10.0.0.999<"
    known = {problem.message for problem in read_text(text).problems}
    said = {problem.message for problem in read_text(text.replace(before, wrong, 1)).problems}
    assert said - known == {"the address of this condition is none"}
