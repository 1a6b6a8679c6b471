"""Problems of one input: their order, their limit, and what of the input their messages show."""

from __future__ import annotations

from collections.abc import Callable

from tests.cases import cases

from ipseclint.finding import ProblemCode
from ipseclint.formats.kit.diagnostics import MAX_PROBLEMS, MAX_UNREAD, Diagnostics, of_source, quoted
from ipseclint.formats.parsed import Parsed
from ipseclint.source import Source, SourceError, Span, bytes_source


def test_problems_are_listed_by_place() -> None:
    diagnostics = Diagnostics("a.xml")
    diagnostics.malformed("second", diagnostics.place(2, 7))
    diagnostics.hidden("third", diagnostics.place(3, 1, 4))
    diagnostics.contradictory("first", diagnostics.place(2, 1))
    assert [(each.message, each.span) for each in diagnostics.listed()] == [
        ("first", Span("a.xml", 2, 1)),
        ("second", Span("a.xml", 2, 7)),
        ("third", Span("a.xml", 3, 1, 4)),
    ]


@cases(
    ("note", "code", "message"),
    [
        (lambda notes, span: notes.malformed("m", span), ProblemCode.MALFORMED, "m"),
        (lambda notes, span: notes.not_understood("m", span), ProblemCode.NOT_UNDERSTOOD, "m"),
        (Diagnostics.cut_short, ProblemCode.NOT_UNDERSTOOD, "what is left out here is not known"),
        (
            Diagnostics.field_too_long,
            ProblemCode.REFUSED,
            "a field that is too long for a table: the rest was not read",
        ),
        (lambda notes, span: notes.unknown_value("m", span), ProblemCode.NOT_UNDERSTOOD, "m"),
        (lambda notes, span: notes.hidden("m", span), ProblemCode.HIDDEN_VALUE, "m"),
        (lambda notes, span: notes.contradictory("m", span), ProblemCode.CONTRADICTORY, "m"),
        (lambda notes, span: notes.refused("m", span), ProblemCode.REFUSED, "m"),
        (
            lambda notes, span: notes.filled_in_later("$x", span),
            ProblemCode.NOT_UNDERSTOOD,
            "what is filled in for `$x` is not known",
        ),
    ],
)
def test_each_kind_of_note_is_one_problem_at_its_place(
    note: Callable[[Diagnostics, Span], None], code: ProblemCode, message: str
) -> None:
    diagnostics = Diagnostics("a.cmd")
    note(diagnostics, diagnostics.place(2, 3, 4))
    (problem,) = diagnostics.listed()
    assert (problem.code, problem.message, problem.span) == (code, message, Span("a.cmd", 2, 3, 4))


@cases(("is_command", "code"), [(True, ProblemCode.MALFORMED), (False, ProblemCode.NOT_UNDERSTOOD)])
def test_an_unknown_value_breaks_the_rules_of_a_command_alone(is_command: bool, code: ProblemCode) -> None:
    diagnostics = Diagnostics("a.cmd", of_command=is_command)
    diagnostics.open_places = (diagnostics.place(9, 1),)
    diagnostics.unknown_value("unknown x `y`", diagnostics.place(2, 3))
    diagnostics.unknown_value("unknown x `$y`", diagnostics.place(9, 1))
    assert [(each.code, each.span.line) for each in diagnostics.listed()] == [(code, 2)]


@cases(("more", "sentence"), [(1, "1 more problem is not listed"), (100, "100 more problems are not listed")])
def test_past_the_limit_problems_are_counted(more: int, sentence: str) -> None:
    diagnostics = Diagnostics("a.cmd")
    for line in range(1, MAX_PROBLEMS + more + 1):
        diagnostics.not_understood("strange", diagnostics.place(line, 1))
    listed = diagnostics.listed()
    assert diagnostics.count == MAX_PROBLEMS + more
    assert len(listed) == MAX_PROBLEMS + 1
    assert (listed[-1].code, listed[-1].message, listed[-1].span.line) == (
        ProblemCode.REFUSED,
        sentence,
        MAX_PROBLEMS,
    )


