"""What is read of reports, preferences and backups of GPOs, and what each spoilt word changes in that, is as stored.

After a change that is meant, `python -m tests.formats.gpo.test_spoilt` stores it anew: read the difference.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.cases import cases
from tests.formats import spoilt
from tests.formats.test_every_format import FORMATS, sources_of

from ipseclint.formats.gpo.comparison import differences
from ipseclint.formats.gpo.report import parse
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.model.policy import Policy
from ipseclint.source import Source, bytes_source


def compared(source: Source) -> Parsed:
    """What a report and the one of its path that is whole say otherwise, each in turn in place of Registry.pol."""
    report, whole = parse(source).policy, parse(bytes_source("", dict(REPORTS)[source.path])).policy
    diagnostics = Diagnostics(source.path)
    for pair in ((report, whole), (whole, report)):
        for message, span in differences(*pair):
            diagnostics.contradictory(message, span)
    return diagnostics.parsed(Policy())


def indexed(source: Source) -> Parsed:
    """What a backup says with this index, without the policy of its other files."""
    parsed = FORMATS["gpo-backup"].parse(replace(source, members=sources_of("gpo-backup")[0].members))
    return replace(parsed, policy=Policy())


REPORTS = [*spoilt.small_inputs("gpo-compared")]
READERS: dict[str, Format] = {
    "gpo-report": FORMATS["gpo-report"],
    "gpo-preferences": FORMATS["gpo-preferences"],
    "gpo-compared": replace(FORMATS["gpo-report"], parse=compared),
    "gpo-backup": replace(FORMATS["gpo-backup"], parse=indexed),
}


@pytest.mark.drawn(4)
@cases(("name", "title"), [(name, title) for name in READERS for title, _ in spoilt.small_inputs(name)])
def test_each_word_that_is_spoilt_changes_what_is_stored(name: str, title: str) -> None:
    spoilt.hold_small_to_stored(READERS[name], name, title)


if __name__ == "__main__":
    for each, reader in READERS.items():
        spoilt.store_small(reader, each)
