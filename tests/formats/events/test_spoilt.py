"""What is read of events and audit policies, and what each word that is spoilt changes in that, is as stored.

After a change that is meant, `python -m tests.formats.events.test_spoilt` stores it anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.formats import spoilt

FORMATS = ("audit-policy", "error-sentences", "event-json", "event-text", "security-events")


def inputs_of(name: str) -> Iterator[tuple[str, bytes]]:
    """The fixtures of a format, those in UTF-16 left out, whose words are not those of their bytes."""
    return ((title, data) for title, data in spoilt.inputs_of(name) if not data.startswith(b"\xff\xfe"))


@pytest.mark.drawn(4)
@pytest.mark.parametrize("name", FORMATS)
def test_each_word_that_is_spoilt_changes_what_is_stored(name: str) -> None:
    spoilt.hold_to_stored(name, inputs_of(name))


if __name__ == "__main__":
    for each in FORMATS:
        spoilt.store(each, inputs_of(each))
