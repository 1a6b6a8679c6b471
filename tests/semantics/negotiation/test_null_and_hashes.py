"""Null authentication (RFC 7619), and signatures that an end takes with some hashes only (RFC 7427)."""

from __future__ import annotations

import pytest

from ipseclint.reporters.negotiation.peer_toml import render
from ipseclint.semantics.negotiation.rule_ends import machine_ends
from ipseclint.semantics.negotiation.stage import Stage
from ipseclint.semantics.negotiation.table import Row, Side
from tests.cases import cases
from tests.semantics.negotiation.two_ends import answer, answered, machine, peer

SWANCTL = (
    "connections {{\n x {{\n  version = {version}\n  proposals = aes256-sha256-modp2048\n"
    "  local {{\n   auth = {own}\n  }}\n  remote {{\n   auth = {other}\n  }}\n"
    "  children {{\n   c {{\n    mode = transport\n    esp_proposals = aes256-sha256\n   }}\n  }}\n }}\n}}\n"
)
LIBRESWAN = (
    "conn x\n left=10.1.0.5\n right=10.2.0.7\n ikev2={ikev2}\n ike=aes256-sha2_256;dh14\n type=transport\n"
    " phase2=esp\n esp=aes256-sha2_256\n pfs=no\n auto=add\n{words}"
)
WINDOWS = """
$m = New-NetIPsecMainModeCryptoSet -DisplayName m -Proposal (New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA256 -KeyExchange DH14)
$q = New-NetIPsecQuickModeCryptoSet -DisplayName q -Proposal (New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -Encryption AES256 -ESPHash SHA256)
$a = New-NetIPsecPhase1AuthSet -DisplayName a -Proposal (New-NetIPsecAuthProposal -Machine -Cert -Authority 'CN=Example' -AuthorityType Root)
New-NetIPsecMainModeRule -DisplayName mm -MainModeCryptoSet $m.Name -Phase1AuthSet $a.Name -LocalAddress 10.2.0.7 -RemoteAddress 10.1.0.5
New-NetIPsecRule -DisplayName R -KeyModule IKEv2 -LocalAddress 10.2.0.7 -RemoteAddress 10.1.0.5 -InboundSecurity Require -OutboundSecurity Require -Phase1AuthSet $a.Name -QuickModeCryptoSet $q.Name
"""  # noqa: E501 - a script as it is


def libreswan(words: str, ikev2: str = "yes") -> str:
    return LIBRESWAN.format(words="".join(f" {word}\n" for word in words.split()), ikev2=ikev2)


def swanctl(own: str, other: str, version: int = 2) -> str:
    return SWANCTL.format(own=own, other=other, version=version)


def told(row: Row) -> tuple[str, Stage | None, list[tuple[str, str]]]:
    """The verdict, the stage, and what differs in authentication."""
    outcome = row.outcome
    differences = [
        (each.initiator, each.responder) for each in outcome.differences if each.attribute != "quick-mode lifetime"
    ]
    return outcome.verdict.value, outcome.stage, differences


NULL = libreswan("authby=null")


def test_null_agrees_with_null_in_ikev2_only() -> None:
    assert [told(row)[0] for row in answered(NULL, libreswan("leftauth=null rightauth=null"))] == ["secured"] * 2
    old = libreswan("authby=null", ikev2="no")
    assert told(answer(old, old)) == ("fails", Stage.AUTHENTICATION, [("null", "null")])


@cases(("other", "differs"), [(WINDOWS, "computer-certificate"), (libreswan("authby=secret"), "preshared-key")])
def test_null_agrees_with_nothing_else(other: str, differs: str) -> None:
    row = answer(NULL, other)
    verdict, stage, (difference, *_) = told(row)
    assert (verdict, stage, difference) == ("fails", Stage.AUTHENTICATION, ("null", differs))


def test_windows_is_told_to_add_no_method_that_it_has_not() -> None:
    for words in ("authby=null", "authby=secret"):  # a rule of Windows has no preshared key in IKEv2
        mine, theirs = answer(libreswan(words), WINDOWS).advice
        assert mine is not None
        assert mine.words == "Prove who this end is by what the other takes: computer-certificate."
        assert theirs is None


