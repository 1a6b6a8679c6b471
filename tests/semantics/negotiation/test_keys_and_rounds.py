"""Keys that are blotted out or encoded, XAUTH, and the main-mode rule that holds for a tunnel."""

from __future__ import annotations

from ipseclint.engine.negotiate import answers
from ipseclint.semantics.negotiation.stage import Answer, Stage
from ipseclint.semantics.negotiation.table import Side
from tests.cases import cases
from tests.semantics.negotiation.two_ends import answer, answered, machine, peer, verdict
from tests.semantics.negotiation.two_ends import rule as transport_rule

GATES = "mode=tunnel localtunnelendpoint=198.51.100.1 remotetunnelendpoint=203.0.113.1"
TUNNEL = (
    "netsh advfirewall set global mainmode mmsecmethods dhgroup14:aes256-sha256\n"
    'netsh advfirewall consec add rule name="T" endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 '
    f'action=requireinrequireout {GATES} qmsecmethods=esp:sha256-aes256 auth1=computerpsk auth1psk="{{key}}"\n'
)
CONN = (
    "conn t\n left=203.0.113.1\n leftsubnet=10.2.0.0/16\n right=198.51.100.1\n rightsubnet=10.1.0.0/16\n"
    " auto=add\n{words}"
)
STRONGSWAN = CONN.format(words=" keyexchange=ikev1\n ike=aes256-sha256-modp2048!\n esp=aes256-sha256!\n{words}")
LIBRESWAN = CONN.format(words=" ikev2={ikev2}\n ike=aes256-sha256;modp2048\n esp=aes256-sha256\n pfs=no\n{words}")
SWANCTL = (
    "connections {{\n x {{\n  version = 1\n  proposals = aes256-sha256-modp2048\n"
    "  local_addrs = 203.0.113.1\n  remote_addrs = 198.51.100.1\n"
    "  local {{\n   auth = psk\n  }}\n  remote {{\n   auth = psk\n  }}\n{rounds}"
    "  children {{\n   c {{\n    esp_proposals = aes256-sha256\n    local_ts = 10.2.0.0/16\n"
    "    remote_ts = 10.1.0.0/16\n   }}\n  }}\n }}\n}}\nsecrets {{\n ike-x {{\n  secret = {key}\n }}\n}}\n"
)
MAIN_MODE_RULE = (
    'netsh advfirewall mainmode add rule name="M" endpoint1=any endpoint2={} mmsecmethods=dhgroup14:aes256-sha256 {}\n'
)


@cases(
    "blotted",
    ["********", "•••", "<redacted>", "[your-psk]", "**hidden**", "REDACTED", "xxxxxxxxxx", "<the shared key>"],
)
def test_a_key_that_is_blotted_out_is_taken_to_be_the_same_and_said(blotted: str) -> None:
    told = answer(TUNNEL.format(key=blotted), SWANCTL.format(key="Sesame-Street", rounds=""))
    assert told.outcome.verdict == "secured"
    assert any("could not be compared" in result.why for result in told.outcome.stages)
    swapped = answer(TUNNEL.format(key="Sesame-Street"), SWANCTL.format(key=f'"{blotted}"', rounds=""))
    assert any("could not be compared" in result.why for result in swapped.outcome.stages)


@cases(
    "put_in",
    ["${road.psk}", "%VPN_PSK%", "@@PSK@@", "YOUR_PSK_HERE", "PRE_SHARED_KEY", "your-pre-shared-key"],
)
def test_a_key_that_a_template_puts_in_at_the_other_end_is_no_key_that_differs(put_in: str) -> None:
    told = answer(TUNNEL.format(key="Sesame-Street"), SWANCTL.format(key=f'"{put_in}"', rounds=""))
    assert told.outcome.verdict == "secured"
    assert any("could not be compared" in result.why for result in told.outcome.stages)


@cases("key", ["$esame-Street", "50%OFF%", "PSKs are fine", "SESAME", "S_1"])
def test_a_key_with_such_a_sign_is_compared(key: str) -> None:
    assert verdict(TUNNEL.format(key="Sesame"), SWANCTL.format(key=f'"{key}"', rounds="")) == (
        "fails",
        "authentication",
    )


@cases("key", ["***rN8", "redacted-2024", "x12345", "hiddenkey"])
def test_a_key_that_only_looks_blotted_is_compared(key: str) -> None:
    assert verdict(TUNNEL.format(key=key), SWANCTL.format(key=f'"{key}1"', rounds="")) == ("fails", "authentication")
    assert verdict(TUNNEL.format(key=key), SWANCTL.format(key=f'"{key}"', rounds="")) == ("secured", None)


