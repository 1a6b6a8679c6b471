"""What stands in while pydantic is loaded is gone behind it, and leads to what it stood in for."""

from __future__ import annotations

import subprocess
import sys

CHECKS = {
    "a kind of dictionary knows its keys": (
        "import typing, typing_extensions, pydantic\n"
        "class Row(typing_extensions.TypedDict):\n"
        "    name: int\n"
        "assert pydantic.TypeAdapter(Row).validate_python({'name': '1'}) == {'name': 1}\n"
        "class Other(typing.TypedDict):\n"
        "    name: int\n"
        "assert Other.__required_keys__ == {'name'}"
    ),
    "secrets are compared": (
        "import pydantic, secrets\n"
        "assert 'hashlib' in sys.modules\n"
        "key, other, third = pydantic.SecretStr('k'), pydantic.SecretStr('k'), pydantic.SecretStr('l')\n"
        "assert key == other and key != third\n"
        "assert secrets.token_hex(2)"
    ),
    "secrets are compared before anything else needs them": (
        "import pydantic\n"
        "assert 'secrets' not in sys.modules and 'hashlib' not in sys.modules\n"
        "assert pydantic.SecretBytes(b'k') == pydantic.SecretBytes(b'k') != pydantic.SecretBytes(b'l')\n"
        "assert sys.modules['secrets'].token_hex"
    ),
    "what finds packages is Python's own": (
        "assert 'importlib.metadata' not in sys.modules\n"
        "import importlib.metadata\n"
        "assert importlib.metadata.version('pydantic')"
    ),
    "models are checked": (
        "from ipseclint.model.policy import ServiceState\n"
        "import pydantic\n"
        "try: ServiceState.model_validate({'name': 1})\n"
        "except pydantic.ValidationError: pass\n"
        "else: raise AssertionError"
    ),
}


def test_what_stood_in_is_gone() -> None:
    failed = {}
    for name, check in CHECKS.items():
        program = f"import sys\nfrom ipseclint.cli import pydantic_start\npydantic_start.load()\n{check}"
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        if ran.returncode:
            failed[name] = ran.stderr
    assert failed == {}


def test_where_pydantic_is_loaded_it_is_left_as_it_is() -> None:
    program = (
        "import sys, secrets, pydantic.types\nbefore = dict(sys.modules)\n"
        "from ipseclint.cli import pydantic_start\npydantic_start.load()\n"
        "assert pydantic.types.secrets is secrets\n"
        "assert all(sys.modules[name] is module for name, module in before.items())"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
