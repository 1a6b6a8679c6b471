"""Parts that people cut out of an export of the filtering engine: read, and told to be parts."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

FORMATS = ROOT / "fixtures" / "formats"
STATE = (FORMATS / "wfp-state" / "site-policies.xml").read_text(encoding="utf-8")
FILTERS = (FORMATS / "wfp-filters" / "one-rule.xml").read_text(encoding="utf-8")
EVENTS = (FORMATS / "wfp-netevents" / "failures.xml").read_text(encoding="utf-8-sig")
PART = "only a part of what the filtering engine holds"


def within(text: str, first: str, last: str) -> str:
    """The text from one line to another, both included."""
    begin = text.index(first)
    return text[begin : text.index(last, begin) + len(last)]


FILTER = within(FILTERS, "\t\t<item>\n\t\t\t<filterKey>", "\n\t\t</item>")
PROVIDER = within(FILTERS, "\t\t<item>\n\t\t\t<providerKey>", "\n\t\t</item>")
LIST_OF_FILTERS = within(FILTERS, "<filters>", "</filters>")
CONTEXTS = within(STATE, "<providerContexts", "</providerContexts>")
CONTEXT = within(CONTEXTS[CONTEXTS.rindex("<item>\n\t\t\t<providerContextKey>") :], "<item>", "\n\t\t</item>")
EVENT = within(EVENTS, "\t<item>\n\t\t<header>", "\n\t</item>")


def read(text: str) -> tuple[str, Parsed]:
    """The name of the format of a text, and what is read of it."""
    source = bytes_source("part.xml", text.encode())
    form = recognise(source)
    assert form is not None
    return form.name, form.parse(source)


@cases(
    ("text", "name", "filters", "contexts"),
    [
        (FILTER, "wfp-filters", 1, 0),
        (f"<!-- the one that blocks -->\n{FILTER}\n{FILTER}\n", "wfp-filters", 2, 0),
        (f'<?xml version="1.0"?>\n{LIST_OF_FILTERS}', "wfp-filters", 1, 0),
        (CONTEXTS, "wfp-state", 0, 4),
        (f"{PROVIDER}\n{FILTER}", "wfp-state", 1, 0),
        (f"{LIST_OF_FILTERS}\n{CONTEXTS}", "wfp-filters", 1, 4),
    ],
)
def test_what_stands_in_a_part_is_read(text: str, name: str, filters: int, contexts: int) -> None:
    own, parsed = read(text)
    assert own == name
    assert (len(parsed.policy.wfp_filters), len(parsed.policy.main_mode_crypto_sets)) == (filters, contexts)
    assert [problem.message.partition(":")[0] for problem in parsed.problems] == [PART]


def test_the_place_of_the_note_is_where_the_part_begins() -> None:
    (problem,) = read(f"\n<!-- one\n -->\n\n{FILTER}\n")[1].problems
    assert (problem.span.line, problem.span.column, problem.span.length) == (5, 3, len("<item>"))


def test_an_event_is_evidence_as_it_stands() -> None:
    name, parsed = read(f"{EVENT}\n{EVENT}\n")
    assert (name, len(parsed.events), parsed.problems) == ("wfp-netevents", 2, ())


def test_what_a_part_leaves_out_is_not_called_missing() -> None:
    context_of_another = FILTER.replace(
        "{5a11cafe-0000-4000-8000-000000000004}", "{5a11cafe-0000-4000-8000-00000000000f}"
    )
    text = f"{LIST_OF_FILTERS.replace(FILTER, context_of_another)}\n{CONTEXTS}"
    assert "RF002" not in {finding.code for finding in check_text(text, "part.xml").findings}
    whole = check_text(f"<wfpdiag>\n{text}\n</wfpdiag>", "whole.xml")
    assert "RF002" in {finding.code for finding in whole.findings}


@cases(
    "text",
    [
        PROVIDER,
        FILTER.replace("FWPM_LAYER_IPSEC_V4", "FWPM_LAYER_ALE_AUTH_CONNECT_V4"),
    ],
)
def test_a_part_about_something_else_has_no_policy(text: str) -> None:
    assert read(text)[1] == Parsed()


@cases("text", [FILTER[:-20], CONTEXT[: len(CONTEXT) // 2]])
def test_a_part_that_breaks_off_is_malformed(text: str) -> None:
    parsed = read(text)[1]
    assert parsed.is_empty
    assert ["the input ends inside <" in problem.message for problem in parsed.problems] == [True]


@cases("cut", [60, len(FILTER) // 2, len(FILTER) - 12])
@cases("end", ["", "\n</filters>\n</wfpdiag>\n", FILTER[:-30]])
def test_what_is_whole_behind_a_cut_item_is_read(cut: int, end: str) -> None:
    above = FILTER[FILTER.index("<", cut) :]
    name, parsed = read(f"{above}\n{FILTER}\n{end}")
    assert name == "wfp-filters"
    assert [each.line for each in parsed.policy.wfp_filters] == [above.count("\n") + 2]
    assert parsed.problems[0].message == (
        "this part of an export begins in the middle of an item, which is not read: cut it out whole"
    )


@cases("text", ["<action>\n</action>\n</item>\n", "<note>\n<item>\n<name/>\n</item>\n</note>", "<!-- <a> -->\n<b/>"])
def test_a_cut_item_alone_is_none(text: str) -> None:
    assert recognise(bytes_source("part.xml", text.encode())) is None


@cases(
    "text",
    [
        f"The log names this filter:\n\n```xml\n{FILTER}\n```\n\nWhat is it for?\n",
        f"The log names this filter:\n\n{FILTER}\n\nthanks\n",
    ],
)
@cases("name", ["ticket.md", "ticket.txt"])
def test_a_part_in_a_ticket_is_read(text: str, name: str) -> None:
    report = check_text(text, name)
    assert [problem.message.partition(":")[0] for problem in report.problems] == [PART]
    assert dict(report.inputs[0].objects) == {"wfp_filter": 1}


@cases("text", ["<item><name>Branch</name></item>", "<item>\n<title>FWPM_ filters</title>\n</item>"])
def test_an_item_of_something_else_is_none(text: str) -> None:
    form = recognise(bytes_source("feed.xml", text.encode()))
    assert form is None
