"""Rules of users: written in TOML, or installed as a package; like built-in ones everywhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ipseclint.finding import Subject, fingerprint
from tests import unwrapped

pytestmark = pytest.mark.drawn(3)

RULESET = '''
id = "ours"
version = "1"
title = "Our own rules"
extends = "default"

[sources]
HANDBOOK = { title = "Security handbook", url = "https://intranet.example/handbook", seen = "read" }

[[custom]]
code = "ORG001"
name = "long-main-mode-lifetime"
severity = "error"
object = "main_mode_crypto_set"
when = "object.lifetime_seconds > 3600"
message = "main-mode lifetime of {lifetime_seconds} s in {name}; our limit is 3600 s"
place = "lifetime_seconds"
summary = "A main mode lives longer than our handbook allows."
why = "We re-authenticate every hour."
leads_to = [13885]
cite = ["HANDBOOK 4.2"]

[[custom.tests]]
fires = 1
policy = "netsh advfirewall set global mainmode mmkeylifetime 480min,0sess"

[[custom.tests]]
fires = 0
policy = "netsh advfirewall set global mainmode mmkeylifetime 60min,0sess"

[[custom]]
code = "ORG002"
name = "require-rule-without-aes"
severity = "warning"
object = "connection_security_rule"
when = """
object.enabled && object.inbound == "require" && has(object.quick_mode)
&& object.quick_mode.proposals.all(p, !p.encryption.startsWith("AES"))
"""
message = "rule {name} requires protection and offers no AES"
summary = "A rule that requires protection offers no AES."

[[custom.tests]]
fires = 1
policy = """netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any ^
 action=requireinrequestout qmsecmethods=esp:sha1-3des+60min+100000kb"""

[[custom.tests]]
fires = 0
policy = """netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any ^
 action=requireinrequestout qmsecmethods=esp:sha1-aes128+60min+100000kb"""
'''
POLICY = "netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\r\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ours.toml").write_text(RULESET)
    (tmp_path / "policy.cmd").write_text(POLICY)
    return tmp_path


def test_its_own_tests_pass(desk: Path, cli: Callable[..., Any]) -> None:
    ran = cli("rules", "test", "ours.toml")
    assert ran.code == 0, ran
    assert ran.out.count("passed") == 4


def test_a_failing_test_fails_the_command(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "ours.toml").write_text(RULESET.replace("> 3600", "> 360000"))
    ran = cli("rules", "test", "ours.toml")
    assert ran.code == 1
    assert "ORG001 long-main-mode-lifetime: test 1 failed: fires 0, 1 expected" in ran.out


@pytest.mark.parametrize("family", ["QD", "CR"])
def test_a_family_of_the_program_itself_is_refused(desk: Path, cli: Callable[..., Any], family: str) -> None:
    (desk / "ours.toml").write_text(RULESET.replace("ORG001", f"{family}901"))
    ran = cli("rules", "test", "ours.toml")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(f"{family}901: the family {family} is the program's own; choose another\n")


def test_findings_are_like_any_other(desk: Path, cli: Callable[..., Any]) -> None:
    ran = cli("policy.cmd", "--ruleset", "ours.toml", "-o", "json")
    assert ran.code == 1
    (found,) = [row for row in json.loads(ran.out)["findings"] if row["code"] == "ORG001"]
    assert found["severity"] == "error"
    assert found["message"].startswith("main-mode lifetime of 28800 s in ")
    assert found["location"] == {"path": "policy.cmd", "line": 1, "column": POLICY.index("480") + 1}
    assert found["leads_to"] == [{"code": 13885, "name": "ERROR_IPSEC_IKE_MM_EXPIRED"}]
    assert cli("policy.cmd", "--ruleset", "ours.toml", "--ignore", "ORG001").code == 0
    assert cli("waive", "ORG001", "policy.cmd", "--reason", "r", "--config", "c.toml").code == 2


def test_a_finding_is_known_again_by_its_object_and_by_the_value_at_its_place_if_it_has_one(
    desk: Path, cli: Callable[..., Any]
) -> None:
    (desk / "rule.cmd").write_text(
        "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any action=requireinrequestout"
        " qmsecmethods=esp:sha1-3des+60min+100000kb\r\n" + POLICY
    )
    found = json.loads(cli("rule.cmd", "--ruleset", "ours.toml", "-o", "json").out)["findings"]
    known = {row["code"]: (row["subject"], row["fingerprint"]) for row in found if row["code"].startswith("ORG")}
    assert {code: mark for code, (_, mark) in known.items()} == {
        code: fingerprint(code, Subject(kind=of["kind"], name=of["name"], id=of["id"]), value)
        for (code, (of, _)), value in zip(sorted(known.items()), (28800, ""), strict=True)
    }


def test_they_are_listed_and_explained(desk: Path, cli: Callable[..., Any]) -> None:
    listed = json.loads(cli("rules", "--format", "json", "--ruleset", "ours.toml").out)
    assert {"ORG001", "ORG002", "QD001"} <= {each["code"] for each in listed}
    explained = cli("explain", "long-main-mode-lifetime", "--ruleset", "ours.toml").out
    assert "We re-authenticate every hour." in explained
    assert "Security handbook, section 4.2" in explained
    assert "ORG001" in cli("explain", "13885", "--ruleset", "ours.toml").out


def test_they_run_in_several_processes(desk: Path, cli: Callable[..., Any]) -> None:
    for n in range(40):
        (desk / f"p{n}.cmd").write_text(POLICY)
    one, two = (cli(".", "--ruleset", "ours.toml", "-o", "json", "--jobs", jobs).out for jobs in ("1", "2"))
    assert one == two
    assert len([row for row in json.loads(two)["findings"] if row["code"] == "ORG001"]) == 41


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('when = "object.lifetime_seconds > 3600"', 'when = "object.lifetime_seconds >"', "ORG001: when"),
        ('code = "ORG001"', 'code = "QD099"', "choose another"),
        ('code = "ORG001"', 'code = "ORG002"', "two rules are called ORG002"),
        ('name = "long-main-mode-lifetime"', 'name = "md5-offered"', "two rules are called md5-offered"),
        ('severity = "error"', 'severity = "fatal"', "custom.0.severity"),
        ('cite = ["HANDBOOK 4.2"]', 'cite = ["WIKI"]', "no source 'WIKI'"),
        ("object.lifetime_seconds > 3600", "object.lifetme_seconds > 3600", "did you mean 'lifetime_seconds'?"),
        (
            "lifetime of {lifetime_seconds} s",
            "lifetime of {lifetime} s",
            "message: a main_mode_crypto_set has no",
        ),
        (
            'place = "lifetime_seconds"',
            'place = "lifetimes"',
            "place: a main_mode_crypto_set has no 'lifetimes'",
        ),
        ('place = "lifetime_seconds"', 'plaice = "lifetime_seconds"', "custom.0.plaice"),
    ],
)
def test_a_wrong_rule_ends_with_2(desk: Path, cli: Callable[..., Any], old: str, new: str, words: str) -> None:
    assert old in RULESET
    (desk / "ours.toml").write_text(RULESET.replace(old, new))
    ran = cli("policy.cmd", "--ruleset", "ours.toml")
    assert ran.code == 2
    assert words in ran.err


@pytest.mark.drawn(3)
@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ("object.proposals[7].encryption == 'DES'", "a list is shorter than the index asked for"),
        ("object.lifetime_seconds / 0 > 1", "a number is divided by zero"),
        ("object.lifetime_seconds % 0 == 0", "a number is divided by zero"),
        ("object.lifetime_seconds + 9223372036854775807 > 0", "a number is beyond 64 bits"),
        ("object.name < 5", "values of different types are compared"),
        ("object.proposals.map(p, p)", "gives list, true or false is expected"),
        ("object.name.startsWith(1)", "startsWith() cannot use what it is given"),
        ("int(object.name) == 1", "int() cannot use what it is given"),
        ("'x'.matches(object.name + '[')", "matches() cannot use what it is given"),
    ],
)
def test_an_expression_that_fails_on_an_object_is_named_and_other_findings_stand(
    desk: Path, cli: Callable[..., Any], when: str, reason: str
) -> None:
    (desk / "ours.toml").write_text(RULESET.replace("object.lifetime_seconds > 3600", when))
    rule = "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=any action=requireinrequestout"
    (desk / "policy.cmd").write_text(f"{POLICY}{rule} qmsecmethods=esp:sha1-3des+60min+100000kb\r\n")
    ran = cli("policy.cmd", "--ruleset", "ours.toml")
    assert ran.code == 2
    assert f"error: rule ORG001 failed (ORG001: when: {reason}" in unwrapped(ran.out)
    assert "(seen on the main mode crypto set in policy.cmd:1)" in unwrapped(ran.out)
    assert "internal error" not in ran.out
    findings = json.loads(cli("policy.cmd", "--ruleset", "ours.toml", "-ojson").out)["findings"]
    assert {"ORG002", "CR002"} <= {finding["code"] for finding in findings}
    assert cli("fix", "policy.cmd", "--ruleset", "ours.toml").code == 2


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("nope(object)", "there is no function nope()"),
        ("object.name.startWith('x')", "there is no function startWith(); did you mean startsWith()?"),
        ("object.name.matches('[')", "'[' is not a regular expression"),
        ('object.name.matches(r"(")', 'r"(" is not a regular expression'),
        ("1 / 0 == 1", "a number is divided by zero"),
        ("9223372036854775807 + 1 > 0", "a number is beyond 64 bits"),
        ("1u - 2u > 0u", "a number is beyond 64 bits"),
        ("timestamp('x') > timestamp('y')", "timestamp() cannot use what it is given"),
        ("duration('1s') < 3", "values of different types are compared"),
        ("'1'", "gives str, true or false is expected"),
        ("true ? 1 : 2", "gives int, true or false is expected"),
    ],
)
def test_an_expression_that_fails_for_every_object_is_refused_when_it_is_loaded(
    desk: Path, cli: Callable[..., Any], when: str, words: str
) -> None:
    (desk / "ours.toml").write_text(RULESET.replace('"object.lifetime_seconds > 3600"', f"'''{when}'''"))
    ran = cli("policy.cmd", "--ruleset", "ours.toml")
    assert ran.code == 2
    assert f"ORG001: when: {words}" in ran.err
    assert ran.out == ""


PLUGIN = '''
from ipseclint.finding import Basis
from ipseclint.rule import Hit, Options, Plugin, rule


class Limit(Options):
    """The limit."""

    at_most_seconds: int


@rule("ACME001", "acme-lifetime", basis=Basis.REASONED, options=Limit)
def acme_lifetime(machine, options):
    """A lifetime that ACME does not like.

    Why: ACME says so.
    """
    for each in machine.policy.main_mode_crypto_sets:
        if each.lifetime_seconds.known > options.at_most_seconds:
            yield Hit(each, each.lifetime_seconds.span, f"{each.lifetime_seconds.known} s is too long for ACME")


PLUGIN = Plugin((acme_lifetime,), {"ACME001": {"severity": "warning", "options": {"at_most_seconds": 600}}})
BROKEN = 3
'''


_LIMITED = PLUGIN.replace("at_most_seconds: int", "at_most_seconds: Annotated[int, Meta(ge=60)]")
_WITH_PYDANTIC = (
    "at_most_seconds: int = Field(ge=60)",
    "at_most_seconds: Annotated[int, Field(ge=60)]",
    "at_most_seconds: PositiveInt",
    "at_most_seconds: int\n    words: tuple[Annotated[str, Field(max_length=3)], ...] = ()",
    "at_most_seconds: int\n    table: Table | None = None",
    'at_most_seconds: int\n    _least = field_validator("at_most_seconds")(lambda value: max(value, 60))',
)


@pytest.fixture
def installed(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    from ipseclint import rules

    def forget() -> None:
        for kept in (rules.plugins, rules.all_rules):
            kept.cache_clear()

    def install(value: str, text: str = PLUGIN) -> None:
        (desk / "acme_rules.py").write_text(text)
        info = desk / "acme_rules-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[ipseclint.rules]\nacme = acme_rules:{value}\n")
        monkeypatch.syspath_prepend(str(desk))
        forget()

    yield install
    sys.modules.pop("acme_rules", None)
    monkeypatch.undo()
    forget()


def test_rules_of_an_installed_package(installed: Callable[..., None], cli: Callable[..., Any]) -> None:
    installed("PLUGIN")
    found = json.loads(cli("policy.cmd", "-o", "json").out)["findings"]
    assert [each["message"] for each in found if each["code"] == "ACME001"] == ["28800 s is too long for ACME"]
    assert "ACME001" in cli("rules").out
    assert "ACME says so." in cli("explain", "acme-lifetime").out


def test_a_package_that_does_not_load_is_named(installed: Callable[..., None], cli: Callable[..., Any]) -> None:
    installed("BROKEN")
    ran = cli("policy.cmd")
    assert ran.code == 2
    assert "acme" in ran.err


@pytest.mark.parametrize("options", _WITH_PYDANTIC)
def test_a_limit_of_pydantic_in_the_options_of_a_package_is_refused_as_nothing_would_heed_it(
    options: str, installed: Callable[..., None], cli: Callable[..., Any]
) -> None:
    head = (
        "from typing import Annotated\nfrom pydantic import BaseModel, Field, PositiveInt, field_validator\n"
        "class Table(BaseModel):\n    row: int\n"
    )
    installed("PLUGIN", head + PLUGIN.replace("at_most_seconds: int", options))
    ran = cli("policy.cmd")
    assert ran.code == 2
    assert (
        "the rules of acme (acme_rules:PLUGIN) do not load: ACME001: its options hold something of pydantic" in ran.err
    )


def test_options_of_a_package_that_are_a_model_are_refused(
    installed: Callable[..., None], cli: Callable[..., Any]
) -> None:
    installed("PLUGIN", "from pydantic import BaseModel\n" + PLUGIN.replace("(Options)", "(BaseModel)"))
    ran = cli("policy.cmd")
    assert ran.code == 2
    assert "ACME001: its options are no class of ipseclint.rule.Options" in ran.err


@pytest.mark.parametrize("said", ["59", '"59"'])
def test_a_limit_in_the_options_of_a_package_is_kept(
    said: str, desk: Path, installed: Callable[..., None], cli: Callable[..., Any]
) -> None:
    installed("PLUGIN", "from typing import Annotated\nfrom msgspec import Meta\n" + _LIMITED)
    (desk / "acme.toml").write_text(
        'id = "acme"\nversion = "1"\ntitle = "ACME"\nextends = "default"\n'
        f'[rules.ACME001]\nseverity = "error"\noptions = {{ at_most_seconds = {said} }}\n'
    )
    ran = cli("policy.cmd", "--ruleset", "acme.toml")
    assert ran.code == 2
    assert "acme.toml: rules.ACME001.options: at_most_seconds: expected `int` >= 60" in ran.err
