"""Rules of Policy Analyzer are read as the registry.pol and the template that they were made from; the rest is said."""

from __future__ import annotations

import pytest
from tests.cases import cases

from ipseclint.formats.registry import policy_rules
from ipseclint.source import bytes_source

KEY = r"SYSTEM\CurrentControlSet\Services\IKEEXT\Parameters"


def rule(**parts: str) -> str:
    return f"<ComputerConfig>{''.join(f'<{name}>{text}</{name}>' for name, text in parts.items())}</ComputerConfig>\n"


def template(section: str, line: str) -> str:
    return f'<SecurityTemplate Section="{section}"><LineItem>{line}</LineItem></SecurityTemplate>'


def read(*rules: str) -> tuple[list[tuple[str, object]], list[tuple[int, str]]]:
    """The values that are read with their data, and the problems by their lines."""
    parsed = policy_rules.parse(
        bytes_source("a.PolicyRules", f"<PolicyRules>\n{''.join(rules)}</PolicyRules>".encode())
    )
    values = [(value.path.rpartition("\\")[2], value.data.known) for value in parsed.policy.registry]
    return values, [(each.span.line, each.message) for each in parsed.problems]


@cases(
    ("rules", "values"),
    [
        ([rule(Key=KEY, Value="Odd", RegType="REG_DWORD", RegData="10", PolicyName="A")], [("Odd", "10")]),
        ([rule(Key=KEY, Value="Odd", RegType="REG_DWORD", RegData=each) for each in "12"], [("Odd", "2")]),
        ([rule(Key=KEY.replace("IKEEXT", "Spooler"), Value="Odd", RegType="NONE", RegData="x")], []),
        ([template("Registry Values", rf"MACHINE\{KEY}\Odd=4,3")], [("Odd", "3")]),
    ],
)
def test_values_of_computers_are_read(rules: list[str], values: list[tuple[str, object]]) -> None:
    assert read(*rules) == (values, [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (rule(Key=KEY, Value="Odd", RegType="DELETE", RegData=""), "unknown type of value `DELETE`"),
        (rule(Key=KEY, Value="Odd", RegData="1"), "unknown type of value ``"),
        (
            template("File Security", rf"MACHINE\{KEY}\Odd=4,3"),
            "a registry value in [File Security] is not set; its section is [Registry Values]",
        ),
        (rule(Key=KEY, Value="Odd", RegType="REG_DWORD", RegData="ten"), "`Odd` is not a number: `ten`"),
        (rule(Key=KEY, Value="Odd", RegType="REG_BINARY", RegData="0 1 x"), "`0 1 x` is not a row of bytes"),
        (
            "<AuditSubcategory><GUID>{0CCE9218-69AE-11D9-BED3-505054503030}</GUID></AuditSubcategory>",
            "unknown audit setting ``",
        ),
    ],
)
def test_what_is_not_read_is_said(text: str, words: str) -> None:
    assert read("\n", text)[1] == [(3, words)]


MAIN_MODE, LOGON = "{0cce9218-69ae-11d9-bed3-505054503030}", "{0cce9215-69ae-11d9-bed3-505054503030}"


def audited(*settings: tuple[str, str]) -> list[tuple[str, object, object]]:
    rules = "".join(
        f"<AuditSubcategory><GUID>{guid}</GUID><Name>Audit</Name><Setting>{number}</Setting></AuditSubcategory>\n"
        for guid, number in settings
    )
    parsed = policy_rules.parse(bytes_source("a.PolicyRules", f"<PolicyRules>\n{rules}</PolicyRules>\n".encode()))
    return [
        (each.subcategory, each.failure.known, None if each.success is None else each.success.known)
        for each in parsed.policy.audit
    ]


@cases(
    ("settings", "read"),
    [
        ([(MAIN_MODE, "1")], [("IPsec Main Mode", False, True)]),
        ([(MAIN_MODE.upper(), "2")], [("IPsec Main Mode", True, False)]),
        ([(MAIN_MODE, "3")], [("IPsec Main Mode", True, True)]),
        ([(MAIN_MODE, "3"), (MAIN_MODE, "4")], [("IPsec Main Mode", False, False)]),
        ([(MAIN_MODE, "3"), (MAIN_MODE, "0")], [("IPsec Main Mode", True, True)]),
        ([(MAIN_MODE, "0"), (LOGON, "3")], []),
        ([(MAIN_MODE, "all")], [("IPsec Main Mode", None, None)]),
    ],
)
def test_what_is_audited_of_ipsec_is_read(
    settings: list[tuple[str, str]], read: list[tuple[str, object, object]]
) -> None:
    assert audited(*settings) == read


SUITE = r"SOFTWARE\Policies\Microsoft\WindowsFirewall\Phase1AuthenticationSets\{1}\0000"
METHOD = rule(Key=SUITE, Value="Method", RegType="REG_SZ", RegData="MachineSHKey")


def secret_lines(text: str) -> list[int]:
    source = bytes_source("a.PolicyRules", f"<PolicyRules>\n{METHOD}{text}</PolicyRules>".encode())
    return [span.line for span in policy_rules.parse(source).secrets]


@cases("name", ["SHKey", "SHHKey", "SKHey", "SHKe", "SH", "Kennwort", ""])
def test_the_data_of_a_suite_under_a_damaged_name_are_secret(name: str) -> None:
    assert secret_lines(rule(Key=SUITE, Value=name, RegType="REG_SZ", RegData="Sommer")) == [3]


@cases(
    ("text", "lines"),
    [
        (rule(Key=SUITE, RegType="REG_SZ", RegData="Sommer"), [3]),
        (rule(Key=SUITE, Value="SHKey", RegType="REG_SZ", RegDta="Sommer"), [3]),
        (rule(Key=SUITE, Value="SkipVersion", RegType="REG_SZ", RegData="2.20"), []),
        (rule(Key=SUITE.removesuffix(r"\0000"), Value="Nmae", RegType="REG_SZ", RegData="Sommer"), []),
        (rule(Key=KEY, Value="Odd", RegType="REG_DWORD", RegData="1", RegDta="2"), []),
    ],
)
def test_only_what_may_be_a_key_is_secret(text: str, lines: list[int]) -> None:
    assert [line for line in secret_lines(text) if line == 3] == lines
