"""What is read of events and audit policies, and what each word that is spoilt changes in that, is as stored.

After a change that is meant, `python -m tests.formats.events.test_spoilt` stores it anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.cases import cases
from tests.formats import spoilt
from tests.formats.test_every_format import FORMATS as ALL

pytestmark = pytest.mark.drawn(3)

FORMATS = ("audit-policy", "error-sentences", "event-json", "event-text", "security-events")
SMALL = {"collected-events-json": "event-json", "collected-events-text": "event-text"}


def inputs_of(name: str) -> Iterator[tuple[str, bytes]]:
    """The fixtures of a format, those in UTF-16 left out, whose words are not those of their bytes."""
    return ((title, data) for title, data in spoilt.inputs_of(name) if not data.startswith(b"\xff\xfe"))


@pytest.mark.drawn(4)
@cases("name", FORMATS)
def test_each_word_that_is_spoilt_changes_what_is_stored(name: str) -> None:
    spoilt.hold_to_stored(name, inputs_of(name))


@pytest.mark.drawn(4)
@cases(("name", "title"), [(name, title) for name in SMALL for title, _ in spoilt.small_inputs(name)])
def test_each_word_of_a_small_input_that_is_spoilt_changes_what_is_stored(name: str, title: str) -> None:
    spoilt.hold_small_to_stored(ALL[SMALL[name]], name, title)


if __name__ == "__main__":
    for each in FORMATS:
        spoilt.store(each, inputs_of(each))
    for each, reader in SMALL.items():
        spoilt.store_small(ALL[reader], each)
