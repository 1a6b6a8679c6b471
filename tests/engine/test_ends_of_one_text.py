"""Two ends that one text shows are held against each other; two connections of one configuration are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint.engine.negotiate import Matrix, matrix
from ipseclint.model.site import Site

LIST = """SALifeTimeSeconds   : 27000
SADataSizeKilobytes : 102400000
IpsecEncryption     : AES256
IpsecIntegrity      : SHA256
IkeEncryption       : AES256
IkeIntegrity        : SHA384
DhGroup             : {group}
PfsGroup            : None
"""
CISCO = """crypto ikev2 proposal AZ
 encryption aes-cbc-256
 integrity sha256
 group 14
crypto ikev2 policy AZ
 proposal AZ
crypto ipsec transform-set TS esp-aes 256 esp-sha256-hmac
 mode tunnel
crypto ipsec profile P
 set transform-set TS
"""
CONN = """conn {name}
  left=198.51.100.3
  right=203.0.113.9
  authby=secret
  ike=aes256-sha2;{group}
"""
SUITES = """Add-VpnConnection -Name Office -ServerAddress vpn.example.org -TunnelType Ikev2 -Force
Set-VpnConnectionIPsecConfiguration -ConnectionName Office -AuthenticationTransformConstants SHA256128 `
  -CipherTransformConstants AES128 -EncryptionMethod AES128 -IntegrityCheckMethod SHA256 -PfsGroup None `
  -DHGroup Group14 -Force
Set-VpnServerConfiguration -CustomPolicy -AuthenticationTransformConstants SHA256128 -CipherTransformConstants AES256 `
  -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -PfsGroup None -DHGroup Group14
"""
TYPED = "Add-VpnConnection -Name Office -ServerAddress vpn.example.org -TunnelType Ikev2 -Force\n"


def of(folder: Path, text: str) -> Matrix:
    path = folder / "ticket.txt"
    path.write_text(text)
    return matrix(str(path), Site())


@pytest.mark.parametrize(
    "text",
    [
        LIST.format(group="DHGroup24") + "\n" + LIST.format(group="DHGroup14"),
        CISCO + "\n" + LIST.format(group="DHGroup14"),
        SUITES,
        TYPED + "\n" + CONN.format(name="office", group="modp2048"),
    ],
)
def test_two_ends_of_one_text_are_compared(text: str, tmp_path: Path) -> None:
    matched = of(tmp_path, text)
    assert not matched.is_alone
    assert matched.rows
    assert all(row.outcome.is_as_wanted is False for row in matched.rows)


@pytest.mark.parametrize(
    "text",
    [LIST.format(group="DHGroup14"), CONN.format(name="a", group="modp2048") + CONN.format(name="b", group="dh19")],
)
def test_connections_of_one_end_are_not_each_others(text: str, tmp_path: Path) -> None:
    assert of(tmp_path, text).is_alone
