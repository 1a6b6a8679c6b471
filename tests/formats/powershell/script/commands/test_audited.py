"""Commands of auditpol between cmdlets: what they leave audited, and what is not known of it."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

RULE = "New-NetIPsecRule -DisplayName R -InboundSecurity Require -OutboundSecurity Request\n"
MAIN, QUICK, EXTENDED, DRIVER = "IPsec Main Mode", "IPsec Quick Mode", "IPsec Extended Mode", "IPsec Driver"
SET_MAIN = f'auditpol /set /subcategory:"{MAIN}"'
NOT_KNOWN = "a variable is put in here when the script runs: what this command does is not known"


def read(line: str, name: str = "powershell-script") -> Parsed:
    source = bytes_source("a.ps1", f"{RULE if name == 'powershell-script' else ''}{line}\n".encode())
    form = recognise(source)
    assert form is not None
    assert form.name == name
    return form.parse(source)


def flags(parsed: Parsed) -> list[tuple[str, bool | None, bool | None]]:
    audit = parsed.policy.audit
    return [(each.subcategory, each.success and each.success.known, each.failure.known) for each in audit]


@cases(
    ("line", "names"),
    [
        (f"{SET_MAIN} /failure:disable", [MAIN]),
        (f"{SET_MAIN},'{QUICK}' /failure:disable", [MAIN, QUICK]),
        (f'{SET_MAIN}, "{QUICK}" /failure:disable', [MAIN, QUICK]),
        (f"auditpol /set '/subcategory:{MAIN}','{QUICK}' /failure:disable", [MAIN, QUICK]),
        ("& auditpol.exe /SET /Category:System /Failure:Disable | Out-Null", [DRIVER]),
        (
            '& "$env:SystemRoot\\System32\\auditpol.exe" /set /category:"Logon/Logoff" /failure:disable',
            [MAIN, QUICK, EXTENDED],
        ),
        (f'foreach ($s in "{MAIN}","{QUICK}") {{ auditpol /set /subcategory:"$s" /failure:disable }}', [MAIN, QUICK]),
        (f'"{MAIN}","{QUICK}" | ForEach-Object {{ auditpol /set /subcategory:$_ /failure:disable }}', [MAIN, QUICK]),
        (f"$f = 'disable'\n{SET_MAIN} `\n  /failure:$f", [MAIN]),
        (f"$a = '/set', '/subcategory:{MAIN}', '/failure:disable'\nauditpol @a", [MAIN]),
        (f"Start-Process auditpol.exe -ArgumentList '/set /subcategory:\"{MAIN}\" /failure:disable' -Wait", [MAIN]),
        (f"cmd /c '{SET_MAIN} /failure:disable'", [MAIN]),
        (f"function F {{ {SET_MAIN} /failure:disable }}\nF", [MAIN]),
    ],
)
def test_a_command_between_cmdlets_is_carried_out(line: str, names: list[str]) -> None:
    parsed = read(line)
    assert (flags(parsed), parsed.problems) == ([(name, None, False) for name in names], ())


def test_commands_are_carried_out_in_their_order() -> None:
    assert flags(read(f"auditpol /clear /y; {SET_MAIN} /failure:enable"))[:2] == [
        (DRIVER, False, False),
        (MAIN, False, True),
    ]
    assert flags(read(f"{SET_MAIN} /failure:disable\n{SET_MAIN} /failure:enable")) == [(MAIN, None, True)]


@cases(
    ("line", "names", "message"),
    [
        (f"{SET_MAIN} /failure:$x", [MAIN], "a variable is put in here when the script runs: this value is not known"),
        (f"{SET_MAIN} /failure:on", [MAIN], "`on` is neither `enable` nor `disable`"),
        ("auditpol /set /subcategory:$x /failure:disable", [], NOT_KNOWN),
        ("auditpol /set $x", [], NOT_KNOWN),
        ("auditpol @x", [], NOT_KNOWN),
        ("auditpol $x /y", [], NOT_KNOWN),
        (f"{SET_MAIN} (Get-Content x)", [], NOT_KNOWN),
        ('auditpol /set /category:"Anmelden/Abmelden" /failure:disable', [], "unknown category `anmelden/abmelden`"),
        (
            f"{SET_MAIN} /failure:disable\nauditpol /restore /file:a.csv",
            [],
            "the file that is restored here is not part of this input",
        ),
        (
            f"if (Test-Path x) {{ {SET_MAIN} /failure:$null }}".replace("$null", "off"),
            [MAIN],
            "whether `Test-Path x` holds is not known: what it decides is read as if it ran",
        ),
    ],
)
def test_what_is_not_known_is_said(line: str, names: list[str], message: str) -> None:
    parsed = read(line)
    assert [name for name, _, _ in flags(parsed)] == names
    assert message in [each.message for each in parsed.problems]


@cases(
    "line",
    [
        f"# {SET_MAIN} /failure:disable",
        f"Write-Host '{SET_MAIN} /failure:disable'",
        "exit\nauditpol /clear /y",
        "if ($false) { auditpol /clear /y }",
        "auditpol /set /subcategory:'File System' /failure:$x",
        f"auditpol /set /user:a /subcategory:'{MAIN}' /failure:disable",
        "auditpol /get /category:*",
        "auditpol /get $x",
        "auditpol",
    ],
)
def test_what_sets_nothing_of_the_system_is_passed_over(line: str) -> None:
    parsed = read(line)
    assert (parsed.policy.audit, parsed.problems) == ((), ())


@cases(
    "line", [f'{SET_MAIN},"{QUICK}" /success:enable /failure:disable', "auditpol /clear /y", f"{SET_MAIN} /failure:on"]
)
def test_alone_and_between_cmdlets_a_command_is_the_same_at_the_same_place(line: str) -> None:
    parsed, alone = read(f"\n{line}"), read(f"\n\n{line}", "audit-commands")
    assert parsed.policy.audit == alone.policy.audit
    assert parsed.problems == alone.problems


def test_what_is_switched_off_is_a_finding_at_its_place() -> None:
    line = f"{SET_MAIN} /failure:disable"
    (finding,) = check_text(f"{RULE}{line}", "a.ps1", select="RT012").findings
    assert (finding.span.line, finding.span.column, finding.span.length) == (
        2,
        line.index("disable") + 1,
        len("disable"),
    )
