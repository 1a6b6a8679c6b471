"""Text is read in the encoding it was written in: by its mark, by the zero bytes of UTF-16, else by code page."""

from __future__ import annotations

import io
import os
import re
import stat
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from ipseclint import text_blocks
from ipseclint.source import (
    HEAD_BYTES,
    NOT_THERE,
    Source,
    SourceError,
    Span,
    behind_comments,
    bytes_source,
    detect_encoding,
    each_line_once,
    failing_source,
    file_source,
    is_file,
    lines_of_text,
    lines_with,
    reason_of,
    special_kind,
    stdin_source,
    suffix_of,
    text_source,
)
from tests.cases import cases

SCRIPT = 'netsh advfirewall consec add rule name="{}" endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout\r\n'


@cases("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@cases("name", ["Servers", "域控制器"])
def test_a_script_with_a_mark_is_read_by_it(encoding: str, name: str) -> None:
    script = SCRIPT.format(name)
    assert bytes_source("script.cmd", script.encode(encoding)).read_text() == script


@cases(
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
    assert bytes_source("script.cmd", mark + script.encode(encoding)).read_text() == script


@cases("encoding", ["utf-16-le", "utf-16-be"])
@cases("name", ["Servers", "Größe", "域控制器"])
def test_utf_16_without_a_mark_is_known_by_its_zero_bytes(encoding: str, name: str) -> None:
    script = SCRIPT.format(name)
    assert detect_encoding(script.encode(encoding)) == encoding
    assert bytes_source("script.cmd", script.encode(encoding)).read_text() == script


@cases(
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
        ("策略服务器与客abcde".encode("utf-16-be"), "utf-16-be"),
        ("策略服务器abcd".encode("utf-16-be"), "utf-16-be"),
        ("策略服务器与abcd".encode("utf-16-be"), "utf-8"),
        ("策略服务器与abcd".encode("utf-16-le"), "utf-8"),
        # One in ten may have a zero byte on the other side, no more.
        ("abcdefghi\u0100".encode("utf-16-le"), "utf-8"),
        ("abcdefghij\u0100".encode("utf-16-le"), "utf-16-le"),
        ("abcdefghi\u0100".encode("utf-16-be"), "utf-8"),
        ("abcdefghij\u0100".encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_what_is_taken_for_utf_16(head: bytes, encoding: str) -> None:
    assert detect_encoding(head) == encoding


@cases("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-8", "cp1252"])
def test_a_changed_text_keeps_its_encoding_and_its_mark(encoding: str) -> None:
    source = bytes_source("script.cmd", SCRIPT.format("Größe").encode(encoding))
    changed = source.with_text(SCRIPT.format("Höhe"))
    assert (changed.path, changed.read_bytes()) == ("script.cmd", SCRIPT.format("Höhe").encode(encoding))


@cases("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_lines_that_end_by_cr_alone_are_lines_and_stay_so(encoding: str) -> None:
    source = bytes_source("script.cmd", "rem Größe\recho x\r".encode(encoding))
    assert source.read_text() == source.head_text == "rem Größe\necho x\n"
    assert source.with_text("rem Höhe\necho x\n").read_bytes() == "rem Höhe\recho x\r".encode(encoding)


@cases("text", ["rem a\rb\necho x\r", "rem a\r\necho x\r\n", "a\r\r\nb", "echo x"])
def test_a_text_with_any_line_feed_is_left_as_it_is(text: str) -> None:
    source = bytes_source("script.cmd", text.encode())
    assert source.read_text() == source.head_text == text
    assert source.with_text(f"{text}y\r").read_bytes() == f"{text}y\r".encode()


@cases("mark", ["utf-16-be", "utf-32-be"])
def test_a_changed_text_keeps_the_order_of_bytes_of_its_mark(mark: str) -> None:
    data = "\ufeffname".encode(mark)
    assert bytes_source("x", data).with_text("other").read_bytes() == "\ufeffother".encode(mark)


def test_a_text_that_would_not_come_back_is_not_changed() -> None:
    with pytest.raises(SourceError, match="its bytes are not all text in utf-16-le"):
        bytes_source("x", "a".encode("utf-16") + b"\x00").with_text("b")
    with pytest.raises(SourceError, match="cp1252 cannot hold the changed text"):
        bytes_source("x", "Größe".encode("cp1252")).with_text("域")


@cases(
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


def test_the_head_is_text_whatever_stands_in_it() -> None:
    assert bytes_source("x", b"ab\xff").head_text == bytes_source("x", b"ab\xff").read_text() == "ab\xff"
    assert bytes_source("x", b"abcdefghij\xff\0").head_text == "abcdefghij\ufffd\0"
    assert bytes_source("x", "\ufeffab".encode("utf-16-le") + b"\x00").head_text == "ab\ufffd"


@cases(
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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_block_knows_where_it_begins_and_ends(monkeypatch: pytest.MonkeyPatch, encoding: str, end: str) -> None:
    lines = [SCRIPT.rstrip(), "", "", "Größe", "äx" * 30, "x", "y" * 50 + "é" * 5]
    bytes_of = end.join(lines).encode(encoding)
    text = "\n".join(lines)
    for size in (*range(20, 30), 61):
        monkeypatch.setattr(text_blocks, "_BLOCK_BYTES", size)
        monkeypatch.setattr(text_blocks, "_REPEATED_BYTES", 12)
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


def test_bytes_come_half_a_megabyte_at_a_time() -> None:
    data = os.urandom(1024) * 2049
    blocks = list(bytes_source("x", data).blocks())
    assert [len(block) for block in blocks] == [*([512 * 1024] * 4), 1024]
    assert b"".join(blocks) == data


def test_lines_and_words_of_a_head_stand_there_once() -> None:
    source = bytes_source("x", b"Add Rule\nadd  rule\nAdd Rule\nend")
    assert source.head_lines == each_line_once(source.head_text) == "\nAdd Rule\nadd  rule\nend"
    assert source.head_lines_folded == "\nadd rule\nadd  rule\nend"
    assert source.head_folded == "add rule\nadd  rule\nadd rule\nend"
    assert sorted(source.head_words.split("\n")) == ["add", "end", "rule"]
    assert lines_of_text("a\r\nb\rc\n\nd") == ["a", "b", "c", "", "d"]
    assert each_line_once("a\rb\r\na") == "\na\rb\r\na"


def test_who_waits_for_it_hears_of_each_file_that_is_looked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    heard: list[tuple[object, ...]] = []
    monkeypatch.setattr("ipseclint.source.sys", SimpleNamespace(audit=lambda *told: heard.append(told)))
    (tmp_path / "a").write_bytes(b"")
    assert [is_file(tmp_path / name) for name in ("a", "b")] == [True, False]
    assert heard == [("ipseclint.looked-for", str(tmp_path / name)) for name in ("a", "b")]


def test_what_goes_wrong_while_blocks_of_a_text_are_read_is_said() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise OSError(5, "the disk does not answer")
            return super().read(size)

    source = Source("x", lambda: Failing(b"abc" * 1_000_000))
    with pytest.raises(SourceError, match="the disk does not answer"):
        list(source.text_blocks())


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


@cases("signature", [b"regf", b"PReg", b"ElfFile\0"])
def test_a_binary_input_has_no_lines(signature: bytes) -> None:
    source = bytes_source("x", signature + b"\nab\n")
    assert list(source.text_blocks()) == []


def test_a_source_and_its_members_are_all() -> None:
    member = bytes_source("m", b"")
    source = Source("x", io.BytesIO, (member,), head_bytes=3)
    assert (source.all, member.all) == ((source, member), (member,))
    assert Source("x", lambda: io.BytesIO(b"abcdef"), head_bytes=3).head == b"abc"


@cases(
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
    assert text_blocks._boundary(data, len(data)) == boundary


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


@cases(("size", "opened"), [(0, 1), (5, 1), (HEAD_BYTES - 1, 1), (HEAD_BYTES, 4), (HEAD_BYTES + 1, 4)])
def test_an_input_that_its_head_holds_is_opened_once(size: int, opened: int) -> None:
    streams: list[io.BytesIO] = []

    def open_bytes() -> io.BytesIO:
        streams.append(io.BytesIO(b"x" * size))
        return streams[-1]

    source = Source("x", open_bytes)
    with source.opened() as stream:
        assert len(stream.read()) == size
    assert len(source.read_bytes()) == sum(map(len, source.blocks())) == size
    assert len(streams) == opened
    with pytest.raises(SourceError):
        source.read_bytes(size - 1)


def test_an_input_that_comes_in_pieces_is_read_behind_its_head() -> None:
    class Trickling(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(3 if size is None or size < 0 else min(size, 3))

    source = Source("x", lambda: Trickling(b"x" * 10))
    assert not source.is_in_head
    assert b"".join(source.blocks()) == b"x" * 10


def test_an_input_that_breaks_behind_its_head_is_not_all_in_it() -> None:
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if piece := super().read(size):
                return piece
            raise OSError(5, "Input/output error")

    source = Source("x", lambda: Breaking(b"x" * 10))
    assert (source.head, source.is_in_head) == (b"x" * 10, False)
    with pytest.raises(SourceError):
        list(source.blocks())


@cases("encoding", ["utf-8", "cp1252"])
@cases("cut", [0, 1])
def test_a_head_that_ends_within_a_character_is_read_as_its_whole_lines_are(encoding: str, cut: int) -> None:
    data = f"name é\n{'é' * 40}".encode(encoding)
    source = Source("x", lambda: io.BytesIO(data), head_bytes=len("name é\n".encode(encoding)) + 6 + cut)
    assert source.head_text.startswith("name é\néé")


@cases(
    ("text", "lines"),
    [
        ("ike one\nother\nike two", ["ike one", "ike two"]),
        ("ike", ["ike"]),
        ("\n an ike\n", [" an ike"]),
        ("\nike", ["ike"]),
        ("ike and ike\n", ["ike and ike"]),
        ("esp\nike", ["ike", "esp"]),
        ("ike and esp\n", ["ike and esp", "ike and esp"]),
        ("", []),
    ],
)
def test_each_line_with_a_word_is_found_once_for_it(text: str, lines: list[str]) -> None:
    assert [text[begin:end] for begin, end in lines_with(text, ("ike", "esp"))] == lines


@cases("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@cases("cut", range(4))
def test_what_is_no_character_is_replaced_in_blocks_as_in_the_whole(encoding: str, cut: int) -> None:
    data = "\ufeffa line\nb \ud800 \U0001f512".encode(encoding.removesuffix("-sig"), "surrogatepass")
    source = bytes_source("a.txt", data[: len(data) - cut])
    *_, last = source.text_blocks()
    assert last.text == source.read_text()


def test_damage_within_a_long_line_is_replaced_wherever_a_piece_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"ab\xff\xc3(" * 20
    for size in range(5, 15):
        monkeypatch.setattr(text_blocks, "_BLOCK_BYTES", size)
        monkeypatch.setattr(text_blocks, "_REPEATED_BYTES", 4)
        *_, last = Source("s.txt", lambda: io.BytesIO(data)).text_blocks()
        assert last.line == last.last_line == 1
        assert last.column - 1 + len(last.text) == len(data)


def test_a_short_text_is_one_block() -> None:
    assert [block.text for block in bytes_source("s.txt", b"a\nb").text_blocks()] == ["a\nb"]


def test_signs_that_look_like_pairs_of_bytes_stay_where_the_text_is_not_utf_16() -> None:
    signs = b"netsh ipsec static add policy name=P\r\n".decode("utf-16-le")
    assert text_blocks.text_of(signs.encode(), "utf-8") == signs
    assert text_blocks.text_of(signs.encode("utf-16-le"), "utf-16-le") != signs


@pytest.mark.parametrize("sign", ["\x7f", "\x80", "\xbf", "\xc0", "\u07ff", "\u0800", "\u2000", "\uffff", "\U00010000"])
def test_no_character_is_cut_wherever_a_piece_ends(monkeypatch: pytest.MonkeyPatch, sign: str) -> None:
    text = f"a{sign}b{sign}{sign}c" * 3
    for size in range(1, 9):
        monkeypatch.setattr(text_blocks, "_BLOCK_BYTES", size)
        monkeypatch.setattr(text_blocks, "_REPEATED_BYTES", 0)
        blocks = [block.text for block in bytes_source("s.txt", text.encode()).text_blocks()]
        assert all(each in text for each in blocks)
        assert text.endswith(blocks[-1])
        assert sum(map(len, blocks)) >= len(text)


@cases(
    ("data", "is_blank"),
    [
        (b"", True),
        (b" \r\n\0\0", True),
        (b"\xff\xfe", True),  # what Windows PowerShell makes of a command that prints nothing
        ("\ufeff\r\n".encode("utf-16-le"), True),
        (b"\xef\xbb\xbf", True),
        (b"\xff\xfe\r", False),
        (b"x", False),
        (b" " * HEAD_BYTES, False),
    ],
)
def test_a_mark_with_nothing_behind_it_is_blank(data: bytes, is_blank: bool) -> None:
    assert bytes_source("rules.txt", data).is_blank is is_blank


@cases(
    ("path", "suffix"),
    [
        ("policies/Servers.CMD", ".cmd"),
        ("servers.v2/policy", ""),
        ("policy", ""),
        (".ipsec", ""),
        ("policy.", ""),
        ("a.tar.gz", ".gz"),
    ],
)
def test_the_ending_of_a_file_name(path: str, suffix: str) -> None:
    assert suffix_of(path) == suffix


@cases("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@cases(
    ("written", "said"),
    [("A  \r\nB\t\r\n", "A\r\nB\r\n"), ("> Gr\u00f6\u00dfe\n> \u57df\n", "Gr\u00f6\u00dfe\n\u57df\n")],
)
def test_what_stands_around_all_lines_of_an_input_is_no_part_of_it(written: str, said: str, encoding: str) -> None:
    assert bytes_source("list.txt", written.encode(encoding)).without_frame().read_text() == said


def test_an_input_around_whose_lines_nothing_stands_is_left_as_it_is() -> None:
    source = bytes_source("list.txt", b"A\nB\n")
    assert source.without_frame() is source


@cases("path", ["a.md", "a.ps1", "a.cmd"])
@cases("written", ["  A\n  B\n  C\n", "1. A\n2. B\n3. C\n", "A\\\n\\\nB\\\n"])
def test_a_margin_of_a_document_and_of_a_script_stays(path: str, written: str) -> None:
    source = bytes_source(path, written.encode())
    assert source.without_frame() is source


@cases(
    ("text", "behind"),
    [
        ('// a\n{"b": 1}', '{"b": 1}'),
        ("/* a\n * b */ // c\n [1]", "[1]"),
        ("// a\nnetsh ipsec", "// a\nnetsh ipsec"),
        ("/ a\n{}", "/ a\n{}"),
        ("  // a\n{}", "  // a\n{}"),
        ("", ""),
    ],
)
def test_a_document_of_json_begins_behind_its_comments(text: str, behind: str) -> None:
    assert behind_comments(text) == behind


def test_what_is_no_file_to_open_is_said(tmp_path: Path) -> None:
    (tmp_path / "gone.cmd").symlink_to(tmp_path / "nowhere.cmd")
    said = {"gone.cmd": "it is a link to what does not exist", "a\0b": "no file can be called so", "none": NOT_THERE}
    for name, reason in said.items():
        with pytest.raises(SourceError, match=f"^{re.escape(reason)}$"):
            file_source(tmp_path / name).read_bytes()
