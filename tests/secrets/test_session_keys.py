"""Keys of single security associations are masked; algorithms, indexes and addresses beside them are not."""

from __future__ import annotations

from ipseclint import secrets
from tests.cases import cases

A, B = "0xa1b2c3d4e5f60718293a4b5c6d7e8f90", "0x1f2e3d4c5b6a7988"


@cases(
    ("text", "hidden"),
    [
        (f"\tauth-trunc hmac(sha256) {A} 128\n\tenc cbc(aes) {B}\n", [A, B]),
        (f"\taead rfc4106(gcm(aes)) {A} 128\n", [A]),
        (f"ip xfrm state add src 192.0.2.1 proto esp spi 0x100 auth sha256 {A} enc aes {B}\n", [A, B]),
        (f'add 192.0.2.1 192.0.2.2 esp 0x201 -E aes-cbc "ab cd" -A hmac-sha1 {A};\n', ["ab cd", A]),
        (
            " set session-key inbound esp 1000 cipher a1b2 authenticator c3d4\n# next",
            ["cipher a1b2 authenticator c3d4"],
        ),
        (" sa string-key outbound esp simple abcdefgh\n# next", ["abcdefgh"]),
        (" sa encryption-hex inbound esp cipher abcdefgh\n# next", ["abcdefgh"]),
        (f'"IPv4","192.0.2.1","192.0.2.2","0x100","AES-CBC [RFC3602]","{A}"\n', [A]),
        (f"AES-CBC [RFC3602], {A}, HMAC-SHA-1-96 [RFC2404], {B}\n", [A, B]),
    ],
)
def test_a_key_of_an_association_is_masked(text: str, hidden: list[str]) -> None:
    assert [text[begin:end] for begin, end in secrets.keys_in(text)[0]] == hidden


@cases(
    "text",
    [
        "src 192.0.2.1 dst 192.0.2.2\n\tproto esp spi 0xc1234567 reqid 1 mode tunnel\n",
        "ip xfrm policy add dir out tmpl proto esp\n",
        "spdadd 10.0.0.0/8 10.1.0.0/16 any -P out ipsec esp/tunnel/192.0.2.1-192.0.2.2/require;\n",
        "the session-key of this association\n",
        "ESP with AES-GCM [RFC4106], then IKEv2 [RFC 7296], section 2.1\n",
    ],
)
def test_what_is_beside_it_is_not(text: str) -> None:
    assert secrets.keys_in(text)[0] == []
