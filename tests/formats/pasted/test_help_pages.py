"""Help on commands: its syntax and prose are no policy, its examples and what stands beside it are read."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.pasted.help_pages import without_help
from ipseclint.source import bytes_source

FIXTURES = ROOT / "fixtures" / "formats" / "transcript"
SYNTAX = """    Enable-NetIPsecRule [-All] [-PolicyStore <String>]
    [-WhatIf] [<CommonParameters>]
"""
SPACED = (
    "NAME Enable-NetIPsecRule\n\n\nSYNTAX\n\nEnable-NetIPsecRule [-All] [-PolicyStore\n\n<String>] [-WhatIf]"
    " [<CommonParameters>]\n\nDESCRIPTION\n\nSee the Set-NetIPsecRule cmdlet.\n"
)
USAGE = """Usage: add rule name=<string>
      endpoint1=any|<IPv4 address>
      [auth1psk=<string>]

Remarks:

      - The rule name should be unique.
"""
USAGE_OF_STATIC = """Usage:
  filteraction [ name = ] <string>
               [ [ inpass = ] (yes | no) ]

  Adds a filter action.

Examples: add filteraction name=A qmpfs=yes
          qmsec="AH[MD5]:204800k/300s"
"""
SETTINGS = """Usage: set global statefulftp|statefulpptp enable|disable|notconfigured
      set global ipsec (parameter) (value)

IPsec Parameters:

      strongcrlcheck    - Configures how CRL checking is enforced.
                          0: Disable CRL checking (default)
      mmsecmethods      - configures the main mode list of proposals
                          keyexch:enc-integrity,keyexch:enc-integrity[,...]|defa
ult

Examples:

      Set global main mode proposals to a customer list:
      netsh advfirewall set global mainmode mmsecmethods
      dhgroup1:des-md5,dhgroup1:3des-sha1
"""
PROFILE = """Syntax:  set domainprofile (Parameter) (Wert)

Parameter:

      state             - Konfiguriert den Status der Firewall.
      filename          - Werte: <Zeichenfolge>|notconfigured

Beispiele:

      Deaktiviert die Firewall:
      netsh advfirewall set domainprofile state off
