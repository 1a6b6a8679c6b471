"""Identities, kinds of exchange and keys in aggressive mode, of two ends that are no Windows policies."""

from __future__ import annotations

from ipseclint.reporters.negotiation.peer_toml import render
from ipseclint.semantics.negotiation.fixes import repairs
from ipseclint.semantics.negotiation.rule_ends import machine_ends
from ipseclint.semantics.negotiation.table import Side
from tests.cases import cases
from tests.semantics.negotiation.two_ends import answer, both, machine, peer, verdict

SWANCTL = (
    "connections {{\n x {{\n  version = {version}\n{more}  proposals = aes256-sha256-modp2048\n"
    "  local {{\n   auth = psk\n{local}  }}\n  remote {{\n   auth = psk\n{remote}  }}\n"
    "  children {{\n   c {{\n    esp_proposals = aes256-sha256\n   }}\n  }}\n }}\n}}\n"
    'secrets {{\n ike-x {{\n  secret = "the key of both ends"\n }}\n}}\n'
)
LIBRESWAN = (
    "config setup\n\tikev1-policy=accept\n\nconn x\n\tauthby=secret\n\tike=aes256-sha2_256;modp2048\n\tphase2=esp\n"
    "\tesp=aes256-sha2_256\n\tpfs=no\n\taggressive=yes\n\tikev2=no\n"
)


def swanctl(version: int = 2, more: str = "", own: str = "", other: str = "") -> str:
    """A configuration of strongSwan, with identities of its own and of its peer."""
    local, remote = (f"   id = {words}\n" if words else "" for words in (own, other))
    return SWANCTL.format(version=version, more=f"  {more}\n" if more else "", local=local, remote=remote)


def described(text: str) -> str:
    """The description of the end that a configuration makes."""
    return render(machine_ends(machine(text, "x")).negotiating)


@cases(
    ("shown", "expected", "is_met"),
    [
        ("a.example", "A.example", True),
        ("@a.example", "a.example", True),
        ("fqdn:a.example", "@a.example", True),
        ('"C=DE, CN=a"', '"c = DE, CN = A"', True),
        ('"C=DE, CN=a"', '"C=*, CN=*"', True),
        ('"C=DE, O=A, CN=a"', '"C=*, CN=*"', False),
        ('"C=DE, CN=a"', '"CN=a, C=DE"', False),
        ('"C=DE, CN=a"', '"C=AT, CN=*"', False),
        ("a@a.example", '"*@a.example"', True),
        ("@@a@a.example", "email:A@a.example", True),
        ("a@a.example", '"@*a.example"', False),
        ("fqdn:a@a.example", '"@*a.example"', True),
        ("a@b.example", '"*@a.example"', False),
        ("a.example", '"*a.example"', False),
        ("b.a.example", '"b.*.example"', False),
        ("b.example", '"*.a.example"', False),
        ('"@#6162"', "keyid:ab", True),
        ('"@#0a0b"', '"@#0A0B"', True),
        ('"@#0a0b"', "a.example", False),
        ("a.example", '"@#0a0b"', False),
        ("keyid:ab", "keyid:a*", False),
        ("ab", "keyid:ab", False),
        ("192.0.2.1", "192.0.2.0/24", True),
        ("192.0.2.1", "192.0.2.2-192.0.2.9", False),
        ("192.0.2.1", "ipv4:192.0.2.1", False),
        ("a.example", "0.0.0.0", True),  # noqa: S104
        ("a.example", '"*"', True),
        ("a.example", "%a.example", False),
        ("a.example", "%any", True),
        ("a.example", '"*.example"', True),
        ("a.example", "", True),
        ("", "192.0.2.1", True),
        ("a.example", "b.example", False),
        ("192.0.2.1", "192.0.2.2", False),
        ('"C=DE, CN=a"', '"C=DE, CN=b"', False),
        ('"/C=DE/CN=a, b"', '"/C=*/CN=A, B"', True),
        ('"C=DE, O=A, Inc, CN=a"', '"C=DE, O=*, CN=a"', False),
        ('"C=DE, O=A, Inc, CN=a"', '"C=DE, O=A, Inc, CN=a"', True),
        ('"ST=x, CN=a"', '"S=x, CN=a"', False),
        ('"CN=a, E=A@b.example"', '"CN=a, emailAddress=a@B.example"', True),
        ('"CN=a_b"', '"CN=A_b"', False),
        ('"asn1dn:#300c310a300806035504030c0161"', '"CN=a"', True),
        ('"asn1dn:#300c310a300806035504030c0161"', '"CN=b"', False),
        ('"asn1dn:#300c310a300806035504030c0161"', "192.0.2.0/24", False),
        ('"FQDN:#612e6578616d706c65"', "a.example", True),
    ],
)
def test_an_identity_that_is_written_must_be_the_one_that_is_expected(
    shown: str, expected: str, *, is_met: bool
) -> None:
    one, other = swanctl(own=shown), swanctl(other=expected)
    wanted = ("secured", None) if is_met else ("fails", "authentication")
    for a, b in ((one, other), (described(one), other), (one, described(other))):
        assert [verdict(a, b, side) for side in Side] == [wanted, wanted]


