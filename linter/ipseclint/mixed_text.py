"""UTF-16 text in which single bytes stand: another program appended them, or a copy changed the line ends.

Decoded, they are meaningless characters that no reader understands, and from which everything can be read back, keys
too.
"""

from __future__ import annotations

from ipseclint.late import late

GARBLED = "\ufffe"
"""The character in place of single bytes. It is a noncharacter, so that no text has one of its own."""

_BYTES = b"\t\n\r" + bytes(range(0x20, 0x7F))
"""The bytes of ASCII lines."""
_PAIR_OF_BYTES = "".join(chr(high << 8 | low) for high in _BYTES for low in (0x09, 0x0A, 0x0D)) + "".join(
    f"{chr(high << 8 | 0x20)}-{chr(high << 8 | 0x7E)}" for high in _BYTES
)
_BYTE_AND_ZERO = "".join(chr(high << 8) for high in _BYTES)
_CR_AND_LF = "\u0a0d"
_SIGN = late(
    rf"{_CR_AND_LF}|([{_PAIR_OF_BYTES}])(?!\1\1\1)[{_PAIR_OF_BYTES}]{{15}}"
    rf"|([{_BYTE_AND_ZERO}])(?!\2\2\2)[{_BYTE_AND_ZERO}]{{3}}"
)
"""CR and LF make no character, two letters mostly a Chinese one. One in four of these characters has such bytes, one in
200 a zero byte: no real text has so many in a row (reasoned), unless it repeats one sign, as a ruler does."""
_SINGLE_BYTES = late(f"{_CR_AND_LF}[{_PAIR_OF_BYTES}{_BYTE_AND_ZERO}]*|[{_PAIR_OF_BYTES}{_BYTE_AND_ZERO}]{{3,}}")


def without_single_bytes(text: str) -> str:
    """A decoded UTF-16 text with one sign in place of each run of single bytes; the text itself where there are none.

    Where there are some, three real characters in a row may look like such a run and be replaced too.
    """
    if _SIGN.search(text) is None:
        return text
    return _SINGLE_BYTES.sub(GARBLED, text)
