"""A command within a sentence is told, whatever marks it as code, and is no part of a policy."""

from __future__ import annotations

import pytest

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

NETSH = "netsh ipsec static add policy name=Blk assign=yes"
CMDLET = "Add-VpnConnection -Name V -ServerAddress a.example -TunnelType Ikev2"


def read(text: str, path: str) -> Parsed:
    source = bytes_source(path, text.encode())
    kind = recognise(source)
    assert kind is not None
    assert kind.name == "transcript"
    return kind.parse(source)


@pytest.mark.parametrize(
    ("marks", "column"),
    [
        ("{{{{code|{}}}}}", 12),
        ("{{{{ic|1={}}}}}", 12),
        ("{{{{{}}}}}", 7),
        ("<code>{}</code>", 11),
        ("<tt>{}</tt>", 9),
        ("`{}`", 6),
    ],
)
@pytest.mark.parametrize("command", [NETSH, CMDLET])
@pytest.mark.parametrize("path", ["page.md", "page.wiki", "page.txt"])
def test_a_command_in_a_sentence_is_told(marks: str, column: int, command: str, path: str) -> None:
    if "`" in marks and path != "page.md":
        return
    parsed = read(f"Run {marks.format(command)} first, then look.\n", path)
    (problem,) = parsed.problems
    assert (problem.span.line, problem.span.column, problem.span.length) == (1, column, len(command))
    assert "stands in a sentence or a table, which is not read" in problem.message
    assert parsed.policy.is_empty


@pytest.mark.parametrize("held", ["netsh ipsec static show all", "site.name", "netsh", "Get-NetIPsecRule"])
def test_what_only_looks_or_names_is_not_told(held: str) -> None:
    text = f"Run {{{{code|{held}}}}} first.\n\n```cmd\n{NETSH}\n```\n"
    parsed = read(text, "page.md")
    assert [policy.name for policy in parsed.policy.policies] == ["Blk"]
    assert parsed.problems == ()


def test_texts_of_a_script_are_no_sentences() -> None:
    source = bytes_source("make.ps1", f"$x = '{{{{{NETSH}}}}}'\n{CMDLET}\n".encode())
    kind = recognise(source)
    assert kind is not None
    assert kind.name == "powershell-script"
