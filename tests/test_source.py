"""Text is read in the encoding it was written in: by its mark, by the zero bytes of UTF-16, else by code page."""

from __future__ import annotations

import io
import stat
import tracemalloc

import pytest

from ipseclint.source import (
    HEAD_BYTES,
    NOT_THERE,
    Source,
    SourceError,
    Span,
    Window,
    bytes_source,
    detect_encoding,
    reason_of,
    special_kind,
)

SCRIPT = 'netsh advfirewall consec add rule name="{}" endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout\r\n'

NAMES = [
    ("cp936", "域控制器"),
    ("cp936", "限制"),
    ("cp936", "允许 VPN"),
    ("cp936", "服务器与客户端之间的安全连接"),
    ("cp949", "서버"),
    ("cp949", "도메인 컨트롤러 예외"),
    ("cp949", "보안 연결 규칙"),
    ("cp932", "サーバー"),
    ("cp932", "ドメイン コントローラーの除外"),
    ("cp932", "接続セキュリティ規則"),
    ("cp866", "Правило для серверов"),
    ("cp866", "Защита"),
    ("cp1251", "Правило для серверов"),
    ("cp1251", "Сервер"),
    ("cp850", "Büro Süd"),
    ("cp850", "Größe"),
    ("cp850", "Règle à créer"),
    ("cp1252", "“Lab” – a"),
    ("cp1252", "Règle sécurisée"),
    ("cp1252", "Größe"),
    ("cp1252", "créée"),
    ("cp1252", "Straße, “Süd”"),
    ("utf-8", "Größe 域控制器 서버 サーバー"),
]
"""Names of rules in the code page of a localised Windows: short, within a script that is mostly ASCII."""


def text_of(data: bytes) -> str:
    return bytes_source("script.cmd", data).read_text()


@pytest.mark.parametrize(("encoding", "name"), NAMES)
def test_a_script_without_a_mark_is_read_in_its_code_page(encoding: str, name: str) -> None:
    script = SCRIPT.format(name)
    assert text_of(script.encode(encoding)) == script


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("name", ["Servers", "域控制器"])
def test_a_script_with_a_mark_is_read_by_it(encoding: str, name: str) -> None:
    script = SCRIPT.format(name)
    assert text_of(script.encode(encoding)) == script


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"\xff\xfe\0\0", "utf-32-le"),
        (b"\0\0\xfe\xff", "utf-32-be"),
    ],
)
def test_each_mark_says_the_order_of_bytes(mark: bytes, encoding: str) -> None:
    script = SCRIPT.format("Größe")
    assert text_of(mark + script.encode(encoding)) == script


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["Servers", "Größe", "域控制器"])
def test_utf_16_without_a_mark_is_known_by_its_zero_bytes(encoding: str, name: str) -> None:
    script = SCRIPT.format(name)
    assert detect_encoding(script.encode(encoding)) == encoding
    assert text_of(script.encode(encoding)) == script


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b"", "utf-8"),
        (b"a\0", "utf-8"),
        (b"a\0b\0", "utf-16-le"),
        (b"\0a\0b", "utf-16-be"),
        # Zero bytes on both sides are no text in UTF-16.
        (b"a\0\0\0" * 40, "utf-8"),
        (b"\0\0\0a" * 40, "utf-8"),
        # A few are not enough, on either side.
        (b"a\0b\0" + b"abcd" * 4, "utf-8"),
        (b"\0a\0b" + b"abcd" * 4, "utf-8"),
        # Up to six in ten characters may be of another script than ASCII.
        ("Größe 域控制器".encode("utf-16-le"), "utf-16-le"),
        ("域控制器".encode("utf-16-le"), "utf-8"),
    ],
)
def test_what_is_taken_for_utf_16(head: bytes, encoding: str) -> None:
    assert detect_encoding(head) == encoding


def test_bytes_that_no_code_page_has_are_read_one_by_one() -> None:
    source: Source = bytes_source("script.cmd", b"\x81\xff\x8d")
    assert source.read_text() == "\x81\xff\x8d"


class OneLine(io.RawIOBase):
    """A file of one line of any length, made as it is read; `held_bytes` is the most that one reading took."""

    def __init__(self, size_bytes: int, at: int, word: bytes) -> None:
        self.size_bytes, self.at, self.word = size_bytes, at, word
        self.read_bytes = self.held_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        room = memoryview(buffer)  # type: ignore[arg-type]
        count = min(len(room), self.size_bytes - self.read_bytes)
        room[:count] = b"x" * count
        for offset, byte in enumerate(self.word, start=self.at - self.read_bytes):
            if 0 <= offset < count:
                room[offset] = byte
        self.read_bytes += count
        self.held_bytes = max(self.held_bytes, len(room))
        return count


