"""Which texts are read piece by piece: documents and pages with what stands beside the outputs in them."""

from __future__ import annotations

import pytest
from tests import ROOT
from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.transcript import recognition
from ipseclint.formats.transcript.forms import KnownPieces
from ipseclint.source import text_source

SAID = "Please run this on the server, then tell me what it says.\nIt is what I have seen there, and you should too.\n"
SUITE = "[Head office]\nEncoding=1\nPBVersion=8\nVpnStrategy=7\nNumCustomPolicy=1\n"
PHONE_BOOK = f"{SUITE}CustomIPSecPolicies=030000000400000002000000050000000200000004000000\n"
COMMAND = "netsh advfirewall set global mainmode mmkeylifetime 5min,0sess"


def indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


@cases(
    "document",
    [
        f"= How we did it\n\nThis is the file.\n\n[source]\n----\n{SAID}{PHONE_BOOK}----\n",
        f"* How we did it\n#+begin_src ini\n{SAID}{PHONE_BOOK}#+end_src\n",
        f"This is what the file says:\n\n{indented(SAID + PHONE_BOOK)}",
        f"<html><body><p>This is the file.</p><pre>\n{SAID}{PHONE_BOOK}</pre></body></html>\n",
    ],
    ids=["asciidoc", "org", "indented", "html"],
)
def test_an_output_below_sentences_in_a_block_of_a_document_is_read(document: str) -> None:
    source = text_source("in.txt", document)
    form = recognise(source)
    assert form is not None
    (connection,) = form.parse(source).policy.vpn_connections
    line = document.splitlines()[connection.span.line - 1]
    assert line.strip() == "[Head office]"


@cases("name", ["in.txt", "in.html"])
def test_wiki_marks_make_no_transcript_of_a_page_that_is_no_mail(name: str) -> None:
    page = f"<html><body><form></form><p>Type {{{{{COMMAND}}}}} first.</p></body></html>\n"
    assert recognise(text_source(name, page)) is None
    assert recognise(text_source(name, f"Type {{{{{COMMAND}}}}} first.\n")) is not None


RUNBOOK = (ROOT / "fixtures" / "formats" / "powershell-script" / "runbook.md").read_text("utf-8")


def test_fences_of_tildes_are_as_those_of_backticks_in_markdown() -> None:
    assert "```" in RUNBOOK
    of_backticks = recognise(text_source("in.md", RUNBOOK))
    assert of_backticks is not None
    assert recognise(text_source("in.md", RUNBOOK.replace("```", "~~~"))) is of_backticks


def test_tildes_below_a_title_are_no_fence() -> None:
    ticket = f"How we did it\n~~~~~~~~~~~~~\n\n{SAID}\n{PHONE_BOOK}"
    assert KnownPieces(text_source("in.adoc", ticket)).may_hold_prose(ticket)


def test_a_text_without_marks_is_itself_also_where_an_equal_one_was_asked_about() -> None:
    known = KnownPieces(text_source("in.txt", ""))
    text, equal = ("\n".join(["netsh advfirewall show global", "Ok."]) for _ in range(2))
    assert text is not equal
    for asked in (text, equal):
        assert known.unstamped(asked) is asked
        assert known.unmarked(asked, asked) is asked


NODES = """# The laptops

| Name | OMA-URI | Value |
| :- | :- | :- |
| Revocation lists | `./Vendor/MSFT/Firewall/MdmStore/Global/CRLcheck` | `2` |

And this is what is set for the tunnel to the gateway, too:

| Name | OMA-URI | Value |
| :- | :- | :- |
| Idle time | `./Vendor/MSFT/Firewall/MdmStore/Global/SaIdleTime` | `300` |
"""


@cases(
    ("document", "is_cut"),
    [(NODES, False), (f"{NODES}\nThe server has this command, which is run there:\n\n{COMMAND}\n", True)],
    ids=["alone", "with-a-script"],
)
def test_a_document_is_cut_only_where_another_format_has_a_sign_in_it(
    document: str, *, is_cut: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut: list[str] = []
    own = KnownPieces.runs
    monkeypatch.setattr(KnownPieces, "runs", lambda known, text: (cut.append(text), own(known, text))[1])
    form = recognise(text_source("laptops.md", document))
    assert form is not None
    assert (form.name, bool(cut)) == ("transcript" if is_cut else "oma-uri", is_cut)


LABELLED = "- **Name:** {0}\n- **OMA-URI:** `./Vendor/MSFT/Firewall/MdmStore/Global/CRLcheck`\n- **Value:** `2`\n\n"


def test_a_text_whose_marks_alone_are_taken_away_is_not_cut_if_nothing_in_it_may_be_of_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "".join(map(LABELLED.format, "ABC"))
    named = f"{text}- **Command:** netsh advfirewall set global mainmode mmkeylifetime 5min,0sess\n"
    forms = [form.name for each in (text, named) if (form := recognise(text_source("in.md", each))) is not None]
    assert forms == ["oma-uri", "transcript"]
    monkeypatch.setattr(recognition, "formats_in", None)
    assert recognise(text_source("in.md", text)) is not None
