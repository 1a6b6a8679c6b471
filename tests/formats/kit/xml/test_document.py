from __future__ import annotations

import codecs
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from tests.cases import cases
from tests.formats.kit.xml.test_stream import TREES, written

from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.kit.xml import document
from ipseclint.formats.kit.xml.document import read
from ipseclint.formats.kit.xml.stream import stream
from ipseclint.formats.kit.xml.walker import MAX_DEPTH
from ipseclint.formats.kit.xml.wanted import Found, Subtree, Wanted
from ipseclint.source import bytes_source

ANY_A = Wanted({"a": frozenset()})


def told(found: Found) -> object:
    """All that a reader can see of what it was handed."""
    if not isinstance(found, Subtree):
        return found
    elements = [
        (one.name, one.text, one.attributes, one.line, one.column, one.end_line, one.end_column, one.text_column)
        for one in found.element.walk()
    ]
    return found.parent, dict(found.parent_attributes), elements


def both_ways(data: bytes, wanted: Wanted = ANY_A) -> list[object]:
    """What the document holds, read whole and streamed, which must be the same."""
    source = bytes_source("in.xml", data)
    whole = [told(found) for found in read(source, wanted)]
    assert whole == [told(found) for found in stream(source, wanted)]
    return whole


@cases(
    "text",
    [
        "<r><a>1</a>\n <b><a x='1'>2<c/>tail</a></b></r>",
        "<r>\r\n<a>\r\n1</a>\r<a>lone return</a></r>",
        "<r><!-- <a>no</a> --><a><![CDATA[<a>no</a>]]><?pi <a>?></a></r>",
        '<r><a x="&gt;/>" y=\'"/>\'/><a\n x="1"\n/></r>',
        "<r><a>&#65;&lt;&amp;é😀</a><é><a>ü</a></é></r>",
        "<q:r xmlns:q='u' xmlns='d'><q:a q:t='v'><q:2_1>x</q:2_1></q:a></q:r>",
        "<q:r><q:a q:t='v'/></q:r>",
        "<a/>",
        "<a><a><a/></a></a>",
        "<a>>/></a>",
    ],
)
def test_a_document_read_whole_is_what_its_stream_tells(text: str) -> None:
    assert both_ways(text.encode())
    assert both_ways(codecs.BOM_UTF16_LE + text.encode("utf-16-le")) == both_ways(text.encode())


@given(TREES, st.booleans(), st.sampled_from(["\n", "\r\n", "\r", ""]))
def test_any_tree_stands_where_its_tags_are(tree: tuple[str, str, list[object]], pretty: bool, newline: str) -> None:
    root = etree.Element("a")
    written(tree, root)
    text = etree.tostring(root, encoding="unicode", pretty_print=pretty).replace("\n", newline)
    (found,) = both_ways(text.encode())
    lines = re.split("\r\n|\r|\n", text)
    assert isinstance(found, tuple)
    for name, _, _, line, column, end_line, end_column, _ in found[2]:
        assert re.match(rf"<{name}[\s/>]", lines[line - 1][column - 1 :])
        end = lines[end_line - 1]
        assert end[end_column - 1 :].startswith(f"</{name}>") or end[: end_column - 1].endswith("/>")


@cases(
    "data",
    [
        b"<r><a>1</a><a>2",
        b"<r><a>1</a></b></r>",
        b"<!DOCTYPE r><r><a>1</a></r>",
        b"<r><a>\xff</a></r>",
        codecs.BOM_UTF16_LE + "<r><a>x</a></r>".encode("utf-16-le") + b"\x00",
        b"<r>" + b"<a>" * 130 + b"</a>" * 130 + b"</r>",
        b"<r><a>1</a></r><r><a>2</a></r>",
        b'<r xmlns="http://a@\'\n"><a>1</a></r>b</a></r>',
        b'<r xmlns="http://a@\'\n"><a>1</a></r>netsh',
        b"",
    ],
)
def test_what_is_not_as_it_should_be_is_told_as_the_stream_tells_it(data: bytes) -> None:
    found = both_ways(data)
    problems = [each for each in found if isinstance(each, Problem)]
    assert bool(problems) is not data.startswith(b"<r><a>1</a></r><r>")


def test_a_document_too_large_to_be_held_is_streamed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"<r>" + b"<a>1</a>" * 1000 + b"</r>"
    monkeypatch.setattr(document, "build_document", lambda _: pytest.fail("read whole"))
    monkeypatch.setattr(document, "MAX_DOCUMENT_BYTES", 1000)
    found = list(read(bytes_source("in.xml", data), ANY_A))
    assert len(found) == 1000
    last = found[-1]
    assert isinstance(last, Subtree)
    assert (last.element.line, last.element.column) == (1, 3 + 8 * 999 + 1)


def test_one_object_with_too_many_elements_is_refused_in_a_document_too() -> None:
    (problem,) = read(bytes_source("in.xml", b"<a>" + b"<b/>" * 210_000 + b"</a>" + b" " * 20_000), ANY_A)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.message) == (ProblemCode.REFUSED, "one object has more than 200000 elements")


def test_no_entity_no_file_no_network() -> None:
    evil = b"<r><a>&x;</a></r>"
    (problem,) = both_ways(evil)
    assert isinstance(problem, Problem)
    assert problem.code is ProblemCode.MALFORMED
    included = (
        b'<r xmlns:xi="http://www.w3.org/2001/XInclude"><a><xi:include href="file:///etc/passwd" parse="text"/></a></r>'
    )
    (part,) = both_ways(included)
    assert isinstance(part, tuple)
    assert [name for name, *_ in part[2]] == ["a", "include"]
    assert part[2][0][1] == ""


def test_a_long_line_of_other_letters_is_counted_in_characters() -> None:
    data = ("<r>" + "<b>ä</b>" * 50_000 + "<a>é</a></r>").encode()
    ((_, _, ((_, text, _, line, column, _, end_column, _),)),) = both_ways(data)  # type: ignore[misc]
    assert (text, line, column, end_column) == ("é", 1, 3 + 8 * 50_000 + 1, 3 + 8 * 50_000 + 5)


@cases(("depth", "is_refused"), [(MAX_DEPTH - 1, False), (MAX_DEPTH, False), (MAX_DEPTH + 1, True)])
@cases(("before", "behind"), [("", ""), ("<c/>", ""), ("", "<c/>"), ("<c/>" * 200, "<c/>" * 200)])
def test_so_deep_a_document_is_read_and_no_deeper(depth: int, is_refused: bool, before: str, behind: str) -> None:
    text = f"<a>{before}" * (depth - 1) + "<b/>" + f"{behind}</a>" * (depth - 1)
    found = list(read(bytes_source("x", text.encode()), Wanted({"b": frozenset()})))
    assert any(isinstance(each, Problem) for each in found) is is_refused
