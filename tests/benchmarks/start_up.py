"""How much CPU time ipseclint takes to start, as a ratio to `python -c pass` in the same run.

Run with the Python of the environment it is installed in: `.venv/bin/python -m tests.benchmarks.start_up`.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 7
POLICY = b"netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\r\n"


def cpu_seconds(command: list[str | Path]) -> float:
    """The least CPU time of several runs: that of the one which the rest of the machine disturbed least."""
    times = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


def main() -> None:
    program = Path(sys.executable).with_name("ipseclint")
    with tempfile.TemporaryDirectory() as folder:
        policy = Path(folder) / "policy.cmd"
        policy.write_bytes(POLICY)
        cpu_seconds([program, policy, "--cache", Path(folder) / "kept"])  # what is compiled and kept is not measured
        bare = cpu_seconds([sys.executable, "-c", "pass"])
        rows = {
            "ipseclint --version": [program, "--version"],
            "ipseclint --help": [program, "--help"],
            "ipseclint explain QD002": [program, "explain", "QD002"],
            "ipseclint policy.cmd": [program, policy],
            "the same, kept": [program, policy, "--cache", Path(folder) / "kept"],
        }
        print(f"{'python -c pass':<28}1.0x")
        for name, command in rows.items():
            print(f"{name:<28}{cpu_seconds(command) / bare:.1f}x")


if __name__ == "__main__":
    main()
