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
from typing import NamedTuple

from tests.benchmarks.wfp_states import write_state

SIZES = (1000, 3000, 10_000)
SHARDS = 4
RULES_A_HOST = 4
STATE_MEGABYTES = 0.02
HOSTS_A_FOLDER = 50

MEASURE = """
import json, resource, sys, time
from ipseclint.cli.app import run
begin, code = time.perf_counter(), 0
try:
    run(sys.argv[1:])
except SystemExit as end:
    code = int(end.code or 0)
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
cpu = [each.ru_utime + each.ru_stime for each in used]
print(json.dumps([code, *cpu, time.perf_counter() - begin, max(each.ru_maxrss for each in used) / 1024]))
"""
"""A program that is ipseclint, and says how it ended, the CPU seconds of itself and its workers, its seconds, and the
peak of its largest process in megabytes."""

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


class Cost(NamedTuple):
    """What a run took: CPU seconds of the process that was started and of its workers, seconds, peak megabytes."""

    own: float
    workers: float
    seconds: float
    peak: float

    @property
    def cpu(self) -> float:
        """All CPU seconds."""
        return self.own + self.workers


def measured(*arguments: str | Path) -> Cost:
    """What a run takes; its reports go to files."""
    ran = subprocess.run([sys.executable, "-c", MEASURE, *arguments], capture_output=True, text=True, check=True)
    code, *cost = json.loads(ran.stdout.splitlines()[-1])
    if code not in {0, 1, 3, 4}:
        raise SystemExit(f"ipseclint ended with {code}: {ran.stderr}")
    return Cost(*cost)


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
            one = measured(folder, "-j", "1", "-q", "-o", f"parquet:{place / 'one'}", "-o", f"jsonl:{place / 'lines'}")
            points.append((size, one.cpu))
            print(f"{size} hosts: {one.cpu * 1000 / size:.1f} ms CPU a host, {one.peak:.0f} MB peak", flush=True)
        for (few, before), (many, after) in pairwise(points):
            print(f"{few} to {many}: exponent {math.log(after / before) / math.log(many / few):.2f}", flush=True)
        for output in ("text", "jsonl", "parquet"):
            alone, two = (
                measured(folder, "-j", jobs, "-q", "-o", f"{output}:{place / f'{output}{jobs}'}") for jobs in "12"
            )
            print(
                f"{output}, --jobs 2: {alone.seconds / two.seconds:.2f}x as fast as 1, {two.cpu / alone.cpu:.2f}x the "
                f"CPU, {two.own / two.cpu:.1%} of it outside workers, {two.peak:.0f} MB",
                flush=True,
            )
        parts = [place / f"part{number}" for number in range(1, SHARDS + 1)]
        each = [
            measured(folder, "-j", "1", "-q", "--shard", f"{number}/{SHARDS}", "-o", f"parquet:{part}")
            for number, part in enumerate(parts, start=1)
        ]
        merged = measured("fleet", "merge", *parts, "-o", f"duckdb:{place / 'merged'}")
        cpu, peak = sum(shard.cpu for shard in each) / one.cpu, max(shard.peak for shard in each)
        print(f"{SHARDS} shards: {cpu:.2f}x the CPU together, {peak:.0f} MB peak in one", flush=True)
        same = rows(place / "one") == rows(place / "merged")
        print(f"merged in {merged.cpu / one.cpu:.2f}x the CPU, {merged.peak:.0f} MB", flush=True)
        print(f"merged shards {'hold' if same else 'do NOT hold'} what one run finds", flush=True)
        cluster = measured("fleet", "check", folder, "--local", "2", "-q", "-o", f"text:{place / 'there'}")
        plain = measured(folder, "-j", "2", "-q", "-o", f"text:{place / 'here'}")
        same = (place / "there").read_bytes() == (place / "here").read_bytes()
        print(f"Dask, 2 workers: {cluster.cpu / plain.cpu:.2f}x the CPU of --jobs 2, {'the same' if same else 'OTHER'}")
        for kind in sorted(folder.rglob("*.xml")):
            kind.unlink()  # an input with a key is never kept
        kept = place / "kept"
        first, again = (measured(folder, "-j", "1", "-q", "-o", f"text:{place / 't'}", "--cache", kept) for _ in "12")
        print(f"unchanged, of {size * 4 // 5} hosts without keys: {again.cpu / first.cpu:.3f}x the CPU", flush=True)


if __name__ == "__main__":
    main()
