"""Keys in binary data within text: the bytes of IP Security Policies, and VPN profiles in base64."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import zip_longest

from ipseclint.late import late
from ipseclint.secrets.names import (
    BASE64_NAMES,
    as_bytes,
    asked,
    is_worth_a_look,
    may_give_to_commands,
    names_key,
    standing,
)
from ipseclint.secrets.places import Place

_BLOB = late(
    r"ipsecData(?:"
    r"\"?[ \t]*=[ \t]*hex(?:\([0-9a-f]+\))?:(?P<listed>(?:[0-9a-f, \t]|\\\n)*)"
    r"|[ \t]+REG_BINARY[ \t]+(?P<digits>[0-9a-f]+)"
    r"|::[ \t]*(?P<base64>[a-z0-9+/=]*(?:\n [a-z0-9+/=]+)*))",
    re.IGNORECASE,
)
"""The bytes of an IP Security Policy object in a registry file, in the output of `reg query`, and in LDIF."""
_ENCODED = late(r"-e[ncodedmau]*[ \t:]+[\"']?([a-z0-9+/=]{16,})")
"""A command of PowerShell in base64."""
_SIGN_OF_DECODER = late(
    r"frombase64string|base64(?=[ \t]+-(?:d|-decode)\b)|(?<=b64)decode|\bb(?:ase)?64\b(?=[\"']?[ \t]*\n)"
)
"""What decodes base64 beside it, or says that a text is written in it."""
_NO_SIGN = "\ufffd"
"""What stands for bytes that are no text."""
_FAR_CHARACTERS = 8192
_MAX_DECODED_BYTES = 262_144
"""So far around that what it decodes is looked for, and so many bytes of it are unpacked (reasoned: one script)."""
_SIGNS_OF_A_ZERO = 8
"""Of such a command each third sign or more is an `A`, for each second byte is zero (reasoned: half of them may be
lost)."""
_BASE64 = late(r"[A-Za-z0-9+/]{16,}={0,2}")
_DIGIT = late(r"[0-9a-fA-F]")
_METHOD_HEAD = late(rb"(?=\x01\0\0\0(..)\0\0)", re.DOTALL)
"""An authentication method of kind 1, a preshared key, and the length of its text in bytes (MS-GPIPSEC 2.2.1.4)."""


def in_blobs(text: str) -> Iterator[tuple[Place, str]]:
    """The places of keys among the bytes of IP Security Policies, each with its key or "".

    In base64 a key has no place of its own, so the whole is masked.
    """
    for match in _BLOB.finditer(text):
        if match["base64"]:
            data = _decoded(re.sub(r"[^A-Za-z0-9+/]", "", match["base64"]))
            yield match.span("base64"), ""
            yield from ((match.span("base64"), key) for _, _, key in keys_in_blob(data))
            continue
        begin, end = match.span("listed") if match["listed"] else match.span("digits")
        digits = "".join(_DIGIT.findall(text[begin:end]))
        keys = list(keys_in_blob(bytes.fromhex(digits[: len(digits) // 2 * 2])))
        places = [digit.start() for digit in _DIGIT.finditer(text, begin, end)] if keys else []
        for first, last, key in keys:
            yield (places[2 * first], places[2 * last - 1] + 1), key


def encoded_commands(text: str, lower: str) -> Iterator[Place]:
    """The places of commands in base64 that may hold a key: all that do not decode to a text without a sign of one."""
    for match in _ENCODED.finditer(lower):
        code = text[slice(*match.span(1))]
        if code.count("A") < len(code) // _SIGNS_OF_A_ZERO:
            continue  # another word
        command = _decoded(code.rstrip("=")).decode("utf-16-le", "replace")
        if not command.isascii() or is_worth_a_look(as_bytes(command)):
            yield match.span(1)


def scripts_decoded(text: str, lower: str) -> Iterator[Place]:
    """The places of texts in base64, packed perhaps, that a script decodes, and in which a key may stand."""
    reach = 0
    for sign in _SIGN_OF_DECODER.finditer(lower):
        begin, end = max(reach, sign.start() - _FAR_CHARACTERS), sign.end() + _FAR_CHARACTERS
        for code in _BASE64.finditer(text, begin, min(len(text), end)):
            reach = max(reach, code.end())
            data = _unpacked(_decoded(code[0].rstrip("=")))
            meant = data.decode("utf-16-le" if data.count(0) * _SIGNS_OF_A_ZERO > len(data) else "utf-8", "replace")
            is_text = meant.count(_NO_SIGN) * _SIGNS_OF_A_ZERO < len(meant)
            if is_text and (names_key(meant) or may_give_to_commands(as_bytes(meant))):
                yield code.span()


def _unpacked(data: bytes) -> bytes:
    """The bytes that gzip or zlib has packed, or those that are given."""
    import zlib

    if data[:2] == b"\x1f\x8b" or data[:1] == b"\x78":
        with suppress(zlib.error):
            return zlib.decompressobj(wbits=47).decompress(data, _MAX_DECODED_BYTES)
    return data


def in_base64(text: str) -> Iterator[tuple[Place, str]]:
    """The places of base64 that decodes to a VPN profile with a key, each with the decoded text."""
    if standing(BASE64_NAMES, asked(text)):
        for match in _BASE64.finditer(text):
            if any(name in match[0] for name in BASE64_NAMES):
                yield match.span(), _decoded(match[0].rstrip("=")).decode("utf-8", "replace")


def _decoded(code: str) -> bytes:
    """The bytes in base64 without padding; for truncated base64, as many as there are."""
    whole = code[:-1] if len(code) % 4 == 1 else code
    return base64.b64decode(whole + "=" * (-len(whole) % 4))


def keys_in_blob(data: bytes) -> Iterator[tuple[int, int, str]]:
    """The offsets of keys in the bytes of a rule, and their texts."""
    heads = list(_METHOD_HEAD.finditer(data))
    for match, following in zip_longest(heads, heads[1:]):
        begin = match.start() + 8
        piece = data[begin : begin + int.from_bytes(match[1], "little")]
        if following is not None and following.start() + 4 <= begin + len(piece):
            continue  # the head of another method is no text, whatever length this one claims
        key = piece.decode("utf-16-le", errors="ignore").rstrip("\0")
        if key and key.isprintable():
            yield begin, begin + len(piece), key
