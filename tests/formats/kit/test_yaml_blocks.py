"""Scripts in YAML are found where they stand: blocks to their last indented line, scripts and commands of one line."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.yaml_blocks import commands_beside, lines_beside, powershell_blocks

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
