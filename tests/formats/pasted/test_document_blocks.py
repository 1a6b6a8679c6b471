"""The commands in the blocks of code of a document are read where they stand; what its prose names is told or left."""

from __future__ import annotations

import pytest
from tests.cases import cases

from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.pasted import document_blocks
from ipseclint.formats.pasted.documents import blocks_of, is_document, is_of_shell
from ipseclint.model.policy import Policy
from ipseclint.source import bytes_source, lines_of_text

VPN = 'Add-VpnConnection -Name "Office" -ServerAddress "vpn.example.com" -TunnelType IKEv2'
RULE = "netsh advfirewall consec add rule name=Servers endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout"
SECOND = RULE.replace("Servers", "B")
PROSE = "The Add-VpnConnection cmdlet and netsh are explained elsewhere, and nothing here is a command."

DOCUMENTS = {
    "guide.rst": (
        f"VPN\n===\n\n{PROSE}\n\nRun::\n\n    {VPN}\n\n.. code-block:: bat\n   :caption: x\n\n   {RULE}\n\nEnd.\n"
    ),
    "guide.txt": (
        f"VPN of us\n=========\n\n{PROSE}\n\n- Run::\n\n    {VPN}\n\n  and\n\n  .. code:: bat\n\n     {RULE}\n"
    ),
    "guide.adoc": f"= VPN\n:toc:\n\n{PROSE}\n\n----\n{VPN} <1>\n----\n<1> The client\n\n[source]\n{RULE}\n\nEnd.\n",
    "notes.txt": f"== VPN\n\n{PROSE}\n\n....\n{VPN}\n....\n\nand\n\n {RULE}\n\nEnd.\n",
    "guide.org": f"* VPN\n{PROSE}\n#+BEGIN_SRC powershell\n  {VPN}\n#+END_SRC\n: {RULE}\nEnd.\n",
    "guide.textile": f"h1. VPN\n\n{PROSE}\n\nbc. {VPN}\n\nEnd.\n\nbc.. {RULE}\n\n{SECOND}\n\np. End.\n",
    "guide.xml": (
        '<?xml version="1.0"?>\n<!DOCTYPE article PUBLIC "-//OASIS//DTD DocBook XML V4.5//EN" "docbookx.dtd">\n'
        f"<article><para>{PROSE}</para>\n<programlisting>{VPN}</programlisting>\n"
        f"<screen><![CDATA[\n{RULE}\n]]></screen></article>\n"
    ),
    "wiki.html": f"<h2>VPN</h2>\n<p>{PROSE}</p>\n<pre>{VPN}</pre>\n<pre class='x'><code>{RULE}</code></pre>\n",
    "ticket.txt": (
        f"h2. VPN\n\n{{code:title=a.ps1|borderStyle=solid}}\n{VPN}\n{{code}}\n\n{{noformat}}{RULE}{{noformat}}\n"
    ),
    "page.wiki": f"== VPN ==\n<source lang=powershell>\n{VPN}\n</source>\n<source lang=bash>\n{RULE}\n</source>\n",
}


def read(name: str, text: str) -> Parsed:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "transcript"
    return form.parse(source)


@cases("name", DOCUMENTS)
def test_the_blocks_of_a_document_are_read_at_their_places(name: str) -> None:
    text = DOCUMENTS[name]
    parsed = read(name, text)
    rows = text.split("\n")
    (connection,) = parsed.policy.vpn_connections
    rule = parsed.policy.connection_security_rules[0]
    assert (connection.name, rule.name) == ("Office", "Servers")
    assert VPN in rows[connection.span.line - 1]
    assert RULE in rows[rule.span.line - 1]
    assert not parsed.problems


@pytest.mark.parametrize(
    "caption",
    [
        "Server:",
        "Azure side (phase 1: IKEv2, AES256, SHA384; phase 2: GCMAES256, PFS none). Windows RRAS side:",
        "RRAS, Server 2022, two NICs, one behind NAT; peer: Fortigate 100F, firmware 7.2; client, Windows 11 23H2:",
    ],
)
@pytest.mark.parametrize("name", ["post.md", "ticket.txt"])
def test_code_by_its_indent_is_read_whatever_the_length_of_its_caption(name: str, caption: str) -> None:
    parsed = read(name, f"{caption}\n\n    {VPN}\n    netsh int show int\n\nClient:\n\n    {RULE}\n")
    assert parsed.problems == ()
    assert [each.span.line for each in parsed.policy.vpn_connections] == [3]
    assert [each.span.line for each in parsed.policy.connection_security_rules] == [8]


