"""A text that is cut off within a character, has zero bytes, or is of two encodings, is a problem on its line, and
shows no key."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipseclint import check_paths
from ipseclint.finding import ProblemCode

pytestmark = pytest.mark.drawn(3)

KEY = "k7Jq-Example-0001"
CLEAN = (
    'netsh advfirewall consec add rule name="{}" endpoint1=10.1.0.1 endpoint2=10.1.0.2 action=requestinrequestout\r\n'
)
FIRST = CLEAN.format("Größe")
KEYED = CLEAN.format("R").replace("\r\n", f" auth1=computerpsk auth1psk={KEY}\r\n")
LAST = "rem Straße"
UTF16 = "\ufeff".encode("utf-16-le")
DAMAGED = {
    "cut in UTF-16": (UTF16 + (FIRST + LAST).encode("utf-16-le")[:-1], 2, "ends within a character"),
    "cut in UTF-16 without a mark": ((FIRST + LAST).encode("utf-16-le")[:-1], 2, "ends within a character"),
    "cut in UTF-16 of other order": (
        "\ufeff".encode("utf-16-be") + (FIRST + LAST).encode("utf-16-be")[:-1],
        2,
        "within",
    ),
    "half of a pair": (UTF16 + (FIRST + LAST).encode("utf-16-le") + b"\x3d\xd8", 2, "ends within a character"),
    "cut in UTF-8": ((FIRST + "rem ß").encode()[:-1], 2, "ends within a character"),
    "a byte in UTF-8": (FIRST.encode() * 4 + b"rem \x81\r\n" + FIRST.encode(), 5, "are not UTF-8"),
    "a byte of a letter is lost": (
        ("rem 域控制器 サーバー\r\n" + FIRST).encode().replace(b"\x9f", b"", 1),
        1,
        "are not UTF-8",
    ),
    "a byte in UTF-8 with its mark": (b"\xef\xbb\xbf" + FIRST.encode() + b"rem \x81\r\n", 2, "are not UTF-8"),
    "a line of Windows behind UTF-8": (FIRST.encode() * 4 + FIRST.encode("cp1252") + b"rem\r", 5, "are not UTF-8"),
    "a byte far behind": (FIRST.encode() + b"rem\r\n" * 30_000 + FIRST.encode() * 4 + b"rem \x81\r", 30_006, "UTF-8"),
    "bytes behind UTF-16": (UTF16 + FIRST.encode("utf-16-le") + KEYED.encode(), 2, "are not UTF-16"),
    "an odd number of them": (UTF16 + FIRST.encode("utf-16-le") + b"\n" + KEYED.encode(), 2, "are not UTF-16"),
    "bytes that end a line": (
        UTF16 + FIRST.encode("utf-16-le").replace(b"\r\0\n\0", b"") + KEYED.encode(),
        1,
        "are not UTF-16",
    ),
    "copied as text": (
        UTF16 + ("rem\r\n" + FIRST + KEYED + FIRST).encode("utf-16-le").replace(b"\n", b"\r\n"),
        2,
        "are not UTF-16",
    ),
    "UTF-16 behind bytes": ((FIRST + "rem\r\n" * 90).encode() + KEYED.encode("utf-16-le"), 92, "here UTF-16 stands"),
    "UTF-16 with its mark": (
        (FIRST + "rem\r\n" * 90).encode() + UTF16 + KEYED.encode("utf-16-le"),
        92,
        "here UTF-16 stands",
    ),
    "zero bytes in a line": ((FIRST + KEYED).encode().replace(b"endpoint1", b"\0" * 9, 1), 1, "zero bytes"),
    "one zero byte": ((FIRST + "rem a\0b\r\n").encode(), 2, "zero bytes"),
    "zero bytes far behind": (FIRST.encode() + b"rem\r\n" * 300_000 + b"rem \0\r\n", 300_002, "zero bytes"),
    "zero bytes in UTF-16": (UTF16 + (FIRST + "rem \0\0\0\0\r\n").encode("utf-16-le"), 2, "zero bytes"),
    "an end that was not written": ((FIRST + KEYED).encode() + b"\0" * 512, 3, "zero bytes"),
    "NEL as the end": ((FIRST + KEYED).replace("\r\n", "\x85").encode(), 1, "no end of a line"),
    "LS as one end": ((FIRST + "rem\u2028" + KEYED).encode(), 2, "no end of a line"),
    "PS in UTF-16": (UTF16 + (FIRST + "rem \u2029 " + KEYED).encode("utf-16-le"), 2, "no end of a line"),
    "UTF-16 far behind": ((FIRST + "rem\r\n" * 30_000).encode() + KEYED.encode("utf-16-le"), 30_002, "here"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_is_a_problem_on_its_line(name: str, tmp_path: Path) -> None:
    data, line, words = DAMAGED[name]
    (tmp_path / "policy.cmd").write_bytes(data)
    report = check_paths(str(tmp_path / "policy.cmd"), isolated=True)
    told = [each for each in report.problems if words in each.message]
    assert [(each.code, each.span.line) for each in told] == [(ProblemCode.MALFORMED, line)]
    shown = repr((report.findings, report.problems))
    assert KEY[:6] not in shown.replace("\\x00", "")
    assert all(garbled not in shown for garbled in _garbled(KEY))


def _garbled(key: str) -> list[str]:
    """What three signs of a key look like where two of its bytes, or one and a zero, are taken for one character."""
    data = key.encode("utf-16-le")
    pairs = (key.encode()[at:].decode("utf-16-le", "replace")[:3] for at in (0, 1))
    return [*pairs, data[1:].decode("utf-16-le", "replace")[:3]]


def test_a_byte_that_is_broken_in_json_is_a_problem_on_its_line(tmp_path: Path) -> None:
    row = '{"Name": "IKEEXT", "DisplayName": "Größe, Süd, Nähe", "StartType": 3, "Status": 1}'
    data = f"[\n{row},\n{row}\n]".encode()
    (tmp_path / "services.json").write_bytes(data[: -len(row) // 2] + b"\xff" + data[-len(row) // 2 :])
    report = check_paths(str(tmp_path / "services.json"), isolated=True)
    assert [each.span.line for each in report.problems if "are not UTF-8" in each.message] == [3]


@pytest.mark.parametrize("behind", ["", "\r\n", "  \r\n"])
def test_an_end_of_a_line_of_unicode_with_nothing_behind_it_is_none(behind: str, tmp_path: Path) -> None:
    (tmp_path / "policy.cmd").write_bytes(f"{FIRST}rem \u2028{behind}".encode())
    assert check_paths(str(tmp_path / "policy.cmd"), isolated=True).problems == ()


def test_such_a_character_in_a_value_of_json_ends_no_line(tmp_path: Path) -> None:
    row = '[{"Name": "IKEEXT", "DisplayName": "a\u2028b", "StartType": 3, "Status": 1}]'
    (tmp_path / "services.json").write_bytes(row.encode())
    assert check_paths(str(tmp_path / "services.json"), isolated=True).problems == ()


@pytest.mark.parametrize("lines", [0, 30_000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_text_that_is_whole_is_none(encoding: str, lines: int, tmp_path: Path) -> None:
    (tmp_path / "policy.cmd").write_bytes(("rem\r\n" * lines + FIRST + LAST).encode(encoding))
    assert check_paths(str(tmp_path / "policy.cmd"), isolated=True).problems == ()


@pytest.mark.parametrize("mark", [b"\0", b"\0\0", b"\r\n\0"])
def test_a_mark_of_the_end_is_none(mark: bytes, tmp_path: Path) -> None:
    (tmp_path / "policy.cmd").write_bytes((FIRST + LAST).encode() + mark)
    assert check_paths(str(tmp_path / "policy.cmd"), isolated=True).problems == ()
