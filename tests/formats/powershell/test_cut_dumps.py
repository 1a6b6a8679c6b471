"""Dumps that were cut short, and security associations as the cmdlets list them."""

from __future__ import annotations

import json

import pytest
from tests.cases import cases

from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.powershell import cim_json
from ipseclint.model.events import EventKind
from ipseclint.model.machine import Machine
from ipseclint.model.setting import Origin, Unknown
from ipseclint.rule import NoOptions
from ipseclint.rules.dos_gateways import dosp_interfaces_missing_or_equal
from ipseclint.rules.filters import ports_without_tcp_udp
from ipseclint.rules.proposals import gcm_gmac_mismatch
from ipseclint.rules.references import missing_auth_set, missing_crypto_set
from ipseclint.source import bytes_source
from ipseclint.vocabulary.algorithms import Cipher

CUT = {
    "x.txt": "Name : A\nInstanceID : {1}\nProposal : {MSFT_NetIKEMMCryptoProposal}\nForceDiffieHellman : False\n",
    "x.json": '{"CimClass": {"CimClassName": "MSFT_NetIKEMMCryptoSet"}, "InstanceID": "{1}", "MaxMinutes": 5}',
    "y.json": '{"CimClass": {"CimClassName": "MSFT_NetIKEQMCryptoSet"}, "InstanceID": "{1}", "Proposal": ["a"]}',
}


