"""What a fix says beside its commands is whole sentences, so that notes can stand one after the other."""

from __future__ import annotations

import pytest

from ipseclint.model.change import Fix
from tests.cases import cases


@cases("note", ["", "change the set", "Change the set", "change the set."])
def test_a_note_that_is_no_sentence_is_refused_where_it_is_made(note: str) -> None:
    with pytest.raises(ValueError, match="the note of a fix is not a sentence"):
        Fix(note=note)


def test_a_sentence_is_taken() -> None:
    assert Fix(note="Change the set on all peers together.").note == "Change the set on all peers together."
