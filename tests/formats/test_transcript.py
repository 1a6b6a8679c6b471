"""Transcripts: what was typed and what was printed are read each by its own format, and keep their places."""

from __future__ import annotations

import pytest
from tests import ROOT
from tests.cases import cases

from ipseclint import check_text
from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.pasted.inline_commands import without_inline
from ipseclint.formats.readers import is_page
from ipseclint.source import bytes_source, file_source

FIXTURES = ROOT / "fixtures" / "formats" / "transcript"
RULE = "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.2.0.0/16 action=requestinrequestout"


def read(text: str) -> Parsed:
    source = bytes_source("pasted.txt", text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "transcript"
    return form.parse(source)


@cases(
    ("name", "policies", "rules", "connections", "events"),
    [
        ("console.txt", ["Branch office"], ["R1"], [], []),
        ("powershell.txt", [], ["Servers"], ["Head office"], [20227]),
        ("runbook.md", [], ["Branch"], [], [4653]),
        ("collected.txt", [], ["Servers"], [], []),
    ],
)
def test_every_piece_is_read_by_its_format(
    name: str, policies: list[str], rules: list[str], connections: list[str], events: list[int]
) -> None:
    source = file_source(FIXTURES / name, name)
    form = recognise(source)
    assert form is not None
    assert form.name == "transcript"
    parsed = form.parse(source)
    assert [policy.name for policy in parsed.policy.policies] == policies
    assert [rule.name for rule in parsed.policy.connection_security_rules] == rules
    assert [connection.name for connection in parsed.policy.vpn_connections] == connections
    assert [event.event_id for event in parsed.events] == events


@cases(
    "prompt",
    ["C:\\> ", "C:\\>", "C:\\Windows\\system32>", "C:>", "PS C:\\> ", "PS>", "PS C:\\Users\\ana> ", "[hub]: PS C:\\> "],
)
def test_what_is_typed_at_a_prompt_is_a_script_at_its_place(prompt: str) -> None:
    parsed = read(f"{prompt}{RULE}\nOk.\n\n{prompt}exit\n")
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.span.line, rule.span.column) == (1, len(prompt) + len("netsh advfirewall consec ") + 1)
    assert parsed.problems == ()


@cases(
    "prompt",
    [
        "[14:02:11] PS C:\\> ",
        "14:02:11 C:\\Windows\\system32>",
        "[2026-03-01 14:02:11] C:\\>",
        "2026-03-01 14:02 PS D:\\> ",
        "02:05 PM PS C:\\> ",
        "SRV01 | PS C:\\> ",
        "ana@SRV01 C:\\Users\\ana>",
        "(venv) C:\\tools>",
        " 12 PS C:\\> ",
        "[14:02] [hub]: PS C:\\> ",
        "\\\\srv\\share\\scripts>",
        "PS Microsoft.PowerShell.Core\\FileSystem::\\\\srv\\share> ",
        "PS C:\\scripts [main +1 ~0]> ",
        "[DBG]: PS C:\\>> ",
        "\u276f ",
        "\u03bb ",
        "\u279c  scripts git:(main) \u2717 ",
        "$ ",
        "[14:02:11],PS C:\\> ",
        "[PS] C:\\Windows\\system32> ",
        "C:\\Users\\ana \u276f ",
        "~\\scripts \u276f\u276f ",
        "ana@SRV01 ~ \u03bb ",
        "ana@srv01:~$ ",
        "\u2570\u2500\u276f ",
        "\u2514\u2500$ ",
        "\ue0b0 C:\\Users\\ana \ue0b0 ",
    ],
)
def test_what_adorns_a_prompt_is_a_part_of_it(prompt: str) -> None:
    parsed = read(f"Administrator: Eingabeaufforderung\n{prompt}{RULE}\nOk.\n\n{prompt}hostname\nSRV01\n")
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.span.line, rule.span.column) == (2, len(prompt) + len("netsh advfirewall consec ") + 1)
    assert parsed.problems == ()


@cases("prompt", ["ana@SRV01 C:\\> ", "~/scripts \u276f ", "[PS] C:\\> ", "[12:01],PS /home/ana> "])
def test_a_cmdlet_behind_what_adorns_a_prompt_is_read(prompt: str) -> None:
    parsed = read(f"{prompt}New-NetIPsecRule -DisplayName A -InboundSecurity Require\n{prompt}Get-Date\n")
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.name, rule.span.column, parsed.problems) == ("A", len(prompt) + 1, ())


