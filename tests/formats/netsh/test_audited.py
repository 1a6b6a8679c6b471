"""Commands of auditpol between those of netsh: what they leave audited, and what is not known of it."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import AuditSetting
from ipseclint.source import bytes_source

NETSH = "netsh advfirewall set global mainmode mmkeylifetime 60min,0sess\n"
MAIN, QUICK, EXTENDED, DRIVER = "IPsec Main Mode", "IPsec Quick Mode", "IPsec Extended Mode", "IPsec Driver"
SET_MAIN = f'auditpol /set /subcategory:"{MAIN}"'


def read(line: str, name: str = "netsh-script") -> Parsed:
    source = bytes_source("a.cmd", f"{NETSH if name == 'netsh-script' else ''}{line}\n".encode())
    form = recognise(source)
    assert form is not None
    assert form.name == name
    return form.parse(source)


def flags(audit: tuple[AuditSetting, ...]) -> list[tuple[str, bool | None, bool | None]]:
    return [(each.subcategory, each.success and each.success.known, each.failure.known) for each in audit]


@cases(
    ("line", "settings"),
    [
        (f"{SET_MAIN} /success:enable /failure:disable", [(MAIN, True, False)]),
        (
            f'auditpol.exe /SET /Subcategory:"{MAIN}","{QUICK}" /Failure:Disable',
            [(MAIN, None, False), (QUICK, None, False)],
        ),
        (f'auditpol /set /subcategory:"Logon", "{QUICK}" /failure:enable', [(QUICK, None, True)]),
        ('auditpol /set "/category:System" /failure:"disable"', [(DRIVER, None, False)]),
        (
            "%windir%\\system32\\auditpol /set /subcategory:{0cce9213-69ae-11d9-bed3-505054503030} /failure:disable",
            [(DRIVER, None, False)],
        ),
        (f"call {SET_MAIN} /failure:disable >nul 2>&1", [(MAIN, None, False)]),
        (f"cmd /c {SET_MAIN} /failure:disable", [(MAIN, None, False)]),
        (f"{SET_MAIN} ^\n /failure:disable", [(MAIN, None, False)]),
        (f"set F=disable\n{SET_MAIN} /failure:%F%", [(MAIN, None, False)]),
        (
            f'for %%s in ("{MAIN}" "{QUICK}") do auditpol /set /subcategory:%%s /failure:disable',
            [(MAIN, None, False), (QUICK, None, False)],
        ),
        (
            f"auditpol /clear /y & {SET_MAIN} /failure:enable",
            [(DRIVER, False, False), (MAIN, False, True), (QUICK, False, False), (EXTENDED, False, False)],
        ),
        (f"{SET_MAIN} /failure:disable\n{SET_MAIN} /failure:enable", [(MAIN, None, True)]),
    ],
)
def test_a_command_between_others_is_carried_out(
    line: str, settings: list[tuple[str, bool | None, bool | None]]
) -> None:
    parsed = read(line)
    assert (flags(parsed.policy.audit), parsed.problems) == (settings, ())


@cases(
    ("line", "settings", "message"),
    [
        (
            f"{SET_MAIN} /failure:%1",
            [(MAIN, None, None)],
            "a variable is put in here when the script runs: this value is not known",
        ),
        (f"{SET_MAIN} /failure:on", [(MAIN, None, None)], "`on` is neither `enable` nor `disable`"),
        (f"{SET_MAIN} /failure=disable", [(MAIN, None, None)], "`/failure=disable` is neither `enable` nor `disable`"),
        (
            "auditpol /set /subcategory:%1 /failure:disable",
            [],
            "a variable is put in here when the script runs: what this command does is not known",
        ),
        ('auditpol /set /category:"Anmelden/Abmelden" /failure:disable', [], "unknown category `anmelden/abmelden`"),
        (
            f"if exist a (\n{SET_MAIN} /failure:disable\n)",
            [],
            "this command stands under `if`: whether it runs is not known",
        ),
        (
            f"exit /b\n{SET_MAIN} /failure:disable",
            [],
            "this command stands behind a jump: whether it runs is not known",
        ),
        (
            f"{SET_MAIN} /failure:disable\nauditpol /restore /file:a.csv",
            [],
            "the file that is restored here is not part of this input",
        ),
        (
            f"auditpl {SET_MAIN.partition(' ')[2]}",
            [],
            "no program of Windows has this name: `auditpol` may be meant, and is not run",
        ),
    ],
)
def test_what_is_not_known_is_said(
    line: str, settings: list[tuple[str, bool | None, bool | None]], message: str
) -> None:
    parsed = read(line)
    assert (flags(parsed.policy.audit), [each.message for each in parsed.problems]) == (settings, [message])


@cases(
    "line",
    [
        f"rem {SET_MAIN} /failure:disable",
        f"echo {SET_MAIN} /failure:disable",
        'auditpol /set /subcategory:"File System" /failure:%1',
        'auditpol /set /category:"Account Logon" /failure:enable',
        f'auditpol /set /user:a /subcategory:"{MAIN}" /failure:disable',
        f'auditpol /get /subcategory:"{MAIN}"',
        "auditpol /set /?",
        "auditpol",
    ],
)
def test_what_sets_nothing_of_the_system_is_passed_over(line: str) -> None:
    parsed = read(line)
    assert (parsed.policy.audit, parsed.problems) == ((), ())


@cases(
    "line",
    [
        f'auditpol /set /subcategory:"{MAIN}","{QUICK}" /success:enable /failure:disable',
        "@auditpol /clear /y",
        "call auditpol.exe /clear",
        f"{SET_MAIN} /failure:%1",
        f"auditpol /set /subcategory:{DRIVER!r} /failure:on".replace("'", '"'),
    ],
)
def test_alone_and_between_others_a_command_is_the_same_at_the_same_place(line: str) -> None:
    parsed, alone = read(f"\n{line}"), read(f"\n\n{line}", "audit-commands")
    assert parsed.policy.audit == alone.policy.audit
    assert parsed.problems == alone.problems


def test_what_is_switched_off_is_a_finding_at_its_place() -> None:
    line = f"{SET_MAIN} /failure:disable"
    (finding,) = check_text(f"{NETSH}{line}", "a.cmd", select="RT012").findings
    assert (finding.span.line, finding.span.column, finding.span.length) == (
        2,
        line.index("disable") + 1,
        len("disable"),
    )


def test_another_program_by_the_folder_of_windows_is_carried_out() -> None:
    parsed = read("%SystemRoot%\\System32\\sc.exe config ikeext start= disabled")
    assert ([each.name for each in parsed.policy.services], parsed.problems) == (["IKEEXT"], ())
