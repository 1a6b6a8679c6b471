"""Scripts that a template makes: what it leaves open is a value that is not known, and nothing that Windows refuses."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.api import check_text

OPEN = [
    "{{ x }}",
    "{{x}}",
    "{{ hostvars[inventory_hostname] }}",
    "${x}",
    "${var.subnet}",
    "<%= @x %>",
    "#{x}",
    "#{X.Y}#",
    "__X__",
    "__REMOTE_NET__",
    "@@X.Y@@",
]
RULE = (
    "netsh advfirewall consec add rule name={} endpoint1=any endpoint2={} action=requireinrequestout "
    "auth1=computerkerb\n"
)


def said(text: str, name: str) -> tuple[list[str], set[str], dict[str, int]]:
    report = check_text(text, name)
    (read,) = report.inputs
    return [each.message for each in report.problems], {each.code for each in report.findings}, dict(read.objects)


@cases("name", ["rules.cmd", "rules.txt"])
@cases("value", OPEN)
def test_an_open_value_is_not_known_and_the_rule_is_there(value: str, name: str) -> None:
    begin = "@echo off\n" if name.endswith(".cmd") else ""
    problems, codes, objects = said(begin + RULE.format("R", value), name)
    assert "RF019" not in codes
    assert objects["connection_security_rule"] == 1
    assert [problem.partition(":")[0] for problem in problems] == ["a variable is put in here when the script runs"]


@cases("value", OPEN)
def test_an_open_name_in_quotes_is_one_value(value: str) -> None:
    problems, codes, _ = said("@echo off\n" + RULE.format(f'"{value}"', "10.0.0.0/8"), "rules.cmd")
    assert "RF019" not in codes
    assert len(problems) <= 1


@cases("value", OPEN)
def test_data_of_the_registry_may_be_open(value: str) -> None:
    key = r"HKLM\SYSTEM\CurrentControlSet\Services\PolicyAgent"
    line = f"reg add {key} /v AssumeUDPEncapsulationContextOnSendRule /t REG_DWORD /d {value} /f\n"
    problems, codes, _ = said(f"@echo off\n{line}", "nat.cmd")
    assert "RF019" not in codes
    assert len(problems) == 1


@cases("value", ["{x}", "$x", "{{", "}}", "{{}}", "<x>", "__x__", "__X", "_X_", "@x", "@@", "#x"])
def test_what_no_template_leaves_open_is_refused_or_said(value: str) -> None:
    problems, codes, _ = said("@echo off\n" + RULE.format("R", value), "rules.cmd")
    assert "RF019" in codes or problems


def test_an_identity_in_braces_is_a_name() -> None:
    name = "{5F0A7B4E-5A0E-4C13-9A3B-1B9B3B2B7A11}"
    problems, codes, objects = said("@echo off\n" + RULE.format(name, "10.0.0.0/8"), "rules.cmd")
    assert (problems, "RF019" in codes, objects["connection_security_rule"]) == ([], False, 1)


def test_what_is_filled_in_within_a_value_and_a_key_is_not_known() -> None:
    text = (
        "@echo off\n"
        + RULE.format("R", "10.0.0.__LAST__/24")
        + "netsh ipsec static add policy name=__P__\n"
        + RULE.format("K", "10.0.1.0/24").replace("computerkerb", 'computerpsk auth1psk="__KEY__"')
    )
    problems, codes, objects = said(text, "rules.cmd")
    assert "RF019" not in codes
    assert objects["connection_security_rule"] == 2
    assert len(problems) == 3
    assert "AU001" in codes
