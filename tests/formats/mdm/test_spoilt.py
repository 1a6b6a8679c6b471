"""What is read of policies of a device management, and what spoilt words and lines change in that, is as stored.

After a change that is meant, `python -m tests.formats.mdm.test_spoilt` stores it anew: read the difference.
"""

from __future__ import annotations

import pytest
from tests.cases import cases
from tests.formats import spoilt

FORMATS = {
    "intune-json": 100,
    "mdm-syncml": 100,
    "oma-uri": 60,
}
"""With how many words and lines of each input are spoilt."""


@pytest.mark.drawn(4)
@cases("name", FORMATS)
def test_each_word_that_is_spoilt_changes_what_is_stored(name: str) -> None:
    spoilt.hold_to_stored(name, spoilt.inputs_of(name), FORMATS[name])


if __name__ == "__main__":
    for each, most in FORMATS.items():
        spoilt.store(each, spoilt.inputs_of(each), most)
