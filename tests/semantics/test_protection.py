"""Whether a change protects less: each part of levels, suites and authentication, its weaker side and its stronger."""

from __future__ import annotations

from typing import Any

import pytest

from ipseclint.model.policy import AuthMethod, AuthPhase, CertificateCriteria, MainModeProposal, QuickModeProposal
from ipseclint.model.setting import Setting, Unknown
from ipseclint.semantics.protection import (
    Comparison,
    Effect,
    Guard,
    Level,
    compare_authentication,
    compare_guards,
    compare_sets,
)
from ipseclint.vocabulary.algorithms import Cipher, DhGroup, Integrity
from tests.cases import cases
from tests.made_objects import (
    SPAN,
    authentication_set,
    main_mode_proposal,
    main_mode_set,
    method,
    quick_mode_proposal,
    quick_mode_set,
    said,
)

UNKNOWN: Setting[Any] = Setting(Unknown("?"), SPAN)
DES3 = main_mode_proposal(Cipher.TRIPLE_DES, Integrity.SHA1, DhGroup.GROUP_2)
AES128 = main_mode_proposal(Cipher.AES_128, Integrity.SHA256, DhGroup.GROUP_14)
AES256 = main_mode_proposal()
SHA384 = main_mode_proposal(integrity=Integrity.SHA384)
NOT_UNDERSTOOD = main_mode_proposal().model_copy(update={"encryption": UNKNOWN})

PREFERRED_NOT_UNDERSTOOD = "the proposal that is preferred was not understood"

Said = tuple[list[str], list[str], list[str]]
"""Losses, gains and doubts."""
NOTHING: Said = ([], [], [])


def said_of(result: Comparison) -> Said:
    return result.losses, result.gains, result.doubts


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((AES256,), (AES256,), NOTHING),
        ((AES256,), (SHA384,), NOTHING),
        (
            (AES256,),
            (AES256, DES3),
            (["3DES+SHA-1+DH2 is accepted, weaker than all that was"], [], []),
        ),
        ((AES256, DES3), (AES256,), ([], ["3DES+SHA-1+DH2 is no longer accepted"], [])),
        (
            (AES256, DES3),
            (DES3,),
            (
                [
                    "AES-256+SHA-256+DH20 is no longer offered, and nothing as strong is",
                    "3DES+SHA-1+DH2 is preferred to AES-256+SHA-256+DH20",
                ],
                [],
                [],
            ),
        ),
        ((AES256, DES3), (DES3, AES256), (["3DES+SHA-1+DH2 is preferred to AES-256+SHA-256+DH20"], [], [])),
        ((DES3, AES256), (AES256, DES3), ([], ["AES-256+SHA-256+DH20 is preferred to 3DES+SHA-1+DH2"], [])),
        ((AES256, DES3), (AES256, AES128, DES3), NOTHING),
        ((AES256,), (AES256, NOT_UNDERSTOOD), ([], [], ["a proposal was not understood"])),
        ((AES256, NOT_UNDERSTOOD), (AES256,), ([], [], ["a proposal was not understood"])),
        ((NOT_UNDERSTOOD, DES3), (NOT_UNDERSTOOD, AES256, DES3), NOTHING),
        ((NOT_UNDERSTOOD, DES3), (DES3, NOT_UNDERSTOOD), ([], [], [PREFERRED_NOT_UNDERSTOOD])),
        ((DES3, NOT_UNDERSTOOD), (NOT_UNDERSTOOD, DES3), ([], [], [PREFERRED_NOT_UNDERSTOOD])),
    ],
)
def test_what_a_list_of_proposals_lets_happen(
    before: tuple[MainModeProposal, ...], after: tuple[MainModeProposal, ...], expected: Said
) -> None:
    result = Comparison()
    compare_sets(main_mode_set(proposals=before), main_mode_set(proposals=after), result)
    assert said_of(result) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"force_dh": said(True)}, {"force_dh": said(False)}, ["AuthIP no longer makes a Diffie-Hellman exchange"]),
        ({"force_dh": said(False)}, {"force_dh": said(True)}, []),
        ({"lifetime_seconds": said(60)}, {"lifetime_seconds": said(28_800)}, []),
        (
            {"lifetime_seconds": said(60)},
            {"lifetime_seconds": said(28_801)},
            ["a main-mode key lives 28801 s, beyond Windows' default"],
        ),
        ({"lifetime_seconds": said(30_000)}, {"lifetime_seconds": said(30_000)}, []),
        (
            {"lifetime_seconds": UNKNOWN},
            {"lifetime_seconds": said(30_001)},
            ["a main-mode key lives 30001 s, beyond Windows' default"],
        ),
        ({"lifetime_seconds": said(30_000)}, {"lifetime_seconds": UNKNOWN}, []),
    ],
)
def test_what_else_a_main_mode_set_loses(before: dict[str, Any], after: dict[str, Any], expected: list[str]) -> None:
    result = Comparison()
    compare_sets(main_mode_set(**before), main_mode_set(**after), result)
    assert said_of(result) == (expected, [], [])


