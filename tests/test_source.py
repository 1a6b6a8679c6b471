"""Text is read in the encoding it was written in: by its mark, by the zero bytes of UTF-16, else by code page."""

from __future__ import annotations

import io
import os
import stat
import sys
import tracemalloc
from pathlib import Path

import pytest

from ipseclint import source as module
from ipseclint.source import (
    HEAD_BYTES,
    NOT_THERE,
    Source,
    SourceError,
    Span,
    Window,
    bytes_source,
    detect_encoding,
    each_line_once,
    failing_source,
    file_source,
    is_file,
    lines_of_text,
    reason_of,
    special_kind,
    stdin_source,
    text_source,
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
    assert len(window.text) == 3 * 4096
    assert window.text[at + 1 - window.column :].startswith("herexx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_windows_are_lines_or_what_of_them_is_near(encoding: str) -> None:
    lines = ["first", "", "Gr\u00f6\u00dfe " * 3, "n" * 1_500_000 + "x" * 100 + "m" * 10_000, "last"]
    source = bytes_source("s.txt", "\r\n".join(lines).encode(encoding))
    places = [(1, 1), (2, 1), (3, 4), (4, 1), (4, 1_500_001), (4, 1_510_100), (5, 5), (6, 1)]
    windows = source.windows(places)
    assert [windows[place] for place in places[:3]] == [Window(1, line) for line in lines[:3]]
    assert windows[4, 1] == Window(1, "n" * 2 * 4096)
    for column in (1_500_001, 1_510_100):
        first, text = windows[4, column]
        assert text == lines[3][first - 1 :][: 3 * 4096]
        assert first <= column - 4096
        assert first + len(text) > min(column + 4096, len(lines[3]))
    assert source.windows([(4, 1_500_001), (4, 1_500_002)]).keys() == {(4, 1_500_001), (4, 1_500_002)}
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
    assert bytes_source("x", b"ab\xff").head_text == bytes_source("x", b"ab\xff").read_text() == "ab\xff"
    assert bytes_source("x", b"abcdefghij\xff\0").head_text == "abcdefghij\ufffd\0"
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


@pytest.mark.parametrize("letter", "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜáíóúñÑÁÂÀß")
def test_each_letter_of_the_western_console_is_one(letter: str) -> None:
    text = f"rem Büro für Süd h{letter}r\r\n"
    assert text_of(text.encode("cp850")) == text


@pytest.mark.parametrize("byte", [0x9B, 0x9F, 0xA6, 0xAF, 0xB4, 0xB8, 0xE0, 0xE2])
def test_what_stands_beside_the_letters_of_the_western_console_is_none(byte: int) -> None:
    data = "rem Büro für Süd h".encode("cp850") + bytes((byte,)) + b"r\r\n"
    assert text_of(data) != data.decode("cp850")


@pytest.mark.parametrize(
    ("name", "is_russian"),
    [
        # Four letters tell, three do not.
        ("Сеть", True),
        ("для", False),
        # Half of them are small and frequent, fewer are not.
        ("СЕть", True),
        ("СЕТь", False),
        # Nine in ten are Russian, the first and the last of the alphabet and three beyond it among them.
        ("Аятросетия", True),
        ("Ёёноте№", True),
        ("сетьсетьс\u00a0", True),
        ("сетьсеть\u00a0\u00a0", False),
    ],
)
@pytest.mark.parametrize("encoding", ["cp866", "cp1251"])
def test_how_much_tells_of_russian(name: str, encoding: str, is_russian: bool) -> None:
    assert (text_of(f"rem {name}\r\n".encode(encoding)) == f"rem {name}\r\n") is is_russian


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_block_knows_where_it_begins_and_ends(monkeypatch: pytest.MonkeyPatch, encoding: str, end: str) -> None:
    lines = [SCRIPT.rstrip(), "", "", "Größe", "äx" * 30, "x", "y" * 50 + "é" * 5]
    bytes_of = end.join(lines).encode(encoding)
    text = "\n".join(lines)
    for size in (*range(20, 30), 61):
        monkeypatch.setattr(module, "_BLOCK_BYTES", size)
        monkeypatch.setattr(module, "_REPEATED_BYTES", 12)
        blocks = list(bytes_source("s.txt", bytes_of).text_blocks())
        assert (blocks[0].line, blocks[0].column) == (1, 1)
        reached = 0
        for block in blocks:
            start = sum(len(line) + 1 for line in lines[: block.line - 1]) + block.column - 1
            assert text[start : start + len(block.text)] == block.text
            assert block.last_line == block.line + block.text.count("\n")
            assert not reached or reached - 16 <= start <= reached - 4
            reached = start + len(block.text)
        assert reached == len(text)


def test_all_of_an_input_is_read_up_to_its_limit_and_no_more() -> None:
    source = bytes_source("x", b"0123456789")
    assert source.read_bytes(10) == b"0123456789"
    with pytest.raises(SourceError, match=r"^larger than 0 MB, the limit for this format$"):
        source.read_bytes(9)
    with pytest.raises(SourceError, match=r"^larger than 2 MB, "):
        bytes_source("x", bytes(2 * 1024 * 1024 + 1)).read_bytes(2 * 1024 * 1024)


def test_bytes_come_a_megabyte_at_a_time() -> None:
    data = os.urandom(1024) * 2049
    blocks = list(bytes_source("x", data).blocks())
    assert [len(block) for block in blocks] == [1024 * 1024, 1024 * 1024, 1024]
    assert b"".join(blocks) == data


def test_lines_and_words_of_a_head_stand_there_once() -> None:
    source = bytes_source("x", b"Add Rule\nadd  rule\nAdd Rule\nend")
    assert source.head_lines == each_line_once(source.head_text) == "\nAdd Rule\nadd  rule\nend"
    assert source.head_lines_folded == "\nadd rule\nadd  rule\nend"
    assert source.head_folded == "add rule\nadd  rule\nadd rule\nend"
    assert sorted(source.head_words.split("\n")) == ["add", "end", "rule"]
    assert lines_of_text("a\r\nb\rc\n\nd") == ["a", "b", "c", "", "d"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a named pipe of other systems")
def test_what_is_on_a_disk_is_read_or_refused_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    os.mkfifo(tmp_path / "pipe")
    refused = "it is a named pipe, not a file; pass its content to standard input, `-`"
    reasons = {"none": NOT_THERE, "pipe": refused, ".": "Is a directory", "a\0b": "no file can be called so"}
    assert file_source(tmp_path / "file", "shown").read_bytes() == b"content"
    assert file_source(Path(os.devnull)).read_bytes() == b""
    assert [file_source(tmp_path / "file", shown).path for shown in ("shown", None)] == ["shown", f"{tmp_path}/file"]
    assert [is_file(tmp_path / name) for name in ("file", "none", ".")] == [True, False, False]
    for name, reason in reasons.items():
        for read in (Source.read_bytes, lambda source: source.head, lambda source: list(source.blocks())):
            with pytest.raises(SourceError) as refusal:
                read(file_source(tmp_path / name))
            assert str(refusal.value) == reason
    assert file_source(tmp_path / "none").windows([(1, 1)]) == {}
    with pytest.raises(SourceError, match=r"^Permission denied$"):
        failing_source("x", PermissionError(13, "Permission denied")).read_bytes()


def test_a_piece_of_a_text_is_an_input_of_its_own() -> None:
    source = text_source("x", "Größe \ud800")
    assert (source.path, source.read_text()) == ("x", "Größe ?")


def test_standard_input_is_read_once_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"content")))
    source = stdin_source()
    assert (source.path, source.read_bytes(), source.read_bytes()) == ("<stdin>", b"content", b"content")
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SourceError, match=r"^standard input is closed$"):
        stdin_source()


