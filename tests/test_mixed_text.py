"""Single bytes in UTF-16 come out as one sign, and nothing that was written as UTF-16 does."""

from __future__ import annotations

from ipseclint.mixed_text import GARBLED, without_single_bytes
from tests.cases import cases

LINE = 'netsh advfirewall consec add rule name="R" auth1psk="k7Jq-Example-0001"\r\n'
CHINESE = '本地安全策略："需要加密"，包含所有主机；名称为域控制器的规则除外。筛选器列表、筛选器操作、身份验证方法…'


@cases("line_end", ["\n", "\r\n"])
@cases("before", ["rem Größe\r\n", "rem 域控制器\r\n"])
def test_single_bytes_are_one_sign(before: str, line_end: str) -> None:
    line = LINE.replace("\r\n", line_end)
    for data in (line.encode(), b"#" + line.encode()):
        text = without_single_bytes((before.encode("utf-16-le") + data).decode("utf-16-le", "replace"))
        assert text.startswith(before + GARBLED)
        assert len(text) <= len(before) + 3
        assert "k7" not in text.encode("utf-16-le", "replace").decode("latin-1")


def test_each_second_line_of_a_copy_in_text_mode_is_one_sign() -> None:
    data = ("rem\r\n" + LINE).encode("utf-16-le") * 2
    text = without_single_bytes(data.replace(b"\n", b"\r\n").decode("utf-16-le", "replace"))
    assert text.count(GARBLED) == 2
    assert text.count(LINE) == 0
    assert "k\0" not in text.encode("utf-16-le", "replace")[1:].decode("latin-1")


RULERS = [sign * 40 for sign in "域中\u2500\u2550\u2026\u3000"]
"""Signs that people repeat: their bytes are those of letters."""


@cases("text", ["rem ‘Größe’ – “fünf” … †‡•\r\n", CHINESE * 3, "\u2000" * 3, "a" * 99, *RULERS])
def test_what_was_written_as_utf_16_stays(text: str) -> None:
    assert without_single_bytes(text) is text
