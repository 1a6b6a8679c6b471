"""What is read of many small inputs of each format, with its places, is as it stands below each of them.

A file of `tests/data/small_inputs` has inputs, each below a line `=== FORMAT PATH`, with files that belong to it below
`+++ PATH`; below `--- read` stands as which format it is recognised, whether the one above takes it alone, and what it
reads in it. Limits of the readers may stand behind the path, as `NAME=VALUE`: they hold for this input, so that it need
not be large. After a change that is meant, or with an input added to such a file, `python -m
tests.formats.test_stored_small_inputs` writes what is read anew: read the difference.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests import ROOT
from tests.cases import cases
from tests.formats.stored_inputs import READ, inputs_in, said_of, source_of
from tests.formats.test_every_format import FORMATS

from ipseclint import formats

FOLDER = ROOT / "tests" / "data" / "small_inputs"
FILES: list[Path] = sorted(FOLDER.iterdir())


def read_anew(text: str) -> str:
    """A file of inputs with what is read of each."""
    lines = []
    for title, written in inputs_in(text):
        name, path, *limits = title.split()
        source = source_of(path, written)
        with pytest.MonkeyPatch.context() as patch:
            for limit in limits:
                lower(limit, patch)
            recognised = formats.recognise(source)
            lines += [f"=== {title}", written, READ, f"is {recognised.name if recognised else 'of no format'}"]
            lines += [f"taken for {name}" if FORMATS[name].recognise(source) else f"not taken for {name}"]
            lines += said_of(FORMATS[name].parse(source), path, defaults=True)
    return "\n".join(lines) + "\n"


def lower(limit: str, patch: pytest.MonkeyPatch) -> None:
    """Let a limit be another, `NAME=VALUE`, in all readers that have it."""
    name, _, value = limit.partition("=")
    holders = [module for key, module in sys.modules.items() if key.startswith("ipseclint.") and hasattr(module, name)]
    assert holders
    for module in holders:
        patch.setattr(module, name, int(value))


@cases("path", FILES, ids=lambda path: path.stem)
def test_what_is_read_of_small_inputs_is_as_stored(path: Path) -> None:
    text = path.read_text("utf-8")
    assert inputs_in(text)
    assert read_anew(text).splitlines() == text.splitlines()


if __name__ == "__main__":
    for stored in FILES:
        stored.write_text(read_anew(stored.read_text("utf-8")), "utf-8", newline="\n")
