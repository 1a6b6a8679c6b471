"""Text in base64, decoded alike by every version of Python."""

from __future__ import annotations

import base64


def from_base64(text: str) -> bytes:
    """The bytes that a text says in base64. Raises ValueError for what is none.

    Padding that fills up nothing is none: before 3.13 Python let it stand, and Windows refuses it.
    """
    data = base64.b64decode(text, validate=True)
    if len(text) != -(-len(data) // 3) * 4:
        raise ValueError("padding that fills up nothing")
    return data
