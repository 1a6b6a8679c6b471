"""What a fleet costs: memory and time by its size, two processes against one, shards against the whole, and again.

Hosts of five kinds, a file each: a policy and connection security rules as netsh scripts, the latter as a PowerShell
script and as netsh shows them, and a state of the filtering platform, which holds a preshared key. Each run is a
whole program that writes a store. Times are CPU seconds of the program and its workers, so that other work on the
machine changes them little.

Run with the Python of the environment ipseclint is installed in:
`.venv/bin/python -m tests.benchmarks.fleet [HOSTS...]`.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from tests.benchmarks.wfp_states import write_state

SIZES = (1000, 3000)
SHARDS = 4
RULES_A_HOST = 4
STATE_MEGABYTES = 0.02
HOSTS_A_FOLDER = 50

MEASURE = """
import json, resource, subprocess, sys, time
begin = time.perf_counter()
ran = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
took = time.perf_counter() - begin
print(json.dumps([ran.returncode, used.ru_utime + used.ru_stime, took, used.ru_maxrss / 1024, ran.stderr.decode()]))
"""
"""A program that runs another, and says how it ended, its CPU seconds, its seconds and its peak in megabytes."""

SHOWN = """
Rule Name:                            R{rule}
----------------------------------------------------------------------
Enabled:                              Yes
Profiles:                             Domain,Private,Public
Type:                                 Static
Mode:                                 Transport
Endpoint1:                            10.{host}.{rule}.0/24
Endpoint2:                            10.{peer}.0.0/16
Protocol:                             Any
Action:                               RequireInRequestOut
Auth1:                                ComputerKerb
MainModeSecMethods:                   DHGroup2-AES128-SHA1,DHGroup2-3DES-SHA1
QuickModeSecMethods:                  ESP:SHA1-None+60min+100000kb
"""


def write_host(folder: Path, number: int) -> None:
    """The file of one host, of the kind that its number gives."""
    host, peer = number % 250, (number + 1) % 250
    kind = number % 5
    rules = range(RULES_A_HOST)
    if kind == 0:
        lines = [f'netsh ipsec static add policy name="P{number}" mmlifetime={5 + number % 60} mmpfs=yes']
        lines += [f'netsh ipsec static add filteraction name="A{each}" qmsecmethods="ESP[3DES,MD5]"' for each in rules]
        (folder / f"h{number:06}.cmd").write_text("\r\n".join(lines))
    elif kind == 1:
        lines = [
            f"netsh advfirewall consec add rule name=R{each} endpoint1=10.{host}.{each}.0/24 "
            f"endpoint2=10.{peer}.0.0/16 action=requireinrequestout auth1=computerkerb qmsecmethods=esp:sha1-3des"
            for each in rules
        ]
        (folder / f"h{number:06}.cmd").write_text("\r\n".join(lines))
    elif kind == 2:
        lines = [
            f"New-NetIPsecRule -DisplayName R{each} -LocalAddress 10.{host}.{each}.0/24 "
            f"-RemoteAddress 10.{peer}.0.0/16 -InboundSecurity Require -OutboundSecurity Request"
            for each in rules
        ]
        (folder / f"h{number:06}.ps1").write_text("\r\n".join(lines))
    elif kind == 3:
        shown = "".join(SHOWN.format(host=host, peer=peer, rule=each) for each in rules)
        (folder / f"h{number:06}.txt").write_text(shown + "Ok.\n")
    else:
        write_state(folder / f"h{number:06}.xml", STATE_MEGABYTES, 4, 4)


def write_hosts(folder: Path, count: int) -> None:
    """So many hosts, in folders of HOSTS_A_FOLDER."""
    for number in range(count):
        site = folder / f"site{number // HOSTS_A_FOLDER:04}"
        site.mkdir(parents=True, exist_ok=True)
        write_host(site, number)


def measured(*arguments: str | Path) -> tuple[float, float, float]:
    """The CPU seconds, seconds and peak megabytes of a run."""
    command = [sys.executable, "-c", MEASURE, sys.executable, "-m", "ipseclint", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    code, cpu, took, peak, errors = json.loads(ran.stdout)
    if code not in {0, 1, 3, 4}:
        raise SystemExit(f"ipseclint ended with {code}: {errors}")
    return cpu, took, peak


def rows(store: Path) -> list[str]:
    """The findings of a store."""
    sql = "SELECT path, line, code, fingerprint FROM findings ORDER BY ALL"
    command = [sys.executable, "-m", "ipseclint", "fleet", "query", store, sql, "--format", "csv"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def main() -> None:
    sizes = [int(each) for each in sys.argv[1:]] or list(SIZES)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        points: list[tuple[int, float]] = []
        for size in sizes:
            folder = place / f"hosts{size}"
            write_hosts(folder, size)
            one = measured(folder, "-j", "1", "-q", "-o", f"duckdb:{place / 'one'}")
            points.append((size, one[0]))
            print(f"{size} hosts: {one[0] * 1000 / size:.1f} ms CPU a host, {one[2]:.0f} MB peak", flush=True)
        for (few, before), (many, after) in pairwise(points):
            print(f"{few} to {many}: exponent {math.log(after / before) / math.log(many / few):.2f}", flush=True)
        two = measured(folder, "-j", "2", "-q", "-o", f"duckdb:{place / 'two'}")
        print(
            f"--jobs 2: {one[1] / two[1]:.2f}x as fast as 1, {two[0] / one[0]:.2f}x the CPU, {two[2]:.0f} MB",
            flush=True,
        )
        parts = [place / f"part{number}" for number in range(1, SHARDS + 1)]
        each = [
            measured(folder, "-j", "1", "-q", "--shard", f"{number}/{SHARDS}", "-o", f"parquet:{part}")
            for number, part in enumerate(parts, start=1)
        ]
        measured("fleet", "merge", *parts, "-o", f"duckdb:{place / 'merged'}")
        cpu, peak = sum(shard[0] for shard in each) / one[0], max(shard[2] for shard in each)
        print(f"{SHARDS} shards: {cpu:.2f}x the CPU together, {peak:.0f} MB peak in one", flush=True)
        same = rows(place / "one") == rows(place / "merged")
        print(f"merged shards {'hold' if same else 'do NOT hold'} what one run finds", flush=True)
        for kind in sorted(folder.rglob("*.xml")):
            kind.unlink()  # an input with a key is never kept
        again = [measured(folder, "-j", "1", "-q", "-o", "text", "--cache", place / "kept") for _ in range(2)]
        print(f"unchanged, of {size * 4 // 5} hosts without keys: {again[1][0] / again[0][0]:.2f}x the CPU", flush=True)
        cluster = measured("fleet", "check", folder, "--local", "2", "-q", "-o", "text")
        plain = measured(folder, "-j", "2", "-q", "-o", "text")
        print(f"Dask, 2 workers: {cluster[0] / plain[0]:.2f}x the CPU of --jobs 2", flush=True)


if __name__ == "__main__":
    main()
