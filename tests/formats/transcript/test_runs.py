"""Runs of lines that come again: cut once, and what they hold told once, as if each had been cut for itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from tests.cases import cases

from ipseclint.formats import _recognise_piece
from ipseclint.formats.parsed import Format
from ipseclint.formats.transcript.forms import KnownPieces, formats_in, formed
from ipseclint.formats.transcript.piece import Piece
from ipseclint.formats.transcript.pieces import pieces_of, runs_of
from ipseclint.source import text_source

_ASKED = "PS C:\\> wmic service IKEEXT get StartMode,State\nStartMode  State\nDisabled   Stopped\n\n"
_SHOWN = (
    "C:\\>netsh advfirewall show global\n\nGlobal Settings:\n----------\nIPsec:\nStrongCRLCheck     2:Strong\nOk.\n\n"
)
_BROKEN = "PS C:\\> Get-NetIPsecRule `\n  -All\n\nPS C:\\> Get-Service IKEEXT |\n  select Status\n"
_STORE = (
    'C:\\>certutil -store my\nmy "Personal"\nCertUtil: -store command completed successfully.\n\nWindows client:\n\n'
)
_COUNTED = "Timestamp            CounterSamples\n---------            --------------\n6/1/2026 8:00:00 AM  x\n\n"
_REGISTRY = "C:\\>reg query HKLM\\SYSTEM\\A\n\nHKEY_LOCAL_MACHINE\\SYSTEM\\A\n    x    REG_DWORD    0x1\n"
_FENCED = "```bash\n# Look at it\nsudo swanctl -L\n# C:\\>\n`Get-NetIPsecRule -All`\n```\n# Look at it\n`netsh a b`\n"


def _written(pieces: list[tuple[int, Piece]]) -> list[tuple[str, Mapping[int, str]]]:
    return [
        (piece.kind, {above + number: line for number, line in piece.lines.items()})
        for above, piece in pieces
        if piece.lines
    ]


@cases(
    "text",
    [
        *(each * 8 for each in (_ASKED, _SHOWN, _BROKEN, _STORE, _COUNTED, _REGISTRY)),
        *((one + other) * 6 for one in (_ASKED, _STORE, _COUNTED) for other in (_SHOWN, _BROKEN, _REGISTRY)),
        "above\n" * 4 + (_ASKED + "PS C:\\>\n") * 6 + "PS C:\\>",
        (_STORE + _REGISTRY) * 5 + 'C:\\> "x"\n' * 3,
        *(
            f"Check it:\n\n```text\n{each}```\n\n" * 8
            for each in (_ASKED, _SHOWN, _BROKEN, _STORE, _COUNTED, _REGISTRY)
        ),
        _SHOWN + (_FENCED + "- `netsh ipsec static show all`\n\n") * 8,
        "~~~\n" + _FENCED * 9,
        "```\n" + _ASKED * 8,
    ],
)
def test_runs_are_the_pieces_of_the_text(text: str) -> None:
    lines = text.split("\n")
    runs = runs_of(lines)
    assert runs is not None
    found = [(above, piece) for above, run in runs for piece in run.pieces]
    whole = [(0, piece) for piece in pieces_of(dict(enumerate(lines, start=1)))]
    assert _written(found) == _written(whole)


@cases(
    "text",
    [
        *(_ASKED, _ASKED * 2, _SHOWN + _ASKED + _BROKEN),  # few lines come again
        ("> " + _ASKED.replace("\n", "\n> ") + "\n\ntext\n\n") * 8,
        ("[source]\n----\n" + _ASKED + "----\n") * 8,
        ("<pre>\n" + _ASKED + "</pre>\n") * 8,
        (_ASKED + "PS C:\\> dstaddr=any\n") * 8,
    ],
)
def test_a_text_whose_lines_differ_or_reach_over_a_prompt_has_no_runs(text: str) -> None:
    assert runs_of(text.split("\n")) is None


def test_what_comes_again_is_cut_once() -> None:
    runs = runs_of((_ASKED * 8).split("\n"))
    assert runs is not None
    assert len({run for _, run in runs}) == 2  # the last has nothing below


@cases("text", [(_ASKED + _SHOWN) * 8, (_REGISTRY + _ASKED) * 8, ("```\n" + _ASKED + "```\n") * 8, _SHOWN + _ASKED])
def test_formats_are_those_of_the_pieces_and_told_once(text: str) -> None:
    asked: list[str] = []

    def form_of(path: str, piece: str) -> Format | None:
        asked.append(piece)
        return _recognise_piece(text_source(path, piece))

    known, other = (KnownPieces(text_source("a.txt", text)) for _ in range(2))
    known.plain = text
    found = list(formats_in(text, known, form_of, is_written=False))
    once = len(asked)
    whole = Counter(form.name for form, _ in formed(text, other, form_of, is_written=False))
    assert {name: min(times, 2) for name, times in Counter(form.name for form in found).items()} == {
        name: min(times, 2) for name, times in whole.items()
    }
    assert found
    assert once <= len(asked) - once


def test_outputs_of_a_format_that_differ_in_numbers_alone_are_told_once() -> None:
    asked: list[str] = []

    def form_of(path: str, piece: str) -> Format | None:
        asked.append(piece)
        return _recognise_piece(text_source(path, piece))

    blocks = [
        f"```\nRule Name: A\nEndpoint1: 192.0.2.{number}/32\nAuth1: ComputerPSK\n```\n" for number in range(10, 40)
    ]
    text = "".join(blocks)
    found = list(formats_in(text, KnownPieces(text_source("a.txt", text)), form_of, is_written=False))
    assert [form.name for form in found] == ["advfirewall-show"] * len(blocks)
    assert len([piece for piece in asked if piece.strip()]) == 1
