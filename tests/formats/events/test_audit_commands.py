"""Commands of auditpol: what they leave audited of IPsec, and what they do not tell."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.events import audit_commands
from ipseclint.formats.kit.diagnostics import REST_OF_COMMAND
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

MAIN, QUICK, EXTENDED, DRIVER = "IPsec Main Mode", "IPsec Quick Mode", "IPsec Extended Mode", "IPsec Driver"


def read(text: str, path: str = "audit.cmd") -> Parsed:
    source = bytes_source(path, text.encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "audit-commands"
    return form.parse(source)


def audited(text: str) -> list[tuple[str, bool | None, bool | None]]:
    """The subcategories with what is known of their successes and failures."""
    return [
        (each.subcategory, None if each.success is None else each.success.known, each.failure.known)
        for each in read(text).policy.audit
    ]


@cases(
    ("options", "settings"),
    [
        ('/subcategory:"IPsec Main Mode" /failure:enable', [(MAIN, None, True)]),
        ("/subcategory:'IPsec Main Mode' /Success:Disable /Failure:Disable", [(MAIN, False, False)]),
        ("/subcategory:{0cce9219-69ae-11d9-bed3-505054503030} /failure:enable", [(QUICK, None, True)]),
        ('/subcategory:"{0CCE9213-69AE-11D9-BED3-505054503030}" /failure:enable', [(DRIVER, None, True)]),
        (
            '/subcategory:"Logon","IPsec Main Mode",:"IPsec Quick Mode" /failure:enable',
            [(MAIN, None, True), (QUICK, None, True)],
        ),
        (
            '/subcategory:"Logon,IPsec Main Mode, IPsec Driver" /failure:enable',
            [(MAIN, None, True), (DRIVER, None, True)],
        ),
        (
            '/category:"Logon/Logoff" /failure:disable',
            [(MAIN, None, False), (QUICK, None, False), (EXTENDED, None, False)],
        ),
        ("/category:System /success:enable /failure:enable", [(DRIVER, True, True)]),
        ("/category:* /failure:enable", [(each, None, True) for each in (DRIVER, MAIN, QUICK, EXTENDED)]),
    ],
)
@cases(
    "before",
    ["", "@", "  & ", "C:\\Windows\\system32>", "PS C:\\> ", "cmd /c ", "call %windir%\\system32\\", "$env:windir\\"],
)
def test_a_command_sets_what_it_names(
    options: str, settings: list[tuple[str, bool | None, bool | None]], before: str
) -> None:
    for program in ("auditpol", "auditpol.exe"):
        assert audited(f"{before}{program} /set {options}\n") == settings, program


def test_names_in_other_languages_are_those_of_the_console() -> None:
    assert audited('auditpol /set /subcategory:"IPsec-Hauptmodus" /failure:enable\n') == [(MAIN, None, True)]


def test_a_remark_behind_a_command_is_none_of_its_options() -> None:
    remark = "# was /failure:disable; see auditpol /set"
    text = f'auditpol /set /subcategory:"IPsec Main Mode" /failure:enable {remark}\n'
    assert (audited(text), read(text).problems) == ([(MAIN, None, True)], ())


def test_what_ends_a_script_behind_its_last_command_is_no_problem() -> None:
    parsed = read('auditpol /set /subcategory:"IPsec Main Mode" /failure:enable\nexit /b 0\n')
    assert parsed.problems == ()


def test_what_is_set_last_counts_and_each_flag_by_itself() -> None:
    first = 'auditpol /set /subcategory:"IPsec Main Mode" '
    assert audited(f"{first}/failure:enable\n{first}/failure:disable /success:enable\n") == [(MAIN, True, False)]
    assert audited(f"{first}/failure:enable\n{first}/success:enable\n") == [(MAIN, True, True)]
    assert audited(f"auditpol /clear /y\n{first}/failure:enable\n")[1] == (MAIN, False, True)


def test_without_a_flag_success_is_enabled_and_failures_stay() -> None:
    parsed = read('auditpol /set /subcategory:"IPsec Main Mode"\n')
    assert parsed.policy.audit == ()
    assert [name for name, _ in parsed.unread] == ["`/success`"]


def test_the_policy_of_a_user_is_none_of_the_system() -> None:
    parsed = read('auditpol /set /user:a /subcategory:"IPsec Main Mode" /failure:disable\n')
    assert parsed.policy.audit == ()
    assert [name for name, _ in parsed.unread] == ["`/user`"]


@cases(
    ("line", "message"),
    [
        ("auditpol /restore /file:a.csv", "the file that is restored here is not part of this input"),
        (
            'auditpol /set /subcategory:"IPsec Main Mode" /failure:on',
            "`on` is neither `enable` nor `disable`",
        ),
        (
            'auditpol /set /subcategory:"IPsec Quick Mode" /failure:%1',
            "a variable is put in here when the script runs: this value is not known",
        ),
        (
            "auditpol /set /subcategory:%1 /failure:disable",
            "a variable is put in here when the script runs: which subcategory is set is not known",
        ),
        *(
            (line, "how `auditpol` is called here is not followed")
            for line in (
                'a && auditpol /set /subcategory:"IPsec Quick Mode"',
                'auditpol /set /subcategory:"IPsec Quick Mode" /failure:enable & auditpol /clear /y',
                'auditpol /set /subcategory:"IPsec Quick Mode" /failure:enable; auditpol.exe /clear /y',
                'auditpol /set /subcategory:"IPsec Quick Mode" ^\n  /failure:disable',
                'auditpol /set /subcategory:"IPsec Quick Mode" `\n  /failure:disable',
                "Start-Process auditpol -ArgumentList '/clear','/y'",
                'auditpol "/set" /subcategory:"IPsec Quick Mode"',
            )
        ),
        ("exit /b\nauditpol /clear /y", "what stands behind this is read as run"),
        ('auditpol /set /category:"Anmelden/Abmelden" /failure:disable', "unknown category `anmelden/abmelden`"),
        ("if exist a goto b", "what decides here which commands run is not followed: each is read as run"),
    ],
)
def test_what_is_not_followed_is_said(line: str, message: str) -> None:
    known = 'auditpol /set /subcategory:"IPsec Driver" /failure:enable\n'
    (problem,) = read(f"{known}{line}\n").problems
    assert (problem.message, problem.span.line) == (message, 2)


@cases(
    "line",
    [
        'rem auditpol /set /subcategory:"IPsec Main Mode" /failure:disable',
        "# auditpol /clear",
        "echo auditpol /clear",
        "auditpol /get /category:*",
        "Then run `auditpol /clear` once.",
        'auditpol /set /subcategory:"Logon" /failure:disable',
        "auditpol /set /option:CrashOnAuditFail /value:enable",
        'auditpol /set /category:"Account Logon",{0cce9240-69ae-11d9-bed3-505054503030} /failure:disable',
        "<# auditpol /clear #>",
        "<#\nauditpol /clear\n#>",
    ],
)
def test_lines_that_set_nothing_of_ipsec_are_passed_over(line: str) -> None:
    assert audited(f'auditpol /set /subcategory:"IPsec Driver" /failure:enable\n{line}\n') == [(DRIVER, None, True)]
    assert not audit_commands.recognise(bytes_source("a.cmd", f"{line}\n".encode()))


def test_what_is_switched_off_is_a_finding_at_its_place() -> None:
    text = "\n" + 'auditpol /set /subcategory:"IPsec Main Mode" /failure:disable'
    (finding,) = check_text(text, "audit.ps1", select="RT012").findings
    assert (finding.span.line, finding.span.column, finding.span.length) == (2, text.rindex("disable"), len("disable"))


def test_a_script_that_sets_policy_too_is_a_script() -> None:
    netsh = "netsh advfirewall set global mainmode mmkeylifetime 60min,0sess\n"
    audit = 'auditpol /set /subcategory:"IPsec Main Mode" /failure:enable\n'
    form = recognise(bytes_source("a.cmd", (audit + netsh).encode()))
    assert form is not None
    assert form.name == "netsh-script"


@cases(
    ("text", "path"),
    [
        ('if exist C:\\a.txt auditpol /set /subcategory:"IPsec Main Mode" /failure:disable', "a.cmd"),
        ('if not exist "C:\\a b.txt" auditpol /set /subcategory:"IPsec Main Mode" /failure:disable', "a.cmd"),
        ('if /i "%1"=="on" (auditpol /set /subcategory:"IPsec Main Mode" /failure:disable) else (ver)', "a.cmd"),
        ('if %A% equ 1 auditpol /set /subcategory:"IPsec Main Mode" /failure:disable', "a.cmd"),
    ],
)
def test_what_stands_behind_a_condition_is_read_as_run_and_said(text: str, path: str) -> None:
    parsed = read(text, path)
    assert [(each.subcategory, each.failure.known) for each in parsed.policy.audit] == [(MAIN, False)]
    assert [problem.message.partition(" which")[0] for problem in parsed.problems] == ["what decides here"]


@cases(
    ("text", "path"),
    [
        ('cmd /c "auditpol /set /subcategory:""IPsec Main Mode"" /failure:disable"', "a.cmd"),
        ('cmd.exe /s /c "auditpol /set /subcategory:"IPsec Main Mode" /failure:disable"', "a.cmd"),
        ('start /wait "" auditpol /set /subcategory:"IPsec Main Mode" /failure:disable', "a.cmd"),
        ('auditpol --% /set /subcategory:"IPsec Main Mode" /failure:disable', "a.ps1"),
        ('& auditpol.exe --% /set /subcategory:"IPsec Main Mode" /failure:disable', "a.ps1"),
    ],
)
def test_a_command_is_read_however_it_is_run(text: str, path: str) -> None:
    parsed = read(text, path)
    assert [(each.subcategory, each.failure.known) for each in parsed.policy.audit] == [(MAIN, False)]
    assert parsed.problems == ()


def test_what_is_put_in_where_ipsec_is_named_is_said() -> None:
    loop = 'for %%s in ("IPsec Main Mode" "Logon") do auditpol /set /subcategory:%%s /failure:disable'
    assert read(loop).problems[-1].message == "how `auditpol` is called here is not followed"
    assert recognise(bytes_source("audit.cmd", loop.replace("IPsec Main Mode", "Logoff").encode())) is None


@cases(
    ("options", "is_read"),
    [
        ('--% /set /subcategory:"IPsec Main Mode" /failure:disable', True),
        ('--% /set /subcategory:"IPsec Main Mode","IPsec Driver" /failure:disable', True),
        ('--% /set /subcategory:"IPsec Main Mode" /failure:%A%', False),
        ("--% /set /subcategory:{0CCE9218-69AE-11D9-BED3-505054503030} /failure:disable", False),
    ],
)
def test_what_powershell_hands_on_as_it_stands_is_read_if_it_would_hand_on_the_same(
    options: str, is_read: bool
) -> None:
    rule = "New-NetIPsecRule -DisplayName A -InboundSecurity Require\n"
    report = check_text(f"{rule}auditpol {options}\n", name="a.ps1")
    assert bool(dict(report.inputs[0].objects).get("audit_setting")) is is_read
    assert bool(report.problems) is not is_read


def test_the_rest_of_a_command_below_it_is_told() -> None:
    first, rest = 'auditpol /set /subcategory:"IPsec Main Mode" /success:enable', "/failure:enable"
    (problem,) = audit_commands.parse(bytes_source("a.cmd", f"{first}\n{rest}\n".encode())).problems
    assert (problem.span.line, problem.message) == (2, REST_OF_COMMAND)
    joined = audit_commands.parse(bytes_source("a.cmd", f"{first} ^\n{rest}\n".encode()))
    assert REST_OF_COMMAND not in [each.message for each in joined.problems]