def test_a_cmdlet_behind_the_time_goes_on_in_the_next_lines() -> None:
    parsed = read("[14:02] PS C:\\> New-NetIPsecRule -DisplayName A `\n>>   -RemoteAddress 10.2.0.0/16\n>>\n")
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.name, rule.span.line, parsed.problems) == ("A", 1, ())


@cases("mark", ["", " `", " `  "])
@cases("begin", ["", "  "])
def test_a_cmdlet_that_a_document_breaks_before_its_parameters_is_one_command(begin: str, mark: str) -> None:
    broken = (
        'PS C:\\> Add-VpnConnection -Name "Branch" -ServerAddress 192.0.2.7 -TunnelType "Ikev2"\n'
        "PS C:\\> Set-VpnConnectionIPsecConfiguration \n"
        f'{begin}-ConnectionName "Branch" \n{begin}-AuthenticationTransformConstants GCMAES256\n'
        f"{begin}-CipherTransformConstants GCMAES256 -EncryptionMethod AES256\n{begin}-IntegrityCheckMethod SHA384 \n"
        f"{begin}-PfsGroup None -DHGroup ECP384 -Force\n\nPS C:\\> hostname\nhub\n"
    )
    before = ("Configuration ", '"Branch" ', "AuthenticationTransformConstants GCMAES256", "AES256", "SHA384 ")
    for end in before:
        broken = broken.replace(f"{end}\n", f"{end.rstrip()}{mark or ' '}\n")
    parsed = read(broken)
    assert parsed.problems == ()
    assert parsed.policy.refused_commands == ()
    assert [each.name for each in parsed.policy.vpn_connections if each.quick_mode_crypto is not None] == ["Branch"]


def test_a_prompt_of_root_has_an_answer_below() -> None:
    source = bytes_source("pasted.txt", f"# {RULE}\nOk.\n# {RULE.replace('=A', '=B')}\n".encode())
    form = recognise(source)
    assert form is not None
    assert [rule.name for rule in form.parse(source).policy.connection_security_rules] == ["A"]


def test_a_session_of_netsh_has_its_context_in_its_prompt() -> None:
    parsed = read(
        "C:\\>netsh\n"
        "netsh>advfirewall\n"
        "netsh advfirewall>set store gpo=CONTOSO\\Isolation\n"
        "Ok.\n\n"
        "netsh advfirewall>consec\n"
        f"netsh advfirewall consec>{RULE.removeprefix('netsh advfirewall consec ')}\n"
        "Ok.\n"
    )
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.name, rule.store, rule.span.line) == ("A", "CONTOSO\\Isolation", 7)
    assert (parsed.policy.lost_stores, parsed.problems) == ((), ())


def test_a_typed_command_in_front_does_not_hide_what_it_printed() -> None:
    listed = (FIXTURES / "collected.txt").read_text().split("\n\n")[1]
    for first in ("Get-NetIPsecRule -PolicyStore ActiveStore | Format-List", "PS C:\\> Get-NetIPsecRule | fl"):
        (rule,) = read(f"{first}\n\n{listed}\n").policy.connection_security_rules
        assert rule.name == "Servers"


def test_a_cmdlet_that_is_typed_is_evaluated() -> None:
    typed = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Require"
    parsed = read(f"PS C:\\> {typed}\nPS C:\\> Get-NetIPsecRule\n")
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["A"]


def test_text_of_one_format_stays_that_format() -> None:
    for folder in ("advfirewall-show", "netsh-script", "powershell-list"):
        paths = sorted((FIXTURES.parent / folder).iterdir())
        forms = [recognise(file_source(path, path.name)) for path in paths]
        assert paths
        assert {path.name: form and form.name for path, form in zip(paths, forms, strict=True)} == {
            path.name: folder for path in paths
        }


@pytest.mark.drawn(4)
@cases("line", ["C:\\>", "PS C:\\> x", "netsh>", "_____ x", "```", "Get-X"])
def test_hostile_text_ends(line: str) -> None:
    # Its one command stands far behind what recognition looks at.
    assert recognise(bytes_source("x.txt", (f"{line}\n" * 20_000 + RULE).encode())) is None


def test_too_many_pieces_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipseclint.formats.transcript.by_format.MAX_PIECES", 20)
    event = "Event ID: 4653\nAn IPsec main mode negotiation failed.\n"
    parsed = read(f"PS C:\\> {RULE}\nPS C:\\> Get-WinEvent\n{event}" * 30)
    assert [(problem.code.value, problem.message) for problem in parsed.problems] == [
        ("IN006", "more than 20 pieces: the rest was not read")
    ]


