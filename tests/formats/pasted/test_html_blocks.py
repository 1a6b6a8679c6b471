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
        ("<div>a</div>\n<div><br></div>\n<div>b&nbsp;c</div>", [{1: "     a", 2: " " * 15, 3: "     b\xa0c"}]),
        (
            "<p class=x><span>a</span><o:p></o:p></p>\n<p>b</p>\n<p>c</p>",
            [{1: "                 a", 2: "   b", 3: "   c"}],
        ),
        ("<style>\na\n</style>\n<p>a<br>\nb<br>\nc</p>", [{3: " " * 8, 4: "   a", 5: "b", 6: "c"}]),
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


@cases(
    "page",
    [
        "<div>a</div>\n<div>b</div>",
        "<div>a</div><div>b</div>\n<div>c</div>",
        "<p>a</p>b<br>\nc<br>\nd",
        "<h1>a</h1>\n<p>b</p>\n<p>c</p>\n<p>d</p>",
        "<ul>\n<li>b</li>\n<li>c</li>\n<li>d</li>\n</ul>",
    ],
)
def test_a_page_with_other_elements_or_two_lines_on_one_is_no_block(page: str) -> None:
    assert blocks_of(page) == []
