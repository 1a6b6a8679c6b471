"""Parts of a document of which a reader takes one are not held against each other; the two ends of a tunnel are."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats.pasted.documents import blocks_of
from ipseclint.formats.transcript.alternatives import decisions_in
from ipseclint.source import lines_of_text


def fenced(code: str, language: str = "powershell") -> str:
    return f"```{language}\n{code}```\n"


def connection(words: str) -> str:
    """A connection with a suite of its own, at whatever end of a document it stands."""
    encryption, integrity, group, pfs = words.split()
    return (
        "Add-VpnConnection -Name Lab -ServerAddress vpn.example.org -TunnelType IKEv2 -AuthenticationMethod EAP\n"
        f"Set-VpnConnectionIPsecConfiguration -ConnectionName Lab -AuthenticationTransformConstants {integrity}128 "
        f"-CipherTransformConstants {encryption} -EncryptionMethod {encryption} -IntegrityCheckMethod {integrity} "
        f"-DHGroup {group} -PfsGroup {pfs} -Force\n"
    )


STRONG, OTHER = connection("AES256 SHA256 Group14 PFS2048"), connection("AES128 SHA256 ECP256 ECP256")
LINUX = (
    "conn lab\n  keyexchange=ikev2\n  ike=aes128gcm16-prfsha384-ecp384!\n  esp=aes128gcm16!\n  left=%defaultroute\n"
    "  leftauth=eap\n  right=vpn.example.org\n  rightauth=pubkey\n  auto=add\n"
)
COMPARED = {"AU027", "AU028", "CR018", "CR026", "CR030", "CR031", "CR032", "CR033", "RF019"}


def compared(text: str, name: str = "guide.md") -> set[str]:
    """The rules that hold parts of a text against each other."""
    return {each.code for each in check_text(text, name).findings} & COMPARED


def in_parts(first: str, second: str, third: str = "") -> str:
    """A guide with a part on each of three headings; the third is optional."""
    parts = [f"{first}\n\n{fenced(STRONG)}", f"{second}\n\n{fenced(OTHER)}"]
    if third:
        parts.append(f"{third}\n\n{fenced(LINUX, 'text')}")
    return "# Connect\n\n" + "\n".join(parts)


@cases(
    "text",
    [
        in_parts("## Option 1: strong", "## Option 2: elliptic curves", "## Option 3: Linux"),
        in_parts("## Method A", "## Method B"),
        in_parts("### Beispiel 1", "### Beispiel 2"),
        in_parts("**Variante 1**", "**Variante 2:**"),
        in_parts("## 方法1", "## 方法二"),
        in_parts("## Windows 10 and 11", "## Windows 7", "## Linux"),
        in_parts("## Windows", "## macOS", "## Ubuntu"),
        in_parts("# [Strong](#tab/a)", "# [Curves](#tab/b)"),
        in_parts('=== "Strong"', '=== "Curves"'),
        in_parts("## Option 1 - Windows 10", "## Option 2 - Windows 11"),
        in_parts("Option 1 - Windows 10", "Option 2 - Windows 11"),
        in_parts("Method A: with certificates", "Method B: with keys"),
        in_parts("Option 1", "Option 2", "Option 3: Linux"),
        f"# Connect\n\n{fenced(STRONG)}\nor\n\n{fenced(OTHER)}",
        f"# Connect\n\n{fenced(STRONG)}\n**Or:**\n\n{fenced(OTHER)}\nOr with Linux:\n\n{fenced(LINUX, 'text')}",
        f"# Verbinden\n\n{fenced(STRONG)}\noder\n\n{fenced(OTHER)}",
        f"# 连接\n\n{fenced(STRONG)}\n或者：\n\n{fenced(OTHER)}",
    ],
)
def test_parts_of_which_one_is_taken_are_not_compared(text: str) -> None:
    assert compared(text) == set()
    assert dict(check_text(text, "guide.md").inputs[0].objects)["vpn_connection"] == 2


@cases(
    "text",
    [
        f"## Windows\n\n{fenced(STRONG)}\n## Linux\n\n{fenced(LINUX, 'text')}",
        f"Option 1 is this one.\n\n{fenced(STRONG)}\nOption 2 is that.\n\n{fenced(LINUX, 'text')}",
        f"Option 2 - Windows\n\n{fenced(STRONG)}\nOption 3 - Linux\n\n{fenced(LINUX, 'text')}",
        f"Option 1 - none\n\nNothing.\n\nOption 2 - both\n\n{fenced(STRONG)}\n{fenced(LINUX, 'text')}",
        f"## Step 1\n\n{fenced(STRONG)}\n## Step 2\n\n{fenced(LINUX, 'text')}",
        f"## Client\n\n{fenced(STRONG)}\n## Option 1\n\n{fenced(LINUX, 'text')}",
        f"{fenced(STRONG)}\nOr so it seems. The other end:\n\n{fenced(LINUX, 'text')}",
        f"## Option 1\n\n### Windows\n\n{fenced(STRONG)}\n### Linux\n\n{fenced(LINUX, 'text')}\n## Option 2\n\nNone.\n",
    ],
)
def test_two_ends_are_compared(text: str) -> None:
    assert "CR032" in compared(text)


def test_what_stands_outside_of_the_parts_holds_for_all_of_them() -> None:
    add, *sets = (
        STRONG.partition("Set-")[0],
        "Set-" + STRONG.partition("Set-")[2],
        "Set-" + OTHER.partition("Set-")[2],
    )
    text = f"# Connect\n\n{fenced(add)}\n## Option 1\n\n{fenced(sets[0])}\n## Option 2\n\n{fenced(sets[1])}"
    report = check_text(text, "guide.md")
    assert report.problems == ()
    assert dict(report.inputs[0].objects)["vpn_connection"] == 1


def test_a_heading_within_a_block_parts_nothing() -> None:
    text = f"# Connect\n\n{fenced(f'# Option 1{chr(10)}{STRONG}# Option 2{chr(10)}')}\n{fenced(LINUX, 'text')}"
    lines = lines_of_text(text)
    assert decisions_in(text, lines, blocks_of(text, "guide.md", lines)) == []
    assert "CR032" in compared(text)


def test_the_parts_are_told_by_their_lines() -> None:
    text = "# T\n\n## Option 1\na\n### More\nb\n## Option 2\nc\n## Other\n```\nx\n```\n"
    assert decisions_in(text, lines_of_text(text), None) == [(range(3, 7), range(7, 9))]
    assert decisions_in(text.replace("```", ""), lines_of_text(text), None) == []


RULE = "New-NetIPsecRule -Name R -InboundSecurity Require -OutboundSecurity Request -DisplayName"
SYNTAX = "New-NetIPsecRule [-PolicyStore <String>] -DisplayName <String> [<CommonParameters>]"
PAGE = f"""# New-NetIPsecRule

