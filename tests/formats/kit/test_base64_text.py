"""Text in base64."""

from __future__ import annotations

import pytest
from tests.cases import cases

from ipseclint.formats.kit.base64_text import from_base64


@cases(("text", "data"), [("", b""), ("QUJD", b"ABC"), ("QUJDRA==", b"ABCD"), ("QUJDREU=", b"ABCDE")])
def test_what_is_whole_is_decoded(text: str, data: bytes) -> None:
    assert from_base64(text) == data


@cases(
    "text",
    [
        *("QUJDRA", "QUJDRA=", "QUJDRA===", "QUJDR", "QUJDR===", "QU JD", "QUJD\n", "\u00e9", "QUJDRA==QUJD", "=QUJD"),
        *("QUJD=", "QUJD==", "QUJD===", "QUJD====", "QUJD========", "===="),
    ],
)
def test_what_is_none_is_refused_by_every_python(text: str) -> None:
    with pytest.raises(ValueError, match=r"adding|base64|ASCII"):
        from_base64(text)
