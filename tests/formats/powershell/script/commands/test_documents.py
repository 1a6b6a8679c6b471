"""Blocks of PowerShell in documents: Markdown, Liquid, AsciiDoc; and scripts that only look like one."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import names_of, parsed, refused_of, said_of

from ipseclint.formats.powershell.script.format import code_blocks, parse
from ipseclint.source import bytes_source

RULE = 'New-NetIPsecRule -DisplayName "In block" -InboundSecurity Require'


@cases(
    "document",
    [
        f"# Title\n\n```powershell\n{RULE}\n```\nprose\n",
        f"# Title\n\n~~~ps1\n{RULE}\n~~~\nprose\n",
        f"# Title\n\n```\n{RULE}\n```\nprose\n",
        f"---\ntitle: x\n---\n{{% highlight powershell %}}\n{RULE}\n{{% endhighlight %}}\nprose\n",
        f"<powershell>\n{RULE}\n</powershell>\n<persist>true</persist>\n",
        f'resource "x" "a" {{\nuser_data = <<-EOF\n  <powershell>\n  {RULE}\n  </powershell>\n  EOF\n}}\n',
        f"{{% highlight powershell linenos %}}\n{RULE}\n{{%- endhighlight -%}}\nprose\n",
        f"= Title\n[source,powershell]\n----\n{RULE}\n----\nprose\n",
    ],
)
def test_the_block_is_read_and_the_prose_is_not(document: str) -> None:
    assert names_of(document) == ["In block"]
    ((start, end),) = code_blocks(document)
    assert document[start:end].strip() == RULE


@cases("language", ["cmd", "bash", "text", "console", "Batch"])
def test_commands_of_powershell_are_read_whatever_shell_is_named_above_them(language: str) -> None:
    document = f"# Title\n\n```{language}\n# with PowerShell\n{RULE}\n```\nAnd so on.\n"
    result = parsed(document, "runbook.md")
    assert [rule.name for rule in result.policy.connection_security_rules] == ["In block"]
    assert result.problems == ()


@cases("language", ["python", "hcl"])
def test_what_a_program_in_a_document_holds_is_said_and_its_prose_is_none(language: str) -> None:
    document = f'# Title\n\nText: here.\n\n```{language}\nrun("""\n  {RULE}\n""")\n```\nAnd so on.\n'
    said = f"`new-netipsecrule` stands in a block of `{language}`, of which nothing is read"
    assert said_of(document, "runbook.md") == [(7, 3, said)]
    assert [line for line, _, message in said_of(f"{document}{RULE}\n", "runbook.md") if message == said] == []


def test_a_block_of_another_language_is_not_read_as_powershell() -> None:
    document = f"```xml\n<a/>\n```\n{{% highlight bash %}}\nls\n{{% endhighlight %}}\n```powershell\n{RULE}\n```\n"
    assert names_of(document) == ["In block"]


@cases(
    "script",
    [
        f"$doc = @'\n```powershell\n{RULE}\n```\n'@\nNew-NetIPsecRule -DisplayName Real\n",
        (
            "function Set-It {\n  New-NetIPsecRule -DisplayName Real\n}\nSet-It\n"
            f"$x = @'\n```powershell\n{RULE}\n```\n'@\n"
        ),
    ],
)
def test_a_script_whose_texts_hold_blocks_is_read_as_a_script(script: str) -> None:
    assert names_of(script) == ["Real"]


def test_a_fence_that_never_ends_is_no_block() -> None:
    assert code_blocks(f"```powershell\n{RULE}\n") == ()


def test_a_text_of_several_lines_stays_whole_in_a_script_with_an_error() -> None:
    rule = "New-NetIPsecRule -DisplayName R -RemoteAddress 10.1.0.0/16 -InboundSecurity Require"
    text = f"$x = @'\nsome text\nof lines\n'@\n{rule}\nthis is ( broken\n"
    parsed = parse(bytes_source("policy.ps1", text.encode()))
    assert [problem.span.line for problem in parsed.problems] == [6]
    assert [each.name for each in parsed.policy.connection_security_rules] == ["R"]


@cases("tag", ["{% if split %}", "{%- for each in all %}", "<% if split %>", "<%= split %>"])
def test_a_template_is_not_refused_for_what_is_put_in_later(tag: str) -> None:
    script = f"$x = 1\n# {tag}\nAdd-VpnConnection -Name Work -Force\n"
    assert refused_of(script.replace(tag, "split")) != []
    assert refused_of(script) == []
    assert any("rendered" in message for _, _, message in said_of(script))


def test_what_a_later_block_shows_again_is_no_command_that_windows_refuses() -> None:
    vpn = "Add-VpnConnection -Name A -ServerAddress {}.example\n"
    text = "# Steps\n```powershell\n" + vpn.format("a") + "```\nOr:\n```powershell\n" + vpn.format("{}") + "```\n"
    assert refused_of(text.format("a")) == []
    assert len(refused_of(text.format("b"))) == 1
    assert len(refused_of(vpn.format("a") * 2)) == 1


def test_a_drawing_is_no_script() -> None:
    box = f"\u250c\u2500\u2500\u2510\n\u2502 1. {RULE} \u2502\n\u2514\u2500\u2500\u2518\n"
    document = f"# Title\n\n```\n{box}```\n\n```powershell\n{RULE}\n```\n"
    result = parsed(document, "runbook.md")
    assert [rule.name for rule in result.policy.connection_security_rules] == ["In block"]
    assert result.problems == ()


@cases(
    ("block", "is_said"),
    [
        ("# where it is\nComputer Configuration -> Windows Settings -> (Security\n", False),
        ("- Telnet (\n- FTP (not on file servers\n", False),
        ("Set-Service -Name Spooler -StartupType ( Disabled\n", False),
        ("New-NetIPsecRule -DisplayName B -InboundSecurity ( Require\n", True),
        (
            "Computer Configuration -> (Windows\nreg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent /v A\n",
            True,
        ),
    ],
)
def test_a_damaged_block_is_said_where_it_bears_on_ipsec(block: str, *, is_said: bool) -> None:
    document = f"# Hardening\n\n```powershell\n{block}```\n\n```powershell\n{RULE}\n```\n"
    result = parsed(document, "runbook.md")
    assert len(result.policy.connection_security_rules) == 1
    assert bool(result.problems) is is_said
