"""JSON that begins with comments, as ConvertFrom-Json of PowerShell takes it, is told by what stands behind them."""

from __future__ import annotations

from tests.cases import cases

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
