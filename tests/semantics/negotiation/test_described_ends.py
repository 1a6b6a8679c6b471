"""The description of an end, read again, is the same end: its second authentication, its role."""

from __future__ import annotations

from ipseclint.formats.peers.shipped import default_source
from ipseclint.reporters.negotiation.peer_toml import render
from ipseclint.semantics.negotiation.rule_ends import machine_ends
from tests import ROOT
from tests.cases import cases
from tests.semantics.negotiation.two_ends import answered, machine, peer, rule, verdict

ENDS = ("10.2.0.7", "10.1.0.5")
CLIENT = (
    'Add-VpnConnection -Name "Office" -ServerAddress vpn.example.org -TunnelType Ikev2 '
    "-AuthenticationMethod MachineCertificate -EncryptionLevel Required -Force\n"
)


def described(text: str) -> str:
    """The description of the only end of a text."""
    return render(machine_ends(machine(text, "x")).negotiating)


@cases(
    "second", ["auth2=userkerb", "auth2=userntlm", "auth2=anonymous", 'auth2=usercert auth2ca="CN=Example Root"', ""]
)
@cases("other", ["auth2=userkerb", "auth2=anonymous", ""])
def test_a_second_authentication_is_described(second: str, other: str) -> None:
    mine, theirs = rule(f"auth1=computerkerb {second}"), rule(f"auth1=computerkerb {other}", ends=ENDS)
    assert verdict(described(mine), theirs) == verdict(mine, theirs)


@cases("method", ["anonymous", "computerkerb", "computerntlm"])
def test_every_method_is_described(method: str) -> None:
    assert verdict(described(rule(f"auth1={method}")), rule(f"auth1={method}", ends=ENDS)) == ("secured", None)


def test_a_client_never_answers_and_a_server_never_asks() -> None:
    auth = 'methods = ["rsa"]'
    answers = peer(head='keying = ["ikev2"]\nrole = "server"', auth=auth)
    both = peer(head='keying = ["ikev2"]', auth=auth)
    client = peer(head='keying = ["ikev2"]\nrole = "client"', auth=auth)
    assert [row.initiator.value for row in answered(client, both)] == ["a"]
    assert [row.initiator.value for row in answered(answers, both)] == ["b"]
    assert [row.initiator.value for row in answered(both, both)] == ["a", "b"]
    assert answered(client, client) == []
    assert 'role = "client"' in described(CLIENT)


def test_the_shipped_client_is_one() -> None:
    source = default_source("windows-vpn-client")
    assert source is not None
    assert 'role = "client"' in source.read_text()


def test_a_group_that_is_not_known_is_not_written_as_one() -> None:
    text = (ROOT / "fixtures/formats/gateway-configuration/fortigate.conf").read_text()
    written = described(text.replace("        set dhgrp 14 20\n", ""))
    assert 'proposals = ["aes256-sha256", "aes256gcm16-prfsha384"]' in written
