"""What is read of `netsh ipsec` commands and of what it shows, and what spoilt words change in that, is as stored.

After a change that is meant, `python -m tests.formats.netsh.ip_security.test_spoilt` stores it anew.
"""

from __future__ import annotations

import pytest
from tests.cases import cases
from tests.formats import spoilt
from tests.formats.test_every_format import FORMATS as ALL

pytestmark = pytest.mark.drawn(3)

FORMATS = ("netsh-ipsec-dynamic-show", "netsh-ipsec-show", "netsh-ipsec-statistics")
READER, SCRIPTS = ALL["netsh-script"], "netsh-static"
MOST = 60
"""So many words and lines of each fixture are spoilt, evenly spread."""


@pytest.mark.drawn(4)
@cases("name", FORMATS)
def test_each_word_that_is_spoilt_changes_what_is_stored(name: str) -> None:
    spoilt.hold_to_stored(name, spoilt.inputs_of(name), most=MOST)


@pytest.mark.drawn(4)
@cases("title", [title for title, _ in spoilt.small_inputs(SCRIPTS)])
def test_each_word_of_a_script_that_is_spoilt_changes_what_is_stored(title: str) -> None:
    spoilt.hold_small_to_stored(READER, SCRIPTS, title)


if __name__ == "__main__":
    for each in FORMATS:
        spoilt.store(each, spoilt.inputs_of(each), most=MOST)
    spoilt.store_small(READER, SCRIPTS)
