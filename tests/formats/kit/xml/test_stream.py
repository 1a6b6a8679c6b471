from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace
from tests.cases import cases

from ipseclint.finding import Problem, ProblemCode
from ipseclint.formats.kit.xml import stream as stream_of_xml
from ipseclint.formats.kit.xml import walker
from ipseclint.formats.kit.xml.element import Element
from ipseclint.formats.kit.xml.stream import stream
from ipseclint.formats.kit.xml.walker import MAX_DEPTH
from ipseclint.formats.kit.xml.wanted import ListEnd, Records, Row, Subtree, Wanted
from ipseclint.formats.wfp.marks import Marks
from ipseclint.source import Source, bytes_source, file_source

pytestmark = pytest.mark.drawn(4)

EVERYTHING = Wanted({"root": frozenset()})
RECORDS = Records(frozenset({"item"}), b"<key>", Marks((b"HOT",)).find)
HOT = Wanted({"item": frozenset({"list"}), "tail": frozenset()}, {"list": RECORDS})


def run(data: bytes | str, wanted: Wanted = EVERYTHING) -> list[Subtree | ListEnd | Problem]:
    raw = data.encode() if isinstance(data, str) else data
    return list(stream(bytes_source("in.xml", raw), wanted))


def problems(found: list[Subtree | ListEnd | Problem]) -> list[tuple[ProblemCode, int, int]]:
    return [(each.code, each.span.line, each.span.column) for each in found if isinstance(each, Problem)]


def elements(found: list[Subtree | ListEnd | Problem]) -> list[Element]:
    return [each.element for each in found if isinstance(each, Subtree)]


def test_places_count_characters_from_one() -> None:
    (root,) = elements(run('<root>\r\n\t<ü>ß</ü><b x="1">\n two</b></root>'))
    first, second = root.children
    assert (first.name, first.line, first.column, first.text_column) == ("ü", 2, 2, 5)
    assert (first.end_line, first.end_column, first.text) == (2, 6, "ß")
    assert (second.line, second.column, second.end_line, second.end_column) == (2, 10, 3, 5)
    assert second.attributes == {"x": "1"}


def test_byte_order_mark_takes_no_column() -> None:
    (root,) = elements(run(codecs.BOM_UTF8 + b"<root/>"))
    assert (root.line, root.column) == (1, 1)


@cases(
    ("codec", "mark"),
    [
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-8", codecs.BOM_UTF8),
    ],
)
def test_encoding_shown_by_the_bytes_wins_over_the_declared_one(codec: str, mark: bytes) -> None:
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<root>\n <a>ä…</a>\n</root>' + " " * 600
    found = run(mark + text.encode(codec))
    assert problems(found) == []
    (root,) = elements(found)
    assert [(child.text, child.line, child.column) for child in root.children] == [("ä…", 3, 2)]


def test_declared_code_page_is_used() -> None:
    text = '<?xml version="1.0" encoding="gb2312"?><root>筛选器</root>'
    (root,) = elements(run(text.encode("gb2312")))
    assert root.text == "筛选器"


@cases("name", ["x-unknown", "rot13", "idna", "UTF-16", "unicode_escape", "hex"])
def test_declared_encoding_that_cannot_be_is_not_believed(name: str) -> None:
    (root,) = elements(run(f'<?xml version="1.0" encoding="{name}"?><root>ä</root>'))
    assert root.text == "ä"


def test_bytes_that_are_no_text_are_replaced_and_reported_once() -> None:
    found = run(b"<root>\n <a>ab\xff\xfe</a><b>\xc3</b>\n</root>")
    assert problems(found) == [(ProblemCode.MALFORMED, 2, 7)]
    (root,) = elements(found)
    assert root.child_text("a") == "ab\ufffd\ufffd"


def test_undecodable_bytes_lose_and_repeat_nothing() -> None:
    items = [item(i, "HOT" if i % 100 == 0 else "cold") for i in range(20_000)]
    items[10_000] = items[10_000].replace("HOT", "HOT @")
    items[15_050] = items[15_050].replace("cold", "cold @")
    data = listed(items).encode().replace(b"@", b"\xe4")
    found = run(data, HOT)
    line = data[: data.index(b"\xe4")].count(b"\n") + 1
    assert [each[:2] for each in problems(found)] == [(ProblemCode.MALFORMED, line)]
    marked = [each for each in keys(found) if int(each) % 100 == 0]
    assert marked == [str(i) for i in range(0, 20_000, 100)]
    assert [each.records for each in found if isinstance(each, ListEnd)] == [20_000]


