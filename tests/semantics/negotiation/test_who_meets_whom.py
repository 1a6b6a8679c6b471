"""Where two ends look for each other, what they show when nothing is written, and what is not in force or not read."""

from __future__ import annotations

import json

from ipseclint.engine.negotiate import answers
from ipseclint.semantics.negotiation.sight import TIMED_OUT
from ipseclint.semantics.negotiation.table import Side
from tests.cases import cases
from tests.semantics.negotiation.two_ends import PSK, answer, answered, both, machine, main_mode, peer, rule, verdict

HERE, THERE, ELSEWHERE, INSIDE = "198.51.100.1", "203.0.113.10", "203.0.113.11", "192.168.1.2"
FAILS, SECURED = ("fails", "key-module"), ("secured", None)


def tunnel(here: str = HERE, there: str = THERE, nets: tuple[str, str] = ("10.1.0.0/16", "10.2.0.0/16")) -> str:
    """A tunnel of Windows between two gateways."""
    more = f"mode=tunnel localtunnelendpoint={here} remotetunnelendpoint={there} {PSK}"
    return rule(f"{more} qmsecmethods=esp:sha256-aes256", ends=nets) + main_mode("dhgroup14:aes256-sha256")


def back(here: str = THERE, there: str = HERE) -> str:
    """The tunnel of the other end."""
    return tunnel(here, there, ("10.2.0.0/16", "10.1.0.0/16"))


def swanctl(more: str = "", mine: str = "", other: str = "") -> str:
    """The other end as strongSwan's; `mine` and `other` stand with the authentication of each."""
    return (
        "connections {\n w {\n  version = 1\n  proposals = aes256-sha256-modp2048\n"
        f"  {more}\n  local {{\n   auth = psk\n   {mine}\n  }}\n  remote {{\n   auth = psk\n   {other}\n  }}\n"
        "  children {\n   c {\n    local_ts = 10.2.0.0/16\n    remote_ts = 10.1.0.0/16\n"
        "    esp_proposals = aes256-sha256\n   }\n  }\n }\n}\n"
        'secrets {\n ike-x {\n  secret = "first-key"\n }\n}\n'
    )


def ipsec_conf(left: str, right: str, nets: tuple[str, str], more: str = "", pfs: str = "no") -> str:
    """A connection of libreswan."""
    return (
        f"config setup\n\tikev1-policy=accept\n\nconn w\n\tleft={left}\n\tright={right}\n\tleftsubnet={nets[0]}\n"
        f"\trightsubnet={nets[1]}\n\tauthby=secret\n\tikev2=no\n\tike=aes256-sha2_256;modp2048\n"
        f"\tphase2alg=aes256-sha2_256\n\tpfs={pfs}\n{more}"
    )


@cases(
    ("theirs", "expected"),
    [
        (back(), SECURED),
        (back(here=ELSEWHERE), FAILS),
        (back(there=ELSEWHERE), FAILS),
        (back(here=INSIDE), ("depends", "key-module")),
        (swanctl(f"local_addrs = {THERE}\n  remote_addrs = {HERE}"), SECURED),
        (swanctl(f"local_addrs = {ELSEWHERE}"), FAILS),
        (swanctl(f"local_addrs = {INSIDE}"), ("depends", "key-module")),
        (swanctl(f"local_addrs = {ELSEWHERE}, {THERE}"), SECURED),
        (swanctl(f"remote_addrs = {ELSEWHERE}"), FAILS),
        (swanctl("remote_addrs = 198.51.100.0/24"), SECURED),
        (swanctl("remote_addrs = %any"), SECURED),
    ],
)
def test_each_end_must_be_where_the_other_looks_for_it_or_behind_a_nat(
    theirs: str, expected: tuple[str, str | None]
) -> None:
    assert [verdict(tunnel(), theirs, side) for side in Side] == [expected, expected]


def test_who_looks_elsewhere_times_out_and_is_told_where_to_look() -> None:
    asks = answer(tunnel(there=ELSEWHERE), back())
    assert [sight.code for sight in asks.sights] == [TIMED_OUT, None]
    assert [advice and advice.words for advice in asks.advice] == [f"Look for the peer at {THERE}.", None]
    (difference,) = asks.differences
    assert (difference.name, difference.a, difference.b) == (
        "address",
        f"its peer at {ELSEWHERE}",
        f"itself at {THERE}",
    )


