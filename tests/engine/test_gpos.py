"""A place belongs to the GPO of its object, else to the one GPO of its whole file, else to none."""

from __future__ import annotations

from ipseclint.engine.gpos import Gpos, gpos_of, with_gpo, with_gpos
from ipseclint.engine.machines import ReadInput
from ipseclint.finding import Problem, ProblemCode, Subject
from ipseclint.formats.powershell.script.format import parse
from ipseclint.report import Input, InputStatus
from ipseclint.source import Span, bytes_source
from tests.cases import cases
from tests.engine.findings.test_since import found

A, B = (Subject(kind="rule", name=name) for name in "AB")
LEVEL = r"-Key 'HKLM\SYSTEM\CurrentControlSet\Services\PolicyAgent' -ValueName NoDefaultExempt -Type DWord -Value"
OF_TWO: Gpos = {"p": {A: "CORP\\One", B: "CORP\\Two"}}
OF_ONE: Gpos = {"p": {A: "CORP\\One", None: "CORP\\Whole"}}


@cases(
    ("gpos", "expected"),
    [
        ({}, [None, None]),
        ({"q": {None: "CORP\\One"}}, [None, None]),
        (OF_TWO, ["CORP\\One", None]),
        (OF_ONE, ["CORP\\One", "CORP\\Whole"]),
    ],
)
def test_a_finding_has_the_gpo_of_its_subject_or_of_its_file(gpos: Gpos, expected: list[str | None]) -> None:
    findings = [found("1", name="A"), found("2", name="C")]
    placed = with_gpos(iter(findings), gpos)
    assert [each.gpo for each in placed] == expected
    assert [each.model_copy(update={"gpo": None}) for each in placed] == findings


def test_an_input_and_a_problem_have_the_gpo_of_the_whole_file_alone() -> None:
    problem = Problem(code=ProblemCode.MALFORMED, message="m", span=Span("p", 1, 1))
    input_ = Input(path="p", format=None, status=InputStatus.UNREADABLE)
    for gpos, expected in ((OF_ONE, "CORP\\Whole"), (OF_TWO, None)):
        assert (with_gpo(problem, "p", gpos).gpo, with_gpo(input_, "p", gpos).gpo) == (expected, expected)
        assert with_gpo(problem, "q", gpos).gpo is None
    assert with_gpo(problem, "p", {}) is problem


@cases(
    ("beside", "whole"),
    [
        ("", "VPN"),
        (f"Set-GPRegistryValue -Name VPN {LEVEL} 3", "VPN"),
        (f"Set-GPRegistryValue -Name Other {LEVEL} 3", None),
        (f"Set-GPRegistryValue -Name $env:GPO {LEVEL} 3", None),
        (r"Set-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Services\PolicyAgent NoDefaultExempt 3", None),
        ("Set-Service IKEEXT -StartupType Disabled", None),
        ("New-NetIPsecRule -DisplayName R -PolicyStore VPN", "VPN"),
        ("New-NetIPsecRule -DisplayName R", None),
        ("New-NetIPsecQuickModeCryptoSet -DisplayName Q -Proposal (New-NetIPsecQuickModeCryptoProposal)", None),
    ],
)
def test_a_script_that_sets_values_of_one_gpo_alone_is_of_it(beside: str, whole: str | None) -> None:
    first = LEVEL.replace("NoDefaultExempt", "AssumeUDPEncapsulationContextOnSendRule")
    source = bytes_source("p", f"Set-GPRegistryValue -Name VPN {first} 2\n{beside}\n".encode())
    read = ReadInput(source, Input(path="p", format=None, status=InputStatus.UNDERSTOOD), parse(source))
    (stores,) = gpos_of(read).values()
    assert stores.get(None) == whole
    assert "VPN" in [stores[subject] for subject in stores if subject is not None]
