"""How long ipseclint takes to start, as a ratio to `python -c pass` in the same run.

Run with the Python of the environment it is installed in: `.venv/bin/python -m tests.benchmarks.start_up`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
POLICY = b"netsh advfirewall set global mainmode mmkeylifetime 480min,0sess\r\n"


def fastest(command: list[str | Path]) -> float:
    """The shortest of several runs: the one that the rest of the machine disturbed least."""
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.perf_counter() - begin)
    return min(times)


def main() -> None:
    program = Path(sys.executable).with_name("ipseclint")
    with tempfile.TemporaryDirectory() as folder:
        policy = Path(folder) / "policy.cmd"
        policy.write_bytes(POLICY)
        bare = fastest([sys.executable, "-c", "pass"])
        rows = {
            "ipseclint --version": [program, "--version"],
            "ipseclint --help": [program, "--help"],
            "ipseclint explain QD002": [program, "explain", "QD002"],
            "ipseclint policy.cmd": [program, policy],
        }
        print(f"{'python -c pass':<28}1.0x")
        for name, command in rows.items():
            print(f"{name:<28}{fastest(command) / bare:.1f}x")


if __name__ == "__main__":
    main()
