"""What is read of batch files and sessions that call netsh, and what spoilt words change in that, is as stored.

After a change that is meant, `python -m tests.formats.netsh.test_spoilt` stores it anew; read the difference.
"""

from __future__ import annotations

import pytest
from tests.cases import cases
from tests.formats import spoilt
from tests.formats.test_every_format import FORMATS as ALL

pytestmark = pytest.mark.drawn(3)

READER, SCRIPTS = ALL["netsh-script"], "netsh-batch"


@pytest.mark.drawn(4)
@cases("title", [title for title, _ in spoilt.small_inputs(SCRIPTS)])
def test_each_word_of_a_script_that_is_spoilt_changes_what_is_stored(title: str) -> None:
    spoilt.hold_small_to_stored(READER, SCRIPTS, title)


if __name__ == "__main__":
    spoilt.store_small(READER, SCRIPTS)
