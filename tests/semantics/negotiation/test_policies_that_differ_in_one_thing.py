from __future__ import annotations

from msgspec.structs import replace

from ipseclint.model.setting import Setting
from ipseclint.semantics.negotiation import selectors
from ipseclint.semantics.negotiation.sight import AUTH_FAIL, NO_CERT, POLICY_MATCH, TIMED_OUT
from ipseclint.semantics.negotiation.stage import Answer
from ipseclint.semantics.negotiation.table import Side
from ipseclint.vocabulary.algorithms import KeyModule
from tests.cases import cases
from tests.semantics.negotiation.two_ends import PSK, answer, answered, both, main_mode, rule, verdict

KERBEROS = "auth1=computerkerb"
TUNNEL = "mode=tunnel localtunnelendpoint=10.2.0.7 remotetunnelendpoint=10.1.0.5"


@cases(
    ("mine", "theirs", "stage"),
    [
        (f"{PSK} qmpfs=ecdhp256", f"{PSK} qmpfs=none", "pfs"),
        (f"{PSK} qmpfs=none", f"{PSK} qmpfs=ecdhp256", "pfs"),
        (f"{KERBEROS} qmpfs=ecdhp256", f"{KERBEROS} qmpfs=ecdhp384", "pfs"),
        (KERBEROS, 'auth1=computercert auth1ca="CN=CA 1"', "authentication"),
        ('auth1=computercert auth1ca="CN=CA 1"', 'auth1=computercert auth1ca="CN=CA 2"', "authentication"),
        (f"{KERBEROS} auth2=userkerb", KERBEROS, "second-authentication"),
        (f"{KERBEROS} auth2=userkerb", f"{KERBEROS} auth2=userntlm", "second-authentication"),
        (PSK, "auth1=computerpsk auth1psk=second-key", "authentication"),
        (f"{KERBEROS} qmsecmethods=esp:sha1-aes128", f"{KERBEROS} qmsecmethods=ah:sha1", "quick-mode-suite"),
        (f"{KERBEROS} qmsecmethods=esp:sha1-aes128", f"{KERBEROS} qmsecmethods=esp:sha1-3des", "quick-mode-suite"),
        (KERBEROS, f"{KERBEROS} {TUNNEL}", "mode"),
    ],
)
def test_a_pair_of_policies_that_require_fails_at_the_stage_that_differs(mine: str, theirs: str, stage: str) -> None:
    a, b = both(mine, theirs)
    assert verdict(a, b) == ("fails", stage)
    assert verdict(a, b, Side.B) == ("fails", stage)
    assert not any(row.outcome.is_as_wanted for row in answered(a, b))


def test_a_pair_of_policies_that_request_falls_back_to_clear_text() -> None:
    a, b = both(f"{KERBEROS} qmsecmethods=esp:sha1-aes128", f"{KERBEROS} qmsecmethods=ah:sha1", "requestinrequestout")
    assert verdict(a, b) == ("clear", "quick-mode-suite")
    assert all(row.outcome.is_as_wanted for row in answered(a, b))


def test_main_modes_without_a_proposal_in_common_fail() -> None:
    a, b = both(KERBEROS, KERBEROS)
    a, b = a + main_mode("dhgroup2:aes256-sha1"), b + main_mode("dhgroup14:aes256-sha256")
    assert verdict(a, b) == ("fails", "main-mode-suite")
    row = answer(a, b)
    assert [str(sight.code) for sight in row.sights] == [str(POLICY_MATCH)] * 2
    advice = [each.words for each in row.advice if each is not None]
    assert advice == [
        "Offer AES-256+SHA-256+DH14 in main mode.",
        f"Offer AES-256+SHA-1+DH2 in main mode. {WEAKER}",
    ]


WEAKER = "It is weaker than what this end offers now: the repair of the other end keeps that."


