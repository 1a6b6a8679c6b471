"""The suite of two ends by the module that negotiates it: only IKEv2 has a PRF, AuthIP takes the top alone."""

from __future__ import annotations

from typing import Any

from ipseclint.model.peer import UNKNOWN_GROUP, Offer
from ipseclint.model.policy import RuleAction
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.implementations import Implementation
from ipseclint.semantics.negotiation.main_mode import agree
from ipseclint.semantics.negotiation.offers import Suite
from ipseclint.semantics.negotiation.stage import Answer, Basis, Kind, Result
from ipseclint.vocabulary.algorithms import KeyModule
from tests.cases import cases
from tests.made_objects import SPAN

IKEV1, IKEV2, AUTHIP = KeyModule.IKEV1, KeyModule.IKEV2, KeyModule.AUTHIP


def offer(**fields: Any) -> Offer:
    facts = {"encryption": ("AES-256",), "integrity": ("SHA-256",), "groups": ("DH14",)}
    return Offer(span=SPAN, encapsulation=None, **facts | fields)


def agreed(
    module: KeyModule, mine: tuple[Offer, ...], theirs: tuple[Offer, ...], **fields: Any
) -> tuple[Result, tuple[Suite, ...]]:
    initiator, responder = (
        End(path=name, subject=name, span=SPAN, action=RuleAction.NEGOTIATE, main_mode=offers, **fields)
        for name, offers in (("a", mine), ("b", theirs))
    )
    return agree(initiator, responder, module)


def answer(module: KeyModule, mine: tuple[Offer, ...], theirs: tuple[Offer, ...], **fields: Any) -> tuple[Answer, bool]:
    result, suites = agreed(module, mine, theirs, **fields)
    return result.answer, bool(suites)


PLAIN, OTHER_GROUP, OTHER_CIPHER = offer(), offer(groups=("DH19",)), offer(encryption=("AES-128",))
OF_PRF = offer(prfs=("SHA-384",))
AGREED, FAILS = (Answer.AGREED, True), (Answer.FAILS, False)


@cases(("module", "expected"), [(IKEV1, AGREED), (AUTHIP, AGREED), (IKEV2, FAILS)], ids=str)
def test_ends_that_differ_in_the_prf_alone_agree_where_there_is_none(module: KeyModule, expected: object) -> None:
    assert answer(module, (PLAIN,), (OF_PRF,)) == expected
    assert answer(module, (OF_PRF,), (PLAIN,)) == expected
    assert answer(module, (OF_PRF,), (OF_PRF,)) == AGREED


@cases(
    ("mine", "theirs", "forces_dh", "expected"),
    [
        ((PLAIN,), (PLAIN,), True, AGREED),
        ((PLAIN, OTHER_CIPHER), (OTHER_CIPHER, PLAIN), True, FAILS),
        ((PLAIN,), (OTHER_GROUP,), True, FAILS),
        ((PLAIN,), (OTHER_GROUP,), False, (Answer.DEPENDS, True)),
        ((PLAIN,), (offer(groups=("DH19",), prfs=("SHA-384",)),), False, (Answer.DEPENDS, True)),
        ((PLAIN,), (OTHER_CIPHER,), False, FAILS),
        ((PLAIN,), (offer(is_understood=False),), False, (Answer.UNKNOWN, False)),
    ],
)
def test_authip_takes_the_top_of_both_lists(
    mine: tuple[Offer, ...], theirs: tuple[Offer, ...], forces_dh: bool, expected: object
) -> None:
    assert answer(AUTHIP, mine, theirs, forces_dh=forces_dh) == expected


@cases(
    ("theirs", "is_open", "kind"),
    [
        ((OTHER_GROUP,), True, None),
        ((OTHER_GROUP, PLAIN), True, Kind.TOP),
        ((OTHER_CIPHER, PLAIN), False, Kind.TOP),
        ((OTHER_CIPHER,), False, None),
    ],
)
def test_tops_that_differ_are_named_with_what_may_become_of_them(
    theirs: tuple[Offer, ...], is_open: bool, kind: Kind | None
) -> None:
    result, suites = agreed(AUTHIP, (PLAIN,), theirs, forces_dh=False)
    (difference,) = result.differences
    assert difference.initiator != difference.responder
    assert (bool(suites), result.kind, result.basis) == (is_open, kind, Basis.REASONED if is_open else Basis.DOCUMENTED)
    assert result.chosen == (str(suites[0]) if is_open else None)
    assert result.outcomes == ((f"{result.chosen} without Diffie-Hellman", "no main mode") if is_open else ())


@cases("theirs", [(PLAIN,), (OTHER_CIPHER, PLAIN)])
def test_what_some_builds_lack_is_told_beside_what_else_may_come_of_it(theirs: tuple[Offer, ...]) -> None:
    mine, some = (PLAIN, OTHER_CIPHER), Implementation("some", "Some", optional=frozenset({"DH14"}))
    known, _ = agreed(IKEV1, mine, theirs)
    result, _ = agreed(IKEV1, mine, theirs, implementation=some)
    assert len(known.outcomes) == (2 if len(theirs) > 1 else 0)
    assert result.outcomes == (
        *(known.outcomes or (known.chosen,)),
        "no connection where Some is built without",
    )
    assert (result.answer, result.kind, len(result.differences)) == (Answer.DEPENDS, Kind.BUILD, 1)


@cases("module", [IKEV1, IKEV2], ids=str)
def test_an_end_whose_group_is_not_written_fails_where_the_rest_differs_and_is_open_where_it_does_not(
    module: KeyModule,
) -> None:
    open_group = offer(groups=(UNKNOWN_GROUP,))
    for mine, theirs in (((open_group,), (PLAIN,)), ((PLAIN,), (OTHER_CIPHER, open_group))):
        result, suites = agreed(module, mine, theirs)
        assert (result.answer, suites) == (Answer.UNKNOWN, ())
        assert result.why == "the rest is common, and the group of one end is not written"
    assert answer(module, (open_group,), (OTHER_CIPHER,)) == FAILS
    assert answer(module, (open_group, PLAIN), (PLAIN,)) == AGREED
