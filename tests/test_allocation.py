"""What is let go of a large text is given back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
from pathlib import Path
from ipseclint.source import bytes_source

def held() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

source = bytes_source("a.txt", b"a" * (20 << 20))
source.read_text()
before = held()
text = "b" * (15 << 20)
kept = [bytes(2000) for _ in range(1000)]
del text
assert held() - before < 10 << 20, held() - before
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems give it back by themselves")
def test_what_is_let_go_of_a_large_text_is_given_back() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)
