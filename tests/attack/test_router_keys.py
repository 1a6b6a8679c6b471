"""No key of a router's configuration shows in an output, whether it is read, damaged or of no make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.reporters import format_names
from tests import ROOT
from tests.secrets.test_router_commands import COMMANDS

pytestmark = pytest.mark.drawn(4)

KEY = "Gartenzaunlatte"
FOLDER = ROOT / "fixtures" / "formats" / "gateway-configuration"
OUTPUTS = (("inspect",), *(("check", "-v", "-o", name) for name in format_names()))
WINDOWS = "netsh advfirewall set global mainmode mmkeylifetime 60min,0sess\n"


def damaged(text: str) -> dict[str, str]:
    lines = text.splitlines(keepends=True)
    return {
        "whole": text,
        "without its first line": "".join(lines[1:]),
        "of a mail": "".join(f"> {line}" for line in lines),
        "glued": text.replace("\n", "", 3),
        "of no make": text.replace("crypto ", "krypto ").replace("ipsec", "ipsek").replace("ike", "yke"),
        "beside a command of Windows": text + "\n" + WINDOWS,
        "behind a command of Windows": WINDOWS + text,
    }


KEYS = "\n".join(command.format(KEY) for command in COMMANDS if "\n" not in command)
TEXTS = {path.name: f"{path.read_text()}\n{KEYS}\n" for path in sorted(FOLDER.iterdir())}


@pytest.mark.drawn(10)
@pytest.mark.parametrize("damage", damaged(""))
@pytest.mark.parametrize("name", TEXTS)
def test_no_key_of_a_command_shows(name: str, damage: str, tmp_path: Path, cli: Callable[..., Any]) -> None:
    path = tmp_path / name
    path.write_text(damaged(TEXTS[name])[damage])
    for command, *options in OUTPUTS:
        ran = cli(command, str(path), *options)
        assert ran.code != 70
        assert KEY not in ran.out + ran.err, (command, *options)
        assert "aKeyOfThis" not in ran.out + ran.err, (command, *options)
