"""Scripts put one proposal into many sets, and give sets to rules of which nobody can say which they are."""

from __future__ import annotations

from ipseclint import check_text
from ipseclint.report import Report

PROPOSAL = "$p = New-NetIPsecAuthProposal -Machine -Cert -Authority 'DC=example, CN=Root' -AuthorityType Root\n"
RULE = "New-NetIPsecRule -DisplayName R -RemoteAddress 10.1.0.0/16 -InboundSecurity Require -OutboundSecurity Require"


def found(report: Report, code: str) -> list[tuple[int, int, str]]:
    return [(each.span.line, each.span.column, each.subject.name) for each in report.findings if each.code == code]


def test_a_proposal_in_two_sets_is_reported_once() -> None:
    text = PROPOSAL + "".join(
        f"$s{n} = New-NetIPsecPhase1AuthSet -DisplayName S{n} -Proposal $p\n"
        f"{RULE.replace('-DisplayName R', f'-DisplayName R{n}')} -Phase1AuthSet $s{n}.Name\n"
        for n in (1, 2)
    )
    assert [subject for *_, subject in found(check_text(text, "p.ps1", select=["AU009"]), "AU009")] == ["S1"]


def test_a_set_that_a_change_of_unknown_rules_names_is_not_called_unused() -> None:
    text = (
        "$name = 'Servers ' + $env:SITE\n"
        f"{RULE.replace('-DisplayName R', '-DisplayName $name')}\n{PROPOSAL}"
        "$used = New-NetIPsecPhase1AuthSet -DisplayName Used -Proposal $p\n"
        "$spare = New-NetIPsecPhase1AuthSet -DisplayName Spare -Proposal $p\n"
        "Set-NetIPsecRule -DisplayName $name -Phase1AuthSet $used.Name\n"
    )
    assert [subject for *_, subject in found(check_text(text, "p.ps1", select=["RF007"]), "RF007")] == ["Spare"]


def test_what_true_decides_has_the_place_of_the_word() -> None:
    text = (
        "$m = New-NetIPsecMainModeCryptoProposal -Encryption AES128 -Hash SHA256 -KeyExchange DH14\n"
        "New-NetIPsecMainModeCryptoSet -DisplayName M -Default -Proposal $m -ForceDiffieHellman $true\n" + RULE + "\n"
    )
    line = text.splitlines()[1]
    assert [place[:2] for place in found(check_text(text, "p.ps1", select=["QD012"]), "QD012")] == [
        (2, line.index("$true") + 1)
    ]