WEAKER, STRONGER = "perfect forward secrecy is weaker, or off", "perfect forward secrecy is stronger"
GROUP_NOT_UNDERSTOOD = "the group of perfect forward secrecy was not understood"


def proposals(*groups: DhGroup | None) -> tuple[QuickModeProposal, ...]:
    return tuple(quick_mode_proposal(pfs_group=group and said(group)) for group in groups)


@cases(
    ("before", "after", "expected"),
    [
        ({"pfs_group": said(DhGroup.ECP_256)}, {"pfs_group": said(DhGroup.NONE)}, ([WEAKER], [], [])),
        ({"pfs_group": said(DhGroup.NONE)}, {"pfs_group": said(DhGroup.GROUP_2)}, ([], [STRONGER], [])),
        ({"pfs_group": said(DhGroup.GROUP_14)}, {"pfs_group": said(DhGroup.GROUP_24)}, NOTHING),
        ({"pfs_group": said(DhGroup.NONE)}, {"pfs_group": UNKNOWN}, ([], [], [GROUP_NOT_UNDERSTOOD])),
        (
            {"pfs_group": said(DhGroup.SAME_AS_MAIN_MODE)},
            {"pfs_group": said(DhGroup.NONE)},
            ([], [], [GROUP_NOT_UNDERSTOOD]),
        ),
        # The least of the proposals' own counts, and the set's own only where none has one.
        (
            {"proposals": proposals(DhGroup.ECP_384, DhGroup.ECP_256)},
            {"proposals": proposals(DhGroup.ECP_384, DhGroup.GROUP_2)},
            ([WEAKER], [], []),
        ),
        (
            {"proposals": proposals(None, DhGroup.GROUP_2), "pfs_group": said(DhGroup.NONE)},
            {"proposals": proposals(None, DhGroup.ECP_256), "pfs_group": said(DhGroup.NONE)},
            ([], [STRONGER], []),
        ),
    ],
)
def test_forward_secrecy_is_that_of_the_least_group(
    before: dict[str, Any], after: dict[str, Any], expected: Said
) -> None:
    result = Comparison()
    compare_sets(quick_mode_set(**before), quick_mode_set(**after), result)
    assert said_of(result) == expected


@cases(
    ("cipher", "before", "after", "loses"),
    [
        (Cipher.TRIPLE_DES, 1000, 1001, True),
        (Cipher.TRIPLE_DES, 1000, 1000, False),
        (Cipher.TRIPLE_DES, 0, 1001, False),
        (Cipher.DES, 1000, 2000, True),
        (Cipher.AES_128, 1000, 1001, False),
    ],
)
def test_a_small_block_must_not_protect_more_under_one_key(
    cipher: Cipher, before: int, after: int, loses: bool
) -> None:
    sets = [
        quick_mode_set(proposals=(quick_mode_proposal(encryption=said(cipher), lifetime_kilobytes=said(each)),))
        for each in (before, after)
    ]
    result = Comparison()
    compare_sets(*sets, result)
    assert said_of(result) == ((["a 64-bit block cipher protects more data under one key"] if loses else []), [], [])


