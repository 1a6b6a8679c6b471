"""How much faster two processes check a thousand files of 200 KB than one, and where the time goes.

Half the files are netsh scripts, half states of the filtering platform. Both runs are whole programs over the same
files, and take turns. A third row is two serial runs at once, each over half the files: what the machine itself gives
to two processes while other work runs on it, and so the most that any sharing out could reach.

Run with the Python of the environment ipseclint is installed in:
`.venv/bin/python -m tests.benchmarks.many_files [FILES] [--profile]`.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tests.benchmarks.netsh_script import script_lines
from tests.benchmarks.wfp_states import write_state

FILES = 1000
SCRIPT_LINES = 1900
STATE_MEGABYTES = 0.2
IPSEC_FILTERS = 20
CONTEXTS = 20
ROUNDS = 3


def write_files(folder: Path, count: int) -> list[Path]:
    """The folders of the two halves, alike in what they hold."""
    halves = [folder / "first", folder / "second"]
    for number in range(count):
        half = halves[number // 2 % 2]
        half.mkdir(exist_ok=True)
        if number % 2:
            write_state(half / f"state-{number:04}.xml", STATE_MEGABYTES, IPSEC_FILTERS, CONTEXTS)
        else:
            lines = script_lines(SCRIPT_LINES, seed=number)
            (half / f"policy-{number:04}.cmd").write_text("\r\n".join(lines), encoding="utf-8", newline="")
    return halves


def start(arguments: list[str]) -> subprocess.Popen[bytes]:
    program = Path(sys.executable).with_name("ipseclint")
    command = [program, "check", *arguments, "--quiet", "-o", "json"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def seconds(*runs: list[str]) -> float:
    """How long it takes until all runs, started together, are done."""
    begin = time.perf_counter()
    for process in [start(each) for each in runs]:
        _, errors = process.communicate()
        if errors or process.returncode > 1:
            raise SystemExit(f"ipseclint failed ({process.returncode}): {errors.decode(errors='replace')}")
    return time.perf_counter() - begin


def profile(folder: Path) -> None:
    """What the first process does itself while two others check: that part no sharing out makes faster."""
    os.register_at_fork(after_in_child=lambda: sys.setprofile(None))
    before = os.times()
    check_with_two(folder)
    after = os.times()
    own, shared = after.user - before.user, after.children_user - before.children_user
    profiler = cProfile.Profile()
    profiler.runcall(check_with_two, folder)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(15)
    bound = (own + shared) / (own + shared / 2)
    print(f"{own / (own + shared):.1%} of the work is not shared out: at most {bound:.2f}x")


def check_with_two(folder: Path) -> None:
    from ipseclint.cli.app import run

    with suppress(SystemExit):
        run(["check", str(folder), "--jobs", "2", "--quiet", "-o", f"json:{folder.parent / 'report.json'}"])


def main() -> None:
    arguments = [each for each in sys.argv[1:] if each != "--profile"]
    count = int(arguments[0]) if arguments else FILES
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "files"
        folder.mkdir()
        halves = write_files(folder, count)
        size = sum(each.stat().st_size for each in folder.rglob("*.*"))
        print(f"{count} files, {size / count / 1000:.0f} KB each")
        if "--profile" in sys.argv:
            profile(folder)
            return
        runs = {
            "--jobs 1": [[str(folder), "--jobs", "1"]],
            "--jobs 2": [[str(folder), "--jobs", "2"]],
            "two runs at once, each over half": [[str(each), "--jobs", "1"] for each in halves],
        }
        best = dict.fromkeys(runs, float("inf"))
        for _ in range(ROUNDS):
            for label, commands in runs.items():
                best[label] = min(best[label], seconds(*commands))
        serial = best["--jobs 1"]
        for label, took in best.items():
            print(f"{label:<34}{serial / took:.2f}x ({took * 1000 / count:.1f} ms a file)")


if __name__ == "__main__":
    main()
