"""Code blocks of HTML pages: what stands beside what on a line, and where each line is."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats.pasted.html_blocks import blocks_of


@cases(
    ("page", "blocks"),
    [
        ("<pre>netsh a<br>netsh b</pre>", [{1: "     netsh a  & netsh b"}]),
        ("<pre>$a = 1<br>$b = 2</pre>", [{1: "     $a = 1  ; $b = 2"}]),
        ("<code>netsh a</code> <code>netsh b</code>", [{1: "      netsh a            & netsh b"}]),
        ("<code>netsh a</code> <code>exit</code>", [{1: "      netsh a            & exit"}]),
        ("<code>netsh a</code>\n<code>netsh b</code>", [{1: "      netsh a"}, {2: "      netsh b"}]),
        # A tag that ends on a later line than it begins has nothing beside it there.
        ("<pre>netsh a<br\n/>netsh b</pre>", [{1: "     netsh a", 2: "  netsh b"}]),
        ("<pre>netsh a<br><!--\n-->netsh b</pre>", [{1: "     netsh a", 2: "   netsh b"}]),
        (
            "<code>netsh a</code> <code\nclass='x'>netsh b<br>c</code>",
            [{1: "      netsh a", 2: "          netsh b  & c"}],
        ),
    ],
)
def test_commands_beside_each_other_are_parted_and_those_on_lines_of_their_own_are_not(
    page: str, blocks: list[dict[int, str]]
) -> None:
    assert blocks_of(page) == blocks


def test_a_page_without_an_element_for_code_has_no_block() -> None:
    assert blocks_of("<div>a</div>\n<div>b</div>\n<div>c</div>") == []
