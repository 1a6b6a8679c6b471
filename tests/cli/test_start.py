"""What a small check loads, which is most of what it costs: named and counted, since no clock can be trusted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

POLICY = "netsh ipsec static add policy name=Sites mmpfs=yes qmpermm=1 mmlifetime=5\n"
LOADS = (
    "import sys; from ipseclint.cli.app import run; from ipseclint.cli.lazily import load_kept_code\n"
    "load_kept_code()\n"
    "try: run(sys.argv[1:])\n"
    "finally: print('loaded', *sys.modules)"
)
NOT_OF_PYTHON = {
    "tomllib",
    "html",
    "json",
    "shutil",
    "tempfile",
    "signal",
    "traceback",
    "multiprocessing",
    "logging",
    "importlib.metadata",
    "secrets",
    "_hashlib",
    "ast",
    "tokenize",
}
NOT_OF_OTHERS = {"typer", "click", "rich", "lxml", "numpy", "celpy", "duckdb", "msgspec.inspect"}
NOT_OF_OURS = (
    "ipseclint.engine.findings.agreed_suites", "ipseclint.engine.findings.baseline", "ipseclint.engine.findings.since",
    "ipseclint.engine.fleet", "ipseclint.engine.difference", "ipseclint.engine.configuration.toml_text",
    "ipseclint.formats.transcript.reading", "ipseclint.formats.events.sentences",
    "ipseclint.formats.netsh.ip_security.shown_objects", "ipseclint.formats.netsh.advfirewall.rules",
    "ipseclint.formats.peers.description", "ipseclint.formats.wfp", "ipseclint.formats.registry",
    "ipseclint.formats.powershell.script.flow.interpreter", "ipseclint.load.policy", "ipseclint.load.scenarios",
    "ipseclint.load.simulate", "ipseclint.model.certificates", "ipseclint.model.peer", "ipseclint.model.remote_access",
    "ipseclint.semantics.intents", "ipseclint.semantics.negotiation.fleet", "ipseclint.semantics.negotiation.pairs",
    "ipseclint.semantics.negotiation.stage", "ipseclint.semantics.negotiation.verdict",
    "ipseclint.semantics.negotiation.windows", "ipseclint.vocabulary.cmdlets",
)  # fmt: skip
NOT_OF_NUMPY = {"numpy.random", "numpy.ma"}
"""They take 7 and 2 MB."""
RULE = (
    'netsh advfirewall consec add rule name="Sites {0}" endpoint1=any endpoint2={1} action=requireinrequestout '
    "auth1=computerkerb\n"
)
MANY_RULES = 250
MAX_MODULES = 322
"""So many modules are loaded, packages not counted (320), and two more: what a module holds may get one of its own."""
LINTER = ROOT / "linter"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    return _loaded_for(POLICY, tmp_path_factory.mktemp("desk"))


def _loaded_for(script: str, folder: Path) -> set[str]:
    policy = folder / "policy.cmd"
    policy.write_text(script)
    command = [sys.executable, "-c", LOADS, policy]
    left_out = {"COLUMNS", "IPSECLINT_CACHE", "PYTHONDONTWRITEBYTECODE"}
    alone = {name: value for name, value in os.environ.items() if name not in left_out}
    for _ in ("the first run keeps what all others take up", "the second takes it up"):
        ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=policy.parent, env=alone)
    assert "finding" in ran.stdout, ran.stderr
    return set(ran.stdout.splitlines()[-1].split())


def test_a_small_check_loads_nothing_that_other_runs_need(loaded: set[str]) -> None:
    assert sorted(loaded & (NOT_OF_PYTHON | NOT_OF_OTHERS)) == []
    assert sorted(name for name in loaded if f"{name}.".startswith(tuple(f"{each}." for each in NOT_OF_OURS))) == []


def test_a_small_check_loads_no_more_of_ours_than_it_did(loaded: set[str]) -> None:
    own = [name for name in loaded if name.startswith("ipseclint.")]
    assert len([name for name in own if not LINTER.joinpath(*name.split(".")).is_dir()]) <= MAX_MODULES


def test_packets_of_many_rules_load_of_numpy_what_they_need(tmp_path: Path) -> None:
    networks = (f"10.{number}.0.0/{16 - number % 3}" for number in range(MANY_RULES))
    loaded = _loaded_for("".join(map(RULE.format, range(MANY_RULES), networks)), tmp_path)
    assert "numpy" in loaded
    assert sorted(loaded & NOT_OF_NUMPY) == []


def test_what_is_named_is_there_to_be_loaded() -> None:
    places = [LINTER.joinpath(*name.split(".")) for name in NOT_OF_OURS]
    assert [place.name for place in places if not (place.is_dir() or place.with_suffix(".py").is_file())] == []