@cases("text", ["<root>\ufffe</root>", "<root><–/></root>", "<root>ä"])
def test_characters_that_xml_forbids_are_malformed(text: str) -> None:
    assert [code for code, _, _ in problems(run(text))] == [ProblemCode.MALFORMED]


def test_undecodable_byte_far_inside_a_utf16_input() -> None:
    text = "<root>\n" + "<a>x</a>\n" * 100_000 + "</root>"
    data = codecs.BOM_UTF16_LE + text.encode("utf-16-le").replace("</root>".encode("utf-16-le"), b"\x00\xd8<\x00/\x00")
    assert (ProblemCode.MALFORMED, 100_002, 1) in problems(run(data))


def test_second_root_keeps_its_place() -> None:
    found = run("<root>\n</root>\n  <second>\n<root><a/></root></second>", Wanted({"root": frozenset({"second"})}))
    assert problems(found) == []
    (root,) = elements(found)
    assert (root.line, root.column) == (4, 1)
    assert (root.children[0].line, root.children[0].column) == (4, 7)


def test_many_roots_are_refused_in_time() -> None:
    found = run("<root/>" * 100_000)
    assert problems(found)[-1][0] is ProblemCode.MALFORMED
    assert len(elements(found)) < 20


def test_text_after_the_root_is_malformed() -> None:
    assert problems(run("<root/>\nhello")) == [(ProblemCode.MALFORMED, 2, 1)]


def test_of_the_texts_beside_elements_without_a_root_the_first_is_told() -> None:
    found = run("<root/>\n<root/>\n one\n<root/> two\n<root/> three", Wanted({"root": frozenset()}, without_root=True))
    assert problems(found) == [(ProblemCode.NOT_UNDERSTOOD, 3, 2)]


def test_what_was_complete_before_a_cut_is_kept() -> None:
    wanted = Wanted({"a": frozenset({"root"})})
    found = run("<root>\n<a>1</a>\n<a>2</a>\n<a>3", wanted)
    assert [each.text for each in elements(found)] == ["1", "2"]
    (problem,) = [each for each in found if isinstance(each, Problem)]
    assert problem.code is ProblemCode.MALFORMED
    assert (problem.span.line, problem.span.column) == (4, 5)
    assert problem.message == "the input ends inside <a> of line 4"


@cases("data", ["", "   \n ", "no xml", "\0\0\0", "<", "<root", "<a></b>", "&amp;", "<root>&x;</root>"])
def test_what_is_no_xml_is_malformed(data: str) -> None:
    (problem,) = problems(run(data))
    assert problem[0] is ProblemCode.MALFORMED


@cases(
    "doctype",
    [
        '<!DOCTYPE root [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE root SYSTEM "file:///etc/passwd">',
        "<!DOCTYPE root>",
    ],
)
def test_doctype_is_refused_where_it_stands(doctype: str) -> None:
    assert problems(run(f"<?xml version='1.0'?>\n {doctype}<root>&b;</root>"))[0][0] is ProblemCode.REFUSED
    assert elements(run(f"{doctype}<root/>")) == []
    assert problems(run(f"\n {doctype}<root/>"))[0][1] == 2


def test_deep_nesting_is_refused_where_it_gets_too_deep() -> None:
    depth = MAX_DEPTH + 172
    found = run("<a>" * depth + "</a>" * depth)
    assert problems(found) == [(ProblemCode.REFUSED, 1, 3 * MAX_DEPTH + 1)]
    inside = run("<root>" + "<a>" * depth + "</a>" * depth + "</root>")
    assert problems(inside) == [(ProblemCode.REFUSED, 1, 6 + 3 * (MAX_DEPTH - 1) + 1)]


def test_one_endless_text_is_refused() -> None:
    assert problems(run("<root>" + "x" * 9_000_000 + "</root>"))[0][0] is ProblemCode.REFUSED
    assert problems(run("<other>" + "x" * 9_000_000 + "</other>")) == []


