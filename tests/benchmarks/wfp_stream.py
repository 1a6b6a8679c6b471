"""How fast and in how much memory a WFP state is read and checked, as ratios to bare passes in the same run.

Run with the Python of the environment it is installed in: `.venv/bin/python -m tests.benchmarks.wfp_stream`.
Needs a POSIX system for the peak memory. The sizes and the Schematron comparison can be left out:

    wfp_stream.py [--megabytes 50] [--rounds 5] [--no-large] [--no-schematron]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.wfp_states import write_state

BARE = """
import sys
from lxml import etree
try:
    for _, element in etree.iterparse(sys.argv[1]{tag}):
        element.clear()
except etree.XMLSyntaxError:
    pass  # the second root
"""

EXPAT = """
import sys
from xml.parsers import expat
parser = expat.ParserCreate()
with open(sys.argv[1], "rb") as stream:
    try:
        while chunk := stream.read(1 << 20):
            parser.Parse(chunk, False)
    except expat.ExpatError:
        pass  # the second root
"""

PARSE = """
import gc, sys
from pathlib import Path
from ipseclint.formats.wfp.state import parse
from ipseclint.source import file_source
gc.disable()
parsed = parse(file_source(Path(sys.argv[1])))
assert parsed.policy.main_mode_crypto_sets and not parsed.problems
"""

SCHEMATRON = """
import sys
from lxml import etree, isoschematron
data = open(sys.argv[1], "rb").read()
tree = etree.fromstring(data[: data.rindex(b"<firewallState>")], etree.XMLParser(huge_tree=True))
checks = isoschematron.Schematron(etree.fromstring(open(sys.argv[2], "rb").read()), store_report=True)
assert not checks.validate(tree)
"""

CHECKS = {
    "QD001": ("ikeProposals/item", "maxLifetimeSeconds &gt;= 3600"),
    "QD002": ("ikeProposals/item", "quickModeLimit = 0 or quickModeLimit &gt; 5"),
    "QD004": ("ipsecProposals/item", "lifetime/lifetimeSeconds &gt; 300"),
    "QD006": ("ipsecProposals/item", "lifetime/lifetimeKilobytes &gt; 20480"),
    "AU001": ("authenticationMethods/item", "authenticationMethodType != 'IKEEXT_PRESHARED_KEY'"),
    "CR002": ("ikeProposals/item", "cipherAlgorithm/algoIdentifier != 'IKEEXT_CIPHER_3DES'"),
    "CR003": ("ikeProposals/item", "integrityAlgorithm/algoIdentifier != 'IKEEXT_INTEGRITY_MD5'"),
    "CR005": ("ikeProposals/item", "dhGroup != 'IKEEXT_DH_GROUP_1' and dhGroup != 'IKEEXT_DH_GROUP_2'"),
    "CR020": ("saTransforms/item", "ipsecTransformType != 'IPSEC_TRANSFORM_ESP_AUTH'"),
    "RF002": (
        "filters/item[starts-with(layerKey, 'FWPM_LAYER_IPSEC')]",
        "providerContextKey = //providerContexts/item/providerContextKey",
    ),
}
"""Ten rules as context and assertion in XPath."""


class Cost(NamedTuple):
    """The least of several runs: wall and processor seconds; and the peak memory in MB."""

    wall: float
    processor: float
    megabytes: float


def cost_of(command: list[str], rounds: int) -> Cost:
    """What a command costs in a process of its own."""
    costs = []
    for _ in range(rounds):
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert process.stderr is not None
        complaint = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status) not in {0, 1}:
            sys.exit(f"{command[:3]} failed: {complaint.decode(errors='replace')[-400:]}")
        wall = time.perf_counter() - begin
        costs.append(Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))
    return Cost(*(min(column) for column in zip(*costs, strict=True)))


def python(script: str, *arguments: Path) -> list[str]:
    return [sys.executable, "-c", script, *map(str, arguments)]


def check(path: Path, *options: str) -> list[str]:
    program = str(Path(sys.executable).with_name("ipseclint"))
    return [program, "check", str(path), "--quiet", "--fail-on", "never", *options]


def schema(path: Path) -> Path:
    """The ten checks as a Schematron schema."""
    rules = "".join(
        f'<pattern><rule context="{context}"><assert test="{test}">{code}</assert></rule></pattern>'
        for code, (context, test) in CHECKS.items()
    )
    path.write_text(f'<schema xmlns="http://purl.oclc.org/dsdl/schematron">{rules}</schema>', encoding="utf-8")
    return path


def compare(title: str, path: Path, rows: dict[str, list[str]], rounds: int) -> dict[str, Cost]:
    """Measure and print rows; the first is what the others are compared with."""
    costs = {name: cost_of(command, rounds) for name, command in rows.items()}
    base = next(iter(costs.values()))
    print(f"\n{title}, {path.stat().st_size / 1e6:.0f} MB")
    for name, cost in costs.items():
        ratios = f"{cost.wall / base.wall:5.2f}x wall {cost.processor / base.processor:5.2f}x processor"
        print(f"  {name:<44}{ratios} {cost.megabytes:6.0f} MB peak {cost.wall:7.2f} s")
    return costs


def bare_rows(path: Path) -> dict[str, list[str]]:
    return {
        "bare iterparse, every element, cleared": python(BARE.format(tag=""), path),
        "bare iterparse, tag='item', cleared": python(BARE.format(tag=", tag='item'"), path),
        "bare expat": python(EXPAT, path),
        "parse": python(PARSE, path),
        "ipseclint check, start-up included": check(path),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=float, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--no-large", action="store_true")
    parser.add_argument("--no-schematron", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state.xml"
        count = write_state(state, options.megabytes)
        compare(f"{count} filters, 300 of them IPsec", state, bare_rows(state), options.rounds)
        if not options.no_schematron:
            rules = schema(Path(folder) / "checks.sch")
            rows = {
                "ipseclint check, these ten rules": check(state, *(f"--select={code}" for code in CHECKS)),
                "lxml.isoschematron, the same ten checks": python(SCHEMATRON, state, rules),
            }
            compare("Ten checks", state, rows, max(1, options.rounds // 2))
        dense = Path(folder) / "dense.xml"
        write_state(dense, 0.8 * options.megabytes, ipsec_filters=int(400 * options.megabytes))
        compare("Every second filter or more is IPsec", dense, bare_rows(dense), max(1, options.rounds // 2))
        if not options.no_large:
            large = Path(folder) / "large.xml"
            write_state(large, 4 * options.megabytes)
            compare("Four times as large", large, bare_rows(large), max(1, options.rounds // 2))


if __name__ == "__main__":
    main()
