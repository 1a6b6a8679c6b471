"""What is read of reports and preferences of GPOs, and what each word that is spoilt changes in that, is as stored.

After a change that is meant, `python -m tests.formats.gpo.test_spoilt` stores it anew: read the difference.
"""

from __future__ import annotations

import pytest
from tests.formats import spoilt

FORMATS = ("gpo-report", "gpo-preferences")
MOST = 60
"""So many words and lines of each fixture are spoilt, evenly spread."""


@pytest.mark.drawn(4)
@pytest.mark.parametrize("name", FORMATS)
def test_each_word_that_is_spoilt_changes_what_is_stored(name: str) -> None:
    spoilt.hold_to_stored(name, spoilt.inputs_of(name), most=MOST)


if __name__ == "__main__":
    for each in FORMATS:
        spoilt.store(each, spoilt.inputs_of(each), most=MOST)
