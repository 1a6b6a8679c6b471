"""`explain` gives Windows' own sentence where there is one, and says which words are ours."""

from __future__ import annotations

from collections.abc import Callable

from ipseclint.engine.explain.answers import explain_error
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.vocabulary.windows_errors import error_table, error_texts


def sections(code: int) -> dict[str, str]:
    explanation = explain_error(error_table()[code], load_ruleset("default"))
    return {
        section.heading: " ".join((*section.paragraphs, *section.items, *section.lines))
        for section in explanation.sections
    }


def test_windows_own_sentence_comes_whole_and_apart_from_ours(draw: Callable[..., list[int]]) -> None:
    for code in draw(sorted(error_texts().keys() & error_table().keys()), 0, 3):
        found = sections(code)
        assert found["What Windows says"] == error_texts()[code], code
        assert error_table()[code].message[1:] in found["In our words"], code


def test_a_late_key_has_the_cause_and_the_remedy_of_windows() -> None:
    found = sections(13860)
    assert "The most common cause for this is if the IKE negotiation took too long" in found["What Windows says"]
    assert "reduce the load on the machine" in found["What to do"]
    assert "(our reasoning)" in found["What to do"]


def test_the_rate_limit_names_its_rule_and_tags_the_inference() -> None:
    found = sections(13903)
    assert "our inference" in found["What to do"]
    assert "QD022 many-initiators-behind-one-address" in found["Rules that lead to it"]


def test_the_story_tags_its_ways_as_reasoning_and_says_that_it_lists_more_rules() -> None:
    found = sections(13811)
    assert "Four ways into it, and how to tell them apart (our reasoning)" in found
    named = found["Rules whose findings name it among their errors; the ways above list more"].split()
    listed = found["Four ways into it, and how to tell them apart (our reasoning)"]
    assert [code for code in named if code not in listed] == []