def test_the_stronger_integrity_of_ah_and_esp_counts() -> None:
    def of(ah: Integrity, esp: Integrity) -> Any:
        return quick_mode_set(proposals=(quick_mode_proposal(ah_integrity=said(ah), esp_integrity=said(esp)),))

    result = Comparison()
    compare_sets(of(Integrity.SHA256, Integrity.NONE), of(Integrity.NONE, Integrity.SHA256), result)
    assert said_of(result) == NOTHING
    compare_sets(of(Integrity.SHA1, Integrity.SHA256), of(Integrity.SHA1, Integrity.NONE), result)
    assert len(result.losses) == 3


def test_sets_of_two_kinds_or_none_are_not_compared() -> None:
    result = Comparison()
    for before, after in ((main_mode_set(), quick_mode_set()), (None, main_mode_set()), (quick_mode_set(), None)):
        compare_sets(before, after, result)
    assert said_of(result) == ([], [], ["a crypto set is not in this input"] * 3)


def certificate(**fields: Any) -> Any:
    facts: dict[str, Any] = {
        "certificate_authority": said("CN=Root"),
        "health": said(False),
        "account_mapping": said(False),
        "crl_check_disabled": said(True),
    }
    return method(AuthMethod.COMPUTER_CERTIFICATE, **facts | fields)


VALIDATED = (CertificateCriteria(span=SPAN, selection=False, validation=True),)
SELECTED = (CertificateCriteria(span=SPAN, selection=True, validation=False),)
FIRST, SECOND = AuthPhase.FIRST, AuthPhase.SECOND
KERBEROS, NTLM, KEY, ANONYMOUS = (
    method(each)
    for each in (
        AuthMethod.COMPUTER_KERBEROS,
        AuthMethod.COMPUTER_NTLM,
        AuthMethod.PRESHARED_KEY,
        AuthMethod.ANONYMOUS,
    )
)


@pytest.mark.parametrize(
    ("phase", "before", "after", "expected"),
    [
        (FIRST, [KERBEROS], [KERBEROS], NOTHING),
        (FIRST, [KERBEROS], [KERBEROS, KEY], (["first authentication is satisfied by a weaker method"], [], [])),
        (FIRST, [KERBEROS], [NTLM], (["first authentication is satisfied by a weaker method"], [], [])),
        (FIRST, [KERBEROS], [method(AuthMethod.USER_NTLM)],
         (["first authentication is satisfied by a weaker method"], [], [])),
        (FIRST, [KEY], [NTLM], NOTHING),
        (FIRST, [KEY], [ANONYMOUS], (["first authentication is satisfied by a weaker method"], [], [])),
        (FIRST, [ANONYMOUS], [KEY], ([], ["first authentication takes no weaker method any more"], [])),
        (FIRST, [KERBEROS], [], ([], [], ["the first authentication is not in this input"])),
        (FIRST, None, [KERBEROS], ([], [], ["the first authentication is not in this input"])),
        (SECOND, [KERBEROS], None, (["second authentication is no longer asked for"], [], [])),
        (SECOND, None, [KERBEROS], ([], ["second authentication takes no weaker method any more"], [])),
        (SECOND, None, None, NOTHING),
        (FIRST, [method(AuthMethod.ANONYMOUS).model_copy(update={"method": UNKNOWN})], [KERBEROS],
         ([], [], ["an authentication method was not understood"])),
        (FIRST, [KERBEROS], [certificate()], NOTHING),
        (FIRST, [certificate()], [certificate(certificate_authority=said("CN=Other"))],
         ([], [], ["certificates of another authority are accepted: CN=Other"])),
        (FIRST, [certificate(), KEY], [certificate(certificate_authority=said("CN=Other")), KEY], NOTHING),
        (FIRST, [certificate(criteria=VALIDATED)], [certificate(criteria=SELECTED)],
         (["what a certificate must show is no longer asked for"], [], [])),
        (FIRST, [certificate(account_mapping=said(True))], [certificate()],
         (["the mapping of certificates to accounts is no longer asked for"], [], [])),
        (FIRST, [certificate(health=said(True))], [certificate(health=None)],
         (["a health certificate is no longer asked for"], [], [])),
        (FIRST, [certificate(crl_check_disabled=None)], [certificate()],
         (["the check of revocation is no longer asked for"], [], [])),
        (FIRST, [certificate(health=said(True)), certificate()], [certificate()], NOTHING),
        (FIRST, [certificate()],
         [certificate(health=said(True), account_mapping=said(True), criteria=VALIDATED, crl_check_disabled=None)],
         NOTHING),
    ],
)  # fmt: skip
def test_what_authentication_accepts(
    phase: AuthPhase, before: list[Any] | None, after: list[Any] | None, expected: Said
) -> None:
    sides = [None if each is None else authentication_set("A", *each, phase=phase) for each in (before, after)]
    result = Comparison()
    compare_authentication(sides[0], sides[1], result)
    assert said_of(result) == expected