@cases(
    "beside",
    [
        "| step | command |\n|---|---|\n| 3 | `netsh ipsec static add policy name=P` |\n",
        "- Then `Set-NetFirewallSetting -Exemptions None` on each of the servers.\n",
        "2. On the servers:\n3. That is all.\n",
        "* Done.\n\n| a | b |\n|---|---|\n",
    ],
)
@cases("caption", ["Run in PowerShell:", "- In PowerShell:", "1. In PowerShell:"])
@cases("name", ["runbook.md", "post.txt"])
def test_lists_and_tables_beside_code_by_its_indent_are_no_code(beside: str, caption: str, name: str) -> None:
    parsed = read(name, f"# Runbook\n\n{caption}\n\n      {VPN}\n\n{beside}")
    assert [each.name for each in parsed.policy.vpn_connections] == ["Office"]
    assert {problem.code for problem in parsed.problems} <= {ProblemCode.NO_POLICY}


def test_a_pipeline_that_goes_on_below_is_no_table() -> None:
    text = f"{VPN} -PassThru\n| ForEach-Object {{ $_ }}\n| Out-Null\n"
    assert not is_document(text, "post.txt")


@cases("name", ["guide.rst", "guide.adoc", "guide.org", "guide.textile"])
def test_a_command_of_a_sentence_is_told_and_one_outside_of_a_block_is_a_problem(name: str) -> None:
    heading = DOCUMENTS[name].partition("\n")[0]
    parsed = read(
        name, f"{DOCUMENTS[name]}\nNever type {VPN} there.\n\n{RULE.replace('Servers', 'Outside')}\n\n{heading}\n"
    )
    codes = {problem.code.name: problem.message for problem in parsed.problems}
    assert "is not read" in codes["NO_POLICY"]
    if name != "guide.adoc":
        assert "outside of the document's blocks of code" in codes["NOT_UNDERSTOOD"]
    assert "Outside" not in {rule.name for rule in parsed.policy.connection_security_rules}


def test_what_only_looks_like_a_document_is_none() -> None:
    for name, text in (
        ("console.txt", f"C:\\>{RULE}\nOk.\n\n--------\nRule Name: x\n"),
        ("x.txt", "fe80::\n"),
        ("x.txt", f"echo x& {RULE}\n"),
        ("x.txt", f"cat > x.cmd <<E\n{RULE}\nE\n"),
        ("notes.md", "VPN\n===\n\nRun::\n\n    x\n"),
        ("guide.rst", f"# VPN\n\n```\n{RULE}\n```\n"),
    ):
        assert not is_document(text, name)
        assert blocks_of(text, name, lines_of_text(text)) is None


def test_prose_of_a_document_without_blocks_is_no_script() -> None:
    parsed = read("guide.rst", f"VPN\n===\n\n{PROSE}\n\nSet-VpnConnectionIPsecConfiguration\nis for clients.\n")
    assert parsed.policy.is_empty
    assert [problem.code.name for problem in parsed.problems] == ["NO_POLICY"]


@cases("name", ["a.rst", "a.adoc", "a.org", "a.textile"])
def test_an_open_block_ends_with_the_text(name: str) -> None:
    for begin in ("::\n\n ", "----\n", "#+begin_src x\n", "bc.. ", ": ", "[source]\n"):
        text = f"T\n===\n\n= T\n\n* T\n\nh1. T\n\nRun{begin}{VPN}\n{begin}{VPN}"
        assert isinstance(blocks_of(text, name, lines_of_text(text)), list)


PROSES = (
    f"Notes\n\n{PROSE}\n",
    "####\n\n  See also Set-VpnConnectionIPsecConfiguration on\n  Windows 10 and later, which use the same terms.\n",
    "Use New-NetIPsecRule for the rule; the older netsh advfirewall consec commands do the same.\n",
)


@cases("text", PROSES)
def test_prose_that_names_cmdlets_is_no_script(text: str) -> None:
    parsed = read("notes.txt", text)
    assert parsed.policy.is_empty
    assert [problem.code.name for problem in parsed.problems] == ["NO_POLICY"]
    assert "no policy" in parsed.problems[0].message


