"""The collector's notes of what it could not collect (`ipseclint.collect`)."""

from __future__ import annotations

from ipseclint.escape import visible
from ipseclint.formats.kit.diagnostics import Diagnostics, of_text
from ipseclint.formats.parsed import Format, Parsed
from ipseclint.source import Source, lines_of_text

_SIGN = " by the collector of ipseclint"
_MISSING = "Not collected: "
_MAX_LINES = 1_000
_SHOWN_CHARACTERS = 300
"""How much of a reason is shown (reasoned: what Windows says is a sentence or two)."""


def recognise(source: Source) -> bool:
    """Whether the first line says that the collector wrote it."""
    first = source.head_text.lstrip("\ufeff \t\r\n").partition("\n")[0].rstrip()
    return first.startswith("Collected ") and first.endswith(_SIGN)


@of_text
def parse(text: str, diagnostics: Diagnostics) -> Parsed:
    """A problem for each missing part, at its line."""
    for number, line in enumerate(lines_of_text(text)[:_MAX_LINES], start=1):
        if line.startswith(_MISSING):
            what = line.removeprefix(_MISSING).strip()
            diagnostics.hidden(
                f"not collected: {visible(what[:_SHOWN_CHARACTERS])}", diagnostics.place(number, 1, len(line))
            )
    return Parsed(problems=diagnostics.listed())


FORMATS = (
    Format(
        name="collector-notes",
        title="notes of the collector (notes.txt)",
        recognise=recognise,
        parse=parse,
        how_to_export="ipseclint collect-script, in the folder that it writes",
        can_express="which parts of a machine's policy and evidence could not be collected, and why",
        cannot_express="policies",
        without_key="what failed, from which the collector has taken each key that it met",
    ),
)
