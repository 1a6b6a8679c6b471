"""What stands in while pydantic is loaded is gone behind it, and nothing stands in where it is not."""

from __future__ import annotations

import subprocess
import sys

PREPARED = "import sys\nfrom ipseclint.cli.lazily import leave_out_plugins\nleave_out_plugins()\n"
MADE = (
    "from ipseclint.model.site import Site\n"
    "import pydantic\n"
    "try: Site.of({'peers': -1})\n"
    "except pydantic.ValidationError: pass\n"
    "else: raise AssertionError\n"
)
FINDS = "import importlib.metadata\nassert importlib.metadata.version('pydantic')\n"
CHECKS = {
    "models are checked without it": f"{MADE}assert 'importlib.metadata' not in sys.modules",
    "what finds packages is Python's own before them": f"{FINDS}{MADE}",
    "and behind them": f"{MADE}{FINDS}",
    "pydantic waits until it is asked": "from ipseclint.model.site import Site\nassert 'pydantic' not in sys.modules",
}


def test_pydantic_is_loaded_without_what_finds_plugins() -> None:
    failed = {}
    for name, check in CHECKS.items():
        ran = subprocess.run([sys.executable, "-c", PREPARED + check], capture_output=True, text=True, check=False)
        if ran.returncode:
            failed[name] = ran.stderr
    assert failed == {}


def test_where_what_finds_plugins_is_loaded_it_is_left_as_it_is() -> None:
    program = (
        f"import sys, importlib.metadata\nbefore = dict(sys.modules)\n{PREPARED}{MADE}"
        "assert all(sys.modules[name] is module for name, module in before.items())"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