def test_one_endless_tag_is_refused() -> None:
    assert problems(run("<root " + "x" * 40_000_000))[0][0] is ProblemCode.REFUSED


def test_one_object_with_too_many_elements_is_refused() -> None:
    assert problems(run("<root>" + "<a/>" * 210_000 + "</root>" + " " * 20_000))[0][0] is ProblemCode.REFUSED


@cases(
    ("limit", "pieces", "message"),
    [
        ("MAX_TEXT_BYTES", ["<root>", "x" * 10], None),
        ("MAX_TEXT_BYTES", ["<root>", "x" * 5, "x" * 6], "one text is longer than 8 MB"),
        ("MAX_TEXT_BYTES", ["<root>", "x" * 8, "<a/>", "x" * 8], None),
        ("MAX_TEXT_BYTES", ["<root>", "x" * 8, "<a>", "x" * 8, "</a>", "x" * 8], None),
        ("MAX_TEXT_BYTES", ["<other><root><a/>", "x" * 8, "</root>", "<b/>" * 8], None),
        ("MAX_TEXT_BYTES", ["<other>", "x" * 8, "x" * 8], None),
        ("MAX_SUBTREE_ELEMENTS", ["<root>", "<a/>" * 10], None),
        ("MAX_SUBTREE_ELEMENTS", ["<root>", "<a/>" * 11], "one object has more than 10 elements"),
        ("MAX_SUBTREE_ELEMENTS", ["<other>", "<root><a/></root>" * 11], None),
        ("MAX_SUBTREE_BYTES", ["<root>", "x" * 4], None),
        ("MAX_SUBTREE_BYTES", ["<root>", "x" * 5], "one object is longer than 64 MB"),
        ("MAX_SUBTREE_BYTES", ["<other>", "x" * 50], None),
        ("MAX_SUBTREE_BYTES", ["<other>", "<root>x</root>", "<root>x</root>"], None),
    ],
)
def test_what_is_wanted_is_refused_behind_its_limit(limit: str, pieces: list[str], message: str | None) -> None:
    reader = walker.Walker("in.xml", Wanted({"root": frozenset()}))
    reader.attach(expat.ParserCreate("utf-8"))
    at = 0
    with pytest.MonkeyPatch.context() as patch, suppress(walker.Refusal):
        patch.setattr(walker, limit, 10)
        for piece in pieces:
            reader.parse(piece.encode(), at, last=False)
            at += len(piece)
    assert [each.message for each in reader.hand_over() if isinstance(each, Problem)] == [message] * (
        message is not None
    )


@cases(("count", "is_read"), [(1, True), (16, True), (17, False)])
def test_sixteen_roots_are_read(count: int, is_read: bool) -> None:
    found = run("<root/>" * count)
    assert len(elements(found)) == min(count, 16)
    assert problems(found) == ([] if is_read else [(ProblemCode.MALFORMED, 1, 7 * 16 + 1)])


@cases(("length", "is_read"), [(40_000, True), (200_000, False)])
@cases("tag", ["<root a='{}'/>", "<root><!--{}--></root>"])
def test_a_long_tag_or_comment_is_refused(tag: str, length: int, is_read: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream_of_xml, "MAX_TAG_BYTES", 50_000)
        found = run(tag.format("x" * length))
    assert [each.message for each in found if isinstance(each, Problem)] == (
        [] if is_read else ["one tag is longer than 1 MB"]
    )


def test_long_single_line_keeps_its_columns() -> None:
    (tail,) = elements(run("<root>" + "<a>xyz</a>" * 100_000 + "<tail>t</tail></root>", HOT))
    assert (tail.line, tail.column) == (1, 1_000_007)


def test_input_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    found = list(stream(file_source(tmp_path / "gone.xml"), EVERYTHING))
    assert problems(found) == [(ProblemCode.UNREADABLE, 1, 1)]


def test_input_that_fails_in_the_middle_is_a_problem() -> None:
    class Failing(BinaryIO):
        def __init__(self) -> None:
            self.parts: Iterator[bytes] = iter([b"<root><a>1</a>"])

        def __enter__(self) -> BinaryIO:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def read(self, _size: int = -1) -> bytes:
            for part in self.parts:
                return part
            raise OSError(5, "Input/output error")

    found = list(stream(Source("in.xml", Failing), Wanted({"a": frozenset()})))
    assert problems(found) == [(ProblemCode.UNREADABLE, 1, 1)]


