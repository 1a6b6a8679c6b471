"""`ipseclint diff` of two policies with 100 changes between them: seconds, memory, and the exponent of growth.

`python -m tests.benchmarks.policy_difference [--sizes 1250 2500 5000] [--filters 100000]`. Connection security rules
of every kind, and filters of `netsh ipsec` in lists of 1,000; a change leaves out, opens or weakens. Each pair is
compared in a process of its own, reading included; findings are left out, as they are of so many rules.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.policy_size import varied

SIZES, FILTERS, CHANGES = (1_250, 2_500, 5_000), 100_000, 100


def changed(lines: Sequence[str]) -> Iterator[str]:
    """The same lines but for 100, evenly spread: left out, opened, or with another suite."""
    places = {len(lines) * number // CHANGES: number for number in range(CHANGES)}
    for place, line in enumerate(lines):
        match places.get(place):
            case None:
                yield line
            case number if number % 3 == 1 and "action=requirein" in line:
                yield f"{line.partition(' action=')[0]} action=noauthentication"
            case number if number % 3 == 2 and "aes128" in line:
                yield line.replace("aes128", "3des")


def filters(size: int) -> Iterator[str]:
    """As many filters, each for a network of its own, in lists of 1,000."""
    yield "netsh ipsec static add policy name=P assign=yes"
    yield 'netsh ipsec static add filteraction name=A action=negotiate qmsecmethods="ESP[3DES,SHA1]:100000k/3600s"'
    for number in range(size):
        if number % 1_000 == 0:
            yield f"netsh ipsec static add filterlist name=L{number // 1_000}"
        network = f"{10 + (number >> 16)}.{number >> 8 & 255}.{number & 255}.0"
        yield (
            f"netsh ipsec static add filter filterlist=L{number // 1_000} srcaddr=me dstaddr={network} "
            "dstmask=255.255.255.0 mirrored=yes"
        )
    for number in range(size // 1_000):
        yield f"netsh ipsec static add rule name=R{number} policy=P filterlist=L{number} filteraction=A kerberos=yes"


def measure(lines: Sequence[str], after: Sequence[str]) -> tuple[float, int, str]:
    """Processor seconds and mebibytes of one comparison, and its verdict."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("old.cmd", "new.cmd")]
        for path, text in zip(paths, (lines, after), strict=True):
            path.write_text("\n".join(text) + "\n", encoding="utf-8")
        answer = Path(folder) / "answer.txt"
        command = [sys.executable, "-m", "ipseclint", "diff", *map(str, paths), "--no-findings", "-o", str(answer)]
        process = subprocess.Popen(command)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        verdict = answer.read_text(encoding="utf-8").splitlines()[1]
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, verdict


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--filters", type=int, default=FILTERS)
    options = parser.parse_args()
    points = []
    for size in options.sizes:
        lines = list(varied(size))
        seconds, mebibytes, verdict = measure(lines, list(changed(lines)))
        points.append((size, seconds))
        print(f"{size:,} rules, {CHANGES} changed: {seconds:.1f} s, {mebibytes} MB; {verdict}", flush=True)
    if len(points) > 1:
        (few, least), (many, most) = points[0], points[-1]
        print(f"exponent: {math.log(most / least) / math.log(many / few):.2f}", flush=True)
    lines = list(filters(options.filters))
    rows = [place for place, line in enumerate(lines) if " add filter " in line]
    left_out = {rows[len(rows) * number // CHANGES] for number in range(CHANGES)}
    after = [line for place, line in enumerate(lines) if place not in left_out]
    seconds, mebibytes, verdict = measure(lines, after)
    print(f"{options.filters:,} filters, {CHANGES} left out: {seconds:.1f} s, {mebibytes} MB; {verdict}")


if __name__ == "__main__":
    main()
