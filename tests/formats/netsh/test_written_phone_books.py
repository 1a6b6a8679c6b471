"""A batch file that writes a phone book is said to: what it then holds is not followed."""

from __future__ import annotations

from msgspec.structs import replace
from tests.cases import cases

from ipseclint.formats.netsh.script import parse
from ipseclint.source import bytes_source
from ipseclint.vocabulary.ipsec_tools import PHONE_BOOK_WRITTEN

RULE = "netsh advfirewall consec add rule name=R endpoint1=any endpoint2=10.0.0.1 action=requestinrequestout"


@cases(
    ("line", "column"),
    [
        ("echo [Works]>%APPDATA%\\Microsoft\\Network\\Connections\\Pbk\\rasphone.pbk", 14),
        ('>>"C:\\Users\\Public\\My Book.PBK" echo VpnStrategy=7', 4),
        ("copy /y rasphone.pbk %ALLUSERSPROFILE%\\Microsoft\\Network\\Connections\\Pbk\\", 70),
        ('xcopy "book.pbk" "%PBKDIR%\\rasphone.pbk" /y', 28),
        ("rem echo [Works]>rasphone.pbk", None),
        (":: copy rasphone.pbk C:\\Pbk", None),
        ("type rasphone.pbk > book.txt", None),
        ("copy C:\\Pbk\\rasphone.pbk C:\\backup\\rasphone.bak", None),
        ("rasphone -f rasphone.pbk -d Works", None),
    ],
)
def test_a_phone_book_that_is_written_is_said(line: str, column: int | None) -> None:
    parsed = parse(bytes_source("a.cmd", f"{RULE}\r\n{line}\r\n{line}\r\n".encode()))
    told = [(each.span.line, each.span.column) for each in parsed.problems if each.message == PHONE_BOOK_WRITTEN]
    assert told == ([] if column is None else [(2, column)])
    assert len(parsed.policy.connection_security_rules) == 1


def test_a_phone_book_that_a_called_file_writes_is_said_there_once() -> None:
    called = bytes_source("book.cmd", b"rem fills in\r\necho [Works]>rasphone.pbk\r\n")
    text = f"{RULE}\r\ncall book.cmd\r\ncall book.cmd\r\n"
    source = replace(bytes_source("a.cmd", text.encode()), members=(called,))
    told = [each.span for each in parse(source).problems if each.message == PHONE_BOOK_WRITTEN]
    assert [(span.path, span.line, span.column) for span in told] == [("book.cmd", 2, 14)]


def test_a_phone_book_that_a_written_file_writes_is_said_where_that_is_written() -> None:
    text = f"{RULE}\r\necho copy rasphone.pbk C:\\Pbk\\>book.cmd\r\ncall book.cmd\r\n"
    told = [
        each.span for each in parse(bytes_source("a.cmd", text.encode())).problems if each.message == PHONE_BOOK_WRITTEN
    ]
    assert [(span.path, span.line, span.column) for span in told] == [("a.cmd", 2, 27)]