@cases("written", ["0x536573616d652d537472656574", "0sU2VzYW1lLVN0cmVldA==", "0sU2VzYW1lLVN0cmVldA"])
def test_a_key_in_hexadecimal_or_base64_is_its_bytes(written: str) -> None:
    windows = machine(TUNNEL.format(key="Sesame-Street"), "a")
    other = machine(STRONGSWAN.format(words=" authby=psk\n"), "b", secrets=f": PSK {written}\n")
    assert {row.outcome.verdict for row in answers(windows, other)} == {"secured"}
    assert verdict(TUNNEL.format(key="Sesame-Street"), SWANCTL.format(key=written, rounds="")) == ("secured", None)
    assert verdict(TUNNEL.format(key=written), SWANCTL.format(key=written, rounds="")) == ("fails", "authentication")


@cases(
    "conf",
    [
        STRONGSWAN.format(words=" authby=xauthpsk\n xauth=server\n"),
        STRONGSWAN.format(words=" leftauth=psk\n rightauth=psk\n rightauth2=xauth\n"),
        STRONGSWAN.format(words=" leftauth=psk\n rightauth=psk\n rightauth2=xauth-pam\n"),
        LIBRESWAN.format(ikev2="no", words=" authby=secret\n leftxauthserver=yes\n rightxauthclient=yes\n"),
        SWANCTL.format(key="k", rounds="  remote-2 {\n   auth = xauth\n  }\n"),
    ],
)
def test_xauth_of_one_end_is_a_second_authentication_that_windows_does_not_do(conf: str) -> None:
    for side in Side:
        told = answer(TUNNEL.format(key="k"), conf, side)
        assert (told.outcome.verdict, told.outcome.stage) == ("fails", "second-authentication")
        assert "XAUTH" in told.outcome.why
        assert told.advice[0] is None
        assert told.advice[1] is not None


def test_xauth_of_both_ends_agrees_and_ikev2_does_without() -> None:
    mine = SWANCTL.format(key="k", rounds="  local-2 {\n   auth = xauth\n  }\n").replace("203.0.113.1", "198.51.100.2")
    mine = mine.replace("remote_addrs = 198.51.100.1", "remote_addrs = 203.0.113.1")
    theirs = SWANCTL.format(key="k", rounds="  remote-2 {\n   auth = xauth\n  }\n").replace(
        "198.51.100.1", "198.51.100.2"
    )
    swapped = mine.replace("local_ts = 10.2", "local_ts = 10.9").replace("remote_ts = 10.1", "remote_ts = 10.2")
    assert verdict(swapped.replace("local_ts = 10.9", "local_ts = 10.1"), theirs) == ("secured", None)
    cert = LIBRESWAN.format(ikev2="insist", words=" authby=rsasig\n leftxauthserver=yes\n rightxauthclient=yes\n")
    described = peer(
        head='keying = ["ikev2"]\nanswers_on = ["198.51.100.1"]',
        quick='proposals = ["esp:aes256-sha256"]\npfs = []\nmode = "tunnel"\n'
        'local = ["10.1.0.0/16"]\nremote = ["10.2.0.0/16"]',
        main='proposals = ["aes256-sha256-modp2048"]',
        auth='methods = ["rsa"]',
    )
    assert verdict(described, cert) == ("secured", None)


def test_the_main_mode_rule_of_a_tunnel_is_the_one_for_its_gateways() -> None:
    add = MAIN_MODE_RULE
    weak = TUNNEL.replace("dhgroup14:aes256-sha256", "dhgroup2:3des-sha1").format(key="k")
    key = "auth1=computerpsk auth1psk=k"
    there = SWANCTL.format(key="k", rounds="")
    assert verdict(weak + add.format("203.0.113.1", key), there) == ("secured", None)
    assert verdict(weak + add.format("10.2.0.0/16", key), there) == ("fails", "main-mode-suite")
    assert verdict(weak + add.format("203.0.113.1", "auth1=computerpsk auth1psk=other"), there) == (
        "fails",
        "authentication",
    )
    dynamic = weak.replace("remotetunnelendpoint=203.0.113.1", "remotetunnelendpoint=any")
    told = answer(dynamic + add.format("203.0.113.1", key), there).outcome
    assert (told.verdict, told.stage) == ("unknown", "main-mode-suite")
    assert told.why == 'a main-mode rule is for some peers of rule "T" only, or more than one may be for them'
    two = add.format("203.0.113.1", key) + add.replace('"M"', '"N"').format("203.0.113.0/24", key)
    other = two.replace("dhgroup14", "dhgroup2", 1)
    assert verdict(weak + other, there) == ("unknown", "main-mode-suite")


def test_the_main_mode_rule_of_a_transport_rule_is_the_one_for_its_hosts() -> None:
    key = "auth1=computerpsk auth1psk=k"
    mine = transport_rule(key) + MAIN_MODE_RULE.format("10.2.0.7", key)
    theirs = transport_rule(key, ends=("10.2.0.7", "10.1.0.5"))
    assert verdict(mine, theirs) == ("fails", "main-mode-suite")


