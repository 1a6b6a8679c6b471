"""Values of properties, which a script and an export write each in its own way."""

from __future__ import annotations

import pytest
from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats.powershell import crypto

RULE = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -Protocol TCP -LocalPort {} -RemotePort Any\n"
PROPOSAL = "$p = New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA256 -KeyExchange DH14\n"
SET = "New-NetIPsecMainModeCryptoSet -DisplayName M -Proposal "


def told(text: str) -> list[tuple[str, int, int]]:
    """The problems of a script, each with its place."""
    report = check_text(text, "policy.ps1")
    return [(problem.message, problem.span.line, problem.span.column) for problem in report.problems if problem.span]


@cases(
    ("given", "message"),
    [
        ("80,443", None),
        ("'80','443-445'", None),
        ("Any", None),
        ("$(Read-Host)", "unknown port `Read-Host`, known only when the script runs: what `read-host` gives"),
        ("'80,443'", "unknown port `80,443`: each port is a text of its own"),
        ("80,'443,445'", "unknown port `443,445`: each port is a text of its own"),
    ],
)
def test_each_port_of_a_script_is_a_text_of_its_own(given: str, message: str | None) -> None:
    text = RULE.format(given)
    assert [each for each, *_ in told(text)] == [each for each in (message,) if each is not None]


def test_a_list_of_ports_in_one_text_has_its_place() -> None:
    text = RULE.format("80,'443,445'")
    ((_, line, column),) = told(text)
    assert (line, text[column - 1 :][:7]) == (1, "443,445")


@pytest.mark.parametrize(("count", "is_refused"), [(2, False), (3, True)])
def test_more_proposals_than_are_read_are_refused(
    count: int, monkeypatch: pytest.MonkeyPatch, *, is_refused: bool
) -> None:
    monkeypatch.setattr(crypto, "MAX_PROPOSALS", 2)
    text = PROPOSAL + SET + ",".join(["$p"] * count) + "\n"
    message = "more than 2 proposals in one set: the rest was not read"
    assert told(text) == ([(message, 2, 1)] if is_refused else [])
