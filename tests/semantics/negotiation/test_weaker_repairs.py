"""A repair by which an end protects less says so, and none other does."""

from __future__ import annotations

from ipseclint.semantics.negotiation.rule_ends import machine_ends
from ipseclint.semantics.negotiation.suite_repairs import by_whole_suite, offer_suite
from tests.cases import cases
from tests.semantics.negotiation.two_ends import PSK, answer, both, machine, main_mode, peer, rule

KEPT = ": the repair of the other end keeps that."
IKEV1 = 'keying = ["ikev1"]'
CERTIFICATE = 'auth1=computercert auth1ca="CN=Root"'
KERBEROS = "auth1=computerkerb"
SWAN = 'implementation = "strongswan"\nkeying = ["ikev2"]'
TUNNEL = "mode=tunnel localtunnelendpoint=192.0.2.1 remotetunnelendpoint=192.0.2.2"


def sentences(a: str, b: str) -> list[str]:
    """What the repair of each end says of its loss, the first end's first; empty where it says nothing."""
    told = [advice.words if advice is not None else "" for advice in answer(a, b).advice]
    return [
        next((words[words.index(each) :] for each in ("It is weaker", "It protects less") if each in words), "")
        for words in told
    ]


def described(proposals: str, quick: str, head: str = IKEV1, auth: str = 'methods = ["psk"]\npsk = "first-key"') -> str:
    return peer(head=head, main=f"proposals = [{proposals!r}]", quick=quick, auth=auth)


def child(pfs: str, mode: str = "transport") -> str:
    return f'proposals = ["esp:aes128-sha1"]\npfs = [{pfs}]\nmode = "{mode}"'


OFFERS, ASKS, PROTECTS = (
    "It is weaker than what this end offers now",
    "It is weaker than what this end asks for now",
    "It protects less than this end does now",
)


@cases(
    ("mine", "theirs", "losses"),
    [
        ("none", "dhgroup14", ["", OFFERS + KEPT]),
        ("dhgroup14", "ecdhp384", ["", OFFERS + KEPT]),
        ("ecdhp384", "dhgroup2", [OFFERS + KEPT, ""]),
        ("mainmode", "none", [OFFERS + KEPT, ""]),
        ("mainmode", "ecdhp384", ["", OFFERS + KEPT]),
        ("dhgroup14", "dhgroup24", ["", ""]),
        ("dhgroup1", "dhgroup14", ["", ""]),
    ],
)
def test_a_weaker_group_or_none(mine: str, theirs: str, losses: list[str]) -> None:
    offer = "qmsecmethods=esp:sha1-aes128"
    a, b = both(f"{PSK} qmpfs={mine} {offer}", f"{PSK} qmpfs={theirs} {offer}")
    assert sentences(main_mode("dhgroup14:aes128-sha1") + a, main_mode("dhgroup14:aes128-sha1") + b) == losses


@cases(
    ("group", "losses"),
    [
        ('"modp4096"', ["", OFFERS + "."]),
        ('"modp1536"', ["", ""]),
        ('"curve25519"', ["", OFFERS + "."]),
    ],
)
def test_a_group_of_another_end_that_windows_lacks(group: str, losses: list[str]) -> None:
    a = main_mode("dhgroup14:aes256-sha256") + rule(f"{PSK} qmpfs=dhgroup14 qmsecmethods=esp:sha1-aes128")
    assert sentences(a, described("aes256-sha256-modp2048", child(group))) == losses


@cases(
    ("proposal", "losses"),
    [
        ("aes256-sha512-modp4096", ["", OFFERS + "."]),
        ("chacha20poly1305-prfsha512-curve25519", ["", OFFERS + "."]),
        ("aes128-sha1-modp1536", ["", ""]),
    ],
)
def test_a_suite_of_another_end_that_windows_lacks(proposal: str, losses: list[str]) -> None:
    a = main_mode("dhgroup14:aes128-sha256") + rule(f"{PSK} qmsecmethods=esp:sha1-aes128")
    assert sentences(a, described(proposal, child(""))) == losses