@cases(
    ("weak", "refused"),
    [
        ("dhgroup1:3des-sha1", "3DES+SHA-1+DH1"),
        ("dhgroup2:des-sha1", "DES+SHA-1+DH2"),
        ("dhgroup2:3des-md5", "3DES+MD5+DH2"),
    ],
)
def test_a_suite_that_nobody_may_use_is_never_proposed(weak: str, refused: str) -> None:
    a, b = both(KERBEROS, KERBEROS)
    row = answer(a + main_mode(weak), b + main_mode("dhgroup14:aes256-sha256"))
    mine, theirs = row.advice
    assert mine is not None
    assert mine.words == "Offer AES-256+SHA-256+DH14 in main mode."
    assert theirs is not None
    assert theirs.commands is None
    assert theirs.words == (
        f"Change the other end: {refused}, the strongest that it offers in main mode, protects nothing today."
    )


def test_a_quick_mode_suite_that_nobody_may_use_is_never_proposed() -> None:
    a, b = both(f"{KERBEROS} qmsecmethods=esp:md5-des", f"{KERBEROS} qmsecmethods=esp:sha256-aes256")
    mine, theirs = (advice and (advice.words, advice.commands is not None) for advice in answer(a, b).advice)
    assert mine == ("Offer ESP AES-256+SHA-256 in quick mode.", True)
    assert theirs == (
        "Change the other end: ESP DES+MD5, the strongest that it offers in quick mode, protects nothing today.",
        False,
    )


def test_parts_of_different_proposals_never_combine() -> None:
    a, b = both(PSK, PSK)
    a += main_mode("dhgroup14:aes256-sha1,dhgroup14:aes128-sha256")
    b += main_mode("dhgroup14:aes256-sha256")
    assert verdict(a, b) == ("fails", "main-mode-suite")


def test_policies_that_are_the_same_are_secured() -> None:
    a, b = both(KERBEROS, KERBEROS)
    row = answer(a, b)
    assert (row.outcome.verdict, row.outcome.key_module) == ("secured", "AuthIP")
    assert (row.outcome.main_mode, row.outcome.quick_mode) == ("AES-128+SHA-1+DH2", "ESP none+SHA-1")
    assert str(row.pair.packet) == "10.1.0.5:49152 -> 10.2.0.7:445 tcp"


@cases(("initiator", "expected"), [(Side.A, ("secured", None)), (Side.B, ("depends", "selectors"))])
def test_a_part_of_its_traffic_is_taken_by_a_windows_responder(
    initiator: Side, expected: tuple[str, str | None]
) -> None:
    a, b = both(f"{PSK} protocol=tcp port2=445", PSK)
    assert verdict(a, b, initiator) == expected


@cases(
    ("mine", "theirs", "a_asks", "b_asks"),
    [
        ("port1=445", "port2=445", "secured", "secured"),
        ("port1=445", "port2=446", "fails", "fails"),
        ("port2=445", "port1=445", "secured", "secured"),
        ("port2=445", "port1=446", "fails", "fails"),
        ("port1=445", "", "secured", "depends"),
        ("", "port1=445", "depends", "secured"),
    ],
)
def test_the_ports_of_each_side_are_compared_with_the_other_end_s(
    mine: str, theirs: str, a_asks: str, b_asks: str
) -> None:
    ends = both(f"{PSK} protocol=tcp {mine}", f"{PSK} protocol=tcp {theirs}")
    assert verdict(*ends, Side.A)[0] == a_asks
    assert verdict(*ends, Side.B)[0] == b_asks


def test_a_part_of_its_traffic_is_refused_by_a_responder_that_may_add_no_filters() -> None:
    pair = answer(*both(f"{PSK} protocol=tcp port2=445", PSK)).pair
    assert selectors.agree(pair.a, pair.b, KeyModule.IKEV1).chosen == "narrowed"
    assert pair.b.objects is not None
    assert pair.b.objects.main is not None
    main = pair.b.objects.main.model_copy(update={"max_dynamic_filters": Setting(0, pair.b.span)})
    without = replace(pair.b, objects=replace(pair.b.objects, main=main))
    assert selectors.agree(pair.a, without, KeyModule.IKEV1).answer is Answer.FAILS


def test_lifetimes_that_differ_are_told_and_fail_nothing() -> None:
    a, b = both(
        f"{KERBEROS} qmsecmethods=esp:sha1-aes128+60min+100000kb",
        f"{KERBEROS} qmsecmethods=esp:sha1-aes128+480min+100000kb",
    )
    row = answer(a, b)
    assert row.outcome.verdict == "secured"
    (difference,) = row.differences
    assert (difference.name, difference.a, difference.b) == (
        "quick-mode lifetime",
        "60 min (3600 s)",
        "480 min (28800 s)",
    )


