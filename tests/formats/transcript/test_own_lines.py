"""Sessions in which all lines are one format's own: nothing else begins between them, and they are not cut."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests import ROOT
from tests.cases import cases

from ipseclint.formats import all_formats, recognise
from ipseclint.formats.parsed import Format
from ipseclint.source import Source, text_source

_OF_SESSIONS = {
    "advfirewall-show": "global-weak.txt",
    "audit-commands": "runbook.txt",
    "certutil-store": "empty_german.txt",
    "netsh-ipsec-show": "policy-in-other-words.txt",
    "performance-counters": "get-counter.txt",
    "reg-query": "asked-for.txt",
    "registry-properties": "asked-for.txt",
    "wmic-services": "asked.txt",
}
_FORMATS = {form.name: form for form in all_formats()}
_OTHERS = (
    "C:\\>netsh advfirewall consec add rule name=A endpoint1=any endpoint2=any action=requestinrequestout",
    "PS C:\\> New-NetIPsecRule -DisplayName A -InboundSecurity Require",
    "# What was asked",
    "> C:\\>",
    "```",
    "Then I have looked at the other machine.",
    "Endpoint1:                            10.0.0.0/8",
    "    Event ID: 4653",
)


def _text(name: str) -> str:
    return (ROOT / "fixtures" / "formats" / name / _OF_SESSIONS[name]).read_text("utf-8")


def _is_alone(form: Format, text: str) -> bool:
    assert form.is_alone is not None
    return form.is_alone(text_source("session.txt", text))


@cases("name", list(_OF_SESSIONS))
def test_a_session_of_own_lines_is_alone_however_often_they_come(name: str) -> None:
    text, form = _text(name), _FORMATS[name]
    for times in (1, 3):
        own = f"{text.rstrip()}\n\n" * times
        assert _is_alone(form, own)
        assert recognise(text_source("session.txt", own)) is form
        assert _is_alone(form, own.replace("\n", "\r\n"))


@cases("name", list(_OF_SESSIONS))
def test_a_line_of_another_is_asked(name: str) -> None:
    text = _text(name)
    for other in _OTHERS:
        assert not _is_alone(_FORMATS[name], f"{text}\n{other}\n"), other
        assert not _is_alone(_FORMATS[name], f"{other}\n{text}\n"), other


@cases(
    ("name", "line"),
    [
        ("wmic-services", 'C:\\>wmic service where name="IKEEXT" call startservice'),
        ("wmic-services", "C:\\>wmic service get Name,State & netsh advfirewall show global"),
        ("wmic-services", "PathName=C:\\Windows\\system32\\svchost.exe"),
        ("certutil-store", "C:\\>certutil -addstore my a.cer"),
        ("certutil-store", "CertUtil: -store command FAILED: 0x80090011 (-2146893807)"),
        ("audit-commands", "C:\\>auditpol /get /category:*"),
        ("audit-commands", "PS C:\\> auditpol /clear /y"),
        ("audit-commands", "auditpol /clear /y & sc config IKEEXT start= disabled"),
        ("advfirewall-show", "C:\\>netsh advfirewall set global ipsec saidletimemin 5"),
        ("netsh-ipsec-show", "C:\\>netsh ipsec static set policy name=Perimeter assign=yes"),
        ("netsh-ipsec-show", "Policy Name: Perimeter & netsh ipsec static delete all"),
        ("netsh-ipsec-show", "Quick Mode Policy: Perimeter"),
        ("performance-counters", "PS C:\\> Get-Counter '\\IPsec Driver\\*' | Export-Counter a.blg"),
        ("reg-query", "    ImagePath    REG_EXPAND_SZ    %SystemRoot%\\system32\\svchost.exe"),
        ("reg-query", "C:\\>reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent /v Start /d 4"),
        ("registry-properties", "PS C:\\> Get-ItemProperty HKLM:\\SYSTEM\\A; Set-ItemProperty HKLM:\\SYSTEM\\A B 1"),
    ],
)
def test_what_only_looks_like_an_own_line_is_asked(name: str, line: str) -> None:
    assert not _is_alone(_FORMATS[name], f"{_text(name)}\n{line}\n")


@cases("name", list(_OF_SESSIONS))
def test_what_is_alone_would_be_told_so_without_it(name: str) -> None:
    text = _text(name)
    for path in ("a.txt", "a", "a.log", "a.cmd"):
        sure = recognise(text_source(path, text * 3))
        with pytest.MonkeyPatch.context() as patched:
            asked: Callable[[Source, object], bool] = lambda _source, _own: False  # noqa: E731
            patched.setattr(Source, "has_only", asked)
            assert recognise(text_source(path, text * 3)) is sure, path
