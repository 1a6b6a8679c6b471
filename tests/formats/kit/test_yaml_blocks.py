"""Scripts in YAML are found where they stand: blocks to their last indented line, scripts and commands of one line."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.yaml_blocks import commands_beside, folded_line_ends, lines_beside, powershell_blocks

CMDLET, NETSH = "New-NetIPsecRule -DisplayName one", "netsh advfirewall consec show rule name=all"


@cases("key", ["win_shell", "ansible.windows.win_powershell", "run", "pwsh", "inlineScript"])
@cases("written", ["{}", "'{}'", '"{}"', "{}  # why"])
@cases("indent", ["", "    ", "  - "])
def test_a_script_of_one_line_is_what_stands_behind_its_key(key: str, written: str, indent: str) -> None:
    for script in (CMDLET, NETSH):
        text = f"tasks:\n{indent}{key}: {written.format(script)}\n{indent}{key}: {written.format('Get-Date')}\n"
        ((start, end),) = lines_beside(text, ())
        assert text[start:end] == script
        assert lines_beside(text, ((start, end),)) == lines_beside(text, ((0, end),)) == ()
        assert lines_beside(text, ((0, start), (end, len(text)))) == ((start, end),)
        assert commands_beside(text) == ()
        (command,) = commands_beside(text.replace(key, "win_command"))
        assert text.replace(key, "win_command")[slice(*command)] == script


@cases("newline", ["\n", "\r\n"])
@cases("indent", ["", "  ", "  - "])
def test_a_block_ends_before_the_first_line_that_is_indented_no_further(indent: str, newline: str) -> None:
    inner = " " * (len(indent) + 1)
    block = f"{inner}{CMDLET}\n\n{inner}Get-Date\n".replace("\n", newline)
    other = f"{indent}run: |-\n{inner}Get-Date\n".replace("\n", newline)
    opening = f"{indent}run: |\n".replace("\n", newline)
    for behind in ("", f"{' ' * len(indent)}when: x{newline}", other):
        text = f"{other}{opening}{block}{behind}"
        assert [text[start:end] for start, end in powershell_blocks(text)] == [block]
    assert powershell_blocks(opening + block.replace(CMDLET, NETSH)) == ()


WORDS = "[netsh, advfirewall, consec, show, rule, name=all]"
REGISTRY = r"Set-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Services\IKEEXT -Name Start -Value 4"


@cases("key", ["script", "before_script", "runcmd", "bootcmd", "runCommand", "commands", "inline"])
@cases("indent", ["", "  ", "  - "])
def test_items_of_a_list_are_a_script_where_one_of_them_has_a_cmdlet_and_commands_otherwise(
    key: str, indent: str
) -> None:
    inner = " " * len(indent)
    for items, scripts, commands in (
        ([NETSH], [], [NETSH]),
        (["Get-Date", NETSH], [], [NETSH]),
        ([CMDLET, NETSH], [CMDLET, NETSH], []),
        ([REGISTRY, NETSH], [REGISTRY, NETSH], []),
        ([NETSH, WORDS], [], [NETSH, WORDS[1:-1]]),
        ([CMDLET, WORDS], [CMDLET], [WORDS[1:-1]]),
        (["Get-Date", "[echo, x]"], [], []),
        ([f"|\n{inner}    {NETSH}"], [], [f"{inner}    {NETSH}\n"]),
        ([f">\n{inner}    {CMDLET}", NETSH], [f"{inner}    {CMDLET}\n", NETSH], []),
    ):
        text = f"{indent}{key}:\n" + "".join(f"{inner}  - {item}\n" for item in items) + f"{inner}other: 1\n"
        assert [text[start:end] for start, end in powershell_blocks(text)] == scripts
        assert [text[start:end] for start, end in commands_beside(text)] == commands


@cases(
    ("style", "block", "is_beside"),
    [
        ("|", NETSH, True),
        ("|-", f"echo x\n  {NETSH}", True),
        (">", NETSH, False),
        ("|", f"{CMDLET}\n  {NETSH}", False),
        ("|", "netsh interface show interface", False),
        ("|", "powershell -File netsh.ps1", False),
        ("|", "sc config IKEEXT start= disabled", True),
    ],
)
def test_a_block_with_commands_of_programs_alone_stands_beside_the_scripts(
    style: str, block: str, is_beside: bool
) -> None:
    text = f"run: {style}\n  {block}\n"
    assert [text[start:end] for start, end in commands_beside(text)] == [f"  {block}\n"] * is_beside


@cases(
    ("block", "folded"),
    [
        (f"   {CMDLET}\n   -Enabled True\n", ["\n"]),
        (f"   {CMDLET}\r\n   -Enabled True\r\n", ["\r\n"]),
        (f"   {CMDLET}\n\n   Get-Date\n", []),
        (f"   {CMDLET}\n     -Enabled True\n   Get-Date\n", []),
        (f"   Get-Date\n   {CMDLET}\n   -Enabled\n", ["\n", "\n"]),
    ],
)
def test_yaml_folds_the_line_ends_between_lines_that_are_indented_alike(block: str, folded: list[str]) -> None:
    for opening in ("run: >\n", "- run: >-\n"):
        text = opening + block
        ends = folded_line_ends(text)
        assert "".join(text[at] for at in ends) == "".join(folded)
        assert all(text[at + 1 :][:1] in {" ", "\n"} for at in ends)
        assert folded_line_ends(text.replace(">", "|")) == ()
    assert folded_line_ends("run: >\n   Get-Date\n   -Verbose\n") == ()
