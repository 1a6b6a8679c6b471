"""Every answer below is as stored to the letter: what is printed, what is said beside it, the exit code and the files.

After a change that is meant, `python -m tests.cli.test_stored_answers` stores them anew: read the difference.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import tempfile
from pathlib import Path

import pytest

from ipseclint import __version__
from tests import ROOT
from tests.command_line import run_cli

INPUTS = ROOT / "fixtures"
EXPECTED = ROOT / "tests" / "data" / "answers"
SELECTED = "--select QD,RT,FL --as-of 2026-06-01"
"""A part of the rules, so that a new rule of another family changes no answer; and a day."""

TABLES = ("inputs", "machines", "objects", "findings", "problems", "clauses", "notes")
ISOLATION = "formats/netsh-script/isolation.bat"
ANSWERS = {
    "check-text": f"check runs/demo {SELECTED} -v --show-sources",
    "check-by-object": f"check runs/docs {SELECTED} --group-by object --sort place",
    "check-by-file": f"check runs/docs {SELECTED} --group-by file --sort rule --statistics",
    "check-markdown": f"check runs/docs runs/demo {SELECTED} -v -o markdown",
    "check-partial": f"check formats/netsh-script/menu.cmd formats/peer formats/vpn-phone-book {SELECTED} -o markdown",
    "check-concise": f"check runs/docs {SELECTED} -o concise -v",
    "check-csv": f"check runs/docs {SELECTED} -o csv --action-plan",
    "check-redacted": f"check runs/docs {SELECTED} --redact -o json",
    "check-clauses": "check runs/docs --ruleset bsi-tr-02102-3 -o markdown",
    "check-github": "check runs/docs --ruleset bsi-tr-02102-3 -o github",
    "check-azure": "check runs/docs --ruleset nist-sp800-77r1 -o azure",
    "check-junit": f"check runs/docs {SELECTED} -o junit",
    "check-gitlab": f"check runs/docs {SELECTED} -o gitlab",
    "check-sarif": f"check runs/docs {SELECTED} -o sarif",
    "check-html": "check runs/docs runs/demo --ruleset cnsa-2.0 --as-of 2026-06-01 -o html:report.html",
    "check-nothing": "check nothing-here",
    "check-no-policy": "check runs/demo/ipseclint.toml",
    "diff-text": f"diff runs/docs/policy.cmd runs/load/costly.cmd {SELECTED}",
    "diff-markdown": f"diff runs/docs/policy.cmd runs/load/costly.cmd {SELECTED} -o markdown",
    "diff-json": f"diff runs/docs/policy.cmd runs/load/costly.cmd {SELECTED} -o json",
    "diff-html": f"diff runs/docs/policy.cmd runs/load/costly.cmd {SELECTED} -o html:difference.html",
    "diff-domain-isolation": f"diff runs/first/policy.cmd runs/domain-isolation/policy.cmd {SELECTED} -o markdown",
    "diff-script": f"diff runs/docs/policy.cmd runs/demo/policies/servers.cmd {SELECTED} --script netsh",
    "diff-script-powershell": f"diff runs/docs/policy.cmd runs/first/policy.cmd {SELECTED} --script powershell",
    "diff-peers": "diff runs/docs/policy.cmd runs/load/costly.cmd --peers runs/demo/policies --no-findings",
    "diff-same": f"diff runs/docs/policy.cmd runs/docs/policy.cmd {SELECTED}",
    "negotiate-text": "negotiate runs/docs/scripts/hub.cmd runs/docs/scripts/branch.cmd --as-of 2026-06-01",
    "negotiate-markdown": "negotiate runs/docs/scripts/hub.cmd runs/docs/policy.cmd -o markdown --as-of 2026-06-01",
    "negotiate-json": "negotiate runs/docs/scripts/hub.cmd runs/docs/policy.cmd -o json --as-of 2026-06-01",
    "negotiate-html": "negotiate runs/docs/scripts/hub.cmd runs/docs/policy.cmd -o html:ends.html --as-of 2026-06-01",
    "negotiate-folder": "negotiate runs/docs/scripts --as-of 2026-06-01",
    "negotiate-folder-markdown": "negotiate runs/demo/policies -o markdown --as-of 2026-06-01",
    "negotiate-write-peer-of-certificates": f"negotiate {ISOLATION} {ISOLATION} --write-peer",
    "negotiate-peers": "negotiate --peers",
    "negotiate-shipped": "negotiate runs/domain-isolation/policy.cmd azure-gateway --as-of 2026-06-01",
    "negotiate-write-peer": "negotiate runs/docs/scripts/hub.cmd runs/docs/policy.cmd --write-peer",
    "which": "which runs/domain-isolation/policy.cmd --src 10.0.0.5 --dst 10.0.1.7",
    "which-packet": "which runs/docs/policy.cmd --src 10.1.0.5 --dst 10.2.2.3 --proto tcp --dport 445 --profile domain",
    "which-in-json": "which runs/docs/policy.cmd --src 10.2.1.7 --dst 10.1.0.5 --proto tcp --direction in -o json",
    "coverage": "coverage runs/domain-isolation/policy.cmd",
    "coverage-in": "coverage runs/docs/policy.cmd --direction in --listed 2",
    "coverage-json": "coverage runs/domain-isolation/policy.cmd --profile domain --listed 3 -o json",
    "inspect": "inspect runs/docs runs/incident",
    "inspect-json": "inspect runs/load/costly.cmd runs/first -o json",
    "fix-netsh": "fix runs/docs/policy.cmd --as netsh",
    "fix-powershell": "fix runs/load/costly.cmd --as powershell --include-risky --allow-lowering",
    "fix-verify": "fix runs/first/policy.cmd --verify",
    "fix-diff": "fix runs/first/policy.cmd --diff",
    "explain-rule": "explain QD002",
    "explain-error": "explain 13811 -o markdown",
    "explain-event": "explain 4653 -o json",
    "waive": "waive QD002 runs/first/policy.cmd --reason Agreed --owner me --ticket T-1 --file w.toml",
    "baseline": "baseline create runs/first --file known.json",
    "rulesets": "rulesets --clauses bsi-tr-02102-3",
    "formats": "formats",
    "config": "config show",
    "load-json": "load runs/load/policy.cmd --peers 4000 -o json",
    "collect-script": "collect-script",
    "store": f"check runs/docs runs/demo {SELECTED} -o duckdb:first.duckdb",
    **{f"store-{name}": f'fleet query new.duckdb "FROM {name}" -o csv' for name in TABLES},
    "store-runs": 'fleet query new.duckdb "SELECT * EXCLUDE (key_mark) FROM runs" -o csv',
    "fleet-report": "fleet report old.duckdb new.duckdb --limit 4",
    "fleet-report-html": "fleet report old.duckdb new.duckdb -o html:fleet.html",
    "fleet-compare": "fleet compare old.duckdb new.duckdb",
    "fleet-compare-json": "fleet compare new.duckdb old.duckdb -o json",
    "fleet-query": 'fleet query new.duckdb "SELECT code, count(*) FROM findings GROUP BY code ORDER BY code"',
    "fleet-merge-again": "fleet merge old.duckdb new.duckdb -o duckdb:both.duckdb",
}
"""The command lines by the names of their answers; they run in a copy of the fixtures, beside two stores."""


def prepare() -> None:
    """Lay the inputs below the present folder, and what two runs over them found."""
    for name in ("runs", "formats/netsh-script", "formats/peer", "formats/vpn-phone-book"):
        shutil.copytree(INPUTS / name, name, ignore=shutil.ignore_patterns("expected"))
    for inputs, store in (("runs/docs runs/load", "old"), ("runs/docs runs/demo runs/first formats", "new")):
        run_cli(*shlex.split(f"check {inputs} {SELECTED} -o duckdb:{store}.duckdb"))


def answer(line: str) -> str:
    """What a command line prints and writes in the present folder, without what is another at each release."""
    before = set(Path().rglob("*"))
    ran = run_cli(*shlex.split(line))
    written = sorted(set(Path().rglob("*")) - before)
    files = [path for path in written if path.suffix in {".html", ".toml", ".json"}]
    texts = {"out": ran.out, "err": ran.err} | {path.as_posix(): path.read_bytes().decode() for path in files}
    said = "".join(f"--- {name}\n{text}" for name, text in texts.items())
    shown = f"$ ipseclint {line}\nexit code {ran.code}\n{said}".replace("\r\n", "\n").replace(str(Path.cwd()), "HERE")
    shown = re.sub(rf"(?<![\d.]){re.escape(__version__)}(?![\d.])", "VERSION", shown)
    return re.sub(r"\d+ of \d+(?= rules)|(?<=\"rules_known\": )\d+", "ALL", shown)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        prepare()
    return folder


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_as_stored(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert answer(ANSWERS[name]) == (EXPECTED / f"{name}.txt").read_bytes().decode()


def test_every_stored_answer_belongs_to_a_command() -> None:
    assert {path.stem for path in EXPECTED.iterdir()} == set(ANSWERS)


def store() -> None:
    os.environ.pop("COLUMNS", None)
    shutil.rmtree(EXPECTED, ignore_errors=True)
    EXPECTED.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        prepare()
        for name, line in ANSWERS.items():
            (EXPECTED / f"{name}.txt").write_bytes(answer(line).encode())
        os.chdir(ROOT)


if __name__ == "__main__":
    store()