## SYNTAX
```
{SYNTAX}
```

## EXAMPLES

### Example 1
```
PS C:\\>{RULE} One
```
This makes a rule.

### Example 2: another
```
PS C:\\>{RULE} Two
```

## PARAMETERS
"""
HELP = f"""NAME
    New-NetIPsecRule

SYNOPSIS
    Makes a rule.

    -------------------------- EXAMPLE 1 --------------------------

    PS C:\\>{RULE} One

    This makes a rule.
    ----------- Example 2: another -----------

    PS C:\\>{RULE} Two

"""


@cases(
    ("text", "name"),
    [
        (PAGE, "page.md"),
        (PAGE.replace("PS C:\\>", ""), "page.md"),
        (HELP, "help.txt"),
        (HELP.replace("\n    Makes a rule.\n", f"\n    Makes a rule.\n\nSYNTAX\n    {SYNTAX}\n"), "help.txt"),
        (HELP.replace("EXAMPLE", "BEISPIEL").replace("Example", "BEISPIEL"), "help.txt"),
        (f"PS C:\\> Get-Help New-NetIPsecRule -Examples\n\n{HELP}", "help.txt"),
        (HELP.replace("\n", "\r\n"), "help.txt"),
    ],
)
def test_each_example_of_a_page_of_help_is_read_by_itself(text: str, name: str) -> None:
    report = check_text(text, name)
    assert [problem.message for problem in report.problems] == []
    assert "RF019" not in {finding.code for finding in report.findings}
    assert dict(report.inputs[0].objects)["connection_security_rule"] == 2


def test_what_is_typed_in_one_session_is_one() -> None:
    text = f"PS C:\\> {RULE} One\nPS C:\\> {RULE} Two\n"
    assert "RF019" in {finding.code for finding in check_text(text, "session.txt").findings}


def test_blocks_behind_the_last_option_of_lines_alone_are_of_none() -> None:
    text = f"Option 1 - a\n\n{fenced(STRONG)}\nOption 2 - b\n\n{fenced(OTHER)}\nThen:\n\n{fenced(LINUX, 'text')}"
    lines = lines_of_text(text)
    (decision,) = decisions_in(text, lines, None)
    assert [lines[part.start - 1] for part in decision] == ["Option 1 - a", "Option 2 - b"]
    assert decision[-1].stop <= lines.index("Then:") + 1