def test_keys_that_differ_are_never_shown_and_the_initiator_times_out() -> None:
    row = answer(*both(PSK, "auth1=computerpsk auth1psk=second-key"))
    (difference,) = row.differences
    assert (difference.a, difference.b) == ("a key (hidden)", "a key (hidden)")
    assert [sight.code for sight in row.sights] == [TIMED_OUT, None]


def test_authorities_are_the_same_however_their_names_are_spelt() -> None:
    a, b = both(
        'auth1=computercert auth1ca="C=US, O=Corp, CN=Root CA"', 'auth1=computercert auth1ca="CN=root ca,O=Corp,C=US"'
    )
    assert verdict(a, b) == ("secured", None)


def test_of_different_authorities_one_may_be_below_the_other() -> None:
    a, b = both('auth1=computercert auth1ca="CN=CA 1 catype:intermediate"', 'auth1=computercert auth1ca="CN=CA 2"')
    assert verdict(a, b) == ("depends", "authentication")


def test_each_side_of_two_authorities_sees_another_error() -> None:
    row = answer(*both('auth1=computercert auth1ca="CN=CA 1"', 'auth1=computercert auth1ca="CN=CA 2"'))
    assert [sight.code for sight in row.sights] == [NO_CERT, AUTH_FAIL]


def test_certificates_of_other_key_types_are_another_method() -> None:
    a, b = both('auth1=computercert auth1ca="CN=CA"', 'auth1=computercertecdsap256 auth1ecdsap256ca="CN=CA"')
    assert verdict(a, b) == ("fails", "authentication")


def test_an_exempt_peer_blocks_one_that_requires_and_lets_one_that_requests_speak_in_the_clear() -> None:
    exempt = rule("", "noauthentication", ("10.2.0.7", "10.1.0.5"))
    assert verdict(rule(KERBEROS), exempt) == ("blocked", "key-module")
    assert verdict(rule(KERBEROS, "requestinrequestout"), exempt) == ("clear", "key-module")


def test_one_that_requests_is_refused_by_one_that_requires_when_they_do_not_agree() -> None:
    a = rule(f"{KERBEROS} qmsecmethods=ah:sha1", "requestinrequestout")
    b = rule(f"{KERBEROS} qmsecmethods=esp:sha1-aes128", ends=("10.2.0.7", "10.1.0.5"))
    assert verdict(a, b) == ("fails", "quick-mode-suite")
    assert verdict(a, b, Side.B) == ("fails", "quick-mode-suite")


def test_a_tunnel_for_what_comes_in_alone_may_or_may_not_come_up_by_what_is_sent() -> None:
    """Windows' wizard says "Do not establish tunnels for outbound connections", the guide of AWS that a ping does."""
    gates = ("10.1.0.1", "10.2.0.1")
    words = "mode=tunnel localtunnelendpoint={} remotetunnelendpoint={} " + PSK
    ends = ("10.1.0.0/16", "10.2.0.0/16")
    mine = rule(words.format(*gates), "requireinclearout", ends)
    theirs = rule(words.format(*gates[::-1]), ends=ends[::-1])
    assert verdict(mine, theirs, Side.B) == ("secured", None)
    told = answer(mine, theirs)
    assert (told.outcome.verdict, told.outcome.stage, len(told.outcome.outcomes)) == ("depends", "mode", 2)
    assert not told.outcome.is_as_wanted
    assert told.advice[0] is not None
    assert told.advice[0].words == "Require protection of what is sent, too."
    assert told.advice[1] is None


def test_what_would_fail_behind_the_stage_that_fails_is_named() -> None:
    mine, theirs = both(f"{PSK} qmsecmethods=ah:sha1 qmpfs=none", f"{PSK} qmsecmethods=esp:sha1-aes128 qmpfs=none")
    outcome = answer(main_mode("dhgroup2:3des-sha1") + mine, main_mode("dhgroup14:aes256-sha256") + theirs).outcome
    assert (outcome.stage, outcome.behind) == ("main-mode-suite", ("quick-mode-suite",))
    assert [result.stage for result in outcome.stages] == ["key-module", "main-mode-suite"]
    assert answer(mine, theirs).outcome.behind == ()