SHOWN = (
    "Rule Name:                            Req\n"
    "----------------------------------------------------------------------\n"
    "Enabled:                              Yes\nProfiles:                             Domain\n"
    "Type:                                 Static\nMode:                                 Transport\n"
    "Endpoint1:                            Any\nEndpoint2:                            10.0.0.0/8\n"
    "Protocol:                             Any\nAction:                               RequireInRequestOut\n"
    "Auth1:                                ComputerKerb\nOk.\n"
)


@cases(
    ("text", "line", "column"),
    [
        ("".join(f"> {line}\n" for line in f"Hi,\n\n{SHOWN}".splitlines()), 3, 41),
        ("Add this rule:\n\n> " + SHOWN, 3, 41),
        (f"Mine:\n[code]\nPS C:\\> {RULE}\n[/code]\n{{noformat}}\n{SHOWN}{{noformat}}\n", 6, 39),
    ],
    ids=["mail", "lazy quote", "forum and ticket"],
)
def test_what_is_quoted_is_read_at_its_place(text: str, line: int, column: int) -> None:
    parsed = read(text)
    rule = next(rule for rule in parsed.policy.connection_security_rules if rule.name == "Req")
    assert (rule.span.line, rule.span.column) == (line, column)
    assert parsed.problems == ()


def test_a_block_of_restructuredtext_ends_where_its_indentation_ends() -> None:
    parsed = read(
        "Expected\n^^^^^^^^\n\n.. code-block:: text\n\n   Name                  : Office\n"
        "   ServerAddress         : vpn.example\n   TunnelType            : Ikev2\n"
        "   AuthenticationMethod  : {Eap}\n\nWhat follows : is prose.\n"
    )
    (connection,) = parsed.policy.vpn_connections
    assert (connection.name, connection.span.line, connection.span.column) == ("Office", 6, 4)
    assert parsed.problems == ()


def test_a_warning_before_a_list_is_no_part_of_it() -> None:
    parsed = read(
        "PS C:\\> Get-VpnConnection\nWARNING: The service restarts.\n\nName          : Office\n"
        "ServerAddress : vpn.example\nTunnelType    : Ikev2\n"
    )
    assert [connection.name for connection in parsed.policy.vpn_connections] == ["Office"]
    assert parsed.problems == ()


