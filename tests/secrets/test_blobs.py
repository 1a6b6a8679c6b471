"""Base64 in which a VPN profile names a key: that alone is told, however it is shifted."""

from __future__ import annotations

import base64

import pytest

from ipseclint.secrets.blobs import in_base64

OTHER = base64.b64encode(b"<VPNProfile><NativeProfile><Servers>vpn.example</Servers></NativeProfile>").decode()


@pytest.mark.parametrize("name", ["L2tpPsk", "PreSharedKey"])
@pytest.mark.parametrize("shift", range(3))
def test_only_what_names_a_key_is_told(name: str, shift: int) -> None:
    words = f"{'x' * shift}<{name}>Sommerregenbogen</{name}>"
    code = base64.b64encode(words.encode()).decode()
    text = f"{OTHER} {code}\n{OTHER}"
    ((place, told),) = in_base64(text)
    assert (text[slice(*place)], told) == (code, words)
    assert list(in_base64(OTHER)) == []
