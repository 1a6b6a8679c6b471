"""Blocks that are handed to what may run them: a button of a form, an event; they are read as if they ran."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, policy_of

RULE = "New-NetIPsecRule -InboundSecurity Require -OutboundSecurity Require -DisplayName"
KEYED = "Add-VpnConnection -Name V -ServerAddress v.example -TunnelType L2tp -L2tpPsk 'Secret-1' -Force"
IS_HANDED = "`{}` is handed a block: whether it runs is not known; it is read as if it did"
FORM = "$button = New-Object System.Windows.Forms.Button\n"


@cases(
    ("script", "name"),
    [
        (f"$b.Add_Click({{ {RULE} A }})", ".add_click"),
        (f"{FORM}$button.add_Click(\n{{\n  {RULE} A\n}})", ".add_click"),
        (f"$go = {{ {RULE} A }}\n$b.Add_Click($go)", ".add_click"),
        (f"$form.Controls['ok'].Add_MouseUp({{ param($sender, $e) {RULE} A; return }})", ".add_mouseup"),
        (f"Register-ObjectEvent $timer Elapsed -Action {{ {RULE} A; exit }}", "register-objectevent"),
    ],
)
def test_what_a_button_or_an_event_runs_is_read(script: str, name: str) -> None:
    result = parsed(f"{script}\n{RULE} B\n")
    assert [problem.message for problem in result.problems] == [IS_HANDED.format(name)]
    assert [rule.name for rule in result.policy.connection_security_rules] == ["A", "B"]


@cases("ends", ["exit", "throw 'no'", "break", "return"])
def test_what_ends_such_a_block_ends_no_more(ends: str) -> None:
    policy = policy_of(f"$close.Add_Click({{ $form.Close(); {ends} }})\n{RULE} B\n")
    assert [rule.name for rule in policy.connection_security_rules] == ["B"]


@cases(
    "block",
    [
        "Write-Host 'restarting IPsec services'",
        "Restart-Service PolicyAgent",
        "Get-VpnConnection -Name V",
        "Remove-VpnConnection -Name V -Force",
    ],
)
def test_a_block_that_sets_nothing_is_no_problem(block: str) -> None:
    assert parsed(f"{RULE} A\n$b.Add_Click({{ {block} }})\n").problems == ()


def test_a_key_in_such_a_block_is_kept() -> None:
    result = parsed(f"$b.Add_Click({{ {KEYED} }})\n")
    assert len(result.secrets) == 1
    assert "Secret-1" not in str(result.policy)
    assert [connection.name for connection in result.policy.vpn_connections] == ["V"]


@cases("call", ["$list.ForEach({ Get-Date })", "$list.Where({ $_.Name -eq 'x' })", "$b.Add_Click('x')"])
def test_methods_of_lists_run_their_blocks_without_doubt(call: str) -> None:
    assert parsed(f"{RULE} A\n{call}\n").problems == ()