def test_the_examples_in_a_scripts_help_make_it_no_transcript() -> None:
    script = (
        "<#\n.SYNOPSIS\nRules\n.EXAMPLE\nPS> .\\Rules.ps1\n#>\n$name = 'A'\n"
        "New-NetIPsecRule -DisplayName $name -InboundSecurity Require -OutboundSecurity Require\n"
    )
    source = bytes_source("rules.ps1", script.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "powershell-script"
    assert [rule.name for rule in form.parse(source).policy.connection_security_rules] == ["A"]


def test_the_listings_of_asciidoc_are_read_whatever_language_each_names() -> None:
    parsed = read(
        "= Runbook\n\n[source,powershell]\n----\nNew-NetIPsecRule -DisplayName A -InboundSecurity Require\n----\n\n"
        f"[source,bat]\n----\n{RULE.replace('=A ', '=B ')}\n----\n\n....\nnetsh ipsec static add policy name=P\n....\n"
    )
    assert sorted((rule.name, rule.span.line) for rule in parsed.policy.connection_security_rules) == [
        ("A", 5),
        ("B", 10),
    ]
    assert [(policy.name, policy.span.line) for policy in parsed.policy.policies] == [("P", 14)]
    assert parsed.problems == ()


@cases(
    "block",
    [
        "conn office\n    left=%any\n    ike=aes256-sha256-modp2048!",
        "connections {\n  office {\n    version = 2\n    proposals = aes256-sha256-modp2048\n  }\n}",
        '%any %any : PSK "Kan4rie7Q9zX"',
    ],
)
def test_of_a_document_with_files_of_a_gateway_the_prose_is_no_part_of_them(block: str) -> None:
    parsed = read(
        f"# The gateway\n\nPut this there:\n\n```\n{block}\n```\n\nThen restart it:\n\n```bash\nreboot\n```\n"
    )
    assert parsed.problems == ()
    assert [each.span.line for each in (*parsed.policy.peers, *parsed.policy.peer_keys)] == [
        6 + block.startswith("connec")
    ]


def test_many_remarks_before_the_first_element_are_gone_through_once() -> None:
    assert is_page("<!-- a -->\n" * 5_000 + "<html>")
    assert not is_page("<!-- a -->\n" * 5_000 + "<Sysmon>")


def test_the_blocks_of_code_in_a_page_of_html_are_read_at_their_lines() -> None:
    parsed = read(
        "<!DOCTYPE html>\n<html><body><p>Make the rules:</p>\n"
        '<pre><code class="language-powershell">$net = &quot;10.1.0.0/16&quot;\n'
        "New-NetIPsecRule -DisplayName A -InboundSecurity Require -RemoteAddress $net</code></pre>\n"
        f"<p>or</p><pre>\n{RULE.replace('=A ', '=B ')} profile=domain,private\n</pre>\n"
        "<pre>C:\\&gt;netsh ipsec static add policy name=P</pre>\n</body></html>\n"
    )
    assert sorted((rule.name, rule.span.line) for rule in parsed.policy.connection_security_rules) == [
        ("A", 4),
        ("B", 6),
    ]
    assert [(policy.name, policy.span.line, policy.span.column) for policy in parsed.policy.policies] == [("P", 8, 29)]
    assert parsed.problems == ()


NEW_RULE = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Request"


@cases(
    ("text", "line", "column"),
    [
        (
            f"Prose of 100% and {{{{ page.title }}}}.\n\n{{% highlight bat linenos %}}\n{RULE}\n{{% endhighlight %}}\n",
            4,
            26,
        ),
        (f"Prose.\n\n{{% highlight powershell %}}{RULE}{{% endhighlight %}}\n\nMore prose.\n", 3, 52),
        (
            f'Prose.\n\n{{{{< highlight powershell "linenos=table" >}}}}\n{NEW_RULE}\n{{{{< /highlight >}}}}\nMore.\n',
            4,
            1,
        ),
        (f'== Set-up ==\nFirst:\n<syntaxhighlight lang="batch">\n{RULE}\n</syntaxhighlight>\n', 4, 26),
        (f"Run this:\n\n<pre>{RULE}</pre>\n\nand restart.\n", 3, 31),
        (f"```{{.bat .numberLines}}\n{RULE}\n```\n\n:::note\nNo more.\n:::\n", 2, 26),
        (f'```cmd title="set up"\n{RULE}\n```\n', 2, 26),
    ],
    ids=["Jekyll", "Jekyll on one line", "Hugo", "MediaWiki", "Markdown's HTML", "attributes of Pandoc", "title"],
)
def test_a_block_of_code_is_read_whatever_marks_it(text: str, line: int, column: int) -> None:
    parsed = read(text)
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.name, rule.span.line, rule.span.column) == ("A", line, column)
    assert parsed.problems == ()


def test_the_end_of_code_within_such_a_block_is_no_line_of_it() -> None:
    parsed = read("Look:\n<pre><code>\nconn office\n    right=198.51.100.1\n    auto=start\n</code></pre>\nBob\n")
    assert [peer.name for peer in parsed.policy.peers] == ["office"]
    assert parsed.problems == ()


def test_a_page_of_html_with_other_elements_than_those_of_a_mail_is_no_transcript() -> None:
    page = "<html><body><form><p>netsh ipsec static add policy name=P</p></form></body></html>"
    assert recognise(bytes_source("page.html", page.encode())) is None


def test_a_rule_that_is_typed_and_then_printed_is_one_rule() -> None:
    printed = (
        "Rule Name:                            A\n" + "-" * 70 + "\nEnabled:                              Yes\n"
        "Profiles:                             Domain,Private,Public\nType:                                 Static\n"
        "Mode:                                 Transport\nEndpoint1:                            Any\n"
        "Endpoint2:                            10.2.0.0/16\nProtocol:                             Any\n"
        "Action:                               RequestInRequestOut\nAuth1:                ComputerKerb\n"
        "MainModeSecMethods:                   DHGroup2-AES128-SHA1,DHGroup2-3DES-SHA1\n"
        "QuickModeSecMethods:                  ESP:SHA1-AES128+60min+100000kb\nOk.\n"
    )
    parsed = read(f"C:\\>{RULE}\nOk.\n\nC:\\>netsh advfirewall consec show rule name=A\n\n{printed}\nC:\\>\n")
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.name, rule.span.line) == ("A", 6)


