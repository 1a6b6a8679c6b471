"""Documents with blocks of code: which are scripts, and what is said of the blocks that are none of PowerShell."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, said_of

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"


@cases("path", ["runbook.md", "page.adoc", "a.markdown"])
def test_what_stands_in_blocks_of_other_languages_is_said_at_its_line(path: str) -> None:
    document = f"# Title\n\n```python\nrun('{RULE} A')\n```\nand\n\n```hcl\n{RULE} B\n```\n"
    said = "`new-netipsecrule` stands in a block of `{}`, of which nothing is read"
    assert said_of(document, path) == [(4, 6, said.format("python")), (9, 1, said.format("hcl"))]


def test_a_document_with_commands_outside_of_its_blocks_is_a_script() -> None:
    document = f"{RULE} A\n\n```python\nrun('{RULE} B')\n```\n"
    result = parsed(document, "runbook.md")
    assert result.policy.connection_security_rules[0].name == "A"
    assert [each.message for each in result.problems if "stands in a block" in each.message] == []


@cases(
    ("opening", "names"),
    [
        ("$mode = 'Require'; {}", ["A", "B"]),
        ("$mode += 'Require'; {}", ["A", "B"]),
        ("powershell\n{}", ["A", "B"]),
        (" {{.powershell}}\n{}", ["A", "B"]),
        ("powershell title=mode\n{}", ["A", "B"]),
    ],
)
@cases("name", ["a.ps1", "a.md", "a.txt"])
def test_code_in_the_place_of_the_language_of_a_block_is_read(name: str, opening: str, names: list[str]) -> None:
    text = f"This is what we run:\n\n```{opening.format(f'{RULE} A')}\n{RULE} B\n```\n\nThat is all.\n"
    result = parsed(text, name)
    assert [each.name for each in result.policy.connection_security_rules] == names
