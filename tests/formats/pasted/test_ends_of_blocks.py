"""Marks that end a block of code below an output: of wikis, forums and tickets; they are no part of it."""

from __future__ import annotations

from tests.cases import cases

from ipseclint import check_text
from ipseclint.formats.pasted.documents import is_document
from ipseclint.formats.readers import Shape, shape_of
from ipseclint.source import text_source

RULE = """Rule Name:                            Hub
----------------------------------------------------------------------
Enabled:                              Yes
Endpoint1:                            Any
Endpoint2:                            10.0.0.0/8
Auth1:                                ComputerKerb
QuickModeSecMethods:                  ESP:SHA1-3DES+60min+100000kb
Action:                               RequireInRequestOut
Ok.
"""


@cases(
    "text",
    [
        f"== Rules ==\n<pre>\n{RULE}</pre>\n",
        f'== Rules ==\n<syntaxhighlight lang="text">\n{RULE}</syntaxhighlight>\n',
        f"= Rules =\n{{{{{{\n{RULE}}}}}}}\n",
        f"[quote]\n{RULE}[/quote]\n".replace("Ok.\n", "Ok."),
        f"{{panel:title=Rules}}\n{RULE}{{panel}}\n",
        f"{{noformat}}\n{RULE}{{noformat}}\n",
        f"```\n{RULE}```\n",
    ],
)
def test_what_ends_a_block_is_no_part_of_an_output(text: str) -> None:
    report = check_text(text, "a.txt")
    assert "CR002" in {finding.code for finding in report.findings}
    assert report.problems == ()


def test_a_label_that_is_not_known_is_told_still() -> None:
    report = check_text(RULE.replace("Ok.", "Strange"), "a.txt")
    assert [problem.message for problem in report.problems] == ["unknown label in `Strange`"]


@cases(("text", "is_markup"), [("= VPN\n\n----\nx\n----\n", True), ("= VPN =\n\n----\nx\n----\n", False)])
def test_a_title_between_signs_is_of_a_wiki(text: str, *, is_markup: bool) -> None:
    assert is_document(text, "a.txt") is is_markup


@cases(
    ("text", "shape"),
    [
        ("{panel:title=a}\nx", Shape.TEXT),
        ("{noformat}\nx", Shape.TEXT),
        ('{"panel": 1}', Shape.JSON),
        ("{}", Shape.JSON),
        ("{\n}", Shape.JSON),
    ],
)
def test_a_macro_is_no_json(text: str, shape: Shape) -> None:
    assert shape_of(text_source("a.txt", text)) is shape
