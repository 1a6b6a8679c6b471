"""How the analysis of packet sets scales, as ratios to simpler ways in the same run.

`python -m tests.benchmarks.packet_sets` prints three tables; `--quick` stops at 10,000 filters. Times are
processor seconds of one core; each analysis runs in a process of its own, for its peak memory.

1. One question, answered by three programs over the same random IPv4 5-tuple ranges: how many pairs of
   rules overlap, and which rules lie inside one earlier rule? Ours, all pairs in numpy blocks (the fair
   yardstick; of 100,000 rules some rows, scaled), and all pairs in plain Python (fewer rules, scaled by
   their square).
2. The whole analysis over several distributions, with conflicts planted in each, and the exponent by
   which it grows.
3. What a small policy costs, start-up included, beside a bare Python: the analysis alone, and the whole
   `ipseclint check` of a script of so many connection security rules, with every rule and a report.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from ipseclint.semantics.packets.analyse import analyse
from ipseclint.semantics.packets.anomaly import Kind
from ipseclint.semantics.packets.columns import RangeField, TableField
from ipseclint.semantics.packets.join import Join, WorkLimit
from ipseclint.semantics.packets.rules import OrderedRules
from tests import ROOT
from tests.semantics.packets.generated_rules import DISTRIBUTIONS, plant

Ranges = list[tuple[NDArray[np.int64], NDArray[np.int64]]]
SPECIFIC = ("specific", "hosts")
PLAIN_PYTHON_RULES = 1500
BLOCK_ROWS = 512


def random_ranges(count: int, wildcards: float = 0.05) -> Ranges:
    """Random source and destination prefixes, protocols and port ranges."""
    random = np.random.default_rng(1)

    def addresses() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        lengths = random.choice([0, 8, 16, 24, 32], size=count, p=[wildcards, 0.05, 0.2, 0.3, 0.45 - wildcards])
        width = np.int64(1) << (32 - lengths)
        low = random.integers(0, 2**32, size=count, dtype=np.int64) // width * width
        return low, low + width - 1

    def ports() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        kind, one, other = random.integers(0, 3, count), *random.integers(0, 65_536, (2, count))
        low = np.where(kind == 0, 0, np.where(kind == 1, one, np.minimum(one, other)))
        return low, np.where(kind == 0, 65_535, np.where(kind == 1, one, np.maximum(one, other)))

    protocol = random.integers(0, 3, count)
    protocols = np.array([0, 6, 17])[protocol], np.array([255, 6, 17])[protocol]
    return [addresses(), addresses(), protocols, ports(), ports()]


def in_32_bits(ranges: tuple[NDArray[np.int64], NDArray[np.int64]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The ends of ranges, moved so that 32-bit addresses fit into signed numbers."""
    low, high = ((each - 2**31).astype(np.int32) for each in ranges)
    return low, high


