"""Descriptions of peers, each pair with what RFCs and two implementations make of it."""

from __future__ import annotations

from ipseclint.semantics.negotiation.table import Side
from tests.cases import cases
from tests.semantics.negotiation.two_ends import PSK, answer, main_mode, peer, rule, verdict

IKEV1, IKEV2 = 'keying = ["ikev1"]', 'keying = ["ikev2"]'
OWN, ASKED = 'prefers = "own"', 'prefers = "peer"'
S, L = 'implementation = "strongswan"', 'implementation = "libreswan"'


def main(*proposals: str) -> str:
    return f"proposals = [{', '.join(map(repr, proposals))}]"


def quick(*proposals: str, pfs: str = "", mode: str = "tunnel", more: str = "") -> str:
    return f'{main(*proposals)}\npfs = [{pfs}]\nmode = "{mode}"\n{more}'


def head(*lines: str) -> str:
    return "\n".join(lines)


@cases("keying", [IKEV1, IKEV2])
@cases(
    ("mine", "theirs", "expected"),
    [
        (("aes128-sha1-modp1024",), ("aes256-sha256-modp2048",), ("fails", "main-mode-suite")),
        (
            ("aes256-sha1-modp1024", "aes128-sha256-modp2048"),
            ("aes256-sha256-modp2048",),
            ("fails", "main-mode-suite"),
        ),
        (("3des-sha1-modp1536",), ("3des-sha1-modp2048",), ("fails", "main-mode-suite")),
        (("aes128-sha1-modp1536", "aes256-sha256-modp8192"), ("aes256-sha256-modp8192",), ("secured", None)),
        (("aes256-sha512-ecp521",), ("aes256-sha512-ecp521",), ("secured", None)),
    ],
)
def test_a_main_mode_suite_is_taken_whole(
    keying: str, mine: tuple[str, ...], theirs: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    a = peer(head=keying, main=main(*mine), quick=quick("esp:aes128-sha1"))
    b = peer(head=head(keying, OWN), main=main(*theirs), quick=quick("esp:aes128-sha1"))
    assert verdict(a, b) == expected


def test_every_combination_of_one_proposal_counts_and_the_order_is_the_responders() -> None:
    a = peer(main=main("aes256-aes128-sha256-sha1-ecp256-modp2048"), quick=quick("esp:aes128-sha1"))
    b = peer(
        head=head(IKEV2, OWN), main=main("aes128-aes256-sha1-sha256-modp2048-ecp256"), quick=quick("esp:aes128-sha1")
    )
    assert answer(a, b).outcome.main_mode == "AES-128+SHA-1+DH14"
    asking = peer(
        head=head(IKEV2, ASKED), main=main("aes128-aes256-sha1-sha256-modp2048-ecp256"), quick=quick("esp:aes128-sha1")
    )
    assert answer(a, asking).outcome.main_mode == "AES-256+SHA-256+DH19"


@cases(
    ("implementation", "main_mode", "quick_mode"),
    [(S, "AES-256+SHA-256+DH14", "ESP AES-256+SHA-256"), (L, "AES-128+SHA-1+DH14", "ESP AES-128+SHA-1")],
)
def test_in_ikev1_the_order_is_the_responders_of_strongswan_and_the_initiators_of_libreswan(
    implementation: str, main_mode: str, quick_mode: str
) -> None:
    a = peer(
        head=head(IKEV1, S),
        main=main("aes128-sha1-modp2048", "aes256-sha256-modp2048"),
        quick=quick("esp:aes128-sha1", "esp:aes256-sha256"),
    )
    b = peer(
        head=head(IKEV1, implementation),
        main=main("aes256-sha256-modp2048", "aes128-sha1-modp2048"),
        quick=quick("esp:aes256-sha256", "esp:aes128-sha1"),
    )
    outcome = answer(a, b).outcome
    assert (outcome.verdict, outcome.main_mode, outcome.quick_mode) == ("secured", main_mode, quick_mode)


def test_whose_order_wins_is_said_to_depend_where_nobody_knows_and_both_suites_are_named() -> None:
    a = peer(head=IKEV1, main=main("aes128-sha1-modp2048", "aes256-sha256-modp2048"), quick=quick("esp:aes128-sha1"))
    b = peer(head=IKEV1, main=main("aes256-sha256-modp2048", "aes128-sha1-modp2048"), quick=quick("esp:aes128-sha1"))
    outcome = answer(a, b).outcome
    assert (outcome.verdict, outcome.stage, outcome.is_as_wanted) == ("depends", "main-mode-suite", True)
    assert outcome.outcomes == (
        "AES-256+SHA-256+DH14 by the responder's order",
        "AES-128+SHA-1+DH14 by the initiator's order",
    )


@cases("keying", [IKEV1, IKEV2])
@cases(
    ("mine", "theirs", "stage"),
    [
        ("esp:aes128-sha1", "esp:aes256-sha256", "quick-mode-suite"),
        ("ah:sha1", "esp:aes128-sha1", "quick-mode-suite"),
        ("ah:sha1", "ah:sha1", None),
        ("esp:null-sha1", "esp:null-sha1", None),
        ("esp:aes256gcm16", "esp:aes256gcm16", None),
        ("esp:aes256gcm16", "esp:aes128gcm16", "quick-mode-suite"),
    ],
)
def test_a_quick_mode_suite_is_taken_whole(keying: str, mine: str, theirs: str, stage: str | None) -> None:
    a, b = peer(head=keying, quick=quick(mine)), peer(head=keying, quick=quick(theirs))
    assert verdict(a, b) == ("fails" if stage else "secured", stage)
    assert verdict(a, b, Side.B) == ("fails" if stage else "secured", stage)


@cases(
    ("mine", "theirs", "stage"),
    [
        ("esp:aes128-sha1-noesn", "esp:aes128-sha1-esn", "quick-mode-suite"),
        ("esp:aes128-sha1-esn", "esp:aes128-sha1-esn", None),
        ("esp:aes128-sha1-esn", "esp:aes128-sha1-esn-noesn", None),
    ],
)
def test_extended_sequence_numbers_are_part_of_the_suite(mine: str, theirs: str, stage: str | None) -> None:
    a, b = peer(quick=quick(mine)), peer(quick=quick(theirs))
    assert verdict(a, b) == ("fails" if stage else "secured", stage)


@cases(
    ("mine", "theirs"),
    [('"modp2048"', ""), ("", '"modp2048"'), ('"modp1024"', '"modp2048"'), ('"2", "5"', '"14", "24"')],
)
def test_in_ikev2_groups_without_one_in_common_fail_at_the_first_renewal(mine: str, theirs: str) -> None:
    life = 'lifetime = "1h"'
    a = peer(head=head(IKEV2, S), quick=quick("esp:aes128-sha1", pfs=mine, more=life))
    b = peer(head=head(IKEV2, S), quick=quick("esp:aes128-sha1", pfs=theirs, more='lifetime = "30m"'))
    outcome = answer(a, b).outcome
    assert (outcome.verdict, outcome.stage, outcome.at_renewal, outcome.after_seconds) == ("fails", "pfs", True, 1800)
    assert outcome.quick_mode == "ESP AES-128+SHA-1"


@cases(("mine", "theirs"), [('"14"', '"2", "14", "24"'), ('"ecp256", "modp2048"', '"modp2048"'), ('"14", "none"', "")])
def test_one_group_in_common_is_enough_even_if_it_is_not_the_first_guess(mine: str, theirs: str) -> None:
    a, b = peer(quick=quick("esp:aes128-sha1", pfs=mine)), peer(quick=quick("esp:aes128-sha1", pfs=theirs))
    assert verdict(a, b) == ("secured", None)


@cases(
    ("responder", "mine", "theirs", "expected"),
    [
        (S, '"modp2048"', "", ("fails", "pfs")),
        (S, "", '"modp2048"', ("fails", "pfs")),
        (S, '"modp2048"', '"modp2048"', ("secured", None)),
        (L, '"modp2048"', "", ("secured", None)),
        (L, "", '"modp2048"', ("fails", "pfs")),
        ("", '"modp2048"', "", ("depends", "pfs")),
        ("", "", '"modp2048"', ("fails", "pfs")),
        ("", '"2", "5"', '"14", "24"', ("fails", "pfs")),
        ("strict = { pfs = true }", '"modp2048"', "", ("fails", "pfs")),
        ("strict = { pfs = false }", '"modp2048"', "", ("secured", None)),
    ],
)
def test_in_ikev1_the_group_is_part_of_the_offer(
    responder: str, mine: str, theirs: str, expected: tuple[str, str | None]
) -> None:
    a = peer(head=head(IKEV1, OWN), quick=quick("esp:aes128-sha1", pfs=mine))
    b = peer(head=head(IKEV1, responder), quick=quick("esp:aes128-sha1", pfs=theirs))
    outcome = answer(a, b).outcome
    assert (outcome.verdict, outcome.stage) == expected
    assert not outcome.at_renewal


@cases("keying", [IKEV1, IKEV2])
def test_keys_that_differ_fail_and_keys_that_are_not_there_are_taken_to_be_the_same(keying: str) -> None:
    key = 'methods = ["psk"]\npsk = "{}"'
    settings = {"head": keying, "quick": quick("esp:aes128-sha1")}
    a = peer(**settings, auth=key.format("first"))
    assert verdict(a, peer(**settings, auth=key.format("second"))) == ("fails", "authentication")
    assert verdict(a, peer(**settings, auth=key.format("first"))) == ("secured", None)
    assert verdict(a, peer(**settings, auth='methods = ["psk"]')) == ("secured", None)


@cases(
    ("keying", "mine", "theirs", "expected"),
    [
        (IKEV2, "rsa", "ecdsa", ("secured", None)),
        (IKEV1, "rsa", "ecdsa", ("fails", "authentication")),
        (IKEV2, "psk", "rsa", ("fails", "authentication")),
        (IKEV1, "psk", "rsa", ("fails", "authentication")),
        (IKEV1, "rsa", "rsa", ("secured", None)),
    ],
)
def test_methods_are_negotiated_in_ikev1_and_each_ends_own_in_ikev2(
    keying: str, mine: str, theirs: str, expected: tuple[str, str | None]
) -> None:
    settings = {"head": keying, "quick": quick("esp:aes128-sha1")}
    a, b = (peer(**settings, auth=f'methods = ["{method}"]') for method in (mine, theirs))
    assert verdict(a, b) == expected
    assert verdict(a, b, Side.B) == expected


def test_a_peer_that_says_what_it_accepts_takes_no_other_key() -> None:
    settings = {"head": IKEV2, "quick": quick("esp:aes128-sha1")}
    strict = peer(**settings, auth='methods = ["rsa"]\naccepts = ["rsa"]')
    assert verdict(strict, peer(**settings, auth='methods = ["ecdsa"]')) == ("fails", "authentication")
    lenient = peer(**settings, auth='methods = ["rsa"]\naccepts = ["certificate"]')
    assert verdict(lenient, peer(**settings, auth='methods = ["ecdsa"]')) == ("secured", None)


def test_an_end_may_prove_itself_otherwise_than_it_asks_for_in_ikev2() -> None:
    a = peer(auth='methods = ["eap"]\naccepts = ["rsa"]', quick=quick("esp:aes128-sha1"))
    b = peer(auth='methods = ["rsa"]\naccepts = ["eap"]', quick=quick("esp:aes128-sha1"))
    assert verdict(a, b) == ("secured", None)
    assert verdict(a, peer(auth='methods = ["rsa"]', quick=quick("esp:aes128-sha1"))) == ("fails", "authentication")


@cases(("a", "b"), [(IKEV1, IKEV2), (IKEV2, IKEV1), ('keying = ["authip"]', 'keying = ["ikev1", "ikev2"]')])
def test_ends_without_a_key_module_in_common_fail(a: str, b: str) -> None:
    one, other = (peer(head=keying, quick=quick("esp:aes128-sha1")) for keying in (a, b))
    assert verdict(one, other) == ("fails", "key-module")


@cases(
    ("keying", "asking", "answering", "mode", "expected"),
    [
        (IKEV2, S, S, "transport", "secured"),
        (IKEV2, S, L, "transport", "secured"),
        (IKEV2, L, S, "transport", "fails"),
        (IKEV2, S, S, "tunnel", "secured"),
        (IKEV2, S, L, "tunnel", "fails"),
        (IKEV2, L, S, "tunnel", "secured"),
        (IKEV1, S, S, "transport", "fails"),
        (IKEV1, S, L, "transport", "secured"),
        (IKEV1, L, S, "transport", "fails"),
        (IKEV1, S, S, "tunnel", "fails"),
        (IKEV1, S, L, "tunnel", "secured"),
        (IKEV2, "", "", "transport", "depends"),
        (IKEV2, "", "", "tunnel", "depends"),
        (IKEV1, "", "", "transport", "depends"),
        (IKEV2, "", "strict = { mode = true }", "tunnel", "fails"),
        (IKEV2, "strict = { mode = false }", "strict = { mode = false }", "transport", "secured"),
    ],
)
def test_modes_that_differ_come_to_what_was_seen_of_each_pair(
    keying: str, asking: str, answering: str, mode: str, expected: str
) -> None:
    other = "tunnel" if mode == "transport" else "transport"
    a = peer(head=head(keying, asking), quick=quick("esp:aes128-sha1", mode=mode))
    b = peer(head=head(keying, answering, OWN), quick=quick("esp:aes128-sha1", mode=other))
    assert verdict(a, b) == (expected, None if expected == "secured" else "mode")


AGGRESSIVE = "aggressive = true"


@cases(
    ("asking", "answering", "mine", "theirs", "expected"),
    [
        (AGGRESSIVE, AGGRESSIVE, ("aes128-sha1-modp2048",), ("aes128-sha1-modp2048",), ("depends", "authentication")),
        (AGGRESSIVE, "", ("aes128-sha1-modp2048",), ("aes128-sha1-modp2048",), ("fails", "key-module")),
        ("", AGGRESSIVE, ("aes128-sha1-modp2048",), ("aes128-sha1-modp2048",), ("fails", "key-module")),
        (
            AGGRESSIVE,
            AGGRESSIVE,
            ("aes128-sha1-modp1024", "aes128-sha1-modp2048"),
            ("aes128-sha1-modp2048",),
            ("fails", "main-mode-suite"),
        ),
    ],
)
def test_aggressive_mode_has_one_group_and_meets_itself_only(
    asking: str, answering: str, mine: tuple[str, ...], theirs: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    a = peer(head=head(IKEV1, S, asking), main=main(*mine), quick=quick("esp:aes128-sha1"))
    b = peer(head=head(IKEV1, S, answering), main=main(*theirs), quick=quick("esp:aes128-sha1"))
    assert verdict(a, b) == expected


WIDE, NARROW, APART = "10.2.0.0/16", "10.2.3.0/24", "10.9.0.0/16"


@cases(
    ("keying", "asking", "answering", "asked", "has", "expected"),
    [
        (IKEV2, S, S, WIDE, NARROW, "secured"),
        (IKEV2, S, L, WIDE, NARROW, "fails"),
        (IKEV2, L, S, WIDE, NARROW, "fails"),
        (IKEV2, S, S, NARROW, WIDE, "secured"),
        (IKEV2, S, L, NARROW, WIDE, "fails"),
        (IKEV2, L, S, NARROW, WIDE, "secured"),
        (IKEV1, L, S, WIDE, NARROW, "secured"),
        (IKEV1, S, L, WIDE, NARROW, "fails"),
        (IKEV2, "", "", WIDE, NARROW, "depends"),
        (IKEV1, "", "", NARROW, WIDE, "depends"),
        (IKEV2, "", 'strict = { selectors = "equal" }', NARROW, WIDE, "fails"),
        (IKEV2, "", 'strict = { selectors = "narrows" }', NARROW, WIDE, "secured"),
        (IKEV2, S, S, APART, WIDE, "fails"),
        (IKEV1, "", "", APART, WIDE, "fails"),
        (IKEV2, "", "", WIDE, WIDE, "secured"),
    ],
)
def test_selectors_are_narrowed_or_refused_as_was_seen_of_each_pair(
    keying: str, asking: str, answering: str, asked: str, has: str, expected: str
) -> None:
    ends = 'local = ["{}"]\nremote = ["{}"]'
    a = peer(head=head(keying, asking), quick=quick("esp:aes128-sha1", more=ends.format("10.1.0.0/16", asked)))
    b = peer(head=head(keying, answering), quick=quick("esp:aes128-sha1", more=ends.format(has, "10.1.0.0/16")))
    assert verdict(a, b) == (expected, None if expected == "secured" else "selectors")


def test_what_a_description_leaves_out_depends_on_the_peer() -> None:
    smallest = '[peer]\nname = "x"\n[peer.main_mode]\nproposals = ["aes256-sha256-modp2048"]\n'
    outcome = answer(smallest, peer(quick=quick("esp:aes128-sha1"))).outcome
    assert (outcome.verdict, outcome.stage, outcome.is_as_wanted) == ("depends", "key-module", True)
    other = peer(main=main("aes128-sha1-modp1024"), quick=quick("esp:aes128-sha1"))
    assert verdict(smallest, other) == ("fails", "main-mode-suite")


def test_a_windows_tunnel_and_a_gateway_of_azure_meet_in_ikev1() -> None:
    site = (
        "netsh advfirewall consec add rule name=S endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 mode=tunnel "
        "localtunnelendpoint=198.51.100.1 remotetunnelendpoint=203.0.113.10 action=requireinrequireout "
        "auth1=computerpsk auth1psk=first-key\n"
    )
    gateway = peer(
        head=head('keying = ["ikev1", "ikev2"]', 'answers_on = ["203.0.113.10"]', OWN),
        main=main("aes256-sha1-dh2", "aes128-sha1-dh2"),
        quick=quick("esp:aes256-sha1", "esp:aes128-sha1", more='local = ["10.2.0.0/16"]\nremote = ["10.1.0.0/16"]'),
    )
    outcome = answer(site, gateway).outcome
    assert (outcome.verdict, outcome.key_module, outcome.main_mode) == ("secured", "IKEv1", "AES-128+SHA-1+DH2")


@cases("initiator", Side)
@cases(
    ("suites", "expected"),
    [
        (("aes128-sha1-modp1024",), ("depends", "main-mode-suite")),
        (("aes256-sha256-modp2048", "aes128-sha1-modp1024"), ("depends", "main-mode-suite")),
        (("aes256-sha256-modp2048",), ("secured", None)),
    ],
)
def test_a_group_that_some_builds_of_libreswan_refuse_is_no_certain_suite(
    suites: tuple[str, ...], expected: tuple[str, str | None], initiator: Side
) -> None:
    a, b = (peer(head=head(IKEV2, name), main=main(*suites), quick=quick("esp:aes128-sha1")) for name in (L, S))
    row = answer(a, b, initiator)
    assert (row.outcome.verdict.value, row.outcome.stage) == expected
    repairs = {advice.words for advice in row.advice if advice is not None}
    said = {"Offer DH14, or AES, in place of what such a build does not have, at both ends."}
    assert repairs == (said if expected[1] else set())


def test_many_values_of_one_attribute_are_told_in_short() -> None:
    many = "aes128-aes192-aes256-aes128ctr-aes192ctr-aes256ctr-3des-camellia128-sha256-modp2048"
    a, b = (peer(head=head(IKEV2, S), main=main(suites)) for suites in (many, "aes256-sha256-modp1024"))
    told = answer(a, b).outcome.differences[0].initiator
    assert told == "AES-128|AES-192|AES-256|AES-CTR-128|AES-CTR-192|AES-CTR-256|2 more+SHA-256+DH14"


@cases(
    ("keying", "modes", "named"),
    [
        ("ikev1", ("tunnel", "transport"), "second"),
        ("ikev1", ("transport", "tunnel"), "second"),
        ("ikev2", ("tunnel", "transport"), "second"),
        ("ikev2", ("transport", "tunnel"), "first"),
    ],
)
def test_who_refuses_another_mode_is_the_one_that_is_asked_but_for_a_tunnel_in_answer_to_transport(
    keying: str, modes: tuple[str, str], named: str
) -> None:
    first, second = (
        peer(
            head=f'name = "{name}"\nkeying = ["{keying}"]\nstrict = {{ mode = true }}',
            quick=f'proposals = ["esp:aes128-sha1"]\nmode = "{mode}"',
        )
        for name, mode in zip(("first", "second"), modes, strict=True)
    )
    outcome = answer(first, second).outcome
    assert (outcome.verdict, outcome.stage) == ("fails", "mode")
    assert outcome.why == f"the modes differ, and {named} does not take the other's"


@cases(
    ("group", "expected"),
    [
        ("modp1536", "Change the other end: Windows has no group of its perfect forward secrecy (DH5)."),
        ("modp4096", "Change the other end: Windows has no group of its perfect forward secrecy (DH16)."),
        ("ecp384", "Ask for perfect forward secrecy with DH20, as the other end does."),
    ],
)
def test_windows_is_not_told_to_ask_for_a_group_that_it_does_not_have(group: str, expected: str) -> None:
    windows = main_mode("dhgroup14:aes256-sha256") + rule(f"{PSK} qmsecmethods=esp:sha256-aes256 qmpfs=dhgroup14")
    other = peer(
        head=IKEV1,
        main=main("aes256-sha256-modp2048"),
        quick=quick("esp:aes256-sha256", pfs=f'"{group}"', mode="transport"),
    )
    row = answer(windows, other)
    assert row.outcome.stage == "pfs"
    assert row.advice[0] is not None
    assert row.advice[0].words == expected
