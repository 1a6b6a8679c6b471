"""The audit policy: numbers, words, and languages that are not known."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases import cases

from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.events import audit_policy
from ipseclint.model.setting import Unknown
from ipseclint.source import bytes_source, file_source, lines_of_text

MAIN_MODE = "{0CCE9218-69AE-11D9-BED3-505054503030}"


def test_a_backup_is_read_by_its_numbers(fixtures: Path) -> None:
    source = file_source(fixtures / "formats" / "audit-policy" / "backup.csv")
    found = recognise(source)
    assert found is not None
    assert found.name == "audit-policy"
    parsed = found.parse(source)
    assert parsed.problems == ()
    assert {each.subcategory: each.failure.known for each in parsed.policy.audit} == {
        "IPsec Driver": False,
        "IPsec Main Mode": False,
        "IPsec Quick Mode": False,
        "IPsec Extended Mode": True,
    }
    span = parsed.policy.audit[2].failure.span
    assert lines_of_text(source.read_text())[span.line - 1][span.column - 1 :][: span.length] == "Success"


@cases(
    ("rest", "failure"),
    [
        ("Success and Failure,", True),
        ("Failure,", True),
        ("Success,", False),
        ("No Auditing,", False),
        ("Fehler,,2", True),
        ('"Erfolg, Fehler",,3', True),
    ],
)
def test_settings_by_word_or_number(rest: str, failure: bool) -> None:
    parsed = audit_policy.parse(bytes_source("a.csv", f"H,System,x,{MAIN_MODE},{rest}\r\n".encode()))
    assert parsed.problems == ()
    assert parsed.policy.audit[0].failure.known is failure


@cases("rest", ["Success and Failure,,0", "No Auditing,,3"])
def test_a_number_that_means_another_setting_is_said(rest: str) -> None:
    parsed = audit_policy.parse(bytes_source("a.csv", f"H,System,x,{MAIN_MODE},{rest}\r\n".encode()))
    (setting,), (problem,) = parsed.policy.audit, parsed.problems
    assert isinstance(setting.failure.value, Unknown)
    assert "means another" in problem.message


def test_a_word_of_another_language_is_not_guessed() -> None:
    parsed = audit_policy.parse(bytes_source("a.csv", f"H,System,x,{MAIN_MODE},Fehler,\r\n".encode()))
    (problem,) = parsed.problems
    assert problem.code is ProblemCode.NOT_UNDERSTOOD
    assert parsed.policy.audit[0].failure.value == Unknown("Fehler")


def test_other_subcategories_are_left_out() -> None:
    parsed = audit_policy.parse(
        bytes_source("a.csv", b"H,System,Logon,{0CCE9215-69AE-11D9-BED3-505054503030},Success,,1\n")
    )
    assert parsed.is_empty
    assert parsed.problems == ()


@cases("rest", ["No\rAuditing,,0", '"' + "x" * 200_000 + ",,0"])
def test_a_line_that_is_no_csv_is_still_read(rest: str) -> None:
    parsed = audit_policy.parse(bytes_source("a.csv", f"H,System,x,{MAIN_MODE},{rest}\r\n".encode()))
    assert [setting.subcategory for setting in parsed.policy.audit] == ["IPsec Main Mode"]


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        (f"Machine,System,IPsec Main Mode,{MAIN_MODE},Success,", True),
        (f"Machine,System,IPsec Main Mode,{MAIN_MODE},Success,,1", True),
        (f'Machine,System,IPsec Main Mode,"{MAIN_MODE}" ,Success,,1', True),
        (f"Machine,System,IPsec Main Mode,{MAIN_MODE},Success", False),
        (f"Machine,System,{MAIN_MODE},IPsec Main Mode,Success,,1", False),
        (f"Machine,System,IPsec Main Mode,{MAIN_MODE[:-1]},Success,,1", False),
        ("\n" * 49 + f"Machine,System,IPsec Main Mode,{MAIN_MODE},Success,", True),
        ("\n" * 50 + f"Machine,System,IPsec Main Mode,{MAIN_MODE},Success,", False),
    ],
)
def test_six_columns_with_an_identity_in_the_fourth_are_an_audit_policy(line: str, is_one: bool) -> None:
    assert audit_policy.recognise(bytes_source("a.csv", line.encode())) is is_one


HEAD = "Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting,Setting Value"


@pytest.mark.parametrize(
    ("head", "unread"),
    [
        (HEAD, ()),
        (HEAD + ",", (("`column without a name`", 1),)),
        (HEAD + ',"Extra",\ufeffMore', (("`Extra`", 1), ("`More`", 1))),
        (f"H,System,x,{MAIN_MODE},Success,,1,9", ()),
    ],
)
def test_columns_behind_the_last_are_unread(head: str, unread: tuple[tuple[str, int], ...]) -> None:
    parsed = audit_policy.parse(bytes_source("a.csv", f"{head}\nH,System,x,{MAIN_MODE},Success,,1\n".encode()))
    assert (parsed.problems, parsed.unread) == ((), unread)


_ASKED = "PS C:\\> auditpol /get /category:*\n{}PS C:\\> hostname\nhub\n"


@cases("around", ["{}", _ASKED, "Audit policy:\n\n<pre>\n{}</pre>\n"])
def test_what_auditpol_prints_is_read(around: str) -> None:
    printed = (
        "System audit policy\r\nCategory/Subcategory                      Setting\r\nSystem\r\n"
        "  IPsec Driver                            Success and Failure\r\n"
        "  Other System Events                     Failure\r\nLogon/Logoff\r\n"
        "  IPsec Main Mode                         No Auditing\r\n"
        "  IPsec Quick Mode                        Failure\r\n"
    )
    source = bytes_source("audit.txt", around.format(printed).encode())
    found = recognise(source)
    assert found is not None
    parsed = found.parse(source)
    assert parsed.problems == ()
    assert {each.subcategory: (each.success.known, each.failure.known) for each in parsed.policy.audit} == {
        "IPsec Driver": (True, True),
        "IPsec Main Mode": (False, False),
        "IPsec Quick Mode": (False, True),
    }


def test_what_only_names_a_subcategory_is_no_audit_policy() -> None:
    assert recognise(bytes_source("a.txt", b"| IPsec Main Mode | No Auditing |\nIPsec Main Mode failed\n")) is None


@cases("of_gpo", [False, True])
@cases("columns", range(8))
def test_a_setting_whose_line_is_cut_is_told_and_is_no_value(columns: int, of_gpo: bool) -> None:
    head = "Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting,Setting Value"
    values = ["H", "System", "IPsec Main Mode", MAIN_MODE, "Success and Failure", "", "3", ""]
    cut = "," if of_gpo else ""
    text = f"{head}\n{','.join(values)}\n{','.join(values[:columns])}{cut}\n"
    first, *more = (
        each.failure.value for each in audit_policy.parse(bytes_source("a.csv", text.encode())).policy.audit
    )
    assert first is True
    assert more == ([] if columns <= 3 else [Unknown("")] if columns == 4 else [True])


@cases(
    ("line", "name", "success", "problems"),
    [
        ("  IPsec-Hauptmodus                        Keine \u00dcberwachung", "IPsec Main Mode", False, 0),
        ("  IPSEC-Treiber                           Erfolg", "IPsec Driver", True, 0),
        ("  IPsec-Schnellmodus                      Erfolg und Fehler", "IPsec Quick Mode", None, 1),
        ("  Mode \u00e9tendu IPsec                       Pas d'audit", "IPsec Extended Mode", None, 1),
    ],
)
def test_what_auditpol_prints_in_other_languages_is_read_as_far_as_words_are_known(
    line: str, name: str, success: bool | None, problems: int
) -> None:
    source = bytes_source("a.txt", f"Kategorie/Unterkategorie                  Einstellung\n{line}\n".encode())
    form = recognise(source)
    assert form is not None
    assert form.name == "audit-policy"
    parsed = form.parse(source)
    (setting,) = parsed.policy.audit
    assert (setting.subcategory, setting.success and setting.success.known, len(parsed.problems)) == (
        name, success, problems,
    )  # fmt: skip


@cases(
    "row",
    [
        "H,System,IPsec Quick Mode,{`0CCE9219-69AE-11D9-BED3-505054503030},Success,,1",
        "H,System,`IPsec Quick Mode`,0CCE9219-69AE-11D9-BED3-505054503030,Success,,1",
        "  IPsec Quick Mode`                       Success",
        "H,System,IPsec Quik Mode,{0CCE9219-69AE-11D9-BED3-50505450303},Success,,1",
        "H,System,lPsec Quick Mode,{0CCE9219-69AE-11D9-BED3-50505450303},Success,,1",
        "H,System,x,0CCE9219-69AE-11D9-BED3-505054503030,Success,,1",
        "  IPsec Quik Mode                         Success",
        "  Modo r\u00e1pido de IPsec                  \u00c9xito",
    ],
)
def test_a_damaged_row_of_a_subcategory_of_ipsec_is_said(row: str) -> None:
    good = f"H,System,IPsec Main Mode,{MAIN_MODE},Failure,,2"
    parsed = audit_policy.parse(bytes_source("a.csv", f"Machine Name\n{good}\n{row}\n".encode()))
    assert [setting.subcategory for setting in parsed.policy.audit] == ["IPsec Main Mode"]
    assert [problem.span.line for problem in parsed.problems] == [3]


@cases(
    "row",
    [
        "H,System,Logon,{0CCE9215-69AE-11D9-BED3-505054503030},Success,,1",
        ",,Option:CrashOnAuditFail,,Disabled,,0",
        ",,RegistryGlobalSacl,,,,",
        "  Logon                                   Success",
        'C:\\> auditpol /get /subcategory:"IPsec Main Mode","IPsec Quick Mode"',
        "IPsec is not audited here, which we will change.",
    ],
)
def test_a_row_of_another_subcategory_is_not_damaged(row: str) -> None:
    good = f"H,System,IPsec Main Mode,{MAIN_MODE},Failure,,2"
    parsed = audit_policy.parse(bytes_source("a.csv", f"Machine Name\n{good}\n{row}\n".encode()))
    assert parsed.problems == ()