def test_commands_in_prose_of_one_line_of_html_are_all_read() -> None:
    parsed = read(
        "<html><body><p>Run <code>netsh ipsec static add policy name=P1</code> and then\n"
        "<code>netsh ipsec static add policy name=P2</code>, <code>netsh ipsec static add policy name=P3</code></p>\n"
        "</body></html>\n"
    )
    policies = [(policy.name, policy.span.line, policy.span.column) for policy in parsed.policy.policies]
    assert policies == [("P1", 1, 45), ("P2", 2, 26), ("P3", 2, 78)]
    assert parsed.problems == ()


def test_what_a_later_block_of_a_document_shows_once_more_is_not_added_twice() -> None:
    parsed = read(
        f"# Rules\nCopy this netsh script.\n```\n{RULE}\n```\n## Whole script\n``` cmd\n@echo off\n{RULE}\n```\n"
    )
    assert [(rule.name, rule.span.line) for rule in parsed.policy.connection_security_rules] == [("A", 4)]
    assert parsed.problems == ()


@cases("between", ["netsh advfirewall reset", "netsh ipsec static del policy P"])
def test_what_is_added_again_behind_a_removal_is_added_again(between: str) -> None:
    add = "netsh ipsec static add policy name=P"
    parsed = read(f"```\n{add}\n```\n```\n{between}\n{add}\n```\n")
    lines = [policy.span.line for policy in parsed.policy.policies]
    assert lines == ([6] if "del" in between else [2])


def test_a_command_that_a_page_of_html_has_outside_of_its_blocks_is_said_at_its_place() -> None:
    parsed = read(
        f"<html><head><style>p {{}}</style><script>{RULE}</script></head><body>\n<p>Add-VpnConnection is one.</p>\n"
        f"<pre>{RULE}</pre>\n<div>Then\nnetsh ipsec static set policy name=X assign=y, and\n"
        "<b>New-NetIPsecRule -DisplayName A</b></div>\n</body></html>\n"
    )
    said = "a command outside of the page's blocks of code is not read"
    assert [(each.span.line, each.span.column, each.message) for each in parsed.problems] == [
        (5, 1, said),
        (6, 4, said),
    ]
    assert [rule.span.line for rule in parsed.policy.connection_security_rules] == [3]