def item(number: int, word: str = "cold", filler: str = "") -> str:
    return f"\t<item>\n\t\t<key>{number}</key><what>{word}</what>{filler}\n\t</item>\n"


def listed(items: list[str], opening: str = "<list>") -> str:
    return f"<root>\n{opening}\n{''.join(items)}</list>\n<tail>end</tail>\n</root>\n"


def keys(found: list[Subtree | ListEnd | Problem]) -> list[str]:
    return [element.child_text("key") for element in elements(found) if element.name == "item"]


@pytest.mark.drawn(2)
@cases("newline", ["\n", "\r\n", ""])
def test_marked_records_are_found_among_many(newline: str) -> None:
    marked = {0, 1, 5_000, 5_001, 19_998, 19_999, 12_345}
    text = listed([item(i, "HOT" if i in marked else "cold") for i in range(20_000)]).replace("\n", newline)
    found = run(text, HOT)
    assert problems(found) == []
    assert marked <= {int(each) for each in keys(found)}
    assert len(keys(found)) < 1_000
    (end,) = [each for each in found if isinstance(each, ListEnd)]
    assert end.records == 20_000
    for element in elements(found):
        if element.name == "item":
            line = text.split("\n")[element.line - 1]
            assert line[element.column - 1 :].startswith("<item>")
    assert elements(found)[-1].name == "tail"


def test_list_without_marks_and_empty_lists() -> None:
    for text in (listed([]), listed([], "<list numItems='0'>"), "<root><list/><tail>end</tail></root>"):
        found = run(text, HOT)
        assert [each.records for each in found if isinstance(each, ListEnd)] == [0]
        assert [each.text for each in elements(found)] == ["end"]


def test_record_larger_than_what_is_skimmed() -> None:
    big = "<x>y</x>" * 150_000
    text = listed([item(1), item(2, filler=big), *(item(i) for i in range(3, 2_000)), item(2_000, "HOT")])
    found = run(text, HOT)
    assert problems(found) == []
    assert "2000" in keys(found)
    assert [each.records for each in found if isinstance(each, ListEnd)] == [2_000]


def test_malformed_record_that_nobody_wants_is_still_found() -> None:
    items = [item(i) for i in range(5_000)]
    items[4_000] = items[4_000].replace("</what>", "</who>")
    text = listed(items)
    line = text[: text.index("</who>")].count("\n") + 1
    (problem,) = problems(run(text, HOT))
    assert problem[:2] == (ProblemCode.MALFORMED, line)


def test_cut_in_a_skimmed_record_is_found() -> None:
    text = listed([item(i) for i in range(5_000)])
    (problem,) = problems(run(text[: len(text) // 2], HOT))
    assert problem[0] is ProblemCode.MALFORMED


def test_records_with_other_layout_are_read_or_reported() -> None:
    odd = ["<item><other/></item>\n" for _ in range(3_000)]
    found = run(listed([*odd, item(7, "HOT")]), HOT)
    assert problems(found) == []
    assert "7" in keys(found)


def test_record_in_a_comment_is_reported_or_read_but_never_crashes() -> None:
    items = [item(i) for i in range(3_000)]
    items[1_500] = "<!-- <item><key>x</key> -->" + items[1_500]
    found = run(listed([*items, item(9_999, "HOT")]), HOT)
    assert "9999" in keys(found)


def test_list_inside_a_skimmed_record_is_reported() -> None:
    items = [item(i) for i in range(3_000)]
    items[1_500] = item(1_500, filler="<list><item><key>x</key></item></list>")
    found = run(listed([*items, item(9_999, "HOT")]), HOT)
    assert ProblemCode.NOT_UNDERSTOOD in {code for code, _, _ in problems(found)}


def test_skimmed_records_that_never_close_are_refused() -> None:
    good = [item(i) for i in range(3_000)]
    bad = [item(i, filler="<a>" * 50_000).replace("</item>", "") for i in range(3_000, 3_010)]
    found = run(listed([*good, *bad]), HOT)
    assert problems(found)[0][0] is ProblemCode.REFUSED


NAMES = st.sampled_from(["a", "b", "c-d", "é"])
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), max_size=8)
TREES = st.recursive(
    st.tuples(NAMES, TEXTS, st.just([])),
    lambda inner: st.tuples(NAMES, st.just(""), st.lists(inner, max_size=4)),
    max_leaves=25,
)


def written(tree: tuple[str, str, list[object]], parent: etree._Element | None = None) -> etree._Element:
    name, text, children = tree
    element = etree.Element(name) if parent is None else etree.SubElement(parent, name)
    element.text = text
    for child in children:
        written(child, element)  # type: ignore[arg-type]
    return element


@given(TREES, st.booleans())
def test_agrees_with_lxml_on_any_tree(tree: tuple[str, str, list[object]], pretty: bool) -> None:
    root = etree.Element("root")
    written(tree, root)
    data = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=pretty)
    (mine,) = elements(run(data))
    ours = [(each.name, each.text if not each.children else "") for each in mine.walk()]
    theirs = [(str(each.tag), (each.text or "") if not len(each) else "") for each in etree.fromstring(data).iter()]
    assert ours == theirs
    lines = data.decode().split("\n")
    for each in mine.walk():
        assert re.match(rf"<{re.escape(each.name)}[\s/>]", lines[each.line - 1][each.column - 1 :])


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_reported(data: bytes) -> None:
    lines = re.split(r"\r\n|\r|\n", data.decode("utf-8", errors="replace"))
    for code, line, column in problems(run(data)):
        assert code in {ProblemCode.MALFORMED, ProblemCode.REFUSED, ProblemCode.UNREADABLE}
        assert 1 <= line <= len(lines)
        assert column >= 1
    assert run(b"<root><list>" + data + b"</list></root>", HOT)


