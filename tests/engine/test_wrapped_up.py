"""What an output, a script or a file of a peer gets on its way to us takes nothing from it: it is read, or said."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from textwrap import indent
from xml.sax.saxutils import escape

import pytest

from tests import ROOT
from tests.cases import cases
from tests.engine.test_side_by_side import SAMPLES, alone, read

pytestmark = pytest.mark.drawn(5)


def _each(change: Callable[[int, str], str]) -> Callable[[str], str]:
    return lambda text: "".join(map(change, count(1), text.splitlines(keepends=True)))


def _around(above: str, below: str = "") -> Callable[[str], str]:
    return lambda text: f"{above}{text}{below}"


ALONE = frozenset({"drop", "coid"})
"""Messages of events alone, which not every text around them leaves to be known."""
_FENCE = "```"
READ: dict[str, Callable[[str], str]] = {
    "blanks at the end": _each(lambda _, line: f"{line.rstrip()}   \n"),
    "lines that end with CR": lambda text: text.replace("\n", "\r"),
    "a blank without width": _each(lambda _, line: f"\u200b{line}"),
    "fences": _around(f"{_FENCE}\n", f"{_FENCE}\n"),
    "fences of tildes": _around("~~~~ text\n", "~~~~\n"),
    "a tag of a forum": _around("[CODE]\n", "[/CODE]\n"),
    "a summary first": _around(f"<details>\n<summary>Output</summary>\n\n{_FENCE}\n", f"{_FENCE}\n\n</details>\n"),
    "a summary": _around(f"Log:\n\n<details><summary>Out</summary>\n\n{_FENCE}\n", f"{_FENCE}\n</details>\n"),
    "a template of issues": _around(f"<!-- Thanks -->\n\n**Bug**\n\nIt fails.\n\n{_FENCE}\n", f"{_FENCE}\n"),
    "comments": _around("<!-- a -->\n<!-- b\nc -->\n\n"),
    "a break first": _around(f"<br>\n\n{_FENCE}\n", f"{_FENCE}\n"),
    "a logo first": _around(f'<p align="center"><img src="a.png"></p>\n\n# Tool\n\n{_FENCE}text\n', f"{_FENCE}\n"),
    "a picture first": _around(f"![shot](https://example.org/a.png)\n\n{_FENCE}\n", f"{_FENCE}\n"),
    "a head of a mail": _around("From: Ada\nSent: Monday, January 5, 2026 10:00 AM\nTo: Bob\nSubject: VPN\n\n"),
    "a head of a message": _around("[1/5 10:02 AM] Ada Example\n"),
    "a head of a message with its year": _around("[1/5/26, 10:02 AM] Ada Example\n"),
    "a table above": _around(f"| Field | Value |\n|---|---|\n| Host | srv1 |\n\n{_FENCE}\n", f"{_FENCE}\n"),
    "a ruler": _around("==== srv1 ====\n"),
    "a ruler of hashes": _around("##### srv1 #####\n"),
    "Jira": _around("h3. Output\n\n{code:java}\n", "{code}\n"),
    "a page": lambda text: f"<html><body><pre>{escape(text)}</pre></body></html>",
    "Confluence": _around(
        "<p>Output</p><ac:structured-macro><ac:plain-text-body><![CDATA[", "]]></ac:plain-text-body>"
    ),
    "reStructuredText": lambda text: f"Output\n======\n\n.. code-block:: text\n\n{indent(text, '   ')}",
    "Org": _around("* Output\n#+BEGIN_EXAMPLE\n", "#+END_EXAMPLE\n"),
    "colours": _each(lambda _, line: f"\x1b[32;1m{line.rstrip()}\x1b[0m\n"),
    "a console": _around("Microsoft Windows [Version 10.0.20348.2113]\n\nC:\\Users\\ada>show\n", "\nC:\\Users\\ada>"),
}
STAMPS = {
    "a pipeline": lambda number: f"2026-01-05T10:02:{number % 60:02}.1234567Z ",
    "a pipeline of another time": lambda number: f"2026-01-05T10:02:{number % 60:02}+01:00 ",
    "a console": lambda number: f"[10:02:{number % 60:02}] ",
    "a log": lambda number: f"2026-01-05 10:02:{number % 60:02},123 ",
}
NOT_STAMPED = frozenset({"charon", "azure", "cmdlet", "vpn"})
"""Logs, which have times of their own, and commands, of which a log says that they ran."""


def lost(change: Callable[[str], str], *, but: frozenset[str] = frozenset()) -> list[str]:
    """The samples of which less is read once they are changed."""
    return [
        name
        for name, text in SAMPLES.items()
        if name not in but and any(read(change(text))[0][kind] < wanted for kind, wanted in alone(name).items())
    ]


@pytest.mark.drawn(6)
@cases("wrapped", READ)
def test_what_is_wrapped_up_is_read(wrapped: str) -> None:
    assert lost(READ[wrapped], but=ALONE) == []
    assert all(read(READ[wrapped](SAMPLES[name])) == read(SAMPLES[name]) or is_said(wrapped, name) for name in ALONE)


def is_said(wrapped: str, name: str) -> bool:
    return read(READ[wrapped](SAMPLES[name]))[1]


@pytest.mark.drawn(4)
@cases("stamp", STAMPS)
def test_a_time_before_each_line_is_no_part_of_it(stamp: str) -> None:
    stamped = _each(lambda number, line: f"{STAMPS[stamp](number)}{line}")
    assert lost(stamped, but=NOT_STAMPED) == []
    assert lost(lambda text: stamped(f"##[group]Run show\n{text}##[endgroup]\n"), but=NOT_STAMPED) == []


SAID: dict[str, Callable[[str], str]] = {
    "numbers": _each(lambda number, line: f"{number:4} | {line}"),
    "bars": _each(lambda _, line: f"| {line}"),
    "items": _each(lambda _, line: f"* {line}"),
    "a difference": _each(lambda _, line: f"+{line}"),
    "a host": _each(lambda _, line: f"srv1: {line}"),
    "comments": _each(lambda _, line: f"# {line}"),
    "remarks": _each(lambda _, line: f"REM {line}"),
    "escaped signs": lambda text: re.sub(r"([_*\[\]])", r"\\\1", text),
    "double lines": _each(lambda _, line: f"{line}\n"),
    "one blank for many": lambda text: re.sub(r"[ \t]{2,}", " ", text),
    "no indents": _each(lambda _, line: line.lstrip(" \t")),
    "no-break blanks": lambda text: text.replace(" ", "\u00a0"),
    "typographic quotes": lambda text: re.sub(r'"([^"\n]*)"', "\u201c\\1\u201d", text),
    "a page of breaks": lambda text: f"<html><body><p>{escape(text)}</p></body></html>".replace("\n", "<br/>\n"),
    "a text of XML": lambda text: f"<result><output>{escape(text)}</output></result>",
    "rich text": lambda text: "{\\rtf1\\ansi " + text.replace("\\", "\\\\").replace("\n", "\\par\n") + "}",
}


@pytest.mark.drawn(6)
@cases("wrapped", SAID)
def test_what_is_wrapped_up_otherwise_is_read_or_said(wrapped: str) -> None:
    silent = [name for name in lost(SAID[wrapped]) if not read(SAID[wrapped](SAMPLES[name]))[1]]
    assert silent == []


RUN = 'netsh advfirewall consec add rule name="A" endpoint1=any endpoint2=10.2.0.0/16 action=requireinrequireout'
EVENT = SAMPLES["event"]


@cases("before", ["+", "| ", "srv1: ", "  12 | ", "12: ", "C:\\>", "> "])
def test_a_command_beside_an_event_is_read_or_said_whatever_stands_before_it(before: str) -> None:
    objects, is_said = read(f"{before}{RUN}\n{before}Ok.\n\n{EVENT}")
    assert is_said or objects["connection_security_rule"]


def test_a_name_between_rulers_makes_no_document() -> None:
    shown = (ROOT / "fixtures/formats/transcript/powershell.txt").read_text("utf-8")
    assert read(f"==== srv1 ====\n{shown}") == read(shown)
    assert read(f"= Site\n\n{RUN}\n\n== Rule\n\n----\n{RUN}\n----\n")[1]


@cases("name", ["EventID", "Event_ID", "eventId"])
def test_an_event_of_json_behind_the_name_of_a_host_is_said(name: str) -> None:
    reason = '"FailureReason": "IKE failed to find valid machine certificate"'
    assert read(f'srv1: {{"Time": "2026-03-02 08:00:00", "{name}": 4653, {reason}}}\n')[1]
    assert not read(f'srv1: {{"Time": "2026-03-02 08:00:00", "{name}": 4700, {reason}}}\n')[1]
