"""What a message quotes of a place within a key is masked, however short it is."""

from __future__ import annotations

from ipseclint.api import check_text
from ipseclint.engine.keys.gate import Keys
from ipseclint.finding import Problem, ProblemCode
from ipseclint.source import Span
from tests.cases import cases

PARTS = ("Hq7zP", "Vk2ww", "kkz1q")
VPN = "Add-VpnConnection -Name A -ServerAddress b.example.com -TunnelType L2tp"


@cases(
    "text",
    [
        f"{VPN} -L2tpPsk Hq7zP Vk2ww -AuthenticationMethod Pap\n",
        'New-NetIPsecAuthProposal -Machine -PreSharedKey Hq7z$P Vk2ww "kkz1q"\n',
        "netsh ipsec static add rule name=A policy=B filterlist=C filteraction=D psk=Hq7zP Vk2ww kkz1q\n",
    ],
)
def test_pieces_of_five_letters_are_in_no_message(text: str) -> None:
    report = check_text(text, "a.ps1" if text.startswith(("Add", "New")) else "a.cmd")
    said = "\n".join([*(problem.message for problem in report.problems), *(each.message for each in report.findings)])
    assert [part for part in PARTS if part in said] == []


KEYS = Keys(frozenset({"Hq7zP Vk2ww"}), {("a", 3): [(4, 15)]})


def shown(message: str, span: Span) -> str:
    return KEYS.problem(Problem(code=ProblemCode.NOT_UNDERSTOOD, message=message, span=span)).message


def test_only_what_is_as_long_as_the_place_is_masked() -> None:
    place = Span("a", 3, 11, 5)
    assert shown("`Vk2ww` is not a value of `-Encryption`", place) == "`********` is not a value of `-Encryption`"
    assert shown("unknown element <Vk2ww>", place) == "unknown element <********>"
    assert shown("`Vk2ww` is not known", Span("a", 3, 9, 7)) == "`********` is not known"


@cases(
    "span",
    [
        Span("b", 3, 11, 5),
        Span("a", 4, 11, 5),
        Span("a", 3, 1, 5),
        Span("a", 3, 16, 5),
        Span("a", 3, 4, 5),
        Span("a", 3, 12, 5),
    ],
)
def test_a_place_that_is_not_within_a_key_keeps_its_quotations(span: Span) -> None:
    assert shown("`Vk2ww` is not known", span) == "`Vk2ww` is not known"


def test_a_place_may_fill_the_key() -> None:
    assert shown("`abcdefghijk` is not known", Span("a", 3, 5, 11)) == "`********` is not known"


def test_a_finding_names_no_part_of_a_key_and_all_else() -> None:
    text = (
        "netsh ipsec static add filteraction name=a action=negotiate\n"
        'netsh ipsec static add rule name=r policy=p psk=aaa1 bbbb2bbbb " "Vk2ww\n'
    )
    said = [finding.message for finding in check_text(text, "a.cmd").findings]
    assert 'names the filter action "********", which is not in the input' in said
    assert 'filter action "a" is used by no rule' in said
    assert "Vk2ww" not in "".join(said)


RULE = "netsh advfirewall consec add rule endpoint1=any endpoint2=any action=requireinrequireout auth1=computerkerb"


@cases(
    ("text", "said"),
    [
        ('set "S=mpssvc"\nsc config PolicyAgent start= auto\nsc delete mpssvc\n', "`mpssvc`"),
        (f"set RULENAME=Serverisolation\n{RULE} name=Serverisolation\n", "Serverisolation"),
    ],
)
def test_what_is_in_doubt_at_its_place_is_told_elsewhere(text: str, said: str) -> None:
    report = check_text(text, "a.cmd")
    told = [*(each.message for each in report.problems), *(each.subject.name for each in report.findings)]
    assert any(said in each for each in told)