@cases(
    ("version", "own", "initiator", "expected"),
    [
        (2, "", Side.B, ("secured", None)),
        (2, '"*.a.example"', Side.B, ("secured", None)),
        (2, '"*.a.example"', Side.A, ("fails", "authentication")),
        (1, '"*.a.example"', Side.B, ("fails", "authentication")),
        (2, '"*.b.example"', Side.B, ("fails", "authentication")),
        (2, "%any", Side.B, ("secured", None)),
        (2, "192.0.2.1", Side.B, ("fails", "authentication")),
        (2, '"@#6162"', Side.B, ("fails", "authentication")),
        (2, "", Side.A, ("fails", "authentication")),
        (1, "", Side.B, ("fails", "authentication")),
    ],
)
def test_a_responder_of_ikev2_without_an_identity_shows_the_one_that_is_asked_for(
    version: int, own: str, initiator: Side, expected: tuple[str, str | None]
) -> None:
    one, other = swanctl(version, own=own), swanctl(version, other="b.a.example")
    for a in (one, described(one)) if not own else (one,):
        assert verdict(a, other, initiator) == expected


@cases(
    ("version", "other", "initiator", "expected"),
    [
        (2, "", Side.A, "secured"),
        (2, "", Side.B, "fails"),
        (1, "", Side.B, "secured"),
        (2, '"*.a.example"', Side.A, "secured"),
        (2, '"*.a.example"', Side.B, "fails"),
        (1, '"*.a.example"', Side.B, "secured"),
        (2, "192.0.2.0/24", Side.A, "fails"),
        (2, "c@a.example", Side.B, "fails"),
    ],
)
def test_an_end_that_is_a_pattern_shows_it_and_answers_only_as_one_that_is_asked_for(
    version: int, other: str, initiator: Side, expected: str
) -> None:
    one = swanctl(version, own='"*.a.example"')
    for a in (one, described(one)):
        assert verdict(a, swanctl(version, other=other), initiator)[0] == expected


def test_whether_another_asks_for_a_name_is_not_known() -> None:
    key = 'methods = ["psk"]\npsk = "the key of both ends"'
    theirs = peer(quick='proposals = ["esp:aes256-sha256"]', auth=key)
    told = answer(theirs, swanctl(own='"*.a.example"'))
    assert told.outcome.verdict == "depends"


@cases(
    ("expected", "verdict_"),
    [
        ('"*.a.example"', "fails"),
        ('"*@a.example"', "fails"),
        ('"C=DE, CN=*"', "fails"),
        ('"C=DE, CN=a"', "secured"),
        ('"@#0a0b"', "secured"),
        ("keyid:a*", "secured"),
        ("%any6", "secured"),
    ],
)
def test_a_pattern_is_asked_for_by_nobody(expected: str, verdict_: str) -> None:
    assert verdict(swanctl(), swanctl(other=expected), Side.B)[0] == verdict_


