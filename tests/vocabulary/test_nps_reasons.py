"""What NPS gives as its reason: a number with its meaning, a number alone, or no number."""

from __future__ import annotations

from ipseclint.vocabulary.nps_reasons import NPS_REASONS, meaning
from tests.cases import cases


@cases("reason", [None, "", "sixteen", "16.", "-16", "\uff11\uff16", "\u00b2"])
def test_what_is_no_number_is_no_reason(reason: str | None) -> None:
    assert meaning(reason) == "NPS gives no reason by number"


@cases("reason", ["9999", "016"])
def test_a_number_that_is_not_known_is_given_as_it_is(reason: str) -> None:
    assert meaning(reason) == f"NPS gives reason {reason}"


def test_a_number_that_is_known_has_its_meaning() -> None:
    assert meaning("16") == f"NPS gives reason 16: {NPS_REASONS['16']}"
