"""Mails with encoded parts: each part is an input by the name of its file, and what is no such mail stays a text."""

from __future__ import annotations

import base64
import json
import quopri
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ipseclint.engine.inputs.archives import entries_of
from ipseclint.engine.inputs.mails import parts_of
from ipseclint.source import bytes_source
from tests.cases import cases

RULE = (
    "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.9.0.0/16 action=requestinrequestout"
    " auth1=computerpsk auth1psk=hk7QzSommerregen\n"
)
HEAD = "From: ana@example.org\nSubject: rule\nMIME-Version: 1.0\n"
OF_TEXT = "Content-Type: text/plain; charset={}\nContent-Transfer-Encoding: {}\n"


def mixed(*parts: str, kind: str = "mixed", boundary: str = "bb") -> str:
    body = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{body}--{boundary}--\n'


def encoded(text: str, name: str = "", kind: str = "text/plain") -> str:
    named = f'Content-Disposition: attachment; filename="{name}"\n' if name else ""
    body = base64.encodebytes(text.encode()).decode()
    return f"Content-Type: {kind}\n{named}Content-Transfer-Encoding: base64\n\n{body}"


def names(mail: str, path: str = "a.eml") -> list[str] | None:
    entries = entries_of(bytes_source(path, mail.encode()))
    return None if entries is None else [entry.path for entry in entries]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_is_attached_is_an_input_and_its_key_is_not_shown(
    line_end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    mail = HEAD + mixed(encoded("see there", ""), encoded(RULE, "policy.cmd", "application/octet-stream"))
    Path("a.eml").write_bytes(mail.replace("\n", line_end).encode())
    for path in ("a.eml", "."):
        ran = cli("check", path, "-o", "json")
        findings = {each["location"]["path"] for each in json.loads(ran.out)["findings"]}
        assert findings == {"a.eml/policy.cmd"}
    assert "hk7QzSommerregen" not in ran.out + cli("check", "a.eml").out


def test_a_text_that_quoted_printable_breaks_is_whole() -> None:
    body = quopri.encodestring(f"{RULE}B\u00fcro".encode("latin-1")).decode()
    assert "=\n" in body
    mail = HEAD + OF_TEXT.format("iso-8859-1", "quoted-printable") + "\n" + body
    assert list(parts_of(mail.encode())) == [("part1.txt", f"{RULE}B\u00fcro".encode())]


def test_of_alternatives_the_plain_one_is_taken() -> None:
    both = mixed(encoded("a"), encoded("<p>a</p>", kind="text/html"), kind="alternative", boundary="cc")
    assert names(HEAD + mixed(both, encoded("b", kind="text/html"))) == ["part1.txt", "part2.html"]
    assert names(HEAD + mixed(encoded("<p>a</p>", kind="text/html"), kind="alternative")) == ["part1.html"]


def test_a_page_that_is_not_encoded_is_a_part() -> None:
    page = "Content-Type: text/html; charset=utf-8\n\n<html><pre>netsh x name=&quot;A&quot;</pre></html>\n"
    assert names(HEAD + page) == ["part1.html"]
    assert names(HEAD + mixed(page, "Content-Type:\n text/html\n\n<p>a</p>\n")) == ["part1.html", "part2.html"]


def test_names_are_those_of_files_and_each_is_one() -> None:
    mail = HEAD + mixed(encoded("a", "x.txt"), encoded("b", "..\\\\up\\\\x.txt"), encoded("c", "/etc/y.txt"))
    assert names(mail) == ["x.txt", "2-x.txt", "y.txt"]


def test_an_archive_in_a_mail_and_a_mail_in_a_mail_are_read() -> None:
    inner = HEAD + mixed(encoded("b", "y.txt"))
    assert names(HEAD + mixed(encoded(inner, "inner.eml"))) == ["inner.eml/y.txt"]
    outer = mixed(f"Content-Type: message/rfc822\n\n{inner}", encoded("a", "x.txt"), boundary="outer")
    assert names(HEAD + outer) == ["y.txt", "x.txt"]


@cases(
    ("mail", "path"),
    [
        (HEAD + "Content-Type: text/plain\n\n" + RULE, "a.eml"),
        (HEAD + mixed(encoded("a")), "a.txt"),
        ("", "a.eml"),
    ],
)
def test_another_text_is_no_container(mail: str, path: str) -> None:
    assert names(mail, path) is None


def test_parts_that_lie_too_deep_are_refused() -> None:
    mail = encoded("a")
    for depth in range(3000):
        mail = mixed(mail, boundary=f"b{depth}") if depth < 3 else f"Content-Type: message/rfc822\n\n{mail}"
    (entry,) = entries_of(bytes_source("a.eml", (HEAD + mixed(encoded("b"), mail)).encode())) or ()
    with pytest.raises(OSError, match="its parts lie too deep within each other"):
        entry.source.open_bytes()


def test_a_charset_that_nobody_knows_leaves_the_bytes() -> None:
    mail = HEAD + OF_TEXT.format("x-none", "base64") + "\n" + base64.encodebytes(b"\xff a").decode()
    assert list(parts_of(mail.encode())) == [("part1.txt", b"\xff a")]
