"""Texts without a mark are read in their code page."""

from __future__ import annotations

from ipseclint.code_pages import code_page_of
from ipseclint.source import HEAD_BYTES, bytes_source, text_source
from tests.cases import cases

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
    ("cp850", "Contrôle"),
    ("cp850", "Menü"),
    ("cp850", "Café"),
    ("cp850", "Übung"),
    ("cp850", "Änderung für Überwachung"),
    ("cp850", "Nærværende"),
    ("cp850", "Réseaux contrôlés"),
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


@cases(("encoding", "name"), NAMES)
def test_a_script_without_a_mark_is_read_in_its_code_page(encoding: str, name: str) -> None:
    script = SCRIPT.format(name)
    assert text_of(script.encode(encoding)) == script


@cases(("encoding", "name"), NAMES)
def test_a_text_that_begins_with_a_name_is_read_in_its_code_page(encoding: str, name: str) -> None:
    text = f"{name}\r\nrem of 10.0.0.0/8\r\n"
    assert text_of(text.encode(encoding)) == text


@cases(
    ("encoding", "name"),
    [("cp852", "Zażółć gęślą"), ("cp437", "Größe Ä"), ("cp857", "Güvenlik İlkesi"), ("cp737", "Κανόνας")],
)
def test_a_batch_file_is_read_in_the_code_page_that_it_chooses(encoding: str, name: str) -> None:
    script = f"@Echo OFF\r\n@CHCP {encoding[2:]} >nul\r\n{SCRIPT.format(name)}"
    assert text_of(script.encode(encoding)) == script


@cases("lines", ["chcp 850", "@echo off\r\nrem chcp 850", "@echo off\r\nchcp 65001", "@echo off\r\nchcp 500"])
def test_what_chooses_no_code_page_of_a_batch_file_changes_nothing(lines: str) -> None:
    script = f"{lines}\r\n{SCRIPT.format('Règle sécurisée')}"
    assert text_of(script.encode("cp1252")) == script


def test_bytes_that_no_code_page_has_are_read_one_by_one() -> None:
    assert text_of(b"\x81\xff\x8d") == "\x81\xff\x8d"


@cases("word", ["Ääniä", "créée", "canapéé"])
def test_accents_side_by_side_are_western_where_a_letter_stands_before_or_after(word: str) -> None:
    assert text_of(f"rem {word}\r\n".encode("cp1252")) == f"rem {word}\r\n"


def test_the_code_page_is_told_by_the_first_letters_that_are_not_ascii_however_far_in() -> None:
    script = "rem " + "-" * 2 * HEAD_BYTES + "\r\n" + SCRIPT.format("域控制器")
    assert text_of(script.encode("cp936")) == script


@cases("word", ["Ääs", "Ääs2", "créée"])
def test_one_letter_beside_accents_is_enough(word: str) -> None:
    assert text_of(f"rem {word}\r\n".encode("cp1252")) == f"rem {word}\r\n"


def test_each_letter_of_the_western_console_is_one() -> None:
    for letter in "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜáíóúñÑÁÂÀß":
        text = f"rem Büro für Süd h{letter}r\r\n"
        assert text_of(text.encode("cp850")) == text


@cases("byte", [0x9B, 0x9F, 0xA6, 0xAF, 0xB4, 0xB8, 0xE0, 0xE2])
def test_what_stands_beside_the_letters_of_the_western_console_is_none(byte: int) -> None:
    data = "rem Büro für Süd h".encode("cp850") + bytes((byte,)) + b"r\r\n"
    assert text_of(data) != data.decode("cp850")


@cases(
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
@cases("encoding", ["cp866", "cp1251"])
def test_how_much_tells_of_russian(name: str, encoding: str, is_russian: bool) -> None:
    assert (text_of(f"rem {name}\r\n".encode(encoding)) == f"rem {name}\r\n") is is_russian


@cases(("encoding", "name"), [("cp936", "域控制器"), ("cp949", "보안정책"), ("cp932", "サーバー")])
@cases("shift", ["", "x"])
def test_a_character_that_the_head_cuts_is_none(encoding: str, name: str, shift: str) -> None:
    script = f"rem {name[0]}{shift}{name * HEAD_BYTES}\r\n"
    assert text_of(script.encode(encoding)) == script


@cases("lines", [3, 20_000])
def test_a_head_is_read_in_the_code_page_of_its_whole_lines(lines: int) -> None:
    data = ("筛选器列表名称 : 禁止端口\n" * lines).encode("cp936")
    source = bytes_source("shown.txt", data)
    assert source.is_in_head == (lines == 3)
    assert source.head_text.split("\n")[:2] == ["筛选器列表名称 : 禁止端口"] * 2


@cases(
    ("data", "encoding"),
    [
        (b"\x93b\x94", "cp1252"),
        (b"a\x94 \x93b", "cp1252"),
        (b"a\x93b", "cp850"),
        (b"a\x91b", "cp850"),
        (b"a \x91b\x92", "cp1252"),
        (b"\x91 \x81", "latin-1"),
        (b"a\x82\x82\x82b", "cp936"),
        (b"\xe9t\xe9", "cp1252"),
        (b"\xe9\xe8", "cp936"),
        (b"a\xe9\xe8", "cp1252"),
        (b"\xe9\xe8a", "cp1252"),
        (b"a\xb0", "cp1252"),
        (b"\x82\xa0\xb0\xb1", "cp932"),
        ("Größe".encode() * 2 + b" \x81", "utf-8"),
        ("Größe".encode() * 2 + b" \x81 \x81", "latin-1"),
        ("Größe".encode() + b" \x81", "latin-1"),
    ],
)
def test_few_signs_are_of_the_code_page_in_which_they_stand_as_words_do(data: bytes, encoding: str) -> None:
    assert code_page_of(b"rem " + data + b"\r\n") == encoding


@cases("text", ["a\nb\n", "a\rb\r", "a\r\nb", "\ufeffa", "\xe4\n", "a\0b\0", "", "a" * (HEAD_BYTES + 1)])
def test_a_piece_of_text_is_an_input_with_that_text(text: str) -> None:
    assert text_source("a.txt", text).head_text == bytes_source("a.txt", text.encode()).head_text


def test_a_text_of_ascii_is_not_decoded_again() -> None:
    text = "netsh\n"
    assert text_source("a.txt", text).head_text is text