@cases(
    ("other", "is_same"),
    [
        ("CN=Root A, O=Contoso, C=US", True),
        ("C=US, O=Contoso, CN=root a", True),
        ("/C=US/O=Contoso/CN=Root A", True),
        ("O=Contoso, C=US, CN=Root A", False),
        ("C=US, O=Contoso, CN=Root B", False),
    ],
)
def test_an_authority_is_the_same_in_either_order_of_its_name(other: str, *, is_same: bool) -> None:
    mine, theirs = (f'auth1=computercert auth1ca="{name}"' for name in ("C=US, O=Contoso, CN=Root A", other))
    told = verdict(transport_rule(mine), transport_rule(theirs, ends=("10.2.0.7", "10.1.0.5")))
    assert told == (("secured", None) if is_same else ("fails", "authentication"))


NAMED = (
    "connections {{\n x {{\n  version = 2\n  proposals = aes256-sha256-modp2048\n"
    "  local_addrs = {0}\n  remote_addrs = {1}\n"
    "  local {{\n   auth = psk\n   id = {2}\n  }}\n  remote {{\n   auth = {4}\n   id = {3}\n  }}\n"
    "  children {{\n   c {{\n    mode = transport\n   }}\n  }}\n }}\n}}\n"
    "secrets {{\n ike-1 {{\n  id-1 = {2}\n  id-2 = {3}\n  secret = Zq7-shared\n }}\n}}\n"
)
GATEWAYS = ("203.0.113.1", "198.51.100.1", "gate.strong.org", "hall.strong.org")


def named(other: str = "psk", *, is_turned: bool = False) -> str:
    here, there, own, remote = GATEWAYS
    return NAMED.format(*((there, here, remote, own) if is_turned else GATEWAYS), other)


def test_an_identity_of_which_a_word_stands_in_a_key_is_still_compared() -> None:
    """A word of another key is masked in the identities of that file, and in the other file it is not."""
    mine = named() + 'secrets {\n ike-2 {\n  id = 192.0.2.77\n  secret = "This is a strong password"\n }\n}\n'
    for row in answered(mine, named(is_turned=True)):
        assert row.outcome.verdict.value == "secured"
        assert row.outcome.stages[2].why == "the keys are the same"
    elsewhere = named(is_turned=True).replace("hall.strong.org", "cellar.strong.org")
    assert {row.outcome.stage for row in answered(mine, elsewhere)} == {"authentication"}


@cases("proof", ["psk", "pubkey", "eap"])
def test_a_strongswan_that_takes_any_proof_takes_each(proof: str) -> None:
    mine = named("any")
    theirs = named(is_turned=True).replace("local {\n   auth = psk", f"local {{\n   auth = {proof}")
    (row,) = (row for row in answered(mine, theirs) if row.initiator.value == "b")
    assert row.outcome.verdict.value == "secured"


def test_which_key_is_for_one_of_many_peers_is_not_known() -> None:
    many = named().replace("remote_addrs = 198.51.100.1", "remote_addrs = 198.51.100.0/24")
    many = many.replace("   id = hall.strong.org\n", "", 1)
    many += "secrets {\n ike-2 {\n  id = 198.51.100.0/28\n  secret = Zq8-other\n }\n}\n"
    rows = answered(many, named(is_turned=True).replace("Zq7-shared", "Zq8-other"))
    assert rows
    for row in rows:
        assert row.outcome.verdict.value == "secured"
        assert "could not be compared" in row.outcome.stages[2].why


ENDS = ("198.51.100.1", "198.51.100.2")
PROVED = NAMED.format(*ENDS, *ENDS, "pubkey")
"""An end that shows a key and wants a certificate."""
WANTED = NAMED.format(*ENDS[::-1], *ENDS[::-1], "psk").replace("   auth = psk", "   auth = pubkey", 1)
"""The other, which shows a certificate and wants a key."""
NO_KEYS = WANTED.partition("secrets")[0]


def test_an_end_may_show_a_key_and_be_shown_a_certificate() -> None:
    """strongSwan 5.9.8 comes up so (RFC 7296 2.15), and not if the end that takes the key has none."""
    told = answer(PROVED, WANTED)
    assert told.outcome.verdict == "secured"
    assert told.outcome.stages[2].chosen == "preshared key, answered by computer-certificate"
    without = answer(PROVED, NO_KEYS)
    assert (without.outcome.verdict, without.outcome.stage) == ("depends", "authentication")
    assert without.advice[0] is None
    assert without.advice[1] is not None
    assert without.advice[1].words == "Enter the preshared key of the other end."


