"""`rekey=no` in an ipsec.conf: associations of libreswan end, those of strongSwan have no end."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.peers.ipsec_conf import FORMATS
from ipseclint.source import bytes_source

OF_STRONGSWAN = "  eap_identity=%identity\n  rightdns=192.0.2.53\n"
OF_LIBRESWAN = "  narrowing=yes\n  pfs=no\n"


@cases(
    ("more", "lives"),
    [
        (f"{OF_STRONGSWAN}  rekey=no\n", (False, None, None)),
        (f"{OF_STRONGSWAN}  rekey=no\n  ikelifetime=1h\n  lifetime=1h\n", (False, None, None)),
        ("  rekey=no\n", (False, None, None)),
        (f"{OF_STRONGSWAN}  rekey=yes\n", (True, 10_800, 3600)),
        (OF_STRONGSWAN, (True, 10_800, 3600)),
        (f"{OF_LIBRESWAN}  rekey=no\n", (False, 28_800, 28_800)),
        (f"{OF_LIBRESWAN}  rekey=no\n  ikelifetime=1h\n", (False, 3600, 28_800)),
        (OF_LIBRESWAN, (True, 28_800, 28_800)),
    ],
)
def test_what_is_not_renewed_ends_at_libreswan_alone(more: str, lives: tuple[bool, int | None, int | None]) -> None:
    text = f"conn office\n  left=198.51.100.3\n  right=%any\n{more}"
    (peer,) = FORMATS[0].parse(bytes_source("ipsec.conf", text.encode())).policy.peers
    seconds = (setting and setting.known for setting in (peer.main_mode_seconds, peer.quick_mode_seconds))
    assert (peer.renews, *seconds) == lives
