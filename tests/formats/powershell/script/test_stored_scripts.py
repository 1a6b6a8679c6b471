"""All that is read of many small scripts, with its places, is as it stands below each of them.

A file of `tests/data/scripts` has scripts, each below a line `=== PATH`, with files of its run below `+++ PATH`, and
what is read of it below `--- read`. After a change that is meant, or with a script added to such a file, `python -m
tests.formats.powershell.script.test_stored_scripts` writes what is read anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import ROOT
from tests.cases import cases
from tests.formats.stored_inputs import READ, inputs_in, said_of, source_of

from ipseclint.formats.netsh import script as netsh
from ipseclint.formats.powershell.script.format import parse
from ipseclint.source import Source

pytestmark = pytest.mark.drawn(4)

FOLDER = ROOT / "tests" / "data" / "scripts"


def lines_of(source: Source) -> Iterator[str]:
    """What is read of a script, a line for each object or problem."""
    return said_of((netsh.parse if source.path.endswith(".cmd") else parse)(source), source.path)


def read_anew(text: str) -> str:
    """A file of scripts with what is read of each."""
    scripts = inputs_in(text)
    blocks = [[f"=== {path}", script, READ, *lines_of(source_of(path, script))] for path, script in scripts]
    return "\n".join(line for block in blocks for line in block) + "\n"


FILES: list[Path] = sorted(FOLDER.iterdir())


@cases("path", FILES, ids=lambda path: path.stem)
def test_what_is_read_of_a_script_is_as_stored(path: Path) -> None:
    text = path.read_text("utf-8")
    assert inputs_in(text)
    assert read_anew(text).splitlines() == text.splitlines()


if __name__ == "__main__":
    for stored in FILES:
        stored.write_text(read_anew(stored.read_text("utf-8")), "utf-8", newline="\n")
