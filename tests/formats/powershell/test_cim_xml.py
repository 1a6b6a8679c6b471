"""What stands around the objects of an export as XML, and is none, is counted by name; the objects are read."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases

from ipseclint.formats.powershell.cim_xml import parse
from ipseclint.source import bytes_source

TEXT = (ROOT / "fixtures/formats/powershell-xml/policy.xml").read_text("utf-8-sig")


@cases(
    ("place", "more", "unread"),
    [
        ("<Objects>", "<Odd/>", {"`Objects/Odd`"}),
        ("</Objects>", "<Odd><Object/></Odd>", {"`Objects/Odd`"}),
        ("</Object>", "<Odd/>", {"`Odd`"}),
        ("<Property ", "<Odd/>", {"`Odd`"}),
        ("<Property Type=", "<Odd/>", {"`Odd`"}),
        ("</Property>", "<Odd/>", {"`Odd`"}),
    ],
)
def test_an_element_that_nobody_knows_is_counted(place: str, more: str, unread: set[str]) -> None:
    text = TEXT.replace(place, place + more if place == "<Objects>" else more + place, 1)
    whole, parsed = (parse(bytes_source("a.xml", each.encode())) for each in (TEXT, text))
    assert {name for name, *_ in parsed.unread} - {name for name, *_ in whole.unread} == unread
    assert [rule.name for rule in parsed.policy.connection_security_rules] == [
        rule.name for rule in whole.policy.connection_security_rules
    ]
