"""What stands around places of a text."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

from ipseclint.engine.unread.text_windows import Window, text_windows
from ipseclint.source import BINARY_SIGNATURES, HEAD_BYTES, Source, bytes_source, file_source
from tests.cases import cases


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
    source.__dict__.update(head=head.head, _begin=(head.head, False))
    tracemalloc.start()
    window = text_windows(source, [(1, at + 1)])[1, at + 1]
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert stream.read_bytes == size_bytes
    assert most_bytes < 16 * 1024 * 1024
    assert len(window.text) == 3 * 4096
    assert window.text[at + 1 - window.column :].startswith("herexx")


@cases("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_windows_are_lines_or_what_of_them_is_near(encoding: str) -> None:
    lines = ["first", "", "Gr\u00f6\u00dfe " * 3, "n" * 1_500_000 + "x" * 100 + "m" * 10_000, "last"]
    source = bytes_source("s.txt", "\r\n".join(lines).encode(encoding))
    places = [(1, 1), (2, 1), (3, 4), (4, 1), (4, 1_500_001), (4, 1_510_100), (5, 5), (6, 1)]
    windows = text_windows(source, places)
    assert [windows[place] for place in places[:3]] == [Window(1, line) for line in lines[:3]]
    assert windows[4, 1] == Window(1, "n" * 2 * 4096)
    for column in (1_500_001, 1_510_100):
        first, text = windows[4, column].column, windows[4, column].text
        assert text == lines[3][first - 1 :][: 3 * 4096]
        assert first <= column - 4096
        assert first + len(text) > min(column + 4096, len(lines[3]))
    assert text_windows(source, [(4, 1_500_001), (4, 1_500_002)]).keys() == {(4, 1_500_001), (4, 1_500_002)}
    assert windows[5, 5] == Window(1, "last")
    assert (6, 1) not in windows


def test_half_a_character_is_a_mark_of_its_own_in_a_window_too() -> None:
    source = bytes_source("x", "ab".encode("utf-16") + b"\x00")
    assert text_windows(source, [(1, 1)])[1, 1].text == source.read_text() == "ab\ufffd"


def test_what_does_not_decode_behind_the_head_is_a_mark_in_a_window() -> None:
    source = bytes_source("x", b"x\n" * HEAD_BYTES + b"a\xffb")
    assert text_windows(source, [(HEAD_BYTES + 1, 1)])[HEAD_BYTES + 1, 1].text == "a\ufffdb"


@cases("signature", BINARY_SIGNATURES)
def test_a_binary_input_has_no_windows(signature: bytes) -> None:
    assert text_windows(bytes_source("x", signature + b"\nab\n"), [(1, 1)]) == {}


def test_what_cannot_be_read_has_no_windows(tmp_path: Path) -> None:
    assert text_windows(file_source(tmp_path / "none"), [(1, 1)]) == {}


class Left(io.BytesIO):
    """A file that knows how far it was read when it was closed."""

    at = 0

    def close(self) -> None:
        self.at = self.at if self.closed else self.tell()
        super().close()


def test_nothing_behind_the_last_place_is_read() -> None:
    opened = [Left(b"x\n" * 4_000_000) for _ in range(2)]
    left = iter(opened)
    assert text_windows(Source("x", lambda: next(left)), [(1, 1)]) == {(1, 1): Window(1, "x")}
    assert opened[1].at < 4_000_000
