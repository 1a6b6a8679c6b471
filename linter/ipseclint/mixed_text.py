"""Text of UTF-16 in which single bytes stand: another program appended them, or a copy changed the line ends.

They come out as signs from which everything can be read back, keys too, and which no reader understands.
"""

from __future__ import annotations

from ipseclint.late import late

GARBLED = "\ufffe"
"""What stands in place of single bytes: no character, so that no text has it of its own."""

_BYTES = b"\t\n\r" + bytes(range(0x20, 0x7F))
"""Those that lines of ASCII have."""
_PAIR_OF_BYTES = "".join(chr(high << 8 | low) for high in _BYTES for low in (0x09, 0x0A, 0x0D)) + "".join(
    f"{chr(high << 8 | 0x20)}-{chr(high << 8 | 0x7E)}" for high in _BYTES
)
_BYTE_AND_ZERO = "".join(chr(high << 8) for high in _BYTES)
_CR_AND_LF = "\u0a0d"
_SIGN = late(
    rf"{_CR_AND_LF}|([{_PAIR_OF_BYTES}])(?!\1\1\1)[{_PAIR_OF_BYTES}]{{15}}"
    rf"|([{_BYTE_AND_ZERO}])(?!\2\2\2)[{_BYTE_AND_ZERO}]{{3}}"
)
"""CR and LF make no character, two letters mostly a Chinese one. One in four of these has such bytes, one in 200 a byte
that is zero: a text has none of so many in a row (reasoned), but for one sign again and again, as a ruler has it."""
_SINGLE_BYTES = late(f"{_CR_AND_LF}[{_PAIR_OF_BYTES}{_BYTE_AND_ZERO}]*|[{_PAIR_OF_BYTES}{_BYTE_AND_ZERO}]{{3,}}")


def without_single_bytes(text: str) -> str:
    """A text that was UTF-16, with one sign in place of each run of single bytes; itself where none stand in it.

    Where they do, three real characters in a row may look like them and go too.
    """
    if _SIGN.search(text) is None:
        return text
    return _SINGLE_BYTES.sub(GARBLED, text)