def test_at_the_limit_nothing_is_left_out() -> None:
    diagnostics = Diagnostics("a.cmd")
    for line in range(1, MAX_PROBLEMS + 1):
        diagnostics.refused("too large", diagnostics.place(line, 1))
    assert len(diagnostics.listed()) == MAX_PROBLEMS


@cases(
    ("text", "shown"),
    [
        ("plain", "`plain`"),
        ("Règle — 規則", "`Règle — 規則`"),
        ("a\tb\r\nc", "`a\\tb\\r\\nc`"),
        ("\x1b[31m", "`\\x1b[31m`"),
        ("\x85\x9b", "`\\x85\\x9b`"),
        ("\u202eevil\u2066", "`\\u202eevil\\u2066`"),
        ("zero\u200bwidth\u2060\ufeff", "`zero\\u200bwidth\\u2060\\ufeff`"),
        ("line\u2028and\u2029paragraph", "`line\\u2028and\\u2029paragraph`"),
        ("half \ud83d", "`half \\ud83d`"),
        ("tag \U000e0041", "`tag \\U000e0041`"),
        ("soft\xadhyphen", "`soft\\xadhyphen`"),
        ("x" * 60, "`" + "x" * 60 + "`"),
        ("x" * 61, "`" + "x" * 60 + "…`"),
    ],
)
def test_what_a_message_shows_stands_on_one_line_and_is_visible(text: str, shown: str) -> None:
    assert quoted(text) == shown


def test_what_was_noted_of_another_file_is_taken_whole() -> None:
    own, other = Diagnostics("a.cmd"), Diagnostics("b.cmd")
    for line in range(1, MAX_PROBLEMS + 4):
        other.not_understood("strange", other.place(line, 1))
    other.refuse_command("netsh x", "no such command", other.place(7, 1))
    other.secrets.append(other.place(8, 1))
    other.not_read("Odd")
    own.take(other)
    assert (own.count, own.secrets, own.unread_names()) == (other.count, other.secrets, other.unread_names())
    assert own.refused_commands() == other.refused_commands() != ()
    assert own.listed()[-1].message == "3 more problems are not listed"


def test_a_place_is_open_where_something_is_filled_in_on_its_line() -> None:
    diagnostics = Diagnostics("a.cmd")
    diagnostics.open_places = (Span("a.cmd", 2, 5, 1),)
    spans = [(2, 1, 4), (2, 1, 5), (2, 5, 1), (2, 6, 3), (1, 1, 9)]
    assert [diagnostics.is_open(diagnostics.place(*span)) for span in spans] == [False, True, True, False, False]


def test_commands_that_windows_refuses_and_names_that_nobody_reads_are_limited() -> None:
    diagnostics = Diagnostics("a.cmd")
    for number in range(MAX_PROBLEMS + 1):
        diagnostics.refuse_command("netsh", "x", diagnostics.place(number + 1, 1))
        diagnostics.not_read(f"name {number}")
    diagnostics.not_read("name 1")
    assert len(diagnostics.refused_commands()) == MAX_PROBLEMS
    (problem,) = diagnostics.listed()
    assert (problem.message, problem.span) == ("1 more problem is not listed", Span("a.cmd", 1, 1))
    counts = dict(diagnostics.unread_names())
    assert (len(counts), counts["`name 1`"], sum(counts.values())) == (MAX_UNREAD + 1, 2, MAX_PROBLEMS + 2)


def test_a_source_that_cannot_be_opened_is_a_problem() -> None:
    def read(source: Source) -> Parsed:
        if source.path == "b":
            raise SourceError("no such share")
        return Parsed()

    parse = of_source(read)
    assert parse(bytes_source("a", b"")) == Parsed()
    (problem,) = parse(bytes_source("b", b"")).problems
    assert (problem.code, problem.message, problem.span) == (ProblemCode.UNREADABLE, "no such share", Span("b", 1, 1))
