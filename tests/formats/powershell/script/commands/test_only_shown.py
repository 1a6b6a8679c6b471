"""Cmdlets of the registry and of services that only show what they would do."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.powershell.script.evaluating import parsed, policy_of, said_of

from ipseclint.api import check_text
from ipseclint.formats.powershell.script.commands.only_shown import MAY_BE_SHOWN

SERVICES = r"HKLM:\SYSTEM\CurrentControlSet\Services"
CHANGES = (
    rf"New-Item {SERVICES}\BFE -Force",
    rf"Set-ItemProperty {SERVICES}\RasMan\Parameters NegotiateDH2048_AES256 1 -Type DWord",
    rf"New-ItemProperty {SERVICES}\IKEEXT Start -Value 4 -PropertyType DWord",
    rf"Remove-Item {SERVICES}\IKEEXT\Parameters -Recurse",
    "Set-Service IKEEXT -StartupType Disabled",
    "'IKEEXT' | Stop-Service",
)
RULE = "New-NetIPsecRule -DisplayName A -WhatIf:$false"


@cases("change", CHANGES)
def test_what_is_only_shown_changes_nothing(change: str) -> None:
    for script in (f"{change} -WhatIf", f"{change} -wi:$true", f"$WhatIfPreference = $true; {change}"):
        policy = policy_of(f"{RULE}\n{script}")
        assert not policy.registry, script
        assert not policy.services, script


@cases("change", CHANGES)
def test_what_is_done_for_all_that_changes_it(change: str) -> None:
    policy = policy_of(f"{RULE}\n$WhatIfPreference = $true; {change} -WhatIf:$false")
    assert policy.registry or policy.services


def test_what_may_only_be_shown_is_told_and_read() -> None:
    script = f"{RULE}\nSet-Service IKEEXT -StartupType Disabled -WhatIf:$Dry"
    assert said_of(script) == [(2, 1, MAY_BE_SHOWN)]
    assert [service.name for service in parsed(script).policy.services] == ["IKEEXT"]


ADDS = "advfirewall consec add rule name=B endpoint1=any endpoint2=192.0.2.7 action=requireinrequireout"
STARTS = f"Start-Process netsh '{ADDS} auth1=computerpsk auth1psk=Orchard-71'"


@cases("whatif", ["-WhatIf", "-wi", "-WhatIf:$true"])
def test_a_program_that_would_be_started_is_not_run_and_its_key_is_hidden(whatif: str) -> None:
    script = f"{RULE}\n{STARTS} {whatif}"
    assert [rule.name for rule in policy_of(script).connection_security_rules] == ["A"]
    assert "Orchard-71" not in repr(check_text(script, "a.ps1"))


def test_the_preference_of_a_program_depends_on_the_version_of_powershell() -> None:
    script = f"{RULE}\n$WhatIfPreference = $true; {STARTS}"
    assert [message for _, _, message in said_of(script)] == [MAY_BE_SHOWN]
    assert said_of(f"$WhatIfPreference = $false; {STARTS}") == []


def test_a_key_that_may_be_made_anew_is_read_as_if_it_were() -> None:
    script = f"{RULE}\n{CHANGES[0]} -WhatIf:$env:DRY"
    assert said_of(script) == [(2, 1, MAY_BE_SHOWN)]
    assert [each.path.split("\\")[-2] for each in parsed(script).policy.registry] == ["BFE"]
