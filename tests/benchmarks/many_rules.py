"""What CPU time and memory thousands of connection security rules take, as a ratio to `shlex.split` over their lines.

25,000 `consec add rule`, each with a suite of its own, and 12,500 rules as `consec show rule` prints them. Both sides
are whole programs, which take turns; the least of the rounds counts.

`.venv/bin/python -m tests.benchmarks.many_rules [--rounds 1]`
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tests.benchmarks.netsh_script import PORTS, SHLEX
from tests.test_growth import HEAD, shown

ADDED, PRINTED = 25_000, 12_500


def added(size: int, seed: int = 3) -> Iterator[str]:
    """Rules that require between a network and a host, each with its suite, of which none is weak."""
    chance = random.Random(seed)
    quick = "auth1=computerkerb qmsecmethods=esp:sha256-aes256+60min+100000kb"
    for number in range(size):
        network, host = (".".join(str(chance.randrange(256)) for _ in range(length)) for length in (2, 3))
        ends = f"endpoint1=10.{network}.0/24 endpoint2=10.{host}"
        traffic = f"protocol=tcp port2={chance.choice(PORTS)}"
        yield f'{HEAD} name="Rule {number}" {ends} action=requireinrequestout {quick} {traffic}\n'


def printed(size: int) -> str:
    """Rules with sets of their own, each for a host and a range of one address that no other rule has."""
    numbers = count()
    text = "".join(shown(size // 4))
    return re.sub(r"192\.168\.1\.5-192\.168\.1\.9", lambda _: _address(next(numbers)), text)


def _address(number: int) -> str:
    return f"172.{16 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


def cost(command: list[str | Path]) -> tuple[float, int]:
    """The CPU time of a command in seconds, and its peak memory in MB."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=1)
    rounds = options.parse_args().rounds
    program = Path(sys.executable).with_name("ipseclint")
    with tempfile.TemporaryDirectory() as folder:
        script, listing = Path(folder) / "rules.cmd", Path(folder) / "rules.txt"
        script.write_text("".join(added(ADDED)), encoding="utf-8")
        listing.write_text(printed(PRINTED), encoding="utf-8")
        for path, rules in ((script, ADDED), (listing, PRINTED)):
            taken = [(cost([sys.executable, "-c", SHLEX, path]), cost([program, "check", path])) for _ in range(rounds)]
            bare, (seconds, megabytes) = min(each for each, _ in taken), min(each for _, each in taken)
            print(
                f"{rules:,} rules, {path.suffix}: {seconds / bare[0]:.1f}x of {bare[0]:.2f} s, "
                f"{seconds / rules * 1e3:.2f} ms a rule, {megabytes} MB"
            )


if __name__ == "__main__":
    main()