NETS = ("10.2.0.0/16", "10.1.0.0/16")


@cases("pfs", ["no", "yes"])
def test_left_and_right_of_ipsec_conf_may_be_either_side(pfs: str) -> None:
    as_it_is = ipsec_conf(THERE, HERE, NETS, pfs=pfs)
    turned = ipsec_conf(HERE, THERE, NETS[::-1], pfs=pfs)
    expected = [verdict(tunnel(), as_it_is, side) for side in Side]
    assert [verdict(tunnel(), turned, side) for side in Side] == expected
    assert [verdict(turned, tunnel(), side) for side in Side] == expected[::-1]


def test_the_same_ipsec_conf_may_lie_at_both_ends() -> None:
    same = ipsec_conf(THERE, HERE, NETS)
    assert [verdict(same, same, side) for side in Side] == [SECURED, SECURED]


def test_an_address_that_is_not_written_is_the_left_one() -> None:
    assert verdict(tunnel(), ipsec_conf("%defaultroute", HERE, NETS)) == SECURED


@cases(
    ("here", "there", "expected"),
    [
        (swanctl(), swanctl(other="id = a.example"), ("fails", "authentication")),
        (swanctl(mine="id = a.example"), swanctl(other="id = a.example"), SECURED),
        (swanctl(), swanctl(other=f"id = {HERE}"), SECURED),
        (tunnel(), swanctl(other="id = a.example"), ("depends", "authentication")),
        (tunnel(), swanctl(other=f"id = {HERE}"), SECURED),
        (ipsec_conf(HERE, THERE, NETS[::-1]), ipsec_conf(THERE, HERE, NETS), SECURED),
        (
            ipsec_conf(HERE, THERE, NETS[::-1], "\tleftid=@a\n"),
            ipsec_conf(THERE, HERE, NETS),
            ("fails", "authentication"),
        ),
        (
            ipsec_conf(HERE, THERE, NETS[::-1]),
            ipsec_conf(THERE, HERE, NETS, "\trightid=@a\n"),
            ("fails", "authentication"),
        ),
    ],
)
def test_with_a_key_an_end_shows_its_address_unless_an_identity_is_written(
    here: str, there: str, expected: tuple[str, str | None]
) -> None:
    if "local_ts" in here:
        here = here.replace("10.2.", "10.9.").replace("10.1.", "10.2.").replace("10.9.", "10.1.")
    assert verdict(here, there) == expected


ROUNDS = {"one": "id = a.example", "two": "id = a.example\n  }\n  remote-2 {\n   auth = eap-mschapv2"}


def test_a_second_round_that_one_end_does_not_do_fails() -> None:
    asks = swanctl(other=ROUNDS["one"]).replace("version = 1", "version = 2")
    takes = swanctl(other=ROUNDS["two"]).replace("version = 1", "version = 2")
    client = swanctl(mine=ROUNDS["two"].replace("remote-2", "local-2")).replace("version = 1", "version = 2")
    client = client.replace("10.2.", "10.9.").replace("10.1.", "10.2.").replace("10.9.", "10.1.")
    assert verdict(client, takes) == SECURED
    assert verdict(client, asks) == ("fails", "second-authentication")


def module(name: str, method: str = "-PreSharedKey 'first-key'", here: str = HERE, there: str = THERE) -> str:
    """A rule of one key module."""
    return (
        f"$a = New-NetIPsecAuthProposal -Machine {method}\n"
        "$s = New-NetIPsecPhase1AuthSet -DisplayName a -Proposal $a\n"
        f"New-NetIPsecRule -DisplayName R -KeyModule {name} -InboundSecurity Require -OutboundSecurity Require "
        f"-LocalAddress {here} -RemoteAddress {there} -Phase1AuthSet $s.Name\n"
    )


