"""What `netsh ipsec ... show` prints, beside what is read of a text: told, where it is."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.token import Token
from ipseclint.formats.netsh.ip_security.shown import INSTEAD_OF_SHOWN
from ipseclint.formats.netsh.ip_security.shown_methods import quick_mode_rows
from ipseclint.formats.parsed import Parsed
from ipseclint.model.setting import Unknown
from ipseclint.source import bytes_source

TYPED = "C:\\>netsh advfirewall consec add rule name=Lab endpoint1=any endpoint2=any action=noauthentication\nOk.\n\n"
POLICY = "\nPolicy Name             : Lab\nAssigned                : YES\n\n"


def read(text: str) -> Parsed:
    source = bytes_source("window.txt", text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


@cases(
    ("shown", "line"),
    [
        (f"C:\\>netsh ipsec static show policy all\n{POLICY}", 4),
        (f"netsh ipsec static>show policy all level=verbose\n{POLICY}", 4),
        ("C:\\>netsh ipsec dynamic show qmsas\n\nFrom    : 10.7.0.1\nTo      : 10.7.0.2\n", 4),
        ("C:\\>netsh ipsec static show rule all policy=P level=verbose format=table\n\nRules\n-----\nA  YES  Web\n", 4),
        ("> C:\\>netsh ipsec static show rule all\n> \n> Rule : 1\n> Active : YES\n", 4),
        ("```\nMaster PFS              : NO\nFilterList Name         : Web\n```\n", 5),
    ],
)
def test_an_output_beside_what_is_read_is_told(shown: str, line: int) -> None:
    parsed = read(TYPED + shown)
    assert [(problem.message, problem.span.line) for problem in parsed.problems] == [(INSTEAD_OF_SHOWN, line)]
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["Lab"]


@cases(
    "shown",
    [
        "C:\\>netsh ipsec static show policy all\nC:\\>exit\n",
        "C:\\>netsh ipsec static show policy all\nERR IPsec[05072] : No Policies\n\n",
        "C:\\>netsh ipsec static show policy name=P\nTo stop the policy:\nC:\\>netsh ipsec static delete all\n",
        "C:\\>netsh ipsec static show policy all format=table\nERR IPsec[05072] : No Policies\n\nC:\\>exit\n",
        "# Notes\n\nThe filter list: names: are prose.\nAlso: this.\n",
    ],
)
def test_a_command_without_its_output_is_no_problem(shown: str) -> None:
    assert read(TYPED + shown).problems == ()


LISTED = """
Policy Name             : Perimeter
Description             : NONE
Last Modified           : 3/4/2025 8:15:00 AM
Assigned                : YES
Master PFS              : NO
Polling Interval        : 180 minutes
"""
ASSOCIATION = """
IKE Main Mode SAs at 3/4/2025 8:15:00 AM
----------------------------------------
From    : 10.7.0.1
To      : 10.7.0.2
"""
BANNER = "Microsoft Windows [Version 10.0.17763.1]\n(c) 2018 Microsoft Corporation. All rights reserved.\n\n"


@cases("shown", [LISTED, ASSOCIATION])
@cases(
    ("above", "below"),
    [
        (BANNER + "C:\\Users\\adm>netsh ipsec static show all\n", "\nC:\\Users\\adm>"),
        ("\nPsExec v2.2 - Execute processes remotely\nSysinternals\n\n", "\ncmd exited on SRV01\n"),
        ("Code: Select all", "\nThanks,\nAnna\n"),
        ("Output\nCopy\n", "\nBest regards\nAnna\nServer Operations\n"),
    ],
)
def test_what_people_write_around_an_output_is_no_part_of_it(above: str, below: str, shown: str) -> None:
    parsed = read(above + shown + below)
    assert parsed.problems == read(shown).problems == ()
    assert parsed.policy.policies or parsed.associations


@cases(
    ("above", "line"),
    [
        ("Strategie : Lab\nDescription : AUCUN\n", 1),
        ("Output\nDestination Port : 445\n", 1),
        ("Name          Assigned\nLab           YES\n", 1),
    ],
)
def test_what_may_be_an_object_above_an_output_is_told(above: str, line: int) -> None:
    assert [(each.message, each.span.line) for each in read(above + LISTED).problems] == [(INSTEAD_OF_SHOWN, line)]


@cases("sign", [" ", "\u00a0", "\u202f", "'", ",", "."])
@cases("lifetimes", ["3600/100{}000", "3{}600/100000", "100{}000k/3600s", "100000k/3{}600s"])
def test_a_part_of_a_number_is_no_lifetime_of_a_method(lifetimes: str, sign: str) -> None:
    row = Token(f"  [NONE]  [SHA1 , 3DES]  {lifetimes.format(sign)}", "a", 1, 1)
    columns = Token("AH  ESP  Seconds/kBytes", "a", 1, 1)
    diagnostics = Diagnostics("a")
    (method,) = quick_mode_rows([row], columns, diagnostics)
    assert isinstance(method.lifetime_seconds.value, Unknown)
    assert diagnostics.listed()
