"""Registry values as LGPO's text, security templates and Group Policy Preferences write them."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

FIXTURES = ROOT / "fixtures" / "formats"
PREFERENCES = "gpo-preferences"


def read(data: bytes, form_name: str) -> Parsed:
    source = bytes_source("values", data)
    form = recognise(source)
    assert form is not None
    assert form.name == form_name
    return form.parse(source)


def fixture(path: str) -> Parsed:
    return read((FIXTURES / path).read_bytes(), path.partition("/")[0])


def values(parsed: Parsed) -> list[tuple[str, str, int]]:
    """The last part of each path, what is written there, and on which line."""
    return [
        (value.path.rpartition("\\")[2], str(value.data.known), value.data.span.line)
        for value in parsed.policy.registry
    ]


def starts(parsed: Parsed) -> list[tuple[str, str | None, str | None]]:
    return [
        (each.name, each.start and each.start.known, each.status and each.status.known)
        for each in parsed.policy.services
    ]


def test_lgpo_writes_the_rules_of_a_gpo() -> None:
    parsed = fixture("lgpo-text/isolation.txt")
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.name, rule.span.line) == ("Servers", 13)
    assert parsed.problems == ()


@cases(
    ("path", "expected"),
    [
        (
            "lgpo-text/services.txt",
            [("AssumeUDPEncapsulationContextOnSendRule", "2", 5), ("IkeNumEstablishedForInitialQuery", "100", 10)],
        ),
        ("lgpo-text/undone.txt", [("NegotiateDH2048_AES256", "1", 14), ("ProhibitIPSec", "None", 8)]),
        (
            "security-template/vpn-client.inf",
            [("NegotiateDH2048_AES256", "1", 6), ("ProhibitIPSec", "0", 7)],
        ),
        ("gpo-preferences/Registry.xml", [("AssumeUDPEncapsulationContextOnSendRule", "2", 4)]),
        ("gpo-preferences/targeted.xml", [("NegotiateDH2048_AES256", "1", 4)]),
    ],
)
def test_each_value_is_read_at_its_place(path: str, expected: list[tuple[str, str, int]]) -> None:
    assert values(fixture(path)) == expected


@cases(
    ("path", "expected"),
    [
        ("security-template/baseline.inf", [("PolicyAgent", "manual", None), ("IKEEXT", "automatic", None)]),
        ("security-template/GptTmpl.inf", [("IKEEXT", "disabled", None)]),
        ("gpo-preferences/Services.xml", [("IKEEXT", "disabled", "stopped")]),
    ],
)
def test_how_the_services_of_ipsec_start_is_read(path: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    assert starts(fixture(path)) == expected


def test_item_level_targeting_is_said() -> None:
    assert [problem.message for problem in fixture("gpo-preferences/targeted.xml").problems] == [
        "it applies only where its item-level targeting says so: it is read as if it did"
    ]


ITEM = (
    '<RegistrySettings><Registry name="x"><Properties action="{}" hive="HKEY_LOCAL_MACHINE" '
    'key="SYSTEM\\CurrentControlSet\\Services\\IKEEXT\\Parameters" name="x" type="{}" value="{}"/></Registry>'
    "</RegistrySettings>"
)


TEMPLATE = (
    '[Version]\nsignature="$CHICAGO$"\n[Registry Values]\n'
    "MACHINE\\System\\CurrentControlSet\\Services\\IKEEXT\\Parameters\\"
)


@cases(
    ("data", "form_name", "message"),
    [
        (ITEM.format("U", "REG_DWORD", "x"), PREFERENCES, "`x` is not a number in hexadecimal"),
        (ITEM.format("U", "REG_LINK", "x"), PREFERENCES, "unknown type of value `REG_LINK`"),
        (
            "Computer\nSYSTEM\\CurrentControlSet\\Services\\IKEEXT\\Parameters\nx\nDWORD:x\n",
            "lgpo-text",
            "`x` is not a number: `x`",
        ),
        (TEMPLATE + "x=9,1\n", "security-template", "`x` is not a value with its type"),
        (TEMPLATE + "SHKey,Sommer-2291\n", "security-template", "`SHKey` is not a value with its type"),
        (TEMPLATE + "Start=4,Z\n", "security-template", "`Start` is not a number: `Z`"),
    ],
)
def test_what_is_no_value_is_a_problem(data: str, form_name: str, message: str) -> None:
    assert message in [problem.message for problem in read(data.encode(), form_name).problems]


SECTIONS = '[Version]\nsignature="$CHICAGO$"\n[Registry Values]\n{}\n[Service General Setting]\n{}\n'
VALUE = r"SYSTEM\CurrentControlSet\Services\PolicyAgent\AssumeUDPEncapsulationContextOnSendRule"


@cases(
    ("of_values", "of_services", "line"),
    [
        (f"{VALUE}=4,2", "", 4),
        (rf"HKLM\{VALUE}=4,2", "", 4),
        (f"    Computer\n    {VALUE}", "", 5),
        ("", "IKEEXT=4", 6),
        ("", '"IKEEXT"', 6),
        ("", VALUE, 6),
    ],
)
def test_a_line_that_is_none_of_its_section_is_said(of_values: str, of_services: str, line: int) -> None:
    (problem,) = read(SECTIONS.format(of_values, of_services).encode(), "security-template").problems
    assert problem.message.startswith("lines of this section are `")
    assert problem.span.line == line


@cases("of_values", [rf"MACHINE\{VALUE}=4,2", r"USERS\S-1-5-18\Environment\TEMP=1,x", r"SOFTWARE\Other\Name=4,1"])
@cases("of_services", ['"IKEEXT",2,""', '"Spooler",4,""', "Spooler=4"])
def test_lines_of_a_template_that_are_as_they_should_be_or_of_no_concern_are_not(
    of_values: str, of_services: str
) -> None:
    assert read(SECTIONS.format(of_values, of_services).encode(), "security-template").problems == ()
