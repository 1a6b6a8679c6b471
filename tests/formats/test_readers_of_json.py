"""JSON is told behind comments, as ConvertFrom-Json of PowerShell takes it, and whatever way names are written."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests import ROOT
from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.readers import Shape, shape_of
from ipseclint.source import bytes_source

ROWS = '[{"Name": "IKEEXT", "StartType": 3, "Status": 1}]\n'


@cases("comment", ["", "// exported\n", "/* exported\n * today */ ", "\n// a\n\n/**/\n// b\n"])
def test_json_is_told_behind_comments(comment: str) -> None:
    source = bytes_source("services.json", f"{comment}{ROWS}".encode())
    form = recognise(source)
    assert form is not None
    assert (shape_of(source), form.name, len(form.parse(source).policy.services)) == (Shape.JSON, "powershell-json", 1)


def test_a_trace_whose_lines_begin_with_a_processor_is_no_json() -> None:
    text = "[0]0340.0A5C::11/02/2025-09:14:07.123 [ikeext] 18|203.0.113.10|  Failure error code:0x000035e9\n"
    assert shape_of(bytes_source("ikeext.txt", text.encode())) is Shape.TEXT


@cases("text", ["// exported\nnetsh\n", "/* a\n[1]\n", "/etc/ipsec.conf\n[1]\n", "// a\n[section]\n"])
def test_what_else_stands_behind_a_comment_is_no_json(text: str) -> None:
    assert shape_of(bytes_source("text", text.encode())) is Shape.TEXT


def in_escapes(text: str) -> str:
    return "".join(f"\\u{ord(letter):04x}" for letter in text)


@cases("folder", ["powershell-json", "event-json", "intune-json", "cloud-gateway", "collected-registry"])
@cases(
    "spell", [in_escapes, lambda name: in_escapes(name[:1]) + name[1:], lambda name: name[:-1] + in_escapes(name[-1])]
)
def test_names_of_members_in_escapes_are_read_as_their_letters(folder: str, spell: Callable[[str], str]) -> None:
    path = next(iter(sorted((ROOT / "fixtures" / "formats" / folder).glob("*.json"))))
    text = path.read_text(encoding="utf-8")
    escaped = re.sub(r'"([^"\\\n]+)"(?=[ ]*:)', lambda name: f'"{spell(name[1])}"', text)
    assert escaped != text
    plain, read = (check_text(each, "a.json") for each in (text, escaped))
    assert [each.code for each in read.findings] == [each.code for each in plain.findings]
    assert [each.message for each in read.problems] == [each.message for each in plain.problems]


def test_escapes_that_keep_signs_apart_stay_such() -> None:
    text = ROWS.replace('"Name"', '"Na\\u006de\\u0022: 1, \\u0022x"')
    assert recognise(bytes_source("a.json", text.encode())) is None
