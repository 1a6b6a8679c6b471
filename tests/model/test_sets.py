"""Proposals are the same where all of their algorithms are, whatever their lifetimes and places."""

from __future__ import annotations

from typing import Any

from ipseclint.model.sets import MainModeProposal, QuickModeProposal
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import Cipher, Encapsulation, Integrity
from ipseclint.vocabulary.groups import DhGroup
from tests import made_objects as made
from tests.cases import cases


@cases(
    ("proposal", "changed"),
    [
        (
            made.main_mode_proposal(),
            {"encryption": Cipher.TRIPLE_DES, "integrity": Integrity.MD5, "dh_group": DhGroup.GROUP_1},
        ),
        (
            made.quick_mode_proposal(),
            {
                "encapsulation": Encapsulation.AH,
                "ah_integrity": Integrity.MD5,
                "esp_integrity": Integrity.MD5,
                "encryption": Cipher.TRIPLE_DES,
            },
        ),
    ],
    ids=["main mode", "quick mode"],
)
def test_proposals_mean_the_same_where_no_algorithm_differs(
    proposal: MainModeProposal | QuickModeProposal, changed: dict[str, Any]
) -> None:
    elsewhere = proposal.model_copy(update={"span": Span("b", 9, 9), "lifetime_seconds": made.said(61)})
    assert elsewhere.algorithms == proposal.algorithms
    for name, value in changed.items():
        assert proposal.model_copy(update={name: made.said(value)}).algorithms != proposal.algorithms, name