@pytest.mark.parametrize("signature", [b"regf", b"PReg", b"ElfFile\0"])
def test_a_binary_input_has_no_lines(signature: bytes) -> None:
    source = bytes_source("x", signature + b"\nab\n")
    assert (list(source.text_blocks()), source.windows([(1, 1)])) == ([], {})


def test_a_source_and_its_members_are_all() -> None:
    member = bytes_source("m", b"")
    source = Source("x", io.BytesIO, (member,), head_bytes=3)
    assert (source.all, member.all) == ((source, member), (member,))
    assert Source("x", lambda: io.BytesIO(b"abcdef"), head_bytes=3).head == b"abc"


@pytest.mark.parametrize(("encoding", "name"), [("cp936", "域控制器"), ("cp949", "보안정책"), ("cp932", "サーバー")])
@pytest.mark.parametrize("shift", ["", "x"])
def test_a_character_that_the_head_cuts_is_none(encoding: str, name: str, shift: str) -> None:
    script = f"rem {name[0]}{shift}{name * HEAD_BYTES}\r\n"
    assert text_of(script.encode(encoding)) == script


@pytest.mark.parametrize(
    ("data", "boundary"),
    [
        (b"", 0),
        (b"abc", 3),
        (b"ab\xc3", 2),
        (b"ab\xf0\x9f\x98", 2),
        (b"\xc3\xa4b", 3),
        (b"\xc3b", 2),
        (b"a\r", 1),
        (b"\ra", 2),
        (b"\xa4\xa4\xa4\xa4\xa4", 5),
        (b"\xc3\xa4\xa4\xa4\xa4", 5),
    ],
)
def test_a_block_ends_before_what_is_cut_and_nowhere_earlier(data: bytes, boundary: int) -> None:
    assert module._boundary(data, len(data)) == boundary


def test_a_text_that_its_head_holds_is_read_once() -> None:
    whole = bytes_source("x", b"plain")
    assert whole.read_text() is whole.head_text
    western = bytes_source("x", "Größe".encode("cp1252"))
    assert western.read_text() is western.head_text
    assert western.head_text == "Größe"
    longer = bytes_source("x", b"x" * (HEAD_BYTES + 1))
    assert (len(longer.head_text), len(longer.read_text())) == (HEAD_BYTES, HEAD_BYTES + 1)
    exact = bytes_source("x", b"x" * HEAD_BYTES)
    assert len(exact.read_text()) == HEAD_BYTES


def test_what_does_not_decode_behind_the_head_is_a_mark_in_a_window() -> None:
    source = bytes_source("x", b"x\n" * HEAD_BYTES + b"a\xffb")
    assert source.windows([(HEAD_BYTES + 1, 1)])[HEAD_BYTES + 1, 1].text == "a\ufffdb"


@pytest.mark.parametrize("lines", [3, 20_000])
def test_a_head_is_read_in_the_code_page_of_its_whole_lines(lines: int) -> None:
    data = ("筛选器列表名称 : 禁止端口\n" * lines).encode("cp936")
    source = bytes_source("shown.txt", data)
    assert source.is_in_head == (lines == 3)
    assert source.head_text.split("\n")[:2] == ["筛选器列表名称 : 禁止端口"] * 2
