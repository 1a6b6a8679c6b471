"""The words of an answer on load are explained by the page and the docs, and the verdict is one plain sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.load.report.words import TERMS
from tests import ROOT

pytestmark = pytest.mark.usefixtures("unwrapped")

Cli = Callable[..., Any]
POLICY = (
    "netsh advfirewall set global mainmode mmkeylifetime {}min,{}sess\n"
    'netsh advfirewall consec add rule name="Iso" endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequestout '
    "auth1=computerkerb qmsecmethods=esp:sha256-aes256+60min+100000kb\n"
)


def test_every_word_of_an_answer_is_explained_where_the_answer_says() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", (ROOT / "docs" / "load.md").read_text("utf-8"), re.MULTILINE)
    assert set(TERMS.items()) <= set(rows)


@pytest.mark.parametrize(
    ("minutes", "options", "sentence"),
    [
        (480, ("--peers", "10"), r"Safe: at worst \S+ of the requests queue and drop \(up to 0\.1% counts as safe\)"),
        (
            5,
            ("--peers", "90000", "--set", "main-mode-service-seconds=0.9", "--workers", "1", "--patience", "5"),
            r"Unsafe: at best \S+ of the requests queue and drop \(up to 0\.1% counts as safe\)",
        ),
        (
            5,
            ("--peers", "4000"),
            r"Cannot be told: \S+ of the requests queue and drop by our assumptions, \S+ at best, \S+ at worst \(.*\)",
        ),
    ],
)
def test_the_verdict_says_best_and_worst(
    minutes: int, options: tuple[str, ...], sentence: str, tmp_path: Path, cli: Cli
) -> None:
    (tmp_path / "p.cmd").write_text(POLICY.format(minutes, 1), encoding="utf-8")
    first, *lines = cli("load", tmp_path / "p.cmd", *options).out.splitlines()
    assert re.fullmatch(sentence, first.replace("less than 0.001%", "0.001%"))
    assert any("1 quick mode per main mode" in line for line in lines)
    assert lines[-1] == "what the words mean: docs/load.md, and the end of the page that -o html:FILE writes"
