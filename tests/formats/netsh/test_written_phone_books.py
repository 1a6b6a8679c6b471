"""A batch file that writes a phone book is said to: what it then holds is not followed."""

from __future__ import annotations

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