def test_a_key_that_is_kept_in_another_file_is_not_taken_for_missing() -> None:
    """libreswan has its keys in ipsec.secrets."""
    here, there = ENDS
    conn = (
        f"conn x\n\tleft={there}\n\tright={here}\n\tleftid={there}\n\trightid={here}\n\ttype=transport\n\tikev2=yes\n"
        "\tleftauth=rsasig\n\trightauth=secret\n\tike=aes256-sha2_256;modp2048\n\tphase2alg=aes256-sha2_256\n\tpfs=no\n"
    )
    rows = answered(PROVED, conn)
    assert [(row.outcome.verdict, row.outcome.stage) for row in rows] == [("secured", None)] * 2
    assert [each for row in rows for each in row.advice] == [None] * 4


@cases("word", ["cacerts = ca.pem", "certs = peer.pem", "ca_id = CN=Root"])
@cases("version", ["1", "2"])
def test_a_key_with_a_certificate_besides_is_taken_from_nobody(word: str, version: str) -> None:
    """strongSwan 5.9.8: "constraint check failed: peer not authenticated by CA", with either end as initiator."""
    mine, theirs = (
        NAMED.format(*ends, *ends, "psk").replace("version = 2", f"version = {version}") for ends in (ENDS, ENDS[::-1])
    )
    assert verdict(mine, theirs) == ("secured", None)
    bound = theirs.replace("remote {\n", f"remote {{\n   {word}\n")
    for side in Side:
        told = answer(mine, bound, side)
        assert (told.outcome.verdict, told.outcome.stage) == ("fails", "authentication")
        assert told.advice[0] is None
        assert told.advice[1] is not None


@cases(
    ("ids", "expected"),
    [
        ("id-1 = 203.0.113.9", "depends"),
        ("id-1 = 198.51.100.1", "secured"),
        ("id-1 = 198.51.100.2", "secured"),
        ("id-1 = %any", "secured"),
        ("id-1 = *.example.org", "secured"),
        ("", "secured"),
    ],
)
def test_keys_that_are_all_for_others_are_none_for_the_peer(ids: str, expected: str) -> None:
    """strongSwan: "no shared key found for"."""
    mine, theirs = (NAMED.format(*ends, *ends, "psk") for ends in (ENDS, ENDS[::-1]))
    head, keys, tail = theirs.partition("secrets {\n ike-1 {\n")
    other = head + keys + f"  {ids}\n" + tail[tail.index("  secret") :]
    told = answer(mine, other).outcome
    assert told.verdict == expected
    assert (told.stage == "authentication") is (expected == "depends")


@cases(
    ("keys", "expected"),
    [
        ('203.0.113.1 198.51.100.1 : PSK "k"\n', "secured"),
        ('203.0.113.1 192.0.2.9 : PSK "k"\n', "secured"),
        ('192.0.2.8 192.0.2.9 : PSK "k"\n', "depends"),
        ('%any : PSK "k"\n', "secured"),
        ('203.0.113.1 198.51.100.1 : PSK "********"\n: PSK "other"\n', "secured"),
        ('203.0.113.1 198.51.100.1 : PSK "other"\n: PSK "k"\n', "fails"),
    ],
)
def test_the_keys_that_stand_apart(keys: str, expected: str) -> None:
    windows = machine(TUNNEL.format(key="k"), "a")
    other = machine(STRONGSWAN.format(words=" authby=psk\n"), "b", secrets=keys)
    assert {row.outcome.verdict for row in answers(windows, other)} == {expected}


def test_of_two_methods_in_common_of_which_one_fails_the_other_may_be_taken() -> None:
    mine, theirs = (peer(auth=f'methods = ["psk", "certificate"]\npsk = "{key}"') for key in ("first-key", "other-key"))
    (result,) = (each for each in answer(mine, theirs).outcome.stages if each.stage is Stage.AUTHENTICATION)
    assert (result.answer, result.chosen) == (Answer.DEPENDS, "computer-certificate")
    assert result.outcomes == ("computer-certificate", "the preshared keys differ")
    assert result.why.startswith("computer-certificate would do; ")
    assert [each.attribute for each in result.differences] == ["preshared key"]


def test_a_variable_of_a_script_that_writes_a_gateways_file_is_no_key_that_differs() -> None:
    other = (
        "crypto isakmp policy 10\n encryption aes 256\n hash sha256\n authentication pre-share\n group 14\n"
        "crypto isakmp key $PSK address 198.51.100.1\ncrypto ipsec transform-set T esp-aes 256 esp-sha256-hmac\n"
        "crypto map M 10 ipsec-isakmp\n set peer 198.51.100.1\n set transform-set T\n match address A\n"
        "ip access-list extended A\n permit ip 10.2.0.0 0.0.0.255 10.1.0.0 0.0.0.255\n"
    )
    told = answer(TUNNEL.format(key="Sesame-Street"), other)
    assert not any("differ" in result.why for result in told.outcome.stages)
