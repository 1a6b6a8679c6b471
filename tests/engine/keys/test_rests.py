"""What may be the rest of a key beside it is in no line and no message; the place and what is known stay."""

from __future__ import annotations

from ipseclint.api import check_text
from ipseclint.report import Report
from ipseclint.secrets.masks import MASK
from tests.cases import cases

METHODS = "netsh advfirewall consec add rule name=r endpoint1=any endpoint2=any action=requireinrequireout auth1="
RULE = f"{METHODS}computerpsk"
STATIC = "netsh ipsec static add rule name=r policy=p filterlist=f filteraction=a"


def lines_of(report: Report) -> list[str]:
    shown = (each.snippet for each in (*report.findings, *report.problems))
    return [snippet.text for snippet in shown if snippet is not None]


def said(report: Report) -> str:
    messages = (each.message for each in (*report.findings, *report.problems))
    return "\n".join([*messages, *lines_of(report)])


@cases(
    ("name", "text"),
    [
        ("a.cmd", f"{RULE} auth1psk=Kuckuck]]>Suhrwerk\n"),
        ("a.cmd", f"{METHODS}\n - Suhrwerk\n"),
        ("a.cmd", f"{METHODS}\n\n - Suhrwerk Uhr\n"),
        ("a.cmd", f"{STATIC} psk=Kuckuck\n\n Suhrwerk//Uhr\n"),
        ("a.yml", f"- win_shell: |\n    {STATIC} psk=Kuckuck`\n    Suhrwerk description=x\n"),
        ("a.py", f"import subprocess\nsubprocess.run('{RULE} auth1psk=&& Kuck\\n> Suhrwerk\\n', shell=True)\n"),
        ("a.ps1", "Set-VpnConnection -Name v -L2tpPsk Kuckuck\n'Suhrwerk' -Force\nNew-NetIPsecRule -Displ x\n"),
    ],
)
def test_no_rest_of_a_key_is_shown(name: str, text: str) -> None:
    report = check_text(text, name)
    assert lines_of(report)
    assert "Suhrwerk" not in said(report)


@cases(
    ("text", "shown"),
    [
        (f"{STATIC} psk=Kuckuck conntype=Tower\n", "conntype=Tower"),
        (f"{STATIC} bogus psk=Kuckuck\n", "bogus"),
        (f"{STATIC} psk=Kuckuck description=Tower\n\n\n\nnetsh ipsec static add bogus\n", "bogus"),
    ],
)
def test_what_is_not_understood_and_no_rest_is_shown(text: str, shown: str) -> None:
    assert shown in said(check_text(text, "a.cmd"))


def test_words_of_other_lines_are_shown_beside_a_key() -> None:
    text = f'rem Tower\n\n\n\n{STATIC} psk="Kuckuck" & echo Tower Suhrwerk\n'
    lines = lines_of(check_text(text, "a.cmd"))
    assert any(line.endswith(f'psk="{MASK}" & echo Tower {MASK}') for line in lines)
