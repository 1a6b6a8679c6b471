"""Numbers of a WFP export that are none, or cannot be, are said."""

from __future__ import annotations

from pathlib import Path

from tests.cases import cases
from tests.formats.wfp.inputs import read_text

FILTERS, EVENTS, STATE = "wfp-filters/one-rule.xml", "wfp-netevents/failures.xml", "wfp-state/site-policies.xml"


@cases(
    ("name", "old", "new"),
    [
        (FILTERS, "<filterId>66101<", "<filterId>66,101<"),
        (FILTERS, "<filterId>66101<", "<filterId>sixty<"),
        (EVENTS, ">66010<", ">66,010<"),
        (STATE, "<keyLen>0<", "<keyLen>7<"),
        (STATE, "<keyLen>0<", "<keyLen>seven<"),
        (STATE, "<rounds>0<", "<rounds>-1<"),
        (STATE, "<prefixLength>0<", "<prefixLength>200<"),
        (STATE, "<prefixLength>32<", "<prefixLength>-1<"),
        (STATE, "<prefixLength>48<", "<prefixLength>129<"),
        (STATE, "<prefixLength>48<", "<prefixLength>many<"),
    ],
)
def test_a_number_that_cannot_be_is_said(fixtures: Path, name: str, old: str, new: str) -> None:
    text = (fixtures / "formats" / name).read_text(encoding="utf-8")
    assert old in text
    before, after = read_text(text), read_text(text.replace(old, new, 1))
    assert len(after.problems) == len(before.problems) + 1