@cases(
    ("name", "method", "expected"),
    [
        ("IKEv1", "-PreSharedKey 'first-key'", SECURED),
        ("IKEv2", "-PreSharedKey 'first-key'", ("fails", "authentication")),
        ("AuthIP", "-PreSharedKey 'first-key'", ("fails", "authentication")),
        ("IKEv2", "-Kerberos", ("fails", "authentication")),
        ("IKEv1", "-Kerberos", SECURED),
        ("IKEv2", "-Cert -Authority 'CN=A' -AuthorityType Root", SECURED),
    ],
)
def test_a_method_that_a_key_module_of_windows_has_not_secures_nothing(
    name: str, method: str, expected: tuple[str, str | None]
) -> None:
    assert verdict(module(name, method), module(name, method, THERE, HERE)) == expected


def test_a_common_method_of_another_key_module_is_no_method_in_common() -> None:
    a, b = both(
        "auth1=computerkerb,computerpsk auth1psk=first-key",
        'auth1=computerpsk,computercert auth1psk=first-key auth1ca="CN=A"',
    )
    row = answer(a, b)
    assert (row.outcome.verdict, row.outcome.stage) == ("depends", "authentication")
    assert row.outcome.outcomes[0].startswith("secured by IKEv1")


def test_groups_of_a_proposal_that_was_not_read_fail_nothing() -> None:
    unread = peer(head='keying = ["ikev1"]', quick='proposals = ["esp:aes256-sha999"]')
    a = rule(f"{PSK} qmsecmethods=esp:sha256-aes256 qmpfs=dhgroup14") + main_mode("dhgroup14:aes256-sha256")
    read = answers(machine(a, "a"), machine(unread, "b", is_whole=False))
    assert {(row.outcome.verdict, row.outcome.stage) for row in read} == {("unknown", "quick-mode-suite")}


def test_me_in_transport_mode_is_the_host_that_the_other_end_names() -> None:
    assert verdict(filters("me", "10.2.0.7"), filters("me", "10.1.0.5")) == SECURED
    assert verdict(filters("me", "10.2.0.7", psk="one"), filters("me", "10.1.0.5")) == ("fails", "authentication")


def test_a_policy_that_is_not_assigned_meets_nobody() -> None:
    off = filters("me", "10.2.0.7").replace("assign=yes", "assign=no")
    assert answered(off, filters("me", "10.1.0.5")) == []
    unsaid = filters("me", "10.2.0.7").replace(" assign=yes", "")
    assert verdict(unsaid, filters("me", "10.1.0.5")) == SECURED


def test_a_main_mode_rule_for_the_peer_says_how_it_is_proved_and_what_is_offered() -> None:
    add = 'netsh advfirewall mainmode add rule name="M" endpoint1=any endpoint2=10.2.0.0/16 mmsecmethods={} {}\n'
    a, b = both(PSK, PSK)
    assert verdict(a + add.format("dhgroup14:aes256-sha384", PSK), b) == ("fails", "main-mode-suite")
    other = PSK.replace("first-key", "second-key")
    assert verdict(a + add.format("dhgroup2:aes128-sha1", other), b) == ("fails", "authentication")
    assert verdict(a + add.format("dhgroup2:aes128-sha1", PSK), b) == SECURED
    elsewhere = add.replace("10.2.0.0/16", "10.9.0.0/16")
    assert verdict(a + elsewhere.format("dhgroup14:aes256-sha384", other), b) == SECURED


def test_a_connection_whose_export_leaves_its_suite_out_depends_on_it() -> None:
    client = {"Name": "v", "ServerAddress": "vpn.example.org", "TunnelType": "Ikev2"}
    server = peer(auth='methods = ["rsa"]\naccepts = ["certificate"]')
    (row,) = answered(json.dumps([{**client, "AuthenticationMethod": ["MachineCertificate"]}]), server)
    assert (row.outcome.verdict, row.outcome.stage) == ("depends", "main-mode-suite")
    eap = json.dumps([{**client, "AuthenticationMethod": ["Eap"]}])
    assert [row.outcome.stage for row in answered(eap, server)] == ["authentication"]


def filters(here: str, there: str, psk: str = "first-key") -> str:
    """A policy of `netsh ipsec`."""
    static = "netsh ipsec static add"
    return (
        f"{static} policy name=P assign=yes\n{static} filterlist name=F\n"
        f"{static} filter filterlist=F srcaddr={here} dstaddr={there}\n"
        f'{static} filteraction name=A action=negotiate qmsecmethods="ESP[3DES,SHA1]"\n'
        f'{static} rule name=R policy=P filterlist=F filteraction=A psk="{psk}"\n'
    )