CLEAR, ASKED, NEEDED, BLOCKED = Level


@cases(
    ("before", "after", "direction", "exposures", "gains", "doubts"),
    [
        ((NEEDED, NEEDED), (CLEAR, NEEDED), None, ["X is protected or dropped now and in the clear then"], [], []),
        ((NEEDED, NEEDED), (CLEAR, NEEDED), 1, ["X is protected or dropped now and in the clear then"], [], []),
        ((NEEDED, NEEDED), (CLEAR, NEEDED), 0, [], [], []),
        ((ASKED, ASKED), (ASKED, NEEDED), 0, [],
         ["X is protected only if the peer can now and protected or dropped then"], []),
        ((BLOCKED, BLOCKED), (None, BLOCKED), None, [], [], ["what happens to X was not understood"]),
        ((None, NEEDED), (None, NEEDED), None, [], [], []),
        ((CLEAR, CLEAR), (BLOCKED, CLEAR), None, [], ["X is in the clear now and blocked then"], []),
    ],
)  # fmt: skip
def test_how_firmly_each_direction_is_protected(
    before: Any, after: Any, direction: int | None, exposures: list[str], gains: list[str], doubts: list[str]
) -> None:
    result = Comparison()
    compare_guards(Guard(*before), Guard(*after), direction, lambda: "X", result)
    assert (result.exposures, result.gains, result.doubts) == (exposures, gains, doubts)


@cases(("level", "is_negotiated"), [(CLEAR, False), (ASKED, True), (NEEDED, True), (BLOCKED, False)])
def test_sets_count_where_both_sides_are_negotiated(level: Level, is_negotiated: bool) -> None:
    second = authentication_set("B", KERBEROS, phase=SECOND)
    old = Guard(
        NEEDED, NEEDED, main_mode_set(), quick_mode_set(), authentication_set("A", KERBEROS), second, authorization=True
    )
    new = Guard(level, level, main_mode_set(proposals=(DES3,)), None, authentication_set("A", KEY), None)
    result = Comparison()
    compare_guards(old, new, 1, lambda: "X", result)
    weaker = [
        "X no longer needs a peer that is authorized",
        "3DES+SHA-1+DH2 is accepted, weaker than all that was",
        "AES-256+SHA-256+DH20 is no longer offered, and nothing as strong is",
        "3DES+SHA-1+DH2 is preferred to AES-256+SHA-256+DH20",
        "first authentication is satisfied by a weaker method",
        "second authentication is no longer asked for",
    ]
    assert result.losses == (weaker if is_negotiated else [])
    assert result.doubts == (["a crypto set is not in this input"] if is_negotiated else [])


def test_toward_peers_that_never_answer_only_what_is_asked_for_is_in_the_clear() -> None:
    assert Guard(ASKED, NEEDED, main_mode_set(), authorization=True).unanswered == Guard(CLEAR, NEEDED)
    assert Guard(BLOCKED, ASKED).unanswered == Guard(BLOCKED, CLEAR)


@cases(
    ("fields", "effect", "why"),
    [
        ({}, Effect.KEEPS, None),
        ({"gains": ["g", "h"]}, Effect.RAISES, "g"),
        ({"gains": ["g"], "doubts": ["d"]}, Effect.UNKNOWN, "d"),
        ({"gains": ["g"], "doubts": ["d"], "losses": ["l"]}, Effect.LOWERS, "l"),
        ({"exposures": ["e"], "losses": ["l"], "doubts": ["d"]}, Effect.LOWERS, "e"),
    ],
)
def test_the_effect_is_that_of_the_worst(fields: dict[str, list[str]], effect: Effect, why: str | None) -> None:
    assert (Comparison(**fields).effect, Comparison(**fields).why) == (effect, why)
