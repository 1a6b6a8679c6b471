"""Text between the elements of an export in XML is said to be unread, wherever it stands; marks of viewers are not."""

from __future__ import annotations

import pytest

from ipseclint import check_text
from ipseclint.source import HEAD_BYTES
from tests import ROOT
from tests.cases import cases

COMMAND = "netsh advfirewall set global mainmode mmkeylifetime 7min"
PROFILE = """<VPNProfile>
{0}
  <NativeProfile>{1}
    <Servers>vpn.example</Servers>{2}
    <NativeProtocolType>IKEv2</NativeProtocolType>
    {3}<RoutingPolicyType>SplitTunnel</RoutingPolicyType>
    <DisableClassBasedDefaultRoute/>{4}
  </NativeProfile>
</VPNProfile>
"""
SAID = "this text between elements"
OPENING = "<?xml version='1.0'?>\n"
AS_DATA = (
    "<SyncML><SyncBody><Add><Item><Target><LocURI>./Vendor/MSFT/VPNv2/a/ProfileXML</LocURI></Target>"
    "<Data>{}</Data></Item></Add></SyncBody></SyncML>"
)


def lines_said(text: str, name: str = "x.xml") -> list[int]:
    return [problem.span.line for problem in check_text(text, name).problems if SAID in problem.message]


def profile(at: int, text: str) -> str:
    return PROFILE.format(*(text if number == at else "" for number in range(5)))


@cases(("at", "line"), enumerate((2, 3, 4, 6, 7)))
def test_text_before_between_and_behind_elements_is_said_on_its_line(at: int, line: int) -> None:
    assert lines_said(profile(at, COMMAND)) == [line]
    assert lines_said(profile(at, f"- {COMMAND}")) == [line]
    assert lines_said(profile(at, f"<![CDATA[{COMMAND}]]>")) == [line]
    assert lines_said(profile(at, f"\n\n{COMMAND}\n")) == [line + 2]
    assert lines_said(OPENING + profile(at, COMMAND)) == [line + 1]


@cases("at", range(5))
def test_marks_blanks_and_comments_are_no_text(at: int) -> None:
    for near in ("", "-", "+ - ", "\n\t \n", f"<!-- {COMMAND} -->", "<!-- <a> b </a> c -->", "<?x y?>"):
        assert lines_said(profile(at, near)) == [], near


def test_what_looks_like_elements_in_values_and_attributes_is_none() -> None:
    assert lines_said(profile(3, '<a b="c/> d"/>')) == []
    assert lines_said(profile(3, "<a b='c> d'></a>")) == []
    assert lines_said(profile(3, "<a><![CDATA[b]]></a><c><![CDATA[  d </e> f ]]></c>")) == []
    assert lines_said(profile(3, "<a b='c'/>\n d ")) == [7]


def test_a_profile_within_a_value_is_looked_into() -> None:
    for at, line in ((0, 2), (4, 7)):
        inner = profile(at, COMMAND)
        assert lines_said(AS_DATA.format(f"<![CDATA[{inner}]]>")) == [line]
        assert lines_said(AS_DATA.format(inner.replace("<", "&lt;").replace(">", "&gt;"))) == [line]
        assert lines_said(AS_DATA.format(f"<![CDATA[{profile(at, '')}]]>")) == []


def test_text_far_behind_the_head_is_said() -> None:
    long = profile(4, COMMAND).replace("<NativeProfile>", "<NativeProfile>" + "<!-- . -->\n" * HEAD_BYTES)
    assert lines_said(long) == [HEAD_BYTES + 7]


@pytest.mark.drawn(2)
@cases("text", ("- x", "\u00e9", "\u00b2", "\n\n  9\n"))
def test_any_letter_far_down_is_said(text: str) -> None:
    for at, line in ((1, 3), (4, 2_507)):
        long = profile(at, text).replace("<Servers>", "<a>b \u00e9</a>\n    " * 2_500 + "<Servers>")
        assert lines_said(long) == [line + (2 if "\n" in text else 0)], at


def test_a_value_of_powershell_may_have_properties_below_it() -> None:
    text = (ROOT / "fixtures" / "formats" / "powershell-xml" / "task-offload.xml").read_text()
    first = text.index("<Property")
    assert lines_said(text[:first].rstrip() + "a value" + text[first:]) == []
    assert lines_said(text[:first] + "\na value\n" + text[first:]) != []


def test_a_page_and_a_document_have_text_between_elements() -> None:
    assert lines_said(f"<p>Run <code>{COMMAND}</code> then.</p>", "a.html") == []
    unattended = (ROOT / "fixtures" / "formats" / "carried-commands" / "task.xml").read_text()
    assert lines_said(unattended.replace("</", "some words </", 1), "task.xml") == []
