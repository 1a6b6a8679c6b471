"""What CPU time a netsh script of 100,000 lines takes, as a ratio to `shlex.split` over its lines, in the same run.

Both are whole programs: start of Python, reading of the file, work. The check is all of it: recognise, parse,
every rule, the report. A second row checks the same script with abbreviated tags, a third with each filter over two
lines.

Run with the Python of the environment ipseclint is installed in: `.venv/bin/python -m tests.benchmarks.netsh_script`.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

LINES = 100_000
LISTS = 20
ROUNDS = 3
PORTS = (80, 443, 445, 1433, 3389)
ABBREVIATIONS = {"srcaddr": "srca", "dstaddr": "dsta", "srcmask": "srcm", "protocol": "proto", "mirrored": "mir"}
SHLEX = """
import shlex, sys
with open(sys.argv[1], encoding="utf-8") as script:
    for line in script:
        shlex.split(line)
"""


def script_lines(count: int, seed: int = 7) -> list[str]:
    """A policy with its filter lists, actions and rules, and filters up to the wanted number of lines."""
    chance = random.Random(seed)
    lines = [
        "@echo off",
        'netsh ipsec static add policy name="Server isolation" mmlifetime=480 mmsecmethods="3DES-SHA1-3" assign=yes',
    ]
    for number in range(LISTS):
        action = 'action=negotiate qmsecmethods="ESP[3DES,SHA1]:100000k/3600s"'
        uses = f'filterlist="Branch {number}" filteraction="Action {number}"'
        lines += [
            f'netsh ipsec static add filterlist name="Branch {number}" description="Branch office {number}"',
            f'netsh ipsec static add filteraction name="Action {number}" qmpfs=no {action}',
            f'netsh ipsec static add rule name="Rule {number}" policy="Server isolation" {uses} kerberos=yes',
        ]
    while len(lines) < count:
        place = f"10.{chance.randrange(256)}.{chance.randrange(256)}"
        host = f"{place}.{chance.randrange(256)}"
        shapes = (
            f"srcaddr={host} dstaddr=me protocol=TCP srcport=0 dstport={chance.choice(PORTS)} mirrored=yes",
            f'srcaddr={place}.0 srcmask=255.255.255.0 dstaddr=10.0.0.0 dstmask=8 description="Line {len(lines)}"',
            f"srcaddr=me dstaddr={host} protocol=UDP dstport=500",
        )
        name = f'"Branch {chance.randrange(LISTS)}"'
        lines.append(f"netsh ipsec static add filter filterlist={name} {chance.choice(shapes)}")
    return lines


def abbreviated(lines: list[str]) -> list[str]:
    """The same script by somebody who types less."""
    result = lines
    for tag, short in ABBREVIATIONS.items():
        result = [line.replace(f"{tag}=", f"{short}=") for line in result]
    return result


def continued(lines: list[str]) -> list[str]:
    """The same script by somebody who likes short lines."""
    return [line.replace(" srcaddr=", " ^\n    srcaddr=") for line in lines]


def fastest(*commands: list[str | Path]) -> list[float]:
    """The least CPU time of each command, the commands taking turns so that they meet the same machine."""
    times = [float("inf")] * len(commands)
    for _ in range(ROUNDS):
        for number, command in enumerate(commands):
            begin = sum(os.times()[2:4])
            done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            if done.stderr or done.returncode > 1:
                raise SystemExit(f"{command[0]} failed ({done.returncode}): {done.stderr.decode(errors='replace')}")
            times[number] = min(times[number], sum(os.times()[2:4]) - begin)
    return times


def main() -> None:
    program = Path(sys.executable).with_name("ipseclint")
    with tempfile.TemporaryDirectory() as folder:
        full, short, long = (Path(folder) / name for name in ("full.cmd", "short.cmd", "long.cmd"))
        lines = script_lines(LINES)
        full.write_text("\n".join(lines), encoding="utf-8", newline="\r\n")
        short.write_text("\n".join(abbreviated(lines)), encoding="utf-8", newline="\r\n")
        long.write_text("\n".join(continued(lines)), encoding="utf-8", newline="\r\n")
        bare, whole, brief, over_two = fastest(
            [sys.executable, "-c", SHLEX, full],
            [program, "check", full],
            [program, "check", short],
            [program, "check", long],
        )
        print(f"{'shlex.split over its lines':<34}1.00x   {bare / LINES * 1e6:5.1f} us a line")
        for name, taken in (
            ("ipseclint check", whole),
            ("ipseclint check, abbreviated tags", brief),
            ("ipseclint check, continued lines", over_two),
        ):
            print(
                f"{name:<34}{taken / bare:.2f}x   {taken / LINES * 1e6:5.1f} us a line, {bare / taken:.1f} times faster"
            )


if __name__ == "__main__":
    main()
