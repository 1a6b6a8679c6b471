"""A command within a sentence is told, whatever marks it as code, and is no part of a policy."""

from __future__ import annotations

from tests.cases import cases

from ipseclint import check_text
from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.pasted.inline_commands import without_sentences
from ipseclint.source import bytes_source

NETSH = "netsh ipsec static add policy name=Blk assign=yes"
VALUE = "NegotiateDH2048_AES256"
CMDLET = "Add-VpnConnection -Name V -ServerAddress a.example -TunnelType Ikev2"


def read(text: str, path: str) -> Parsed:
    source = bytes_source(path, text.encode())
    kind = recognise(source)
    assert kind is not None
    assert kind.name == "transcript"
    return kind.parse(source)


@cases(
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
@cases("command", [NETSH, CMDLET])
@cases("path", ["page.md", "page.wiki", "page.txt"])
def test_a_command_in_a_sentence_is_told(marks: str, column: int, command: str, path: str) -> None:
    if "`" in marks and path != "page.md":
        return
    parsed = read(f"Run {marks.format(command)} first, then look.\n", path)
    (problem,) = parsed.problems
    assert (problem.span.line, problem.span.column, problem.span.length) == (1, column, len(command))
    assert "stands in a sentence or a table, which is not read" in problem.message
    assert parsed.policy.is_empty


@cases("marks", ["{{{{{}}}}}", "{{{{code|{}}}}}"])
def test_a_command_in_braces_in_a_sentence_of_a_page_is_not_passed_over(marks: str) -> None:
    command = "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess"
    text = f"<!DOCTYPE html>\n<html><body><p>Type {marks.format(command)} first.</p></body></html>\n"
    (problem,) = check_text(text, "page.html").problems
    assert (problem.code, problem.span.line) == (ProblemCode.NO_POLICY, 2)
    assert "stands in a sentence" in problem.message


def test_what_word_marks_for_other_browsers_is_no_part_of_a_command_in_a_page() -> None:
    command = "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess"
    text = f"<!DOCTYPE html>\n<html><body><pre><![if !supportLists]>{command}<![endif]>\n</pre></body></html>\n"
    report = check_text(text, "page.html", select="QD001")
    assert [(each.code, each.span.line) for each in report.findings] == [("QD001", 2)]
    assert report.problems == ()


@cases("held", ["netsh ipsec static show all", "site.name", "netsh", "Get-NetIPsecRule"])
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


BLOCK = f"# Runbook\n\n```cmd\n{NETSH}\n```\n\n"


@cases(
    "line",
    [
        "2. Create netsh ipsec scripts:",
        "`netsh advfirewall consec show rule name=all` und `netsh advfirewall monitor show mmsa` zeigen Regeln.",
        "| `New-NetIPsecRule` | makes a rule |",
        "- **Features**: New-NetIPsecRule, authentication",
        "- Q: Which cmdlet makes a rule? | A: New-NetIPsecRule",
        "* New-NetIPsecRule: makes a rule",
        "New-NetIPsecRule, New-NetIPsecPhase1AuthSet",
        "> Note: netsh ipsec is deprecated.",
        "**netsh ipsec static** is for Windows 2003",
        "- netsh ipsec static: legacy policies",
        "Deprecated: `ipseccmd` and `netsh ipsec`",
        "- [x] netsh advfirewall export done",
        "See [netsh ipsec](https://example.com/netsh-ipsec).",
        "Schritt 3: netsh ipsec dynamic show mmsas all",
        "\u6b65\u9aa4\uff1a\u4f7f\u7528 `netsh ipsec dynamic show all`",
        "\u0428\u0430\u0433 2. `netsh ipsec static show all`, then look",
    ],
)
@cases("path", ["page.md", "page.markdown"])
def test_a_sentence_of_markdown_that_names_commands_is_no_part_of_a_policy(line: str, path: str) -> None:
    parsed = read(f"{BLOCK}{line}\n\nThis is the end.\n", path)
    assert [policy.name for policy in parsed.policy.policies] == ["Blk"]
    assert parsed.problems == ()


@cases(
    ("line", "column"),
    [
        ("Then run {} on both.", 10),
        ("CommandLine: {}", 14),
        ("**Run:** {}", 10),
        ("Danach `{}` ausf\u00fchren", 9),
        ("Then run **{}** on both.", 12),
    ],
)
def test_a_command_that_sets_is_told_in_a_sentence_of_markdown(line: str, column: int) -> None:
    (problem,) = read(f"{BLOCK}{line.format(CMDLET)}\n", "page.md").problems
    assert (problem.span.line, problem.span.column) == (7, column)
    assert "stands in a sentence or a table, which is not read" in problem.message


@cases(
    "line",
    [
        f"C:\\>{NETSH}",
        f"PS C:\\> {CMDLET}",
        f"[PS] C:\\> {CMDLET}",
        f"- {NETSH}",
        NETSH.upper(),
        rf"REG ADD HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters /v {VALUE} /t REG_DWORD /d 2 /f",
        rf'> - Reg delete "HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters" /v {VALUE} /f',
        f"1. `{NETSH}`.",
        f"    {NETSH}",
        f"IF EXIST x {NETSH}",
        f"For /F %i in (hosts.txt) do {NETSH}",
        f"Invoke-Command -ComputerName A {{ {NETSH} }}",
        f"$made = {CMDLET}",
        "New-NetIPsecRule: The parameter is incorrect.",
        "    + FullyQualifiedErrorId : HRESULT 0x80070057,New-NetIPsecRule",
        f"```\nNote: {NETSH}\n```",
    ],
)
def test_what_is_typed_or_printed_is_no_sentence_of_markdown(line: str) -> None:
    assert without_sentences(f"{line}\n") == (f"{line}\n", [])


def test_markdown_that_only_names_commands_is_prose() -> None:
    text = "# Scripts\n\n#### 6.3 Rules\n- **Features**: New-NetIPsecRule, tunnel mode\n- Event IDs (4728, 4729)\n"
    (problem,) = read(text, "summary.md").problems
    assert problem.message == "it is prose that mentions `new-netipsecrule` and gives no command: it holds no policy"


CONNECTION = f"```powershell\n{CMDLET}\n```\n"


@cases(
    "told",
    [
        rf"In `HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters` I set `{VALUE}` (DWORD) to `2`.",
        f"- {VALUE}: 2, as a DWORD",
        f"- see `{VALUE}`",
        f"| {VALUE} | 2 |",
        rf"   |HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\RasMan\Parameters\{VALUE} |DWORD |2",
        rf"HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters | {VALUE} | 2",
    ],
)
@cases("path", ["page.md", "ticket.txt"])
def test_a_value_of_the_registry_that_a_sentence_tells_of_is_named_as_unread(told: str, path: str) -> None:
    if path == "ticket.txt" and not told.startswith("In "):
        return
    parsed = read(f"I made this for the laptop:\n\n{CONNECTION}\n{told}\nIt still fails.\n", path)
    assert any(f"`{VALUE}` in a sentence or a table, which is not policy" in each for each in parsed.unread)
    assert all(each.code is ProblemCode.NO_POLICY for each in parsed.problems)
    assert len(parsed.policy.vpn_connections) == 1


@cases(
    "set_by",
    [
        rf"reg add HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters /v {VALUE} /t REG_DWORD /d 2 /f",
        rf"- reg add HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters /v {VALUE} /t REG_DWORD /d 2 /f",
    ],
)
def test_a_value_of_the_registry_that_a_command_sets_is_read(set_by: str) -> None:
    parsed = read(f"I made this for the laptop:\n\n{CONNECTION}\nThen:\n\n```powershell\n{set_by}\n```\n", "page.md")
    assert [each.data.known for each in parsed.policy.registry] == ["2"]
    assert not parsed.unread


def test_a_value_of_the_registry_that_stands_in_prose_alone_says_where_it_belongs() -> None:
    (problem,) = check_text(f"Under RasMan create a DWORD {VALUE} = 2, then reboot.\n", "page.md").problems
    assert problem.code is ProblemCode.NO_POLICY
    assert problem.message.startswith(f"`{VALUE}` stands in a sentence or a table, which is not read")


SET = "netsh advfirewall set global mainmode mmkeylifetime 60min,0sess"
SHOWN = (
    f"![Listing 3: {SET}](img/listing.png)",
    '![a picture](<img/a b.png> "of netsh (advfirewall)"){width=50%}',
    "[![Build](https://example.org/a.svg)](https://example.org/b_(c)) [Set-NetIPsecRule](#set), [netsh][1]",
    "- [Add-VpnConnection](https://example.org/Add-VpnConnection)",
    "1. ![!VAR! %VAR%](a%20b.png)",
    "| ![a](a.png) | ![b](b.png) |",
    "[netsh]: https://example.org/netsh",
    "[1]: <docs/netsh.md> 'netsh'",
    f'<img src="a.png" alt="{SET}">',
    f"<details><summary>{SET}</summary>",
    "</details>",
    f"<!-- {SET} -->",
)
"""Lines of Markdown that show, and run nothing."""


@cases("line", SHOWN)
@cases("command", [SET, CMDLET])
def test_what_markdown_shows_is_no_command(line: str, command: str) -> None:
    parsed = read(f"# Setup by netsh\n\n{line}\n\n{command}\n\n{line}\n", "page.md")
    assert [each.message for each in parsed.problems if each.code is not ProblemCode.NO_POLICY] == []
    assert parsed.policy == read(f"# Setup by netsh\n\n\n\n{command}\n\n\n", "page.md").policy


@cases(
    "line",
    [
        f"[SRV01]: PS C:\\> {CMDLET}",
        f"![not closed {SET}",
        f"[a] {SET}",
        "<Set-NetIPsecRule>",
        "[HKEY_LOCAL_MACHINE\\SYSTEM]",
    ],
)
def test_other_lines_of_markdown_stay(line: str) -> None:
    text = f"{line}\n"
    assert without_sentences(text) == (text, [])


@cases("mark", ["---", "+++"])
def test_the_head_of_a_page_is_no_command(mark: str) -> None:
    head = f"{mark}\ntitle: {SET}\ntags:\n  - {NETSH}\n{mark}\n"
    shown, told = without_sentences(f"{head}\n{SET}\n---\n{SET}\n---\n")
    assert shown == "\n" * 6 + f"{SET}\n---\n{SET}\n---\n"
    assert [(each.line, each.column) for each in told] == [(2, 8), (4, 5)]


@cases("text", [f"---\n{SET}\n---\n", f"\n---\ntitle: a\n---\n{SET}\n", f"---\ntitle: a\n{SET}\n"])
def test_other_rules_are_no_head_of_a_page(text: str) -> None:
    assert without_sentences(text) == (text, [])


@cases(
    "line", ["![image](https://example.org/a-b.png)", '<img width="9" alt="netsh ipsec" src="https://example.org/1" />']
)
def test_a_picture_in_a_post_is_no_command(line: str) -> None:
    parsed = read(f"Hi, this is what we run on the server:\n\n{SET}\n\n{line}\n\nand then it fails.\n", "post.txt")
    assert parsed.problems == ()
    assert parsed.policy.main_mode_crypto_sets != ()


@cases("name", ["DisableIKENameEkuCheck", "NoDefaultExempt", "IPsecExempt", "IkeNumEstablishedForInitialQuery"])
def test_every_value_that_rules_look_at_is_told_by_its_name(name: str) -> None:
    (problem,) = check_text(f"We set {name} to 1 under its key.\n", "page.md").problems
    assert problem.message.startswith(f"`{name}` stands in a sentence or a table, which is not read")


@cases("name", ["ProhibitIpSec", "DisableIKENameEkuCheck"])
def test_a_value_as_powershell_prints_it_is_no_sentence(name: str) -> None:
    printed = f"{name} : 1\nPSPath : Registry::HKEY_LOCAL_MACHINE\n"
    assert without_sentences(printed) == (printed, [])