@cases("name", CUT)
def test_what_a_dump_cuts_short_is_not_known_and_not_missing(name: str) -> None:
    source = bytes_source(name, CUT[name].encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    (set_,) = (*parsed.policy.main_mode_crypto_sets, *parsed.policy.quick_mode_crypto_sets)
    assert [proposal.encryption.known for proposal in set_.proposals] == [None]
    assert [problem.code.value for problem in parsed.problems] == ["IN003"]


RULE = {
    "CimClass": {"CimClassName": "MSFT_NetConSecRule"},
    "InstanceID": "{R}",
    "DisplayName": "r",
    "Mode": 1,
    "InboundSecurity": 2,
    "OutboundSecurity": 2,
    "Phase1AuthSet": "{A}",
    "QuickModeCryptoSet": "{Q}",
}
AUTHENTICATION_SET = {
    "CimClass": {"CimClassName": "MSFT_NetIKEP1AuthSet"},
    "InstanceID": "{A}",
    "DisplayName": "a",
    "Proposal": [{"CimClass": {"CimClassName": "MSFT_NetIKEKerbAuthProposal"}, "AuthenticationMethod": 2}],
}
QUICK_MODE_SET = {
    "CimClass": {"CimClassName": "MSFT_NetIKEQMCryptoSet"},
    "InstanceID": "{OTHER}",
    "DisplayName": "q",
    "PerfectForwardSecrecyGroup": 0,
    "Proposal": [],
}


@cases(
    ("objects", "missing"),
    [
        ([RULE], {("first authentication set {a}", "info"), ("quick-mode crypto set {q}", "info")}),
        ([RULE, AUTHENTICATION_SET], {("quick-mode crypto set {q}", "info")}),
        ([RULE, AUTHENTICATION_SET, QUICK_MODE_SET], {("quick-mode crypto set {q}", "error")}),
        ([RULE, QUICK_MODE_SET], {("first authentication set {a}", "info"), ("quick-mode crypto set {q}", "error")}),
    ],
)
def test_a_kind_of_sets_that_a_dump_does_not_hold_is_not_missing(
    objects: list[dict[str, object]], missing: set[tuple[str, str]]
) -> None:
    machine = Machine(name="m", policy=cim_json.parse(bytes_source("d.json", json.dumps(objects).encode())).policy)
    hits = [*missing_auth_set.check(machine, NoOptions()), *missing_crypto_set.check(machine, NoOptions())]
    assert {(str(hit.value), str(hit.severity)) for hit in hits} == missing


ASSOCIATIONS = {
    "list": "Name : 1\nLocalEndpoint : 10.1.2.3\nRemoteEndpoint : 10.20.0.9\nLocalFirstId : \nGroupId : DH2\n"
    "CipherAlgorithm : AES128\nHashAlgorithm : SHA1\n",
    "JSON": '[{"CimClass": {"CimClassName": "root/StandardCimv2:MSFT_NetMainModeSA"}, "LocalEndpoint": "10.1.2.3",'
    ' "RemoteEndpoint": "10.20.0.9", "GroupId": "DH2", "CipherAlgorithm": "AES128", "HashAlgorithm": "SHA1"}]',
}


@cases("form", ASSOCIATIONS)
def test_a_main_mode_association_is_evidence(form: str) -> None:
    source = bytes_source("sa.txt", ASSOCIATIONS[form].encode())
    format_ = recognise(source)
    assert format_ is not None
    parsed = format_.parse(source)
    (association,) = parsed.associations
    assert (association.kind, association.local_address, association.remote_address, association.offer) == (
        EventKind.MAIN_MODE,
        "10.1.2.3",
        "10.20.0.9",
        "DH2-AES128-SHA1",
    )
    assert parsed.problems == ()


@pytest.mark.parametrize("form", ASSOCIATIONS)
@pytest.mark.parametrize(
    ("was", "shown", "said"),
    [
        ("10.20.0.9", "10.20.O.9", "unknown address `10.20.O.9`"),
        ("10.1.2.3", "10.1.2:3", "unknown address `10.1.2:3`"),
        ("AES128", "AES218", "unknown encryption `AES218`"),
        ("SHA1", "SAH1", "unknown integrity `SAH1`"),
        ("DH2", "DH", "unknown Diffie-Hellman group `DH`"),
    ],
)
def test_what_an_association_says_and_is_not_known_is_told(form: str, was: str, shown: str, said: str) -> None:
    source = bytes_source("sa.txt", ASSOCIATIONS[form].replace(was, shown).encode())
    format_ = recognise(source)
    assert format_ is not None
    assert [each.message for each in format_.parse(source).problems] == [said]


SELECTED = [
    {
        "CimClass": {"CimClassName": "MSFT_NetIKEQMCryptoSet"},
        "InstanceID": "{Q}",
        "Proposals": [{"Encapsulation": 2, "CipherAlgorithm": "AESGCM256"}],
    },
    {"CimClass": {"CimClassName": "MSFT_NetIPsecDoSPSetting"}, "InstanceID": "D", "PublicInterfaceAliases": ["a"]},
    RULE,
    {"CimClass": {"CimClassName": "MSFT_NetProtocolPortFilter"}, "InstanceID": "{R}", "RemotePort": ["445"]},
]


def test_a_member_that_an_export_leaves_out_is_not_its_default() -> None:
    policy = (parsed := cim_json.parse(bytes_source("x.json", json.dumps(SELECTED).encode()))).policy
    ((proposal,),) = (quick.proposals for quick in policy.quick_mode_crypto_sets)
    (protection,), (rule,) = policy.dos_protection, policy.connection_security_rules
    assert proposal.encryption.known is Cipher.AES_GCM_256
    assert {each.known for each in (proposal.esp_integrity, proposal.lifetime_kilobytes, rule.protocol)} == {None}
    assert isinstance(rule.protocol.value, Unknown)
    assert protection.internal_interfaces is not None
    assert protection.internal_interfaces.known is None
    machine = Machine(name="m", policy=policy)
    for check in (gcm_gmac_mismatch, dosp_interfaces_missing_or_equal, ports_without_tcp_udp):
        assert list(check.check(machine, NoOptions())) == []
    assert parsed.not_held == tuple(
        (name, 1)
        for name in (
            *("Enabled", "HashAlgorithmESP", "KeyModule", "LocalPort", "MaxLifetimeKilobytes", "MaxLifetimeMinutes"),
            *("PfsGroupID", "PrivateInterfaceAliases", "Profiles", "Protocol"),
        )
    )
    assert not [problem for problem in parsed.problems if problem.code is ProblemCode.MALFORMED]


def test_a_member_that_is_null_is_its_default() -> None:
    whole = [SELECTED[2], SELECTED[3] | {"Protocol": None}]
    parsed = cim_json.parse(bytes_source("x.json", json.dumps(whole).encode()))
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.protocol.value, rule.protocol.origin) == (None, Origin.DEFAULT)
    assert "Protocol" not in dict(parsed.not_held)
    hits = list(ports_without_tcp_udp.check(Machine(name="m", policy=parsed.policy), NoOptions()))
    assert [hit.message for hit in hits] == ["port2 445 with protocol any; use protocol tcp or udp"]