@cases("text", PROSES)
def test_a_command_below_such_prose_is_read(text: str) -> None:
    parsed = read("notes.txt", f"{text}\n{VPN}\n")
    assert [connection.name for connection in parsed.policy.vpn_connections] == ["Office"]


def test_a_comment_within_a_fence_is_no_heading() -> None:
    text = (
        "# Client\n\n```bash\ncat > /etc/ipsec.conf <<EOF\n# ipsec.conf - for strongSwan\n\nconn office\n  auto=add\n"
        "  keyexchange=ikev2\n  right=192.0.2.1\n  ike=aes256-sha256-modp2048!\nEOF\n\nchmod 600 x\n```\n\n# End\n"
    )
    parsed = read("guide.md", text)
    assert not parsed.problems
    assert [peer.name for peer in parsed.policy.peers] == ["office"]


def test_what_a_look_goes_on_with_is_no_command() -> None:
    parsed = read("guide.md", f"```\nC:\\> {RULE}\nC:\\> netsh ipsec static show policy\nname=Branch\n```\n")
    assert not parsed.problems
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["Servers"]


BROKEN = VPN.replace(" -Server", " \\`\n  -Server")
QUOTED = VPN.replace('"', '\\"')
IN_SHELL = (
    f"#!/bin/bash\nset -e\n# it makes a file\ncat > a.ps1 <<EOF\n{VPN}\nEOF\ntee r.cmd >/dev/null <<'X'\n{RULE}\nX\n",
    f"#!/bin/sh\ncat <<-EOF > client.ps1\n{BROKEN}\n\tEOF\ncat <<E >r.cmd\n{RULE}\nE\n",
    f'#!/bin/bash\necho "{QUOTED}\n" > client.ps1\ncat >> r.cmd << E\n{RULE}\nE\nchmod 600 x\n',
)


@cases("name", ["setup.sh", "setup.bash", "setup", "setup.txt"])
@cases("text", IN_SHELL)
def test_the_files_that_a_script_of_a_shell_writes_are_read(text: str, name: str) -> None:
    parsed = read(name, text)
    assert [connection.name.strip() for connection in parsed.policy.vpn_connections] == ["Office"]
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["Servers"]
    assert not parsed.problems


def test_a_script_of_a_shell_that_runs_netsh_itself_is_read_as_before() -> None:
    text = f"#!/bin/sh\n{RULE}\ncat > x.txt <<E\nhello\nE\n"
    assert not is_document(text, "run.sh")
    assert recognise(bytes_source("run.sh", text.encode())) is not None


@cases(
    ("first", "is_told"),
    [
        ("#!/usr/bin/env bash", True), ("#! /bin/sh -e", True), ("#!/usr/local/bin/zsh", True), ("#!/bin/dash", True),
        ("#!/usr/bin/pwsh", False), ("#!/usr/bin/env python3", False), ("# /bin/sh", False), ("#!/bin/shell", False),
    ],
)  # fmt: skip
def test_a_script_of_a_shell_is_told_by_its_first_line_where_a_name_says_nothing(first: str, *, is_told: bool) -> None:
    assert is_of_shell(f"{first}\n{VPN}\n", "setup") is is_told
    assert not is_of_shell(f"{first}\n{VPN}\n", "setup.ps1")
    assert is_of_shell("", "setup.sh")