@cases(
    ("mine", "theirs", "verdict"),
    [
        ("rsa-sha1", "rsa-sha1", "secured"),
        ("rsa-sha2,rsa-sha1", "rsa-sha1", "secured"),
        ("rsa-sha2", "rsa-sha1", "fails"),
        ("rsa-sha2_512", "rsa-sha2_256", "fails"),
        ("rsa-sha2", "rsa-sha2_384", "secured"),
        ("rsa-sha2", "rsasig", "depends"),
        ("ecdsa,rsa-sha2", "ecdsa", "secured"),
        ("rsasig", "rsasig", "secured"),
    ],
)
def test_libreswan_names_hashes_of_signatures(mine: str, theirs: str, verdict: str) -> None:
    rows = answered(libreswan(f"authby={mine}"), libreswan(f"authby={theirs}"))
    assert rows
    for row in rows:
        assert told(row)[:2] == (verdict, None if verdict == "secured" else Stage.AUTHENTICATION)


@cases(
    ("mine", "theirs", "verdict"),
    [
        (("pubkey-sha256", "pubkey"), ("pubkey", "pubkey-sha1"), "fails"),
        (("rsa-2048-sha256", "pubkey"), ("rsa", "rsa-sha256-sha512"), "secured"),
        (("ike:rsa-sha256", "ike:rsa-sha512"), ("ike:rsa-sha512", "ike:rsa-sha256"), "secured"),
        (("pubkey", "rsa-2048-sha256"), ("pubkey", "pubkey"), "depends"),
    ],
)
def test_strongswan_names_hashes_of_signatures(mine: tuple[str, str], theirs: tuple[str, str], verdict: str) -> None:
    assert told(answer(swanctl(*mine), swanctl(*theirs)))[0] == verdict
    older = answer(swanctl(*mine, version=1), swanctl(*theirs, version=1))
    assert told(older)[0] == "secured"  # in IKEv1 the hash is that of main mode


def test_with_what_windows_signs_is_not_documented() -> None:
    for side in Side:
        row = answer(libreswan("authby=rsa-sha1"), WINDOWS, side)
        verdict, stage, differences = told(row)
        values = ("sha1", "not said") if side is Side.A else ("not said", "sha1")
        assert (verdict, stage, differences) == ("depends", Stage.AUTHENTICATION, [values])
        mine, theirs = row.advice
        assert mine is not None
        assert mine.words == "Take signatures with any hash."
        assert theirs is None
        assert row.outcome.outcomes == ("authenticated, if it signs with sha1", "refused")
    (row, _) = answered(libreswan("authby=rsasig"), WINDOWS)
    assert told(row)[0] == "secured"


@cases("words", ["authby=rsa-sha2_256", "authby=rsa-sha1,ecdsa", "authby=null"])
def test_a_description_of_an_end_keeps_its_hashes(words: str) -> None:
    conf = libreswan(words)
    written = render(machine_ends(machine(conf, "a")).negotiating)
    described = machine(written, "b")
    assert [(each.method, each.hashes) for each in described.policy.peers[0].own or ()] == [
        (each.method, each.hashes) for each in machine(conf, "a").policy.peers[0].own or ()
    ]


def test_a_hash_is_of_certificates_only() -> None:
    with pytest.raises(AssertionError):
        machine(peer(auth='methods = ["psk-sha256"]'), "a")


def test_strongswan_knows_no_null() -> None:
    with pytest.raises(AssertionError):
        answered(swanctl("null", "null"), swanctl("null", "null"))


def test_of_two_ends_of_ikev2_each_is_told_what_the_other_takes() -> None:
    mine, theirs = answer(swanctl("pubkey", "pubkey"), swanctl("pubkey", "eap")).advice
    assert mine is not None
    assert mine.words == "Prove who this end is by what the other takes: eap."
    assert theirs is not None
    assert theirs.words == "Accept what the other end proves itself by: computer-certificate."


def test_a_connection_that_is_never_negotiated_agrees_with_none() -> None:
    rows = answered(libreswan("authby=never"), libreswan("authby=secret"))
    assert rows
    for row in rows:
        assert told(row)[:2] == ("fails", Stage.AUTHENTICATION)
        assert "takes part in no negotiation" in row.outcome.why
