"""`ipseclint explain` takes what is at hand, and says what it does not know."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.finding import ProblemCode
from tests import ROOT
from tests.cases import cases

POLICY = ROOT / "fixtures" / "runs" / "docs" / "policy.cmd"


def test_a_negative_number_is_no_option(cli: Callable[..., Any]) -> None:
    assert cli("explain", "-2147011085").out.startswith("13811 (0x35F3)")
    assert json.loads(cli("explain", "-2147011085", "--format", "json").out)["asked"] == "-2147011085"


def test_json_holds_what_the_text_says(cli: Callable[..., Any]) -> None:
    data = json.loads(cli("explain", "4653", "--format", "json").out)
    assert data["explanations"][0]["title"] == "event 4653 An IPsec Main Mode negotiation failed"
    assert "RT015" in data["explanations"][0]["rules"]


def test_a_fingerprint_is_explained_with_its_inputs(cli: Callable[..., Any]) -> None:
    finding = json.loads(cli(POLICY, "-o", "json").out)["findings"][0]
    result = cli("explain", finding["fingerprint"], POLICY)
    assert result.out.startswith(f"{finding['code']} {finding['name']} on ")
    assert "What was found" in result.out
    assert f"\n\n{finding['code']} {finding['name']} (" in result.out
    alone = cli("explain", finding["fingerprint"])
    assert (alone.code, alone.err.partition("fingerprint is explained ")[2]) == (
        2,
        f"with the inputs that show it: ipseclint explain {finding['fingerprint']} PATH\n",
    )
    other = cli("explain", "0" * 16, POLICY)
    assert other.code == 2
    assert "no finding of these inputs has this fingerprint" in other.err


@pytest.mark.parametrize(
    ("word", "end"),
    [
        ("QD02", "did you mean QD002?\n"),
        ("zzzzzz", "a sentence is taken in quotation marks\n"),
    ],
)
def test_what_is_unknown_is_answered_with_what_is_near(cli: Callable[..., Any], word: str, end: str) -> None:
    result = cli("explain", word)
    assert (result.code, result.out) == (2, "")
    assert result.err.endswith(end)


@cases(
    ("text", "shown"),
    [
        ("PSK \u2013 Kuckucksuhr", "'PSK ********'"),
        ("the shared secret - Kuckucksuhr", "'the shared secret ********'"),
        ("key: Kuckucksuhr", "'key ********'"),
        ("203.0.113.7 Kuckucksuhr", "'203.0.113.7 ********'"),
        ("branch.example\tKuckucksuhr", "'branch.example ********'"),
        ("vpn preshared key", "'vpn preshared key'"),
        ("of 203.0.113.7 nothing", "'of 203.0.113.7 nothing'"),
    ],
)
def test_what_may_be_a_key_in_a_text_that_is_not_known_is_not_repeated(
    text: str, shown: str, cli: Callable[..., Any]
) -> None:
    for form in ("text", "json"):
        assert f"unknown rule, error or event {shown};" in cli("explain", text, "--format", form).err


def test_a_text_with_values_that_is_not_known_is_not_repeated(cli: Callable[..., Any]) -> None:
    ran = cli("explain", "\ufeff[Office]\r\nNumCustomPolicy=1\r\nCustomIPSecPolicies=Kan4rie7Q9zX\r\n")
    assert (ran.code, "Kan4" in ran.err, "event in a text of " in ran.err) == (2, False, True)
    ran = cli("explain", '"Name";"PSK";"x" "a rule";"Sommer*regen";"y" ')
    assert (ran.code, "regen" in ran.err, "event in a text of " in ran.err) == (2, False, True)
    assert "unknown rule, error or event 'nothing of ours';" in cli("explain", "nothing of ours").err


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("error 13811", "13811 (0x35F3) ERROR_IPSEC_IKE_QUEUE_DROP_MM"),
        ("event 4653", "event 4653 An IPsec Main Mode negotiation failed"),
        ("fehler 13801", "13801 (0x35E9) ERROR_IPSEC_IKE_AUTH_FAIL"),
        ("rule QD002", "QD002 few-quick-modes-per-main-mode (error in default@2026.1)"),
        ("QD002 CR001", "QD002 few-quick-modes-per-main-mode (error in default@2026.1)"),
    ],
)
def test_words_without_quotation_marks_are_taken_together(
    words: str, title: str, cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = cli("explain", *words.split())
    assert (ran.code, ran.out.partition("\n")[0]) == (0, title)


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("QD002 CR001", ["QD002", "CR001"]),
        ("CR001 QD002 13868", ["CR001", "QD002", "13868"]),
        ("QD002 13868 4653", ["QD002", "13868", "event"]),
        ("QD002", ["QD002"]),
        ("error 13811", ["13811"]),
    ],
)
def test_each_of_several_words_is_explained(
    words: str, titles: list[str], cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = cli("explain", *words.split(), "-o", "markdown").out
    assert [line.split()[1].strip("`") for line in told.splitlines() if line.startswith("# ")] == titles


def test_a_word_that_is_none_of_these_names_the_rules_that_speak_of_it(cli: Callable[..., Any]) -> None:
    assert "unknown rule, error or event 'mmpfs'; these rules speak of it: QD003" in cli("explain", "mmpfs").err
    of_many = cli("explain", "qmsecmethods").err
    assert re.search(r"rules speak of it: (?:[A-Z]{2}\d{3} ){8}and \d+ more\n", of_many)


@pytest.mark.parametrize("word", ["IT001", "intent-broken"])
def test_the_rule_of_intents_is_explained_as_any_rule(cli: Callable[..., Any], word: str) -> None:
    result = cli("explain", word)
    assert result.code == 0
    assert result.out.startswith("IT001 intent-broken (error in intents@1)")
    assert "Fix\n  Change the rule that decides for the packet" in result.out


@pytest.mark.parametrize("code", ProblemCode)
def test_trouble_with_an_input_is_told_with_what_to_do(code: ProblemCode, cli: Callable[..., Any]) -> None:
    ran = cli("explain", code)
    assert ran.code == 0
    assert ran.out.startswith(f"{code} ")
    assert len(ran.out.partition("\nWhat to do\n")[2].split()) > 10


@pytest.mark.parametrize("word", ["13811", "4653", "4984", "QD005", "RF012", "809"])
def test_an_explanation_fits_into_80_columns(word: str, cli: Callable[..., Any]) -> None:
    lines = cli("explain", word).out.splitlines()
    assert [line for line in lines if len(line) > 80 and " " in line.strip()] == []  # an address stays whole