def test_however_much_stands_before_an_object_its_own_bytes_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walker, "MAX_SUBTREE_BYTES", 64 * 1024)
    head, objects = "<x>some text</x>\n" * 20_000, f"<root><b>{'1' * 20_000}</b></root>\n" * 200
    found = run(f"<r>{head}{objects}</r>")
    assert (problems(found), len(elements(found))) == ([], 200)


def row_of(data: bytes, start: int, end: int, line: int, column: int) -> tuple[tuple[int, int], int] | None:
    match = re.compile(rb"<item>.*?</item>\s*", re.DOTALL).match(data, start, end)
    return None if match is None else ((line, column), match.end())


def rows_of(items: list[str]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where each row begins and ends, as its reader was told and as is said of it; a list ends where it ends."""
    found = run(listed(items), Wanted(HOT.subtrees, {"list": replace(RECORDS, read=row_of)}))
    assert problems(found) == []
    ends = [((each.line, each.column), (each.end_line, each.end_column)) for each in found if isinstance(each, ListEnd)]
    return [(each.value, (each.end_line, each.end_column)) for each in found if isinstance(each, Row)] + ends


ITEMS = [item(number, "HOT ü") for number in range(9)]
ROWS = [((3 + 3 * number, 2), (6 + 3 * number, 2 - (number == 8))) for number in range(1, 9)]
"""The first is read by expat, as is all of a step in which a list begins."""


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipseclint.formats.kit.xml.stream._STEP_BYTES", 16)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize(
    ("newline", "rows"), [("\n", ROWS), ("\r\n", ROWS), ("\r", [row for row in ROWS if row[0][0] not in {9, 21}])]
)
def test_rows_end_where_they_end_whatever_ends_the_lines(newline: str, rows: list[object]) -> None:
    items = [each.replace("\n", newline) if number % 4 == 2 else each for number, each in enumerate(ITEMS)]
    assert rows_of(items) == [*rows, ((2, 1), (30, 1))]


@pytest.mark.usefixtures("small_steps")
def test_rows_of_one_line_end_in_columns() -> None:
    items = [each.replace("\n", "") for each in ITEMS]
    width = len(items[0])
    rows = [((3, 2 + width * number), (3, 2 + width * (number + 1) - (number == 8))) for number in range(1, 9)]
    assert rows_of(items) == [*rows, ((2, 1), (3, 1 + width * 9))]


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("size", range(50, 56))
def test_rows_are_the_same_however_the_input_comes(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipseclint.formats.kit.xml.bytes.CHUNK_BYTES", size)
    assert rows_of(ITEMS) == [*ROWS, ((2, 1), (30, 1))]