SHOWN = (
    "Rule Name:                            S\n------------------------------------------------\n"
    "Enabled:                              Yes\nProfiles:                             Domain\n"
    "Type:                                 Static\nMode:                                 Transport\n"
    "Endpoint1:                            Any\nEndpoint2:                            10.0.0.0/8\n"
    "Protocol:                             Any\nAction:                               RequireInRequestOut\n"
    "Auth1:                                ComputerKerb\n"
    "QuickModeSecMethods:                  ESP:MD5-DES+60min+100000kb\nOk.\n"
)
SERVICES = "SYSTEM\\CurrentControlSet\\Services"
OUTSIDE = (
    RULE,
    f"C:\\>{RULE}",
    "sc config IKEEXT start= disabled",
    f"reg add HKLM\\{SERVICES}\\IKEEXT /v Start /t REG_DWORD /d 4 /f",
    "netsh advfirewall set global mainmode mmsecmethods dhgroup1:des-md5",
    SHOWN,
    f"HKEY_LOCAL_MACHINE\\{SERVICES}\\IKEEXT\n    Start    REG_DWORD    0x4\n",
    f'Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\{SERVICES}\\IKEEXT]\n"Start"=dword:00000004\n',
    "conn office\n  keyexchange=ikev1\n  ike=3des-md5-modp768!\n  right=192.0.2.1\n  auto=add\n",
)
AROUND = {
    "a.rst": f"VPN\n===\n\nRun::\n\n    {VPN}\n\nand\n\n{{}}\n",
    "a.adoc": f"= VPN\n\n----\n{VPN}\n----\n\nand\n\n{{}}\n",
    "a.txt": f"= VPN\n\n----\n{VPN}\n----\n\nand\n\n{{}}\n",
    "a.org": f"* VPN\n#+begin_src powershell\n{VPN}\n#+end_src\n\n{{}}\n",
    "a.textile": f"h1. VPN\n\nbc. {VPN}\n\nand\n\n{{}}\n",
    "a.html": f"<html><pre>{VPN}</pre><p>\n{{}}\n</p></html>\n",
    "b.html": f"<html><pre>{VPN}</pre><table><tr><td>x</td><td>{{}}</td></tr></table></html>\n",
}


@cases("name", AROUND)
@cases("policy", OUTSIDE)
def test_whatever_bears_on_ipsec_outside_of_the_blocks_is_said_in_its_place(name: str, policy: str) -> None:
    for end in ("\n", "\r\n"):
        text = AROUND[name].format(policy).replace("\n", end)
        parsed = read(name, text)
        assert [connection.name for connection in parsed.policy.vpn_connections] == ["Office"]
        problems = [problem for problem in parsed.problems if "blocks of code" in problem.message]
        shown = {text.split(end)[problem.span.line - 1] for problem in problems}
        assert any(line in each for each in shown for line in policy.split("\n") if line)
        assert all(problem.code.name == "NOT_UNDERSTOOD" for problem in problems)


def test_lines_that_a_tag_parts_are_told_as_they_show() -> None:
    parsed = read("a.html", AROUND["a.html"].format(SHOWN.replace("\n", "<br>")))
    assert any("blocks of code" in problem.message for problem in parsed.problems)
    made = "$p = New-NetIPsecMainModeCryptoProposal -Encryption DES"
    taken = "New-NetIPsecMainModeCryptoSet -DisplayName c -Proposal $p"
    for block in (
        f"{made}<br>{taken}",
        f"<div class='line'>{made}</div><div class='line'>{taken}</div>",
        f"<div>{made}</div>\n<div>{taken}</div>",
        f"<p>{made}</p><p>{taken}</p>",
    ):
        parsed = read("a.html", f"<html><pre>{block}</pre></html>")
        assert [crypto_set.name for crypto_set in parsed.policy.main_mode_crypto_sets] == ["c"], block
        assert not parsed.problems


@cases("suffix", ["rst", "adoc", "org", "textile"])
@cases("policy", [OUTSIDE[1], SHOWN, OUTSIDE[7]])
def test_what_is_a_document_by_its_name_alone_is_read_as_any_text(suffix: str, policy: str) -> None:
    form = recognise(bytes_source(f"a.{suffix}", policy.encode()))
    assert form is not None
    assert form.parse(bytes_source(f"a.{suffix}", policy.encode())).policy != Policy()


@cases(
    "line",
    [
        f'echo "{RULE}" > b.cmd',
        f"ssh admin@host '{RULE}'",
        "printf '%s\\n' 'sc config IKEEXT start= disabled' > b.cmd",
    ],
)
def test_what_a_shell_prints_or_hands_on_is_said(line: str) -> None:
    parsed = read("setup.sh", f"#!/bin/sh\ncat > a.ps1 <<EOF\n{VPN}\nEOF\n{line}\n")
    (problem,) = parsed.problems
    assert (problem.code.name, problem.span.line) == ("NOT_UNDERSTOOD", 5)


def test_a_text_that_a_shell_hands_on_in_quotes_is_read() -> None:
    parsed = read("setup.sh", f'#!/bin/sh\ncat > a.cmd <<< "{RULE}\n{SECOND}"\ncat > b.ps1 <<E\n{VPN}\nE\n')
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["Servers", "B"]


