"""A property of an object: a text, a list of one, a list; by the first of its names that the object has."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.kit.token import Token
from ipseclint.formats.powershell.instance import Instance, Node
from ipseclint.source import Span

PLACE = Span("a", 1, 1)
ONE, OTHER, EMPTY = Token("one", "a", 1, 1), Token("other", "a", 2, 1), Token("", "a", 3, 1)
INNER = Instance("inner", PLACE)


@cases(
    ("node", "text", "texts"),
    [
        (ONE, ONE, [ONE]),
        (EMPTY, None, []),
        (None, None, []),
        ([], None, []),
        ([ONE], ONE, [ONE]),
        ([EMPTY], None, []),
        ([ONE, OTHER], None, [ONE, OTHER]),
        ([ONE, EMPTY, OTHER], None, [ONE, OTHER]),
        ([INNER, ONE], None, [ONE]),
        (INNER, None, []),
    ],
)
def test_a_property_is_a_text_if_it_is_one_text(node: Node, text: Token | None, texts: list[Token]) -> None:
    item = Instance("c", PLACE, {"name": node})
    assert (item.text("Name"), item.texts("Name")) == (text, texts)
    assert (item.text("None", "NAME"), item.texts("None", "NAME")) == (text, texts)


@cases(("first", "meant"), [(ONE, ONE), (None, OTHER), (EMPTY, None)])
def test_the_first_name_that_is_there_and_not_null_counts(first: Token | None, meant: Token | None) -> None:
    item = Instance("c", PLACE, {"old": OTHER, "new": first})
    assert item.text("New", "Old") == meant
    assert item.has("New")
    assert not item.has("Newer")