def test_a_runbook_with_inline_code_and_continued_lines_in_an_indented_block() -> None:
    text = (
        "1. Open a shell.\n"
        "2. `netsh advfirewall set global mainmode mmkeylifetime 480min,0sess`\n"
        "3. Add the rule:\n"
        "   ```cmd\n"
        '   netsh advfirewall consec add rule name="F" endpoint1=10.1.0.0/16 endpoint2=10.2.0.0/16 ^\n'
        "     action=requireinrequireout auth1=computerkerb\n"
        "   ```\n"
        '4. Check: `netsh advfirewall consec show rule name="F"`\n'
    )
    source = bytes_source("runbook.md", text.encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["F"]
    assert (parsed.policy.refused_commands, parsed.problems) == ((), ())


@cases("mark", ["1. ", "2) ", "- ", "* "])
def test_a_command_in_a_list_of_instructions_is_read(mark: str) -> None:
    key = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters"
    parsed = read(
        f"Do this:\n\n{mark}REG ADD {key} /v ProhibitIpSec /t REG_DWORD /d 0x1 /f\n{mark}{RULE}\n{mark}Restart.\n"
    )
    assert parsed.problems == ()
    assert [(value.data.known, value.data.span.line) for value in parsed.policy.registry] == [("1", 3)]
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["A"]


ADDED = "Add-VpnConnection -Name Office -ServerAddress vpn.example.org -TunnelType Ikev2"


@cases("mark", ["1. ", "2) ", "* ", "\u2022 "])
def test_a_cmdlet_in_a_list_of_instructions_is_read(mark: str) -> None:
    parsed = read(f"Do this:\n\n{mark}{ADDED}\n{mark}restart the machine\n")
    assert parsed.problems == ()
    assert [(each.name, each.span.line) for each in parsed.policy.vpn_connections] == [("Office", 3)]


@cases(
    "text",
    [
        f"1. run the action\n2. {ADDED}\n3. rasdial Office\n",
        f"1: {ADDED}\n2: Set-VpnConnection -Name Office -SplitTunneling $true\n3: rasdial Office\n",
        "1: Add-VpnConnection -Name Office `\n2:   -ServerAddress vpn.example.org `\n3:   -TunnelType Ikev2\n",
    ],
)
def test_a_list_that_begins_the_text_hides_no_cmdlet(text: str) -> None:
    assert [each.name for each in read(text).policy.vpn_connections] == ["Office"]


def test_a_list_of_yaml_is_a_script() -> None:
    form = recognise(bytes_source("ci.yml", f"script:\n- {ADDED}\n- echo done\n".encode()))
    assert form is not None
    assert form.name == "powershell-script"


@cases("item", ["Add-VpnConnection adds a connection", "Use Add-VpnConnection -Name Office"])
def test_an_item_that_only_names_a_cmdlet_is_no_command(item: str) -> None:
    source = bytes_source("post.txt", f"Do this:\n\n1. {item}\n2. restart the machine\n".encode())
    form = recognise(source)
    assert form is None or form.parse(source).policy.vpn_connections == ()


TABLE = """Name        ServerAddress   TunnelType EncryptionLevel
----        -------------   ---------- ---------------
Head office vpn.example.org Ikev2      Maximum
"""
LIST = "Name            : Head office\nServerAddress   : vpn.example.org\nTunnelType      : Ikev2\n"


@cases("printed", [TABLE, LIST])
def test_what_is_printed_below_a_command_that_fills_its_row_is_no_part_of_it(printed: str) -> None:
    begin, end = "PS C:\\> Set-VpnConnection -Name 'Head office' -DnsSuffix ", " -PassThru"
    typed = f"{begin}{'x' * (80 - len(begin + end))}{end}"
    parsed = read(f"{typed}\n{printed}\n")
    assert [connection.name for connection in parsed.policy.vpn_connections] == ["Head office"]


INLINE = [
    ("Run `{0}` first, and then `{1}`.\n", [(3, 6)], 1),
    ("| 1 | `{0}` | NOC |\n| 2 | {1} | NOC |\n", [(3, 8)], 1),
    ("- `{2}`\n- then ``{1}``\n", [(4, 10)], 0),
    ("```\n{2}\n```\nNot `{0}`!\n", [(6, 6)], 0),
]


@cases(("text", "places", "more"), INLINE)
@cases("name", ["runbook.md", "runbook.rst"])
def test_a_command_in_a_sentence_or_a_table_is_told_once(
    text: str, places: list[tuple[int, int]], more: int, name: str
) -> None:
    commands = (RULE, "Set-NetFirewallSetting -CertValidationLevel None", RULE.replace("=A", "=B"))
    source = bytes_source(name, f"# Runbook\n\n{text.format(*commands)}".encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert [(each.span.line, each.span.column) for each in parsed.problems] == places
    assert ("1 more command stand" in parsed.problems[0].message) == bool(more)
    assert [rule.name for rule in parsed.policy.connection_security_rules] == (["B"] if "{2}" in text else [])


def test_a_command_in_a_sentence_is_no_policy_and_no_part_that_was_not_understood() -> None:
    source = bytes_source("notes.md", f"# Notes\n\nUse `{RULE}` to start.\n".encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert [problem.code for problem in parsed.problems] == [ProblemCode.NO_POLICY]
    assert [(name.endswith("which is not policy"), number) for name, number in parsed.unread] == [(True, 1)]
    assert parsed.is_empty


def test_what_only_names_a_command_or_looks_is_prose() -> None:
    text = "`New-NetIPsecRule` makes a rule, `netsh advfirewall consec show rule all` shows it, `netsh` runs.\n"
    assert without_inline(text) == (text, [])


SETTING = "Set-NetFirewallSetting -CertValidationLevel None"
WAYS = {
    "a ticket that quotes prompts": f"Notes (Anna):\n> C:\\>{RULE}\n> Ok.\n\nNotes (Bert):\n> PS C:\\> {SETTING}\n",
    "a history": f"  Id CommandLine\n  -- -----------\n   1 cls\n   2 {RULE}\n  13 {SETTING}\n",
    "a history with durations": (
        f"  Id     Duration CommandLine\n  --     -------- -----------\n"
        f"   2        0.312 {RULE}\n   3        1.002 {SETTING}\n"
    ),
    "a chat": f"Anna  10:31 AM\n```{RULE}```\nBert  10:32 AM\nthanks\n```{SETTING}```\n",
}


@cases("way", WAYS)
def test_what_was_typed_is_read_at_its_place_however_it_is_carried(way: str) -> None:
    parsed = read(WAYS[way])
    lines = WAYS[way].splitlines()
    (rule,) = parsed.policy.connection_security_rules
    (settings,) = parsed.policy.global_settings
    assert settings.crl_check is not None
    assert (rule.name, parsed.problems) == ("A", ())
    assert lines[rule.span.line - 1][rule.span.column - 1 :].startswith("add rule name=A")
    assert lines[settings.crl_check.span.line - 1][settings.crl_check.span.column - 1 :].startswith("None")


EVENT = (
    "CoId={1A2B3C4D-0000-0000-0000-000000000001}: The user CONTOSO\\ana dialed a connection named Head office "
    "which has failed. The error code returned on failure is 809.\n"
)
CONNECTION = "Add-VpnConnection -Name V -ServerAddress vpn.example.org -TunnelType Ikev2 -AuthenticationMethod Eap\n"
SET_UP = "\nIt was set up so:\n\n"


@cases("head", ["", "PS C:\\> Get-Log\n"])
@cases(
    ("below", "rules", "connections"), [(f"{RULE}\n", ["A"], []), (CONNECTION, [], ["V"])], ids=["netsh", "powershell"]
)
def test_the_message_of_an_event_around_commands_is_read_beside_them(
    head: str, below: str, rules: list[str], connections: list[str]
) -> None:
    parsed = read(head + EVENT + SET_UP + below)
    assert [(event.event_id, event.span.line) for event in parsed.events] == [(20227, head.count("\n") + 1)]
    assert [rule.name for rule in parsed.policy.connection_security_rules] == rules
    assert [connection.name for connection in parsed.policy.vpn_connections] == connections
    assert parsed.problems == ()


@cases("mark", ["", "* ", "1. ", "  - "])
def test_a_line_that_is_one_quoted_command_is_read_in_a_document_too(mark: str) -> None:
    setting = "Set-NetFirewallSetting -MaxSAIdleTimeSeconds 300"
    text = f"We tried this:\n{mark}`{RULE}`\nand it still fails.\n\n{mark}`{setting}`\n"
    source = bytes_source("note.md", text.encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert [rule.span.line for rule in parsed.policy.connection_security_rules] == [2]
    assert [settings.span.line for settings in parsed.policy.global_settings] == [5]
    assert parsed.problems == ()


def test_a_line_that_only_names_a_cmdlet_is_no_command() -> None:
    source = bytes_source("note.md", b"See\n`New-NetIPsecRule`\nand\n`Set-VpnConnection` of the manual.\n")
    form = recognise(source)
    assert form is None or form.parse(source).policy.is_empty


VAIN = "its commands are read, and set no IPsec policy: what they take out or show is not in the input"
UNDONE = "its commands are read, and set no IPsec policy: what they set they take out again"


def test_what_is_found_and_handed_to_what_changes_it_is_no_look() -> None:
    made = "PS C:\\> New-NetIPsecRule -DisplayName A -RemoteAddress 10.9.0.0/16\n"
    taken = read(f"{made}PS C:\\> Get-NetIPsecRule -DisplayName A | Remove-NetIPsecRule\n")
    assert taken.policy.connection_security_rules == ()
    assert [problem.message for problem in taken.problems] == [UNDONE]
    for line in ("Get-NetIPsecRule | Where-Object Enabled", "Get-NetIPsecMainModeSA | Remove-NetIPsecMainModeSA"):
        kept = read(f"{made}PS C:\\> {line}\n")
        assert [rule.name for rule in kept.policy.connection_security_rules] == ["A"]
        assert kept.problems == ()


@cases("taken", ["Get-NetIPsecRule | Remove-NetIPsecRule", "Remove-NetIPsecRule -All"])
def test_commands_of_a_post_that_set_nothing_are_read(taken: str) -> None:
    post = f"Hi all,\n\nI removed all of the rules with this, and then the server was fine again:\n\n{taken}\n\n"
    (problem,) = read(f"{post}Any idea why this happened on the second node?\n").problems
    assert (problem.code, problem.message, problem.span.line) == (ProblemCode.NO_POLICY, VAIN, 5)
    others = read(f"{post}Then run New-NetIPsecRule -DisplayName A, and it is there again.\n").problems
    assert VAIN not in [problem.message for problem in others]


@cases("taken", ["Add-VpnConnectionRoute", "Add-VpnConnectionTriggerDnsConfiguration"])
def test_a_block_that_sets_routes_alone_lies_behind_nothing(taken: str) -> None:
    post = f"```\n{RULE}\n```\n\nThen:\n\n```powershell\n{taken} -ConnectionName Office -PassThru\n```\n"
    assert read(post).problems == ()


@cases(
    "typed",
    [
        'Add-VpnConnectionRoute -ConnectionName "Office" -DestinationPrefix 10.0.0.0/8',
        "Set-VpnConnectionProxy -Name Office -AutoDetect",
        "Get-NetIPsecMainModeSA -Name 5 | Remove-NetIPsecQuickModeSA -CimSession hub",
    ],
)
def test_what_sets_no_policy_is_said_at_no_prompt(typed: str) -> None:
    assert read(f"C:\\> {RULE}\nOk.\n\nPS C:\\> {typed}\nTrue\n").problems == ()


def test_what_a_command_printed_of_its_own_object_stands_beside_nothing() -> None:
    typed = "Add-VpnConnection -Name Office -ServerAddress vpn.lab.example -TunnelType Ikev2 -PassThru"
    shown = "Name                  : Office\nServerAddress         : vpn.lab.example\nTunnelType            : Ikev2\n"
    told = check_text(f"PS C:\\> {typed}\n\n{shown}L2tpIPsecAuth         : Certificate\n", "a.txt")
    assert told.problems == ()


BEHIND_MARKS = (
    "<td>{}</td>",
    "<li>{}</li>",
    "<tr><td>a</td><td>{}</td></tr>",
    "<!-- {} -->",
    "<textarea>{}</textarea>",
)


@cases("marks", BEHIND_MARKS)
def test_a_command_behind_marks_that_are_not_known_is_said_beside_one_that_is_read(marks: str) -> None:
    marked = marks.format(RULE.replace("name=", "name=Marked"))
    parsed = read(f"C:\\> {RULE}\nOk.\n\n{marked}\n")
    assert len(parsed.policy.connection_security_rules) == 1
    said = "a command behind other words or marks is not read: put it on a line alone"
    places = [(each.span.line, each.span.column, each.message) for each in parsed.problems]
    assert places == [(4, marked.index("netsh") + 1, said)]


@cases(
    "command",
    [
        *("netsh advfirewall set global ipsec strongcrlcheck 0", "sc config IKEEXT start= disabled"),
        *("netsh advfirewall set allprofiles state off", "Set-Service -Name PolicyAgent -StartupType Disabled"),
        r"reg delete HKLM\SYSTEM\CurrentControlSet\Services\IKEEXT /f",
    ],
)
@cases(("path", "text"), [("a.adoc", "= Steps\n\n. {}\n"), ("a.rst", "Steps\n=====\n\n#. Run ``{}`` now\n")])
def test_a_document_with_a_command_outside_of_its_blocks_is_said(path: str, text: str, command: str) -> None:
    source = bytes_source(path, f"{text.format(command)}\n----\n{RULE}\n----\n".encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert sum(count for _, count in parsed.unread) + len(parsed.problems) > 0


@cases(
    "line",
    [
        "PS C:\\> Get-Help New-NetIPsecRule -Examples",
        "New-NetIPsecRule : Access is denied.\nAt line:1 char:1\n+ New-NetIPsecRule -DisplayName b -Mode Tunnel",
        "Set-VpnConnection: \nLine |\n   1 |  Set-VpnConnection -Name b -TunnelType L2tp\n     | ~~~",
    ],
)
def test_a_command_that_help_is_asked_on_or_an_error_quotes_is_none(line: str) -> None:
    parsed = read(f"C:\\> {RULE}\nOk.\n\n{line}\n")
    assert [each.message for each in parsed.problems if "behind other words" in each.message] == []


def test_firewall_rules_that_ask_for_no_ipsec_take_nothing_out_again() -> None:
    rule = 'netsh advfirewall firewall add rule name="Ping" protocol=icmpv4:any,any dir=in action=allow'
    told = "its commands are read, and set no IPsec policy: its firewall rules ask for no IPsec"
    assert [problem.message for problem in read(f"C:\\> {rule}\nOk.\n").problems] == [told]


RULE_OF_DOCUMENT = "New-NetIPsecRule -DisplayName {} -InboundSecurity Require"


@cases("indent", ["", "    ", "PS C:\\> "])
@cases("order", ["above", "below", "between"])
def test_commands_of_powershell_outside_of_the_blocks_of_it_are_read(indent: str, order: str) -> None:
    block = f"```powershell\n{RULE_OF_DOCUMENT.format('InBlock')}\n```\n"
    line = f"{indent}{RULE_OF_DOCUMENT.format('Outside')}\n"
    parts = {"above": [line, block], "below": [block, line], "between": [block, line, block.replace("In", "Of")]}
    text = "# Servers\n\n" + "\nRun this:\n\n".join(parts[order])
    source = bytes_source("servers.md", text.encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    names = {rule.name for rule in parsed.policy.connection_security_rules}
    assert {"InBlock", "Outside"} <= names