"""
RULE = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.2.0.0/16 action=requestinrequestout"


def read(text: str, name: str = "help.txt") -> Parsed:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


@cases(
    ("name", "of", "rules"),
    [
        ("help-page.md", "Enable-NetIPsecRule", [("Servers", 36)]),
        ("get-help.txt", "New-NetIPsecRule", [("Require Inbound", 30), ("Mine", 39)]),
        ("netsh-help.txt", "netsh ... add rule", [("mine", 31)]),
    ],
)
def test_the_examples_of_a_help_page_are_read_at_their_places(name: str, of: str, rules: list[tuple[str, int]]) -> None:
    parsed = read((FIXTURES / name).read_text(), name)
    assert [(rule.name, rule.span.line) for rule in parsed.policy.connection_security_rules] == rules
    assert (f"help on `{of}`, which is not policy", 1) in parsed.unread
    assert (parsed.problems, parsed.policy.refused_commands) == ((), ())


@cases(
    ("text", "of"),
    [
        (
            f"NAME\n    Enable-NetIPsecRule\n\nSYNTAX\n{SYNTAX}\nREMARKS\n    See Set-NetIPsecRule.\n",
            "Enable-NetIPsecRule",
        ),
        (f"NOM\n    Enable-NetIPsecRule\n\nSYNTAXE\n{SYNTAX}\n", "Enable-NetIPsecRule"),
        (SYNTAX, "Enable-NetIPsecRule"),
        (SPACED, "Enable-NetIPsecRule"),
        (SYNTAX.replace(" [<CommonParameters>]", ""), "Enable-NetIPsecRule"),
        ("Add-VpnConnection [-Name] <String> [-ServerAddress] <String> [-PassThru]\n", "Add-VpnConnection"),
        ("New-NetIPsecRule -DisplayName <String> [-Mode {None | Tunnel | Transport}]\n", "New-NetIPsecRule"),
        ("Add-VpnConnection [-Name] <String>\n    [-Force]\n    [[-TunnelType] <String>]\n\n", "Add-VpnConnection"),
        (USAGE, "netsh ... add rule"),
        (USAGE.replace("Usage:", "Syntaxe\u00a0:").replace("Remarks:", "Remarques :"), "netsh ... add rule"),
        (
            USAGE.replace("Usage:", "\u4f7f\u7528\u6cd5\uff1a").replace("string", "\u6587\u5b57\u5217"),
            "netsh ... add rule",
        ),
        (f"C:\\>netsh advfirewall consec add rule ?\n\n{USAGE}", "netsh ... add rule"),
        (USAGE_OF_STATIC, "netsh ... filteraction"),
        (USAGE.replace("Remarks:", "Remarks:  "), "netsh ... add rule"),
        (SETTINGS, "netsh ... set global"),
        (f"The number of arguments provided is not valid.\n\n{SETTINGS}", "netsh ... set global"),
        (PROFILE, "netsh ... set domainprofile"),
    ],
)
def test_help_without_a_command_is_said_to_be_help_once(text: str, of: str) -> None:
    parsed = read(text)
    (problem,) = parsed.problems
    assert (problem.code, problem.message) == (
        ProblemCode.NO_POLICY,
        f"it is help on `{of}`: syntax shows what a command accepts and is not policy",
    )
    assert parsed.is_empty


@cases(
    "beside",
    [
        f"```\n{RULE}\n```\n",
        f"{RULE}\n",
        f"    {RULE}\n",
        f"C:\\>{RULE}\n",
        f"1. {RULE}\n",
        f"# Our own steps\n\nRun this:\n\n1. {RULE}\n",
        f"# Our own steps\n\n~~~cmd\n{RULE}\n~~~\n",
        f"```\nNew-NetIPsecRule -DisplayName <String> [-Mode <Mode>]\n```\n\n```\n{RULE}\n```\n",
    ],
)
def test_what_a_runbook_has_beside_the_help_that_it_quotes_stays_read(beside: str) -> None:
    page = (FIXTURES / "help-page.md").read_text()
    for text in (f"{page}\n{beside}", f"# Steps\n\n```\n{SYNTAX}```\n\n{beside}"):
        assert "A" in {rule.name for rule in read(text, "runbook.md").policy.connection_security_rules}
    for usage in (USAGE, SETTINGS, PROFILE):
        assert [rule.name for rule in read(f"{usage}\n{beside}").policy.connection_security_rules] == ["A"]
        assert [rule.name for rule in read(f"{usage}\nThen run:\n    {RULE}\n").policy.connection_security_rules] == [
            "A"
        ]


@cases(
    "text",
    [
        f"<#\nNAME\n    Enable-NetIPsecRule\n{SYNTAX} #>\nNew-NetIPsecRule -DisplayName A\n",
        f"@echo off\n{RULE}\nrem Usage: run it elevated\n",
        f"Note: add the rule name to the list\n{RULE}\n",
        "Enable-NetIPsecRule -DisplayName A `\n  -PolicyStore B\n",
        "Rule Name:   A\nEndpoint1:   Any\n  endpoint2=[10.0.0.0/8]\n",
        "$list = Get-Help <x> | Out-String  # [<CommonParameters>]\n",
        "Enable-NetIPsecRule -DisplayName $list[-1] -PolicyStore <store>\n",
        "Select-String -Path x -Pattern '[-ABC]'\nEnable-NetIPsecRule -DisplayName A\n",
        "Enable-NetIPsecRule -DisplayName '[-A] <b>'\n",
    ],
)
def test_nothing_of_other_texts_is_left_out(text: str) -> None:
    assert without_help(text) == (text, ())


@cases(
    ("title", "is_left_out"),
    [
        ("NAME", True),
        ("NOM\r", True),
        ("\u540d\u524d  ", True),
        ("Filename", False),
        ("NAMES", False),
        ("NAME" + 9 * " ", False),
    ],
)
def test_the_cmdlet_below_the_first_heading_is_left_out(title: str, *, is_left_out: bool) -> None:
    text = f"{title}\n    Enable-NetIPsecRule\n"
    plain, of = without_help(text)
    assert of == (("Enable-NetIPsecRule",) if is_left_out else ())
    assert plain == (text.replace("Enable-NetIPsecRule", 19 * " ") if is_left_out else text)


@cases("asks", ["?", "/?", "-?"])
def test_a_command_that_asks_what_it_takes_does_nothing(asks: str) -> None:
    script = f"netsh advfirewall consec add rule {asks}\nnetsh ipsec static add policy {asks}\n{RULE}\n"
    policy = read(script, "x.cmd").policy
    assert ([rule.name for rule in policy.connection_security_rules], policy.policies) == (["A"], ())
    assert policy.refused_commands == ()
    assert [each.name for each in read("netsh ipsec static add policy name=?\n", "x.cmd").policy.policies] == ["?"]


@cases("opening", ["try:", "else:", "with_:", "  finally:"])
def test_what_opens_a_block_of_a_program_is_no_label_of_help(opening: str) -> None:
    words = ", ".join(f'"{word}"' for word in RULE.split())
    text = f"import subprocess\n{opening}\n        cmd = [{words}]\n        subprocess.run(cmd)\n"
    assert without_help(text) == (text, ())
    source = bytes_source("apply.py", text.encode())
    form = recognise(source)
    assert form is not None
    assert [rule.name for rule in form.parse(source).policy.connection_security_rules] == ["A"]


@cases(
    ("rows", "kept"),
    [
        (["netsh add", "endpoint1=any"], ["netsh add ^", "endpoint1=any"]),
        (["netsh add", "endpoint1=any", "endpoint2=any"], ["netsh add ^", "endpoint1=any ^", "endpoint2=any"]),
        (["netsh add", "", "prose"], ["netsh add", "", ""]),
        (["netsh add", "   ", "prose"], ["netsh add", "", ""]),
        (["netsh add", "netsh add"], ["netsh add", "netsh add"]),
        (["prose", "netsh add"], ["", "netsh add"]),
        (["What it does:", "netsh add", "endpoint1=any"], ["", "", ""]),
        (["What it does:", "netsh add", "netsh set", "", "netsh del"], ["", "", "", "", "netsh del"]),
    ],
)
def test_a_command_beside_help_of_netsh_goes_on_until_a_blank_line_or_the_next(
    rows: list[str], kept: list[str]
) -> None:
    text, told = without_help("\n".join([f"{USAGE}\nExamples:\n", *(f"      {row}" for row in rows)]))
    assert told == ("netsh ... add rule",)
    assert [line.strip() for line in text.split("\n")[-len(rows) :]] == kept


LISTING = """\
netsh ipsec>?

