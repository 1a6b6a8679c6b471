"""What stands around all lines of a text is no part of them, and what may mean something stays."""

from __future__ import annotations

from ipseclint.frames import without_frame, without_layout
from tests.cases import cases


@cases(
    ("written", "said"),
    [
        ("A  \r\nB\t\r\n\r\nC ", "A\r\nB\r\n\r\nC"),
        ("A  \n   \nB  \n", "A\n\nB\n"),
        ("A\r\r\nB\r\r\n", "A\r\nB\r\n"),
        ("> A\n>\n>   B\n", "A\n\n  B\n"),
        ("> A\r\n\r\n> > B\r\n", "A\r\n\r\n> B\r\n"),
        (">A\n> B\n", "A\n B\n"),
        ("> > A \n> > B \n", "A\nB\n"),
        ("Gr\u00f6\u00dfe \n\u57df \n", "Gr\u00f6\u00dfe\n\u57df\n"),
        ("\n    A\n\n      B\n    C\n", "\nA\n\n  B\nC\n"),
        ("\tA\r\n\tB\r\n\tC\r\n", "A\r\nB\r\nC\r\n"),
        ("A^IB$\n$\n  C$\n", "A\tB\n\n  C\n"),
        ("A^M$\n^M$\nB^M$\n", "A\n\nB\n"),
        ("A\\\n\\\nB\\\n", "A\n\nB\n"),
        ("   9 A\n  10 \n  11   B\n", "A\n\n  B\n"),
        ("1: A\n2:\n3:  B\n", "A\n\n B\n"),
        ("1:A\n2:\n3: B\n", "A\n\n B\n"),
        ("     1\tA\n     2\t\n     3\t B\n", "A\n\n B\n"),
        ("A\n\ufeffB\n", "A\nB\n"),
        ("   > A\n", "A\n"),
        ("> " * 8 + "A\n", "A\n"),
        ("\r\n \r\n\r\n> A\r\n> B\r\n", "\r\n \r\n\r\nA\r\nB\r\n"),
        ("> " * 9 + "A\n", "> A\n"),
        ("A \n\nB\t\n", "A\n\nB\n"),
        ("A \nB \nC ", "A\nB\nC"),
        ("A$\nB$\nC$\n", "A\nB\nC\n"),
        ("A$\r\nB$\r\nC$\r\n", "A\nB\nC\n"),
        ("A\\\r\n\\\r\nB\\\r\n", "A\n\nB\n"),
        ("1. A\n2. B\n3. C\n", "A\nB\nC\n"),
        ("1) A\n2) B\n3) C\n", "A\nB\nC\n"),
        ("1| A\n2| B\n3| C\n\n", "A\nB\nC\n"),
        ("9999997 A\n9999998 B\n9999999 C\n", "A\nB\nC\n"),
        ("\n" * 199 + " A\n B\n C\n", "\n" * 199 + "A\nB\nC\n"),
        (" A\n\n B\n C", "A\n\nB\nC"),
    ],
)
def test_what_stands_around_all_lines_is_no_part_of_them(written: str, said: str) -> None:
    assert without_frame(written, is_written=False) == said


@cases(
    "written",
    [
        "A  \nB\nC  \n",  # a blank in some lines may be part of a value
        "set A=1 ^ \nset B=2 \nset C=3 \n",  # without it the first line would go on in the second
        "New-NetIPsecRule ` \n -DisplayName A \n",
        "A  ",
        "A\r\r\nB\r\n",
        "A\nB\n",
        "> A\nB\n",
        "On Monday you wrote:\n> A\n",
        "  A\n B\nC\n",
        " A\n\tB\n C\n",
        "A$\nB$\nC\n",
        "az a \\\n  --b \\\n  --c \\\n",  # each goes on in the next line
        "1 A\n2 B\n4 C\n",
        "1 A\nB\n3 C\n",
        "1 A\n2: B\n3 C\n",
        "1A\n2B\n3C\n",
        " A\n B\n",
        "    > A\n",
        "A \nB\nC \n",
        "A \nB ",
        "A \nB \nC\n",
        "A;\n;\nB;\n",
        "A\nB$\nC$\n",
        "A\n\\\nB\\\n",
        "1 A\nB\n2 C\n3 D\n",
        "   ",
        " \n\n",
        "  A\nB\n  C\n",
        "A$\nB$\n",
        "A$\nB$\nC$",
        "A\\\n\\\n",
        "1 A\n2 B\n",
        "1 A\n2 B\nC\n",
        "1 A\n2 B\n2 C\n",
        "3 A\n2 B\n1 C\n",
        "A\n1 B\n2 C\n3 D\n",
        "10000000 A\n10000001 B\n10000002 C\n",
        "1:A\n2 B\n3:C\n",
        "\n" * 200 + " A\n B\n C\n",
    ],
)
def test_blanks_returns_and_marks_that_may_mean_something_stay(written: str) -> None:
    assert without_frame(written, is_written=False) == written


@cases(
    ("written", "said"),
    [
        ("> A \n> B \n> C \n", "A\nB\nC\n"),
        ("  A\n  B\n  C\n", "  A\n  B\n  C\n"),
        ("1. A\n2. B\n3. C\n", "1. A\n2. B\n3. C\n"),
        ("A$\nB$\nC$\n", "A$\nB$\nC$\n"),
    ],
)
def test_of_a_document_and_a_script_marks_of_a_quotation_and_padding_go_alone(written: str, said: str) -> None:
    assert without_frame(written, is_written=True) == said


def test_what_layout_puts_into_words_is_no_part_of_them() -> None:
    assert without_layout("A\n\ufeffB\n\ufeff  C\n") == "A\nB\n  C\n"
    assert without_layout("Se\u00adcu\u200brity\u2060x 10.\ufeff7\u20118") == "Securityx 10.78".replace("78", "7-8")
    assert without_layout("\u00ad a \u200b\nb\u00ad") == "\u00ad a \u200b\nb\u00ad"