@cases(
    ("expected", "verdict_"),
    [("@*.a.example", "secured"), ("*.b.example", "fails"), ("%b.example", "secured"), ("a.a.example", "secured")],
)
def test_patterns_are_those_of_strongswan_alone(expected: str, verdict_: str) -> None:
    conn = (
        "conn x\n\tkeyexchange=ikev2\n\tauthby=secret\n\tike=aes256-sha256-modp2048!\n\tesp=aes256-sha256!\n"
        f"\trightid={expected}\n"
    )
    assert verdict(swanctl(own="a.a.example"), conn)[0] == verdict_
    libreswan = LIBRESWAN.replace("aggressive=yes", f"rightid={expected}").replace("ikev2=no", "ikev2=insist")
    assert verdict(swanctl(own="a.a.example"), libreswan)[0] == "secured"


def test_an_initiator_that_may_ask_for_no_identity_leaves_the_responders_open() -> None:
    libreswan = LIBRESWAN.replace("aggressive=yes", "rightid=b.a.example").replace("ikev2=no", "ikev2=insist")
    assert verdict(swanctl(), libreswan, Side.B) == ("depends", "authentication")


def test_another_identity_names_both_and_what_to_do() -> None:
    row = answer(swanctl(own="a.example"), swanctl(other="b.example"))
    assert [(each.name, each.a, each.b) for each in row.differences] == [("identity", "a.example", "b.example")]
    assert row.outcome.why == "an end shows the identity a.example, and the other expects b.example"
    row = answer(swanctl(other="b.example"), swanctl(own="a.example"))
    assert [(each.name, each.a, each.b) for each in row.differences] == [("identity", "b.example", "a.example")]


def test_strongswan_refuses_a_key_in_aggressive_mode_unless_told_otherwise() -> None:
    mine = swanctl(1, "aggressive = yes")
    row = answer(mine, mine)
    assert (row.outcome.verdict, row.outcome.stage, row.outcome.is_as_wanted) == ("depends", "authentication", False)
    assert row.outcome.outcomes == ("refused, as by default", "authenticated, with that setting")
    assert verdict(mine, swanctl(1)) == ("fails", "key-module")
    assert verdict(mine, LIBRESWAN) == ("secured", None)
    assert verdict(mine, LIBRESWAN, Side.B) == ("depends", "authentication")


@cases(
    ("asks", "takes", "stage"),
    [
        ("force", "never", "key-module"),
        ("never", "force", "key-module"),
        ("allow", "force", "key-module"),
        ("", "force", "key-module"),
        ("prefer", "force", None),
        ("prefer", "never", None),
        ("force", "allow", None),
        ("force", "force", None),
        ("never", "never", None),
    ],
)
def test_both_ends_begin_with_a_child_or_both_without(asks: str, takes: str, stage: str | None) -> None:
    row = answer(*(swanctl(more=f"childless = {words}" if words else "") for words in (asks, takes)))
    assert (row.outcome.verdict, row.outcome.stage) == ("secured" if stage is None else "fails", stage)
    differing = [("childless", asks or "allow", takes)] if stage else []
    assert [(each.name, each.a, each.b) for each in row.differences] == differing


INTERFACE = (
    "Add-VpnS2SInterface -Protocol IKEv2 -AuthenticationMethod PSKOnly -ResponderAuthenticationMethod PSKOnly"
    " -Name Site -Destination 203.0.113.7 -SharedSecret '{key}' -CustomPolicy"
    " -AuthenticationTransformConstants SHA256128"
    " -CipherTransformConstants AES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -PfsGroup None"
    " -DHGroup Group14\n"
)


@cases(
    ("key", "expected"),
    [("the key of both ends", ("secured", None)), ("another key altogether", ("fails", "authentication"))],
)
def test_the_key_of_an_interface_between_sites_is_compared(key: str, expected: tuple[str, str | None]) -> None:
    row = answer(INTERFACE.format(key=key), swanctl())
    assert (row.outcome.verdict.value, row.outcome.stage) == expected
    assert key not in repr(row)


L2TP = "Add-VpnConnection -Name Old -ServerAddress 203.0.113.7 -TunnelType L2tp -L2tpPsk '{}' -Force\n"
SERVER = (
    swanctl(1, other="%any")
    .replace("   c {", "   c {\n    mode = transport\n    local_ts = dynamic[udp/1701]")
    .replace("sha256", "sha1")
)


