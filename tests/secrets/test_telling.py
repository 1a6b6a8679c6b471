"""Secrets that are known by how they are written are masked whatever stands before them, cut or not."""

from __future__ import annotations

import base64

from ipseclint import secrets
from tests.cases import cases

PFX = base64.b64encode(b"\x30\x82\x0a\x99\x02\x01\x03\x30\x82\x0a\x5f" + bytes(range(90))).decode()
PKCS8 = base64.b64encode(b"\x30\x82\x04\xbd\x02\x01\x00\x30\x0d\x06\x09" + bytes(range(90))).decode()
PKCS1 = base64.b64encode(b"\x30\x82\x04\xa4\x02\x01\x00\x02\x82\x01\x01" + bytes(range(90))).decode()
CURVE = base64.b64encode(
    bytes.fromhex("308187020100301306072a8648ce3d020106082a8648ce3d030107") + bytes(range(90))
).decode()
CERTIFICATE = base64.b64encode(b"\x30\x82\x03\x77\x30\x82\x02\x5f\xa0\x03\x02\x01\x02" + bytes(range(90))).decode()
PUBLIC = base64.b64encode(b"\x30\x82\x01\x22\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01" + bytes(90)).decode()
PROTECTED = "01000000d08c9ddf0115d1118c7a00c04fc297eb01000000a3b2c1d0e4f5"
SIGNED = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2EifQ.c2lnbmF0dXJl"
RECOVERY = "123456-234567-345678-456789-567890-678901-789012-890123"
LONG = "next = 1\n" * 5_000
"""More lines than are searched by expressions alone."""
NT = "31d6cfe0d16ae931b73c59d7e0c089c0"


def masked(text: str) -> list[str]:
    return [text[begin:end].strip() for begin, end in secrets.keys_in(text)[0]]


@cases("secret", [PFX, PKCS8, PKCS1, CURVE, PROTECTED, PROTECTED.upper(), SIGNED])
@cases("around", ["{}", "next = {} next", "x\n> {}\n", '"{}",', "'{}'\n", "<Data>{}</Data>", "certificate:\n{}\n"])
def test_it_is_masked_alone_and_what_is_around_it_is_not(secret: str, around: str) -> None:
    assert masked(around.format(secret)) == [secret]
    assert masked(around.format(secret[:50])) == [secret[:50]]


@cases("secret", [PFX, PKCS8])
@cases("between", ["\n", "\r\n    ", "\n> ", '" +\n  "', "\\n"])
def test_its_lines_are_of_it(secret: str, between: str) -> None:
    text = between.join(secret[at : at + 40] for at in range(0, len(secret), 40)).replace("\r", "")
    assert masked(f"x {text}\nNext = 1\n") == [text]


@cases(
    ("text", "hidden"),
    [
        ("enable $9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOf next", "$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOf"),
        ("$1$mERr$hx5rVt7rPNoS4wqbXKX7m0", "$1$mERr$hx5rVt7rPNoS4wqbXKX7m0"),
        ('"$9$TQ39Cu1hyKM8XNds24aZUj"; ## SECRET-DATA', "$9$TQ39Cu1hyKM8XNds24aZUj"),
        ("next Sommer; ## SECRET-DATA", "Sommer"),
        ("  set x ENC MIIKmQIBAzCCCl8GCSqGSIb3 next", "MIIKmQIBAzCCCl8GCSqGSIb3"),
        (f"a:500:{NT}:{NT}:::", f"{NT}:{NT}"),
        (f"  * NTLM     : {NT}\n", NT),
        ("cur/text: Sommer regen\nnext = 1", "Sommer regen"),
        ("L$_RasConnectionCredentials#0\n0000  57 00 62 00\nnext = 1", "0000  57 00 62 00"),
        ("RasDialParams!S-1-5-21#0: Sommer\nnext = 1", "Sommer"),
        ("Private-Lines: 2\nAAAAgQDr\nMzEfYyji\nPrivate-MAC: 1", "AAAAgQDr\nMzEfYyji"),
        (f"Id: 1\n{RECOVERY}\n", RECOVERY),
        ('"x"=hex:01,00,00,00,d0,8c,9d,df,01,15,d1,\\\n  11\nnext = 1', "01,00,00,00,d0,8c,9d,df,01,15,d1,\\\n  11"),
        ("git clone ghp_16C7e42F292c6912E7710c838347Ae178B4a next", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"),
        ("VAULT hvs.CAESIJxmLq0123456789 next", "hvs.CAESIJxmLq0123456789"),
        ("$ANSIBLE_VAULT;1.1;AES256\n6638643965323633\nnext = 1", "6638643965323633"),
        ("-----BEGIN OpenVPN Static key V1-----\n6acef03f62675b4b\nnext = 1", "6acef03f62675b4b"),
        ("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nMzEfYyjiWA4R4M2b\n---- END SSH2", "MzEfYyjiWA4R4M2b"),
        ("-BEGIN PRIVATE KEY\nMzEfYyjiWA4R4M2b\nnext = 1", "MzEfYyjiWA4R4M2b"),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nMzEfYyjiWA4R4M2b\nnext = 1", "MzEfYyjiWA4R4M2b"),
    ],
)  # fmt: skip
def test_a_mark_or_a_form_tells_of_it_in_short_and_in_long_texts(text: str, hidden: str) -> None:
    assert masked(text) == [hidden]
    assert masked(f"{LONG}{text}") == [hidden]


@cases(
    "text",
    [
        CERTIFICATE,
        f"-----BEGIN CERTIFICATE-----\n{CERTIFICATE}\n-----END CERTIFICATE-----",
        PUBLIC,
        "01000000 0000000000000000",
        "eyJ is no token. eyJhbGciOiJSUzI1NiJ9 is its head",
        "sed s/(a)(b)/$1$2/ $9$1",
        "ENC algorithms AES",
        f"certhash={NT} thumbprint: {NT}",
        "  * NTLM     : not allowed",
        ":::: a comment ::::",
        "20260101-123456-1 2026-01-01",
        "currents/text: next",
        "RasDialParams are kept",
        "## SECRET-DATA",
        "the begin private key mark",
        "the private key of it",
    ],
)
def test_what_looks_like_it_is_shown(text: str) -> None:
    assert masked(text) == []
