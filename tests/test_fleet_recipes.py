"""The recipes for fleets run as far as they can here, and collect what is read."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import runpy
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import tree_sitter_powershell
from tree_sitter import Language, Parser

from ipseclint import check_text
from ipseclint.vocabulary import registry_keys as keys
from tests import ROOT

pytestmark = pytest.mark.drawn(3)

RECIPES = ROOT / "docs" / "recipes"
PAGE = (ROOT / "docs" / "fleet.md").read_text(encoding="utf-8")
MACHINE = "HKEY_LOCAL_MACHINE\\"
SERVICES = f"{MACHINE}SYSTEM\\CurrentControlSet\\Services\\"
BELOW = [
    *(
        f"{SERVICES}{name}"
        for name in ("IKEEXT", "IKEEXT\\Parameters", "PolicyAgent", "PolicyAgent\\Oakley", "IPsec", "BFE", "Kdc")
    ),
    f"{SERVICES}SharedAccess\\Parameters\\FirewallPolicy\\ConSecRules",
    f"{MACHINE}SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\ConSecRules",
    f"{MACHINE}SOFTWARE\\Policies\\Microsoft\\Windows\\IPSec\\Policy\\Local\\ipsecFilter{{1}}",
    f"{MACHINE}SOFTWARE\\Policies\\Microsoft\\Windows\\IPSec\\GPTIPSECPolicy",
    f"{SERVICES}RasMan\\Parameters",
    f"{SERVICES}RasMan\\PPP\\EAP\\13",
    f"{SERVICES}RemoteAccess\\Parameters\\IKEv2",
    f"{SERVICES}RemoteAccess\\Parameters\\Ip\\StaticAddressPool\\0",
    f"{MACHINE}SYSTEM\\CurrentControlSet\\Control\\Class\\{{4D36E972-E325-11CE-BFC1-08002BE10318}}\\0003",
    f"{MACHINE}SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\Kerberos\\Parameters",
    f"{MACHINE}SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion",
]
"""A key of each kind that is read."""

ELSEWHERE = [
    f"{SERVICES}Tcpip\\Parameters",
    f"{SERVICES}RemoteAccess\\Parameters",
    f"{MACHINE}SOFTWARE\\Policies\\Other",
]
RULE = (
    "v2.30|Action=SecureServer|Active=TRUE|Name=R1|Auth1Set={E5A5D32A-4BCE-4e4d-B07F-4AB1BA7E5FE3}|EP1_4=Any|EP2_4=Any|"
)
VALUES = [
    (f"{SERVICES}IKEEXT\\Parameters", "IkeNumEstablishedForInitialQuery", "DWORD", 10),
    (f"{SERVICES}PolicyAgent", "Start", "DWORD", 4),
    (f"{SERVICES}SharedAccess\\Parameters\\FirewallPolicy\\ConSecRules", "r1", "SZ", RULE),
]


def test_a_key_of_each_kind_is_looked_for() -> None:
    above = {"CONTROL_SET", "SERVICES_OF_MACHINE"}
    read = [
        value
        for name, value in vars(keys).items()
        if name.isupper()
        and name not in above
        and isinstance(value, str)
        and re.fullmatch(r"[\w \\{}-]+\\[\w \\{}-]+", value)
    ]
    assert read
    roots = (MACHINE, "SYSTEM\\CurrentControlSet\\", "SOFTWARE\\", "Microsoft\\Windows\\CurrentVersion\\")
    below = [reduce(str.removeprefix, roots, key).casefold() for key in BELOW]
    for key in map(str.casefold, read):
        assert any(key in each or each in key for each in below), key


def asked(rows: list[tuple[str, str, str, str]]) -> list[dict[str, str]]:
    """What the queries of the pack give of a table `registry`; `%%` is one more `%` to SQLite, over all levels too."""
    pack = json.loads((RECIPES / "osquery-pack.json").read_text(encoding="utf-8"))
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE registry (key, name, type, data)")
    database.executemany("INSERT INTO registry VALUES (?, ?, ?, ?)", rows)
    answers = [
        dict(zip(("key", "name", "type", "data"), row, strict=True))
        for query in pack["queries"].values()
        for row in database.execute(query["query"])
    ]
    database.close()
    return answers


def test_the_pack_of_osquery_collects_what_is_read_and_each_key_once() -> None:
    got = [row["key"] for row in asked([(key, "v", "REG_SZ", "x") for key in (*BELOW, *ELSEWHERE)])]
    assert sorted(got) == sorted(BELOW)


def patterns() -> list[re.Pattern[str]]:
    import yaml

    artifact = yaml.safe_load((RECIPES / "velociraptor.yml").read_text(encoding="utf-8"))
    assert artifact["type"] == "CLIENT"
    assert [source.keys() for source in artifact["sources"]] == [{"query"}]
    (parameter,) = artifact["parameters"]
    globs = [row["Glob"] for row in csv.DictReader(io.StringIO(parameter["default"]))]
    escaped = [re.escape(each.replace("/", "\\")) for each in globs]
    return [re.compile(each.replace(r"\*\*", ".+").replace(r"\*", r"[^\\]+")) for each in escaped]


def test_the_artifact_of_velociraptor_collects_the_same() -> None:
    every = patterns()
    assert all(any(pattern.fullmatch(f"{key}\\v") for pattern in every) for key in BELOW)
    assert not any(pattern.fullmatch(f"{key}\\v") for key in ELSEWHERE for pattern in every)


def test_what_they_collect_is_read_as_one_policy() -> None:
    collected = asked([(key, name, f"REG_{kind}", str(data)) for key, name, kind, data in VALUES])
    results = [{"OSPath": f"{key}\\{name}", "Data": {"type": kind, "value": data}} for key, name, kind, data in VALUES]
    snapshot = {"snapshot": collected, "name": "pack_ipsec_services", "action": "snapshot"}
    reports = [
        check_text(text, "host.json")
        for text in (
            json.dumps(collected),
            json.dumps(snapshot),
            "\n".join(map(json.dumps, results)),
        )
    ]
    for report in reports:
        assert report.problems == ()
        assert report.inputs[0].format == "collected-registry"
        assert report.inputs[0].objects["connection_security_rule"] == 1
    found = [sorted((finding.code, finding.subject.name) for finding in report.findings) for report in reports]
    assert found[0]
    assert found[1] == found[0] == found[2]


def test_the_function_for_spark_gives_what_a_report_says() -> None:
    rows_of = runpy.run_path(str(RECIPES / "spark.py"))["rows_of"]
    line = b"netsh ipsec static add policy name=%b mmlifetime=5\r\n"
    text = line % b"P" + line % b"%X%"
    report = check_text(text, "abfss://exports@account/h1.cmd")
    rows = list(rows_of("abfss://exports@account/h1.cmd", text))
    assert [(row[1], row[2], row[6]) for row in rows] == [
        *((finding.span.line, finding.code, finding.message) for finding in report.findings),
        *((problem.span.line, problem.code.value, problem.message) for problem in report.problems),
    ]
    assert {row[3] for row in rows} == {"error", "problem"}
    columns = runpy.run_path(str(RECIPES / "spark.py"))["SCHEMA"].split(", ")
    assert {len(row) for row in rows} == {len(columns)}


def block(word: str) -> str:
    """The one code block of the page that holds a word."""
    blocks: list[str] = re.findall(r"^```\w+\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (found,) = [text for text in blocks if word in text]
    return found


@pytest.fixture
def tools(tmp_path: Path) -> dict[str, str]:
    """An environment with the program by its name, and an `az` that says what it was given."""
    (tmp_path / "bin").mkdir()
    for name, script in (
        ("ipseclint", f'exec "{sys.executable}" -m ipseclint "$@"'),
        ("az", 'printf "%s\\n" "${@: -1}"'),
    ):
        (tmp_path / "bin" / name).write_text(f"#!/bin/bash\n{script}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    return os.environ | {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}


posix = pytest.mark.skipif(sys.platform == "win32", reason="the recipe is for bash")


@posix
def test_the_array_of_slurm_checks_every_export_once(
    tmp_path: Path, tools: dict[str, str], cli: Callable[..., Any]
) -> None:
    exports, parts = tmp_path / "exports", tmp_path / "parts"
    for number in range(6):
        (exports / f"h{number}").mkdir(parents=True)
        (exports / f"h{number}" / "p.cmd").write_text('netsh ipsec static add policy name="P" mmlifetime=5\r\n')
    parts.mkdir()
    script = block("SLURM_ARRAY_TASK_ID").replace("/shared", str(tmp_path))
    for shard in ("1", "2"):
        array = {"SLURM_ARRAY_TASK_ID": shard, "SLURM_ARRAY_TASK_COUNT": "2"}
        subprocess.run(["bash", "-e", "-c", script], env=tools | array, check=True)
    assert cli("fleet", "merge", *sorted(parts.iterdir()), "-o", f"duckdb:{tmp_path / 'all'}").code == 0
    ran = cli(
        "fleet", "query", tmp_path / "all", "SELECT count(*) AS n FROM findings WHERE code = 'QD001'", "-o", "json"
    )
    assert json.loads(ran.out) == {"n": 6}


@posix
def test_azure_batch_gets_a_task_for_each_shard(tools: dict[str, str]) -> None:
    ran = subprocess.run(["bash", "-c", block("az batch")], env=tools, capture_output=True, text=True, check=True)
    lines = ran.stdout.splitlines()
    assert [re.findall(r"--shard (\S+)", line) for line in lines] == [[f"{number}/64"] for number in range(1, 65)]
    assert all(
        line.startswith("/bin/bash -c 'ipseclint") and "$AZ_BATCH_NODE_MOUNTS_DIR/exports " in line for line in lines
    )


def test_the_matrix_of_github_has_every_shard() -> None:
    import yaml

    jobs = yaml.safe_load(block("matrix:"))["jobs"]
    shards = jobs["check"]["strategy"]["matrix"]["shard"]
    commands = [step["run"] for step in jobs["check"]["steps"] if "run" in step]
    assert shards == list(range(1, len(shards) + 1))
    assert f"--shard ${{{{ matrix.shard }}}}/{len(shards)} " in commands[-1]
    assert jobs["merge"]["needs"] == "check"


def test_the_loop_in_powershell_parses_and_has_every_shard() -> None:
    text = block("ForEach-Object")
    assert not Parser(Language(tree_sitter_powershell.language())).parse(text.encode()).root_node.has_error
    (last,) = re.findall(r"1\.\.(\d+)", text)
    assert f'--shard "$_/{last}"' in text