@cases(
    ("key", "server", "expected"),
    [
        ("the key of both ends", SERVER.replace("sha1", "sha256"), ("fails", "main-mode-suite")),
        ("the key of both ends", SERVER, ("secured", None)),
        ("another key altogether", SERVER, ("fails", "authentication")),
        ("the key of both ends", SERVER.replace("transport", "tunnel"), ("fails", "mode")),
        ("the key of both ends", SERVER.replace("udp/1701", "tcp/443"), ("fails", "selectors")),
        ("the key of both ends", SERVER.replace("version = 1", "version = 2"), ("fails", "key-module")),
    ],
)
def test_l2tp_is_ikev1_with_a_key_in_transport_mode(key: str, server: str, expected: tuple[str, str | None]) -> None:
    assert verdict(L2TP.format(key), server) == expected
    assert verdict(L2TP.format(key), described(server) + 'psk = "the key of both ends"\n') == expected


@cases(("asks", "takes"), [("yes", "no"), ("no", "yes")])
def test_aggressive_and_main_mode_of_two_ends_are_told_apart(asks: str, takes: str) -> None:
    row = answer(swanctl(1, f"aggressive = {asks}"), swanctl(1, f"aggressive = {takes}"))
    names = {"yes": "aggressive mode", "no": "main mode"}
    assert [(each.name, each.a, each.b) for each in row.differences] == [
        ("exchange of IKEv1", names[asks], names[takes])
    ]


def test_an_identity_that_is_not_expected_is_mended_at_either_end() -> None:
    outcome = answer(swanctl(own="a.example"), swanctl(other="b.example")).outcome
    words = "Show the identity that the other end expects, and expect the one that it shows."
    assert [each and (each.words, each.fix) for each in repairs(outcome)] == [(words, None)] * 2


def test_another_key_is_seen_as_such_in_ikev2_and_as_what_cannot_be_read_in_ikev1() -> None:
    seen = [
        [str(sight) for sight in answer(swanctl(version), swanctl(version).replace("of both", "of one")).sights]
        for version in (2, 1)
    ]
    unread = "PAYLOAD_MALFORMED, or no answer"
    assert seen == [["AUTHENTICATION_FAILED"] * 2, [unread, f"{unread}, a message that it cannot read"]]


def test_authip_goes_on_to_the_method_in_which_both_agree() -> None:
    methods = 'auth1=computercert,computerkerb auth1ca="CN={}"'
    assert verdict(*both(methods.format("A"), methods.format("B"))) == ("secured", None)
    assert verdict(*both('auth1=computercert auth1ca="CN=A"', 'auth1=computercert auth1ca="CN=B"'))[0] == "fails"


@cases(
    ("main", "quick", "stage"),
    [
        ("aes128-aes256-sha256-modp2048", "aes256-sha256", "main-mode-suite"),
        ("aes256-sha1-sha256-modp2048", "aes256-sha256", "main-mode-suite"),
        ("aes256-sha256-modp3072-modp2048", "aes256-sha256", "main-mode-suite"),
        ("aes256-sha256-modp2048", "aes128-aes256-sha256", "quick-mode-suite"),
        ("aes256-sha256-modp2048", "aes256-sha1-sha256", "quick-mode-suite"),
        ("aes256-aes128-sha256-sha1-modp2048-modp3072", "aes256-aes128-sha256-sha1", None),
    ],
)
def test_strongswan_offers_the_first_of_several_values_in_ikev1_and_takes_each(
    main: str, quick: str, stage: str | None
) -> None:
    several, one = (
        swanctl(1)
        .replace("aes256-sha256-modp2048", mine)
        .replace("esp_proposals = aes256-sha256", f"esp_proposals = {its}")
        for mine, its in ((main, quick), ("aes256-sha256-modp2048", "aes256-sha256"))
    )
    assert verdict(several, one) == ("secured" if stage is None else "fails", stage)
    assert verdict(several, one, Side.B) == ("secured", None)
    assert [
        verdict(each.replace("version = 1", "version = 2"), one.replace("version = 1", "version = 2"))
        for each in (several, one)
    ] == [("secured", None)] * 2
