"""The matrix over a folder of many policies, from a tenth of them to all: seconds, memory, and the exponent of growth.

`python -m tests.benchmarks.negotiation_matrix [POLICIES] [RULES]`; 1,000 policies of 50 rules unless said otherwise.
Every policy has its own main-mode set, and each rule is for one other host, which has the mirrored one.
"""

from __future__ import annotations

import math
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STEP, SHARES = 37, (0.125, 0.25, 0.5, 1.0)


def write_policies(folder: Path, policies: int, rules: int) -> None:
    """Scripts of netsh, one a host: each host negotiates with `rules` others, every third for another quick mode."""
    for host in range(policies):
        group = "dhgroup2" if host % 7 == 0 else "dhgroup14"
        lines = [f"netsh advfirewall set global mainmode mmsecmethods {group}:aes256-sha256"]
        for step in range(1, rules // 2 + 1):
            for peer in ((host + step * STEP) % policies, (host - step * STEP) % policies):
                bits = 128 if host % 3 else 256
                lines.append(
                    f'netsh advfirewall consec add rule name="to {peer}" endpoint1={_address(host)} '
                    f"endpoint2={_address(peer)} action=requireinrequireout auth1=computerkerb "
                    f"qmsecmethods=esp:sha256-aes{bits}"
                )
        (folder / f"host{host:05}.cmd").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _address(host: int) -> str:
    return f"10.{host // 250}.{host % 250 + 1}.1"


def measure(policies: int, rules: int) -> tuple[float, int, str]:
    """Processor seconds and mebibytes of one run of the command, and the last line that it prints."""
    with tempfile.TemporaryDirectory() as folder:
        write_policies(Path(folder), policies, rules)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-m", "ipseclint", "negotiate", folder], check=False, capture_output=True, text=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, after.ru_maxrss // 1024, done.stdout.splitlines()[-1]


def main() -> None:
    """Measure and print."""
    policies, rules = (int(word) for word in (*sys.argv[1:], *("1000", "50")[len(sys.argv) - 1 :]))
    points = []
    for share in SHARES:
        number = max(2, round(policies * share))
        started = time.perf_counter()
        seconds, mebibytes, told = measure(number, rules)
        points.append((number, seconds))
        elapsed = time.perf_counter() - started
        print(f"{number} policies of {rules} rules: {seconds:.1f} s ({elapsed:.1f} s elapsed), {mebibytes} MB; {told}")
    (few, least), (many, most) = points[0], points[-1]
    print(f"exponent: {math.log(most / least) / math.log(many / few):.2f}")


if __name__ == "__main__":
    main()