def test_a_block_of_textile_may_name_its_language() -> None:
    parsed = read("a.textile", f"h1. VPN\n\nbc[powershell]. {VPN}\n")
    assert [connection.name for connection in parsed.policy.vpn_connections] == ["Office"]


def test_many_delimiters_are_gone_through_once() -> None:
    steps = 0

    class Counted(list[str]):
        def __getitem__(self, at: object) -> object:  # type: ignore[override]
            nonlocal steps
            found = super().__getitem__(at)  # type: ignore[call-overload]
            steps += len(found) if isinstance(at, slice) else 1
            return found

    lines = Counted(("= VPN\n\n" + "x\n----\n" * 2_000).split("\n"))
    assert blocks_of("\n".join(lines), "a.adoc", lines)
    assert steps < 20 * len(lines)


@pytest.mark.parametrize("end_of_all", ["", 'echo "\n'], ids=["no end", "an end that writes nothing"])
def test_many_texts_of_a_shell_without_an_end_are_gone_through_once(
    monkeypatch: pytest.MonkeyPatch, end_of_all: str
) -> None:
    asked = 0
    end = document_blocks._SAID_END

    class Counted:
        @staticmethod
        def fullmatch(line: str) -> object:
            nonlocal asked
            asked += 1
            return end.fullmatch(line)

    monkeypatch.setattr(document_blocks, "_SAID_END", Counted)
    text = 'echo "x\n' * 500 + end_of_all
    blocks_of(text, "a.sh", text.split("\n"))
    assert 0 < asked <= 2 * 501


INDENTED_CONF = "    conn l2tp\n      authby=secret\n      right=%any\n      ike=aes256-sha2;modp2048\n      auto=add\n"
COMMAND = "    Add-VpnConnection -Name W -TunnelType L2tp"


@cases("above", ["ipsec.conf\n\n", "ipsec.conf\n", "/etc/ipsec.d/win.conf\n\n", "Server side\n\n", "Server:\n"])
def test_what_is_indented_below_the_name_of_a_file_or_a_title_is_code(above: str) -> None:
    text = f"## Windows cannot connect\n\n{above}{INDENTED_CONF}\nWindows:\n\n{COMMAND}\n"
    assert [min(block) for block in blocks_of(text, "post.md", text.split("\n")) or ()] == [
        text.split("\n").index("    conn l2tp") + 1 - above.endswith("\n\n"),
        text.split("\n").index(COMMAND),
    ]


@cases(
    "prose",
    [
        "**/etc/ipsec.d/win.inc**",
        "*Server* side",
        "Edit `ipsec.conf`:",
        "__Server__",
        "**Step 2**: Start it again",
        "**Note:** ask the other side (2 of them)",
        "on the official [wiki](https://docs.example/page#VTI).",
        "-----|------",
    ],
)
def test_what_is_in_relief_in_markdown_hides_no_code_below_it(prose: str) -> None:
    text = f"# Windows cannot connect\n\n{prose}\n\n{INDENTED_CONF}"
    assert [min(block) for block in blocks_of(text, "post.md", text.split("\n")) or ()] == [4]
    assert read("post.md", text).problems == ()


@cases("line", ["**netsh ipsec static add policy name=A**", "`netsh` ipsec static add policy name=A", "_x=1_"])
def test_a_command_in_relief_announces_nothing(line: str) -> None:
    text = f"# Windows\n\n{line}\n\n{INDENTED_CONF}"
    assert blocks_of(text, "post.md", text.split("\n")) is None


def test_a_single_word_in_a_script_announces_nothing() -> None:
    text = "setlocal\n\n    netsh advfirewall consec delete rule name=A\n"
    assert blocks_of(text, "set.txt", text.split("\n")) is None


def test_a_link_of_asciidoc_to_a_cmdlet_is_no_object() -> None:
    link = "  {CMDLETS}/Add-VpnConnectionRoute?view=x[Add-VpnConnectionRoute] PowerShell\n  command,\n"
    item = (
        f"Windows 10 ::\n  It is on, with the limits that are known, and routes have to be added, e.g. via the\n{link}"
    )
    parsed = read("guide.adoc", f"= VPN\n\n----\n{RULE}\n----\n\n{item}")
    assert [rule.name for rule in parsed.policy.connection_security_rules] == ["Servers"]
    assert parsed.problems == ()
