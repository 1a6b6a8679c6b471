"""Values of the registry that a script sets where the machine lacks them."""

from __future__ import annotations

import re

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, policy_of

KEY = r"HKLM:\SYSTEM\CurrentControlSet\Services\PolicyAgent"
LONG = KEY.replace("HKLM:", "HKEY_LOCAL_MACHINE")
NAME = "AssumeUDPEncapsulationContextOnSendRule"


def _script(text: str) -> str:
    """A script with `N` for the value's name, and words for the commands that set it."""
    text = text.replace("NEW", "New-ItemProperty -Path $k -Name N -Value 2 -PropertyType DWord")
    text = text.replace("SET", "Set-ItemProperty $k N 2")
    return f"$k = '{KEY}'\n" + re.sub(r"\bN\b", NAME, text)


@cases(
    "text",
    [
        "if (-not (gp $k -Name N -EA 0)) { NEW }",
        "if ((Get-ItemProperty $k).N -ne 2) { SET }",
        "if ((Get-ItemPropertyValue $k N) -ne 2) { SET } else { Write-Host ok }",
        "if ((Get-ItemProperty $k | Select-Object -ExpandProperty N -EA Ignore) -eq 2) { Write-Host ok } else { SET }",
        "$p = Get-ItemProperty -Path $k -EA 0\n$v = $p.N\nif ($null -eq $v -or $v -ne 2) { SET }",
        "if ((Get-ItemProperty $k).PSObject.Properties.Name -notcontains 'N') { NEW }",
        "if ((gi $k).Property -notcontains 'N') { sp $k N 2 }",
        "if (!((gp $k).N)) { reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent /v N /d 2 }",
        "$is = $null -ne (Get-ItemProperty $k -Name N -EA 0)\nif (-not $is) { NEW }",
        f"$v = [Microsoft.Win32.Registry]::GetValue('{LONG}', 'N', $null)\nif ($v -ne 2) {{ SET }}",
        "if ([string]::IsNullOrEmpty((gp $k -Name N -EA 0).N)) { NEW }",
        "foreach ($n in 'N') { if (-not (gp $k -Name $n -EA 0)) { Set-ItemProperty $k $n 2 } }",
        "try { Get-ItemProperty $k -Name N -EA Stop | Out-Null } catch { NEW }",
        'if ((gp $k).N -ne 2) { try { SET } catch { exit 1 } } else { Write-Host "$($k) has it" }',
        "function T($n) { try { $null = gp $k $n -EA Stop; return 1 } catch { return 0 } }\nif (!(T N)) { NEW }",
        "function S($n, $v) { $c = (gp $k -Name $n -EA 0).$n; if ($c -ne $v) { Set-ItemProperty $k $n $v } }\nS N 2",
    ],
)
def test_a_value_that_is_set_where_it_is_lacking_or_other_is_set(text: str) -> None:
    (value,) = policy_of(_script(text)).registry
    assert (value.path.endswith(NAME), value.data.known) == (True, "2")


@cases(
    "text",
    [
        "if ((gp $k).N -eq 1) { SET }",
        "if (-not (gp $k Other)) { SET }",
        "if (-not (gp $k N)) { SET } else { Set-ItemProperty $k N 1 }",
        "Set-ItemProperty $k N 5\nif (-not (gp $k N)) { SET }",
        "if (-not (gp $k N) -and $env:X) { SET }",
        "if (-not (gp $env:X N)) { SET }",
        "if (gp $k N) { exit } else { SET }",
        'if (gp $k N) { Write-Host "$(Set-ItemProperty $k N 1)" } else { SET }',
        "if (gp $k N) { Write-Host there } elseif ($env:X) { SET }",
        "if (-not (gp $k N)) { if ($env:X) { SET } }",
        "if (-not (gp $k N)) { Set-ItemProperty $k N (Get-Own) }",
        "if (-not (gp $k N | Where-Object { Own })) { SET }",
        "function gp { $env:X }\nif (-not (gp $k N)) { SET }",
        f"function T {{ {'$x = gp $k Other; ' * 400}gp $k N }}\nif (-not (T)) {{ SET }}",
        "try { Get-ItemProperty $k -Name Other -EA Stop } catch { SET }",
        "try { gp $k N -EA Stop; Own } catch { SET }",
    ],
)
def test_whether_any_other_branch_runs_is_not_known(text: str) -> None:
    assert parsed(_script(text)).problems


def test_what_is_tried_of_a_condition_is_not_carried_out() -> None:
    text = "if (($seen = gp $k -Name N -EA 0) -eq $null) { SET }\nif ($seen) { Set-ItemProperty $k Other 1 }"
    (problem,) = parsed(_script(text)).problems
    assert "`$seen` holds is not known" in problem.message


def test_a_value_that_is_only_asked_for_sets_nothing() -> None:
    script = (
        r"[Microsoft.Win32.Registry]::GetValue('HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\IKEEXT', 'N', 0)"
    )
    assert parsed(script).problems == ()
