"""The certificates that a batch file imports by certutil: which, where, whose, and with which key."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.netsh.script import parse
from ipseclint.source import bytes_source


@cases(
    ("words", "name", "column", "has_key", "of_user"),
    [
        ("-importpfx C:\\certs\\pc.pfx", "pc.pfx", 21, True, False),
        ("-f -p secret -importpfx pc.pfx", "pc.pfx", 34, True, False),
        ("-user -importpfx pc.pfx", "pc.pfx", 27, True, True),
        ("-addstore My pc.cer", "pc.cer", 23, None, False),
        ("-user -addstore My pc.cer", "pc.cer", 29, None, True),
    ],
)
def test_what_certutil_imports_is_a_certificate_that_is_known_by_its_file(
    words: str, name: str, column: int, has_key: bool | None, of_user: bool
) -> None:
    text = f"rem ours\r\ncertutil {words}\r\nnetsh ipsec static add policy name=P\r\n"
    (certificate,) = parse(bytes_source("a.cmd", text.encode())).policy.certificates
    assert (certificate.name, certificate.span.line, certificate.span.column) == (name, 2, column)
    assert (certificate.has_private_key and certificate.has_private_key.known) is has_key
    assert (certificate.of_user, certificate.is_imported) == (of_user, True)
