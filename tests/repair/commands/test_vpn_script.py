"""The script that repairs a VPN connection or server, and its way back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SERVER = {
    "CimClass": "VpnServerIPsecCustomConfiguration",
    "CustomPolicy": True,
    "SALifeTime": 300,
    "MMSALifeTime": 300,
    "SADataSizeForRenegotiation": 33_553_408,
    "Ikev2Ports": 128,
    "EncryptionMethod": "AES256",
    "IntegrityCheckMethod": "SHA384",
    "CipherTransformConstants": "GCMAES256",
    "AuthenticationTransformConstants": "GCMAES256",
    "PfsGroup": "ECP384",
    "DHGroup": "ECP384",
}
SUITE = (
    "-AuthenticationTransformConstants GCMAES256 -CipherTransformConstants GCMAES256 -EncryptionMethod AES256 "
    "-IntegrityCheckMethod SHA384 -PfsGroup ECP384 -DHGroup ECP384"
)
CONNECTION = {"Name": "Office", "ServerAddress": "vpn.example.org", "TunnelType": "Ikev2", "IPSecCustomPolicy": None}


def commands(out: str) -> list[str]:
    return [line.strip() for line in out.splitlines() if line.strip().startswith("Set-Vpn")]


@pytest.mark.parametrize(
    ("object_", "there", "back"),
    [
        (
            SERVER,
            f"Set-VpnServerConfiguration -CustomPolicy {SUITE} -SALifeTimeSeconds 3600 -MMSALifeTimeSeconds 28800",
            f"Set-VpnServerConfiguration -CustomPolicy {SUITE} -SALifeTimeSeconds 300 -MMSALifeTimeSeconds 300",
        ),
        (
            CONNECTION,
            f"Set-VpnConnectionIPsecConfiguration -ConnectionName 'Office' {SUITE} -Force",
            "Set-VpnConnectionIPsecConfiguration -ConnectionName 'Office' -RevertToDefault -Force",
        ),
    ],
)
def test_one_command_repairs_an_object_and_one_undoes_it(
    object_: dict[str, Any], there: str, back: str, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    file = tmp_path / "vpn.json"
    file.write_text(json.dumps([object_]))
    ran = cli("fix", str(file), "--as", "powershell", "--include-risky")
    assert ran.code == 0
    assert commands(ran.out) == [there, back]


def test_netsh_cannot_say_it(tmp_path: Path, cli: Callable[..., Any]) -> None:
    file = tmp_path / "vpn.json"
    file.write_text(json.dumps([SERVER]))
    ran = cli("fix", str(file), "--as", "netsh")
    assert "netsh has no commands for VPN connections and servers" in ran.err
