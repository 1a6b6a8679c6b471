"""Programs that a script starts through .NET: followed as `Start-Process` is, or said."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import format_of, names_of, policy_of, said_of

WORDS = "advfirewall consec add rule name=A endpoint1=any endpoint2=10.9.0.0/16 action=requestinrequestout"
NOT_FOLLOWED = "a program is started through .NET here: it is not followed"


@cases(
    "script",
    [
        f"[System.Diagnostics.Process]::Start('netsh', '{WORDS}')",
        f"[Diagnostics.Process]::Start('netsh.exe', '{WORDS}').WaitForExit()",
        (
            f"$i = New-Object System.Diagnostics.ProcessStartInfo\n$i.FileName = 'netsh'\n$i.Arguments = '{WORDS}'\n"
            "$p = New-Object System.Diagnostics.Process\n$p.StartInfo = $i\n[void]$p.Start()\n$p.WaitForExit()"
        ),
        (
            f"$i = New-Object System.Diagnostics.ProcessStartInfo 'netsh', '{WORDS}'\n"
            "[System.Diagnostics.Process]::Start($i) | Out-Null"
        ),
        f"$i = [System.Diagnostics.ProcessStartInfo]::new('netsh', '{WORDS}')\n[Diagnostics.Process]::Start($i)",
        (
            f"$i = [System.Diagnostics.ProcessStartInfo]@{{ FileName = 'netsh'; Arguments = '{WORDS}' }}\n"
            "$p = [System.Diagnostics.Process]::Start($i)"
        ),
        (
            f"$p = [System.Diagnostics.Process]::new()\n$p.StartInfo.FileName = 'netsh'\n"
            f"$p.StartInfo.Arguments = '{WORDS}'\n$p.StartInfo.UseShellExecute = $false\n$p.Start() | Out-Null\n"
            "if ($p.ExitCode -ne 0) { throw 'failed' }"
        ),
    ],
)
def test_a_program_with_known_words_is_followed(script: str) -> None:
    assert format_of(script) == "powershell-script"
    assert names_of(script) == ["A"]


def test_services_and_keys_are_set_so_too() -> None:
    script = (
        "[System.Diagnostics.Process]::Start('sc.exe', 'config IKEEXT start= disabled')\n"
        "[Diagnostics.Process]::Start('reg.exe', 'add HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent "
        "/v AssumeUDPEncapsulationContextOnSendRule /t REG_DWORD /d 2 /f').WaitForExit()\n"
    )
    policy = policy_of(script)
    assert len(policy.registry) == 1
    assert len(policy.services) == 1


@cases(
    "started",
    [
        "[System.Diagnostics.Process]::Start($installer, $words)",
        "$i = New-Object System.Diagnostics.ProcessStartInfo\n$i.FileName = $own\n[Diagnostics.Process]::Start($i)",
        "$p = New-Object System.Diagnostics.Process\n$p.Start()",
    ],
)
def test_a_program_that_is_not_known_is_said(started: str) -> None:
    rule = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Request\n"
    assert [message for _, _, message in said_of(rule + started)] == [NOT_FOLLOWED]


def test_a_process_that_is_looked_for_starts_nothing() -> None:
    rule = "New-NetIPsecRule -DisplayName A -InboundSecurity Require -OutboundSecurity Request\n"
    assert said_of(rule + "[System.Diagnostics.Process]::GetProcessesByName('vpn')\n") == []