The following commands are available:

Commands inherited from the netsh context:
..             - Goes up one context level.
add            - Adds a configuration entry to a list of entries.
advfirewall    - Changes to the `netsh advfirewall' context.

Commands in this context:
?              - Displays a list of commands.
dynamic        - Changes to the `netsh ipsec dynamic' context.
static         - Changes to the `netsh ipsec static' context.

The following sub-contexts are available:
 dynamic static
"""


@cases("mark", ["", "> ", "    "])
def test_what_netsh_lists_of_a_context_is_help(mark: str) -> None:
    text = "".join(f"{mark}{line}\n" for line in LISTING.splitlines())
    plain, told = without_help(text)
    assert told == ("netsh ... ?",)
    assert "Changes to" not in plain
    report = check_text(text, "context.txt")
    assert [(problem.code, "help on" in problem.message) for problem in report.problems] == [("IN004", True)]
    assert report.findings == ()


def test_a_command_beside_such_a_list_is_read() -> None:
    text = f"C:\\>netsh ipsec ?\n{LISTING}\nC:\\>netsh ipsec static add policy name=P1 mmsecmethods=DES-MD5-1\n"
    report = check_text(text, "context.txt")
    assert {finding.code for finding in report.findings} >= {"CR001", "CR003"}


def test_a_command_and_a_dash_in_notes_are_no_list() -> None:
    text = "add  - what we add\nset  - what we set\nshow - what we show\n"
    assert without_help(text) == (text, ())
