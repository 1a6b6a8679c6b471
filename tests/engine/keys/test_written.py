"""Keys in files that users write: in what they configure, in their mistakes, and in what is said of both."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.configuration.config import load_config
from ipseclint.engine.configuration.toml_files import ConfigError, read_toml
from ipseclint.engine.keys.written import without_keys
from ipseclint.engine.rulesets.shipped import available_rulesets, rulesets_folder
from tests.attack.keys import KEY, shown_in
from tests.cases import cases

POLICY = "netsh ipsec static add policy name=P mmlifetime=5\n"
SAID = f"preshared key: {KEY}"
WAIVER = f'[[waiver]]\nrule = "QD0%s"\nreason = "r"\nowner = "{SAID}"\nticket = "psk={KEY}"\n'
CUSTOM = f"""id = "ours {SAID}"
version = "1"
title = "{SAID}"
extends = "default"
[[custom]]
code = "ORG001"
name = "no-short-life"
severity = "error"
object = "main_mode_crypto_set"
when = "has(object.lifetime_seconds)"
message = "auth1psk={KEY}"
summary = "{SAID}"
why = "-L2tpPsk '{KEY}'"
"""
FILES: dict[str, dict[str, str]] = {
    "waivers": {"ipseclint-waivers.toml": WAIVER % "01" + WAIVER % "02"},
    "ruleset": {"ipseclint.toml": 'ruleset = "ours.toml"', "ours.toml": CUSTOM},
    "settings": {
        "ipseclint.toml": f'exclude = ["psk={KEY}"]\n[[overrides]]\npaths = ["{SAID}"]\nignore = ["QD001"]',
    },
    "baseline": {
        "ipseclint.toml": 'baseline = "known.json"',
        "known.json": json.dumps(
            {
                "schema": "ipseclint.baseline/1",
                "known": [{"fingerprint": "0" * 16, "code": f"psk={KEY}", "subject": SAID, "count": 2}],
            }
        ),
    },
}
WRONG = {
    "a value": f'fail-on = "psk={KEY}"',
    "a value below the name of a key": f"[site.nat_groups]\npsk = '{KEY}'\n",
    "a number": f'[site]\npeers = "{SAID}"',
    "a list": f'select = "psk={KEY}"',
    "a key": f'"psk={KEY}" = 1',
    "a table": f'overrides = "auth1psk={KEY}"',
    "a list below the name of a key": f'[names.addresses]\npsk = "{KEY}"',
    "a pattern": f"exclude = ['psk={KEY}\\x']",
    "a rule": f'select = ["{SAID}"]',
    "a ruleset": f'ruleset = "{SAID}"',
    "a file of waivers": f'waivers = "psk {SAID}"',
    "a baseline": f'baseline = "{SAID}"',
    "a report": f'output = ["{SAID}"]',
    "versions": f'required-version = "psk={KEY}"',
}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.cmd").write_text(POLICY)
    return tmp_path


@pytest.mark.parametrize("name", FILES)
def test_a_key_in_a_file_that_works_is_shown_in_no_output(name: str, desk: Path, cli: Callable[..., Any]) -> None:
    for file, text in FILES[name].items():
        (desk / file).write_text(text, encoding="utf-8")
    for words in (
        *(("policy.cmd", "-v", "-o", form) for form in ("text", "json", "sarif", "html", "csv", "junit")),
        ("config", "show"),
        ("rules", "--all"),
        *((("explain", "ORG001", "--ruleset", "ours.toml"),) if name == "ruleset" else ()),
    ):
        ran = cli(*words)
        assert (shown_in(ran.out + ran.err), ran.code in {0, 1}) == (None, True), (words, ran)


@cases("text", WRONG)
def test_a_key_in_a_mistake_is_not_repeated(text: str, desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "ipseclint.toml").write_text(text, encoding="utf-8")
    ran = cli("policy.cmd")
    assert (shown_in(ran.out + ran.err), ran.code) == (None, 2), ran


@cases("value", ["{}", "[{}]", "['10.0.0.0/8', {}]"])
@cases("number", ["48151623", "4815", "48.25"])
def test_a_number_below_the_name_of_a_key_is_not_repeated(
    value: str, number: str, desk: Path, cli: Callable[..., Any]
) -> None:
    for name, is_shown in (("psk", False), ("hosts", True)):
        (desk / "ipseclint.toml").write_text(f"[names.addresses]\n{name} = {value.format(number)}\n")
        ran = cli("policy.cmd")
        assert (number in ran.err, ran.code) == (is_shown, 2), ran


def test_a_program_that_imports_us_is_not_told_a_key_either(desk: Path) -> None:
    (desk / "ipseclint.toml").write_text(f'fail-on = "psk={KEY}"', encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_config(desk / "ipseclint.toml")
    assert (shown_in(str(raised.value)), raised.value.__cause__) == (None, None)


def test_what_is_no_key_is_taken_and_said_as_written(desk: Path, cli: Callable[..., Any]) -> None:
    (desk / "ipseclint.toml").write_text('[names.addresses]\npsk-hosts = ["10.0.0.0/8"]\n[site]\npeers = "psk"\n')
    ran = cli("policy.cmd")
    assert "ipseclint.toml: site.peers: 'psk' should be a whole number" in ran.err
    (desk / "ipseclint.toml").write_text('[names.addresses]\npsk-hosts = ["10.0.0.0/8"]\n')
    assert 'psk-hosts = ["10.0.0.0/8"]' in cli("config", "show").out


def test_what_finds_files_and_is_evaluated_stays_as_it_is_written() -> None:
    written = {"waivers": "psk=a/b.toml", "exclude": ["secret: x"], "custom": [{"when": "object.psk == true"}]}
    assert without_keys(written) == written


def test_two_names_that_are_masked_alike_stay_two() -> None:
    assert len(without_keys({f"psk={KEY}": 1, "psk=another-one": 2})) == 2


def test_our_own_rulesets_hold_nothing_that_is_masked() -> None:
    for name in available_rulesets():
        path = rulesets_folder() / f"{name}.toml"
        assert read_toml(path) == tomllib.loads(path.read_text(encoding="utf-8")), name