@cases(
    ("mine", "theirs", "losses"),
    [
        (PSK, KERBEROS, ["", ASKS + KEPT]),
        (CERTIFICATE, PSK, [ASKS + KEPT, ""]),
        (CERTIFICATE, KERBEROS, ["", ""]),
        (f"{KERBEROS} auth2=userkerb", KERBEROS, [ASKS + KEPT, ""]),
        (f"{KERBEROS} auth2=userkerb", f"{KERBEROS} auth2=userntlm", [ASKS + KEPT, ""]),
    ],
)
def test_a_weaker_method_or_none(mine: str, theirs: str, losses: list[str]) -> None:
    assert sentences(*both(mine, theirs)) == losses


def test_less_traffic() -> None:
    a, b = both(PSK, PSK)
    exempt = rule("", "noauthentication", ("10.2.0.7", "10.1.0.5"))
    assert sentences(a, exempt) == [PROTECTS + KEPT, ""]
    wide = rule(f"{TUNNEL} {PSK}", ends=("10.1.0.0/16", "10.2.0.0/16"))
    far = "mode=tunnel localtunnelendpoint=192.0.2.2 remotetunnelendpoint=192.0.2.1"
    narrow = rule(f"{far} {PSK} protocol=tcp", ends=("10.2.0.0/16", "10.1.0.0/16"))
    assert sentences(wide, narrow) == [PROTECTS + KEPT, ""]
    assert sentences(a, b) == ["", ""]


def test_an_end_that_sends_in_the_clear_is_not_told_to_have_a_rule_that_negotiates() -> None:
    clear = rule(PSK, "requireinclearout")
    told = [advice.words if advice is not None else None for advice in answer(clear, both(PSK, PSK)[1]).advice]
    assert told == [
        "Require protection of what is sent, too.",
        f"Request protection of what comes in, instead of requiring it. {PROTECTS}{KEPT}",
    ]


@cases(
    ("mine", "theirs", "is_less"),
    [("rsa-sha256", "rsa-sha1", True), ("rsa-sha1", "rsa-sha256", False), ("rsa-sha256", "rsa-sha512", False)],
)
def test_a_weaker_hash_of_signatures(mine: str, theirs: str, *, is_less: bool) -> None:
    a, b = (
        described("aes256-sha256-modp2048", child("", "tunnel"), SWAN, f'methods = ["{each}"]')
        for each in (mine, theirs)
    )
    words = answer(a, b).advice[0]
    assert words is not None
    assert ("It is weaker than what this end takes now" in words.words) is is_less


def test_the_suite_of_a_connection() -> None:
    client, server = (
        f"Add-VpnConnection -Name V -ServerAddress 192.0.2.1 -TunnelType Ikev2 -AuthenticationMethod MachineCertificate"
        " -EncryptionLevel Maximum\nSet-VpnConnectionIPsecConfiguration -ConnectionName V -CipherTransformConstants"
        f" {cipher} -AuthenticationTransformConstants {cipher} -EncryptionMethod AES256 -IntegrityCheckMethod SHA256"
        f" -DHGroup {group} -PfsGroup {pfs} -Force\n"
        for cipher, group, pfs in (("GCMAES256", "ECP384", "ECP384"), ("GCMAES128", "Group14", "None"))
    )
    one, other = (machine_ends(machine(text, "a")).negotiating[0] for text in (client, server))
    assert by_whole_suite("W.", one, other).words == f"W. {OFFERS}{KEPT}"
    assert by_whole_suite("W.", other, one).words == "W."
    for in_main_mode in (True, False):
        assert (OFFERS in offer_suite(one, other, in_main_mode=in_main_mode).words) is True
        assert (OFFERS in offer_suite(other, one, in_main_mode=in_main_mode).words) is False
