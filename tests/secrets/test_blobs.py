"""Base64 in which a VPN profile names a key: that alone is told, however it is shifted."""

from __future__ import annotations

import base64
import gzip
import zlib

from ipseclint import secrets
from ipseclint.secrets.blobs import in_base64, in_blobs
from tests.cases import cases

OTHER = base64.b64encode(b"<VPNProfile><NativeProfile><Servers>vpn.example</Servers></NativeProfile>").decode()


@cases("name", ["L2tpPsk", "PreSharedKey"])
@cases("shift", range(3))
def test_only_what_names_a_key_is_told(name: str, shift: int) -> None:
    words = f"{'x' * shift}<{name}>Sommerregenbogen</{name}>"
    code = base64.b64encode(words.encode()).decode()
    text = f"{OTHER} {code}\n{OTHER}"
    ((place, told),) = in_base64(text)
    assert (text[slice(*place)], told) == (code, words)
    assert list(in_base64(OTHER)) == []


@cases("cut", range(5))
def test_of_base64_that_is_cut_as_much_is_told_as_there_is(cut: int) -> None:
    words = "<L2tpPsk>Sommerregenbogen</L2tpPsk>..."
    code = base64.b64encode(words.encode()).decode().rstrip("=")
    left = code[: len(code) - cut]
    ((_, told),) = in_base64(left)
    assert told == words[: len(left) * 6 // 8]


@cases("cut", range(5))
def test_of_a_policy_in_base64_that_is_cut_as_much_is_told_as_there_is(cut: int) -> None:
    method = b"\x01\0\0\0\x24\0\0\0" + "Sommerregenbogen".encode("utf-16-le")
    code = base64.b64encode(method).decode().rstrip("=")
    left = code[: len(code) - cut]
    text = f"ipsecData:: {left}"
    whole, (place, key) = in_blobs(text)
    assert (place, "") == whole == ((12, len(text)), "")
    assert key == "Sommerregenbogen"[: (len(left) * 6 // 8 - 8) // 2]


SCRIPT = 'Set-VpnConnection -Name x -L2tpPsk "Sommerregenbogen" -Force'
PACKED = [SCRIPT.encode(), SCRIPT.encode("utf-16-le"), gzip.compress(SCRIPT.encode()), zlib.compress(SCRIPT.encode())]


@cases("data", PACKED)
@cases(
    "text",
    [
        "$s = [Convert]::FromBase64String('{}')\n",
        "echo {} | base64 -d | gunzip\n",
        "base64 --decode <<< {}\n",
        "- encoding: gz+b64\n  content: {}\n",
    ],
)
def test_a_script_in_base64_that_has_a_key_is_masked_where_it_is_decoded(data: bytes, text: str) -> None:
    code = base64.b64encode(data).decode()
    written = text.format(code)
    assert [written[begin:end] for begin, end in secrets.keys_in(written)[0]] == [code]


@cases("data", [b"Write-Host 'the rules of this machine'", b"\x1f\x8b" + b"torn " * 9, b"\x00\xff" * 30])
def test_other_base64_is_shown_there(data: bytes) -> None:
    text = f"$s = [Convert]::FromBase64String('{base64.b64encode(data).decode()}')\n"
    assert secrets.keys_in(text) == ([], set())
