"""Elements of drawn documents say what lxml says, whichever is asked first, and stand where their tags are."""

from __future__ import annotations

from random import Random

import pytest
from lxml import etree
from tests.cases import cases
from tests.formats.kit.xml.test_document import both_ways

from ipseclint.formats.kit.diagnostics import Diagnostics
from ipseclint.formats.kit.xml import document
from ipseclint.formats.kit.xml.bytes import begins_character
from ipseclint.formats.kit.xml.document import elements, whole
from ipseclint.formats.kit.xml.element import Element, build_document
from ipseclint.formats.kit.xml.wanted import Strange, Wanted
from ipseclint.source import bytes_source

SEEDS = range(40)


def drawn(rng: Random, depth: int = 0) -> str:
    """An element with what may stand in one."""
    name = rng.choice(("a", "b", "c-d", "é"))
    tag = name + rng.choice(("", "", " x='1'", '\n y="&gt;/>"', " "))
    if depth > 3 or rng.random() < 0.25:
        return rng.choice((f"<{tag}/>", f"<{tag}></{name}>", f"<{tag}>{rng.choice('xü😀')} \n</{name}>"))
    beside = ("", "", "\n", "\r\n ", "text", "&amp;é", "<!-- <a> -->", "<?p <a>?>", "<![CDATA[<b>]]>")
    inside = "".join(rng.choice(beside) + drawn(rng, depth + 1) for _ in range(rng.randrange(4)))
    return f"<{tag}>{inside}{rng.choice(beside)}</{name}>"


@cases("seed", SEEDS)
def test_an_element_says_what_lxml_says(seed: int) -> None:
    text = drawn(Random(seed))
    mine = build_document(text.encode())
    assert mine is not None
    theirs = etree.fromstring(text.encode(), etree.XMLParser(remove_comments=True, remove_pis=True))
    ours = list(mine.walk())
    assert [each.name for each in ours] == [node.tag for node in theirs.iter()]
    for each, node in zip(ours, theirs.iter(), strict=True):
        assert each.is_leaf is (len(node) == 0)
        assert each.text == ((node[-1].tail if len(node) else node.text) or "")
        assert dict(each.attributes) == dict(node.attrib)
        assert [child.name for child in each.children] == [child.tag for child in node]
        for name in ("a", "b", "none"):
            assert each.named(name) == [child for child in each.children if child.name == name]
            assert each.child(name) == next(iter(each.named(name)), None)
            first = node.find(name)
            assert each.child_text(name) == ("" if first is None else each.named(name)[0].text.strip())


@cases("seed", SEEDS)
def test_places_are_the_same_in_whatever_order_they_are_asked_for(seed: int) -> None:
    rng = Random(seed)
    text = drawn(rng)
    first, second = (list(root.walk()) for _ in range(2) if (root := build_document(text.encode())) is not None)
    numbers = list(range(len(first)))
    rng.shuffle(numbers)
    asked = {number: (second[number].end, second[number].start) for number in numbers}
    assert [asked[number] for number in range(len(first))] == [(each.end, each.start) for each in first]
    lines = text.replace("\r\n", "\n").split("\n")
    for each in first:
        assert lines[each.line - 1][each.column - 1 :].startswith(f"<{each.name}")
        assert (each.end_line, each.end_column) == each.end
        end = lines[each.end_line - 1]
        assert end[each.end_column - 1 :].startswith(f"</{each.name}>") or end[: each.end_column - 1].endswith("/>")


@cases("seed", SEEDS)
def test_a_prefix_that_nothing_declares_changes_no_place(seed: int) -> None:
    text = drawn(Random(seed)).replace("<b", "<q:b").replace("</b", "</q:b").replace("<![CDATA[<q:b>]]>", "")
    mine, behind = build_document(text.encode()), build_document(f"{text}<a/>".encode())
    assert mine is not None
    assert behind is None
    plain = build_document(text.replace("q:", "").encode())
    assert plain is not None
    assert [(each.name, each.line, each.end_line) for each in mine.walk()] == [
        (each.name, each.line, each.end_line) for each in plain.walk()
    ]


@cases("seed", SEEDS)
def test_what_is_strange_around_the_wanted_is_told_by_a_whole_document_too(seed: int) -> None:
    text = f"<r><a><é/></a>{drawn(Random(seed))}</r>"
    found = both_ways(text.encode(), Wanted({"b": frozenset()}, around={"r": frozenset({"b"}), "a": frozenset("a")}))
    assert Strange("a", "r", 1, 4) in found
    diagnostics = Diagnostics("in.xml")
    wanted = Wanted({"b": frozenset()}, around={"r": frozenset({"b"})})
    told = list(elements(bytes_source("in.xml", text.encode()), wanted, diagnostics))
    assert all(isinstance(each, Element) and each.name == "b" for each in told)
    assert diagnostics.unread["`r/a`"] >= 1


def test_a_document_is_read_whole_up_to_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"<r>" + b"<a></a>" * 9 + b"</r>"
    monkeypatch.setattr(document, "MAX_SUBTREE_ELEMENTS", 10)
    assert whole(data) is not None
    assert whole(data.replace(b"</r>", b"<b/></r>")) is None
    streamed: list[str] = []
    monkeypatch.setattr(document, "stream", lambda source, _: streamed.append(source.path) or ())
    for limit, expected in ((len(data), []), (len(data) - 1, ["in.xml"])):
        monkeypatch.setattr(document, "MAX_DOCUMENT_BYTES", limit)
        streamed.clear()
        list(document.read(bytes_source("in.xml", data), Wanted({"a": frozenset()})))
        assert streamed == expected


@cases("text", ["a", "é", "–", "😀"])
def test_bytes_begin_a_character_however_much_of_it_is_there(text: str) -> None:
    data = text.encode()
    for end in range(1, len(data) + 1):
        assert begins_character(data[:end]) is True
        assert begins_character(data[:end] + b"\xff") is (end == len(data))
    for start in range(1, len(data)):
        assert begins_character(data[start:]) is False
