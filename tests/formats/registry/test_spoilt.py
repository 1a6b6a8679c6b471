"""What is read of registry values in texts, and what each word that is spoilt changes in that, is as stored.

After a change that is meant, `python -m tests.formats.registry.test_spoilt` stores it anew: read the difference.
"""

from __future__ import annotations

import pytest
from tests.cases import cases
from tests.formats import spoilt

pytestmark = pytest.mark.drawn(4)

FORMATS = (
    "collected-registry",
    "ipsec-ldif",
    "lgpo-text",
    "policy-rules",
    "reg-query",
    "registry-properties",
    "security-template",
)


@pytest.mark.drawn(4)
@cases("name", FORMATS)
def test_each_word_that_is_spoilt_changes_what_is_stored(name: str) -> None:
    spoilt.hold_to_stored(name, spoilt.inputs_of(name))


if __name__ == "__main__":
    for each in FORMATS:
        spoilt.store(each, spoilt.inputs_of(each))