def test_a_window_of_an_enormous_line_is_all_that_is_held() -> None:
    size_bytes, at, word = 200 * 1024 * 1024, 150 * 1024 * 1024 + 1, b"here"
    stream = OneLine(size_bytes, at, word)
    head = Source("one.txt", lambda: io.BytesIO(b"x" * 100))
    source = Source("one.txt", lambda: io.BufferedReader(stream))
    source.__dict__.update(head=head.head)
    tracemalloc.start()
    window = source.windows([(1, at + 1)])[1, at + 1]
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert stream.read_bytes == size_bytes
    assert most_bytes < 16 * 1024 * 1024
    assert len(window.text) == 8192
    assert window.text[at + 1 - window.column :].startswith("herexx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_windows_are_lines_or_what_of_them_is_near(encoding: str) -> None:
    lines = ["first", "", "Gr\u00f6\u00dfe " * 3, "n" * 1_500_000 + "x" * 100 + "m" * 10_000, "last"]
    source = bytes_source("s.txt", "\r\n".join(lines).encode(encoding))
    places = [(1, 1), (2, 1), (3, 4), (4, 1), (4, 1_500_001), (4, 1_510_100), (5, 5), (6, 1)]
    windows = source.windows(places)
    assert [windows[place] for place in places[:3]] == [Window(1, line) for line in lines[:3]]
    assert windows[4, 1] == Window(1, "n" * 4096)
    assert windows[4, 1_500_001] == Window(1_495_905, "n" * 4096 + "x" * 100 + "m" * 3996)
    assert windows[4, 1_510_100] == Window(1_506_004, "m" * 4097)
    assert windows[5, 5] == Window(1, "last")
    assert (6, 1) not in windows


@pytest.mark.parametrize("word", ["Ääniä", "créée", "canapéé"])
def test_accents_side_by_side_are_western_where_a_letter_stands_before_or_after(word: str) -> None:
    assert text_of(f"rem {word}\r\n".encode("cp1252")) == f"rem {word}\r\n"


def test_the_code_page_is_told_by_the_first_letters_that_are_not_ascii_however_far_in() -> None:
    script = "rem " + "-" * 2 * HEAD_BYTES + "\r\n" + SCRIPT.format("域控制器")
    assert text_of(script.encode("cp936")) == script


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-8", "cp1252"])
def test_a_changed_text_keeps_its_encoding_and_its_mark(encoding: str) -> None:
    source = bytes_source("script.cmd", SCRIPT.format("Größe").encode(encoding))
    changed = source.with_text(SCRIPT.format("Höhe"))
    assert (changed.path, changed.read_bytes()) == ("script.cmd", SCRIPT.format("Höhe").encode(encoding))


@pytest.mark.parametrize("mark", ["utf-16-be", "utf-32-be"])
def test_a_changed_text_keeps_the_order_of_bytes_of_its_mark(mark: str) -> None:
    data = "\ufeffname".encode(mark)
    assert bytes_source("x", data).with_text("other").read_bytes() == "\ufeffother".encode(mark)


def test_a_text_that_would_not_come_back_is_not_changed() -> None:
    with pytest.raises(SourceError, match="its bytes are not all text in utf-16-le"):
        bytes_source("x", "a".encode("utf-16") + b"\x00").with_text("b")
    with pytest.raises(SourceError, match="cp1252 cannot hold the changed text"):
        bytes_source("x", "Größe".encode("cp1252")).with_text("域")


def test_half_a_character_is_a_mark_of_its_own_in_a_window_too() -> None:
    source = bytes_source("x", "ab".encode("utf-16") + b"\x00")
    assert source.windows([(1, 1)])[1, 1].text == source.read_text() == "ab\ufffd"


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        (stat.S_IFIFO, "named pipe"),
        (stat.S_IFSOCK | 0o600, "socket"),
        (stat.S_IFCHR, "device"),
        (stat.S_IFBLK, "device"),
        (stat.S_IFLNK, "special file"),
    ],
)
def test_what_is_no_file_is_called_by_its_kind(mode: int, kind: str) -> None:
    assert special_kind(mode) == kind


@pytest.mark.parametrize("word", ["Ääs", "Ääs2", "créée"])
def test_one_letter_beside_accents_is_enough(word: str) -> None:
    assert text_of(f"rem {word}\r\n".encode("cp1252")) == f"rem {word}\r\n"


def test_the_head_is_text_whatever_stands_in_it() -> None:
    assert bytes_source("x", b"ab\xff").head_text == "ab\ufffd"
    assert bytes_source("x", "\ufeffab".encode("utf-16-le") + b"\x00").head_text == "ab\ufffd"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (FileNotFoundError(2, "Datei nicht gefunden"), NOT_THERE),
        (PermissionError(13, "Permission denied"), "Permission denied"),
        (OSError(), "OSError"),
        (TimeoutError("late"), "TimeoutError"),
    ],
)
def test_why_a_file_cannot_be_read_is_in_the_words_of_the_system(error: OSError, reason: str) -> None:
    assert reason_of(error) == reason


def test_a_place_without_a_length_is_one_character() -> None:
    assert Span("x", 1, 1).length == 1