def as_ranks(ranges: tuple[NDArray[np.int64], NDArray[np.int64]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The ends of ranges as ranks among all of them, which is what a join takes."""
    _, rank = np.unique(np.concatenate(ranges), return_inverse=True)
    low, high = np.split(rank.astype(np.int32), 2)
    return low, high


def by_join(ranges: Ranges) -> tuple[int, int]:
    """Overlapping pairs, and rules inside one earlier rule, by the parts the analysis is made of."""
    fields = [RangeField(*narrow, *narrow) for narrow in map(as_ranks, ranges)]
    count = len(ranges[0][0])
    one_class = TableField(*[np.zeros(count, dtype=np.int32)] * 2, np.ones((1, 1), dtype=np.bool_))
    whole = Join.of((fields[0], fields[1]), tuple(fields[2:]), one_class)
    pairs = sum(len(items) for items, _ in whole.pairs_among(WorkLimit(10**12)))
    points = [RangeField(each.low, each.low, each.low, each.high) for each in fields]
    inside = np.zeros(count, dtype=np.bool_)
    corners = Join.of((points[0], points[1]), tuple(points[2:]), one_class)
    for chunk in corners.pairs(np.arange(count), WorkLimit(10**12)):
        items, others = (each[chunk[1] < chunk[0]] for each in chunk)
        for field in fields:
            keep = field.within(items, others)
            items, others = items[keep], others[keep]
        inside[items] = True
    return pairs, int(inside.sum())


def by_blocks(ranges: Ranges, rows: int) -> tuple[int, int]:
    """The same by comparing blocks of rules with all earlier ones, for the last rows, in 32-bit numbers."""
    count = len(ranges[0][0])
    narrow = [in_32_bits(each) for each in ranges]
    pairs = inside = 0
    for start in range(count - rows, count, BLOCK_ROWS):
        stop = min(start + BLOCK_ROWS, count)
        meets = np.arange(stop) < np.arange(start, stop)[:, None]
        within = meets.copy()
        for low, high in narrow:
            row_low, row_high = low[start:stop, None], high[start:stop, None]
            meets &= row_low <= high[:stop]
            meets &= low[:stop] <= row_high
            within &= row_low >= low[:stop]
            within &= row_high <= high[:stop]
        pairs += int(np.count_nonzero(meets))
        inside += int(within.any(axis=1).sum())
    return pairs, inside


def by_python(ranges: Ranges) -> tuple[int, int]:
    """The same by comparing each pair of rules."""
    rules = list(zip(*[zip(low.tolist(), high.tolist(), strict=True) for low, high in ranges], strict=True))
    pairs = inside = 0
    for number, rule in enumerate(rules):
        held = False
        for other in rules[:number]:
            if all(low <= last and first <= high for (low, high), (first, last) in zip(rule, other, strict=True)):
                pairs += 1
                held = held or all(
                    first <= low and high <= last for (low, high), (first, last) in zip(rule, other, strict=True)
                )
        inside += held
    return pairs, inside


def timed(question: Callable[[], tuple[int, int]], rounds: int = 1) -> tuple[tuple[int, int], float]:
    """The answer, and the shortest of several runs: the one that the rest of the machine disturbed least."""
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        answer = question()
        times.append(time.process_time() - begin)
    return answer, min(times)


def one_question(counts: list[int]) -> None:
    print("overlapping pairs and rules inside one earlier rule, random IPv4 5-tuples")
    print(f"{'rules':>9} {'pairs':>12} {'inside':>8} {'ours':>8} {'numpy blocks':>14} {'plain Python':>14}")
    small = random_ranges(PLAIN_PYTHON_RULES)
    expected, python_seconds = timed(partial(by_python, small))
    if not expected == by_join(small) == by_blocks(small, PLAIN_PYTHON_RULES):
        raise SystemExit("the three programs disagree")
    ours = {}
    for count in counts:
        ranges = random_ranges(count)
        rounds = 5 if count <= 10_000 else 1
        (pairs, inside), ours[count] = timed(partial(by_join, ranges), rounds)
        rows = count if count <= 10_000 else 16 * BLOCK_ROWS
        answer, blocks = timed(partial(by_blocks, ranges, rows), rounds)
        if rows == count and answer != (pairs, inside):
            raise SystemExit("the two programs disagree")
        blocks *= count**2 / (count**2 - (count - rows) ** 2)
        python = python_seconds * (count / PLAIN_PYTHON_RULES) ** 2
        print(
            f"{count:>9,} {pairs:>12,} {inside:>8,} {ours[count]:>7.2f}s"
            f" {blocks / ours[count]:>13.1f}x {python / ours[count]:>13.0f}x"
        )
    print_growth("  growth exponent of ours", ours)


def print_growth(label: str, seconds: dict[int, float]) -> None:
    counts = sorted(seconds)
    for fewer, more in pairwise(counts):
        exponent = math.log(seconds[more] / seconds[fewer]) / math.log(more / fewer)
        print(f"{label}, {fewer:,} to {more:,}: {exponent:.2f}")


def whole_analysis(counts: list[int]) -> None:
    print("\nthe whole analysis, with conflicts planted; a pass looks at each filter once in plain Python")
    print("open: rules left undecided; +: at least so many pairs")
    print(
        f"{'distribution':<13} {'filters':>8} {'seconds':>8} {'/ pass':>7} {'peak MB':>8} {'shadowed':>9}"
        f" {'redundant':>9} {'disagreeing pairs':>18} {'open':>5}"
    )
    for name in DISTRIBUTIONS:
        seconds = {}
        for count in counts:
            run = json.loads(alone("--one", name, str(count)).stdout)
            seconds[count] = run["seconds"]
            print(
                f"{name:<13} {run['filters']:>8,} {run['seconds']:>8.2f} {run['seconds'] / run['pass']:>6.0f}x"
                f" {run['peak_megabytes']:>8.0f} {run['shadowed']:>9,} {run['redundant']:>9,}"
                f" {run['pairs']:>17,}{' ' if run['exact'] else '+'} {run['open']:>5}",
                flush=True,
            )
        print_growth("  growth exponent", seconds)


def alone(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.packet_sets", *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )


def peak_megabytes() -> float:
    """The most memory this process has held; on Linux without what it inherited from its parent."""
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (each for each in status.read_text(encoding="ascii").splitlines() if each.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one_analysis(name: str, count: int) -> None:
    rules = DISTRIBUTIONS[name](count // 2 if name == "hosts" else count)
    conflicts = plant(rules, min(1000, count // 50))
    ordered = OrderedRules.of(conflicts.rules, most_specific_first=name in SPECIFIC)
    filters = ordered.filters
    begin = time.process_time()
    sum(values.spans[0][0] for filter_ in filters for values in filter_.box.sets)
    bare = time.process_time() - begin
    begin = time.process_time()
    analysis = analyse(ordered)
    seconds = time.process_time() - begin
    pairs = analysis.counts[Kind.GENERALISATION].total + analysis.counts[Kind.CORRELATION].total
    print(
        json.dumps(
            {
                "filters": len(filters),
                "seconds": seconds,
                "pass": bare,
                "peak_megabytes": peak_megabytes(),
                "shadowed": analysis.counts[Kind.SHADOWED].total,
                "redundant": analysis.counts[Kind.REDUNDANT].total,
                "pairs": pairs,
                "exact": analysis.counts[Kind.CORRELATION].exact,
                "open": len(analysis.undecided) + len(analysis.undetermined),
            }
        )
    )


def start_up() -> None:
    print(
        "\na small policy, wall time with start-up, beside `python -c pass`: the analysis; the whole check of a script"
    )
    work = (
        "from tests.semantics.packets.generated_rules import DISTRIBUTIONS;"
        "from ipseclint.semantics.packets.analyse import analyse;"
        "from ipseclint.semantics.packets.rules import OrderedRules;"
        "analyse(OrderedRules.of(DISTRIBUTIONS['access list']({})))"
    )
    bare = fastest([sys.executable, "-c", "pass"])
    for count in (20, 150, 1000):
        analysis = fastest([sys.executable, "-c", work.format(count)])
        with TemporaryDirectory() as place:
            script = Path(place) / "policy.cmd"
            script.write_text("\n".join(consec_rules(count)), encoding="utf-8")
            report = f"json:{Path(place) / 'report.json'}"
            check = fastest([sys.executable, "-m", "ipseclint", "check", str(script), "--quiet", "-o", report])
        print(f"{count:>9,} rules {analysis:>7.2f}s {analysis / bare:>6.1f}x {check:>7.2f}s {check / bare:>6.1f}x")


def consec_rules(count: int) -> Iterator[str]:
    """Commands that add rules for a network and a server each, some of which share packets."""
    chance = random.Random(7)
    for number in range(count):
        network, server = (f"10.{chance.randrange(256)}.{chance.randrange(256)}" for _ in range(2))
        yield (
            f'netsh advfirewall consec add rule name="Rule {number}" endpoint1={network}.0/24 '
            f"endpoint2={server}.{chance.randrange(1, 255)} action=requireinrequireout auth1=computerkerb "
            f"protocol=tcp port1=any port2={chance.randrange(1024, 65536)}"
        )


def fastest(command: list[str]) -> float:
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        subprocess.run(command, check=True)
        times.append(time.perf_counter() - begin)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="stop at 10,000 filters")
    parser.add_argument("--one", nargs=2, metavar=("DISTRIBUTION", "COUNT"), help="one analysis, as JSON")
    arguments = parser.parse_args()
    if arguments.one:
        one_analysis(arguments.one[0], int(arguments.one[1]))
        return
    counts = [1000, 10_000] if arguments.quick else [1000, 10_000, 100_000]
    one_question(counts[1:])
    whole_analysis(counts)
    start_up()


if __name__ == "__main__":
    main()
