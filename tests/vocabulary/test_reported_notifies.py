import pytest

from ipseclint.vocabulary.reported_notifies import reported_notifies
from ipseclint.vocabulary.windows_sentences import sentences
from tests.cases import cases


@cases(
    ("text", "code"),
    [
        ("It fails with NO_PROPOSAL_CHOSEN.", 13868),
        ('The other end says "NO_PROPOSAL_CHOSEN"', 13868),
        ("Since Monday strongSwan reports AUTHENTICATION_FAILED", 13801),
        ("Wir bekommen TS_UNACCEPTABLE", 13825),
        ("We keep getting v2N_NO_PROPOSAL_CHOSEN, why?", 13868),
    ],
)
def test_an_error_that_was_notified_is_told_by_its_name(text: str, code: int) -> None:
    assert [sentence.codes for sentence in sentences(text)] == [(code,)]
    ((begin, end, _),) = reported_notifies(text)
    assert text[begin:end].replace("v2N_", "").isupper()


@pytest.mark.parametrize(
    "text",
    [
        "NO_PROPOSAL_CHOSEN means that the proposals differ.",
        "#define NO_PROPOSAL_CHOSEN 14",
        "we received NO_PROPOSAL_CHOSEN notify error",  # a line of a log, which is read as one
        "We get no proposal chosen",
        "we get NO_PROPOSAL_CHOSEN_BY_NAME",
        "It fails with INVALID_KE_PAYLOAD",  # another group is asked for: no failure
    ],
)
def test_a_name_by_itself_is_no_error_that_was_met(text: str) -> None:
    assert list(reported_notifies(text)) == []


def test_a_list_of_what_may_be_met_is_none() -> None:
    names = ("NO_PROPOSAL_CHOSEN", "AUTHENTICATION_FAILED", "TS_UNACCEPTABLE", "INVALID_SYNTAX")
    text = "\n".join(f"It fails with {name}" for name in names)
    assert len(list(reported_notifies(text))) == len(names)
    assert list(sentences(text)) == []
