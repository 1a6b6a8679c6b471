"""What `netsh ipsec dynamic show stats` prints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import ROOT
from tests.cases import cases

from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.netsh.ip_security import dynamic_statistics
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source, file_source

SAMPLES = ROOT / "fixtures" / "formats" / "netsh-ipsec-statistics" / "two-samples.txt"


def read_text(text: str) -> Parsed:
    return dynamic_statistics.parse(bytes_source("s.txt", text.encode("utf-8", "surrogatepass")))


def test_samples_in_their_order() -> None:
    source = file_source(SAMPLES)
    found = recognise(source)
    assert found is not None
    assert found.name == "netsh-ipsec-statistics"
    parsed = found.parse(source)
    assert parsed.problems == ()
    assert [each.value for each in parsed.counters if each.name == "Soft Associations"] == [0, 5]
    assert [each.value for each in parsed.counters if each.name == "Active Acquire"] == [1, 14]
    assert {each.group for each in parsed.counters} == {"ike", "ipsec"}


def test_key_additions_of_both_lists_are_told_apart() -> None:
    parsed = dynamic_statistics.parse(file_source(SAMPLES))
    assert [each.group for each in parsed.counters if each.name == "Key Additions"] == ["ike", "ipsec"] * 2


def test_places() -> None:
    lines = SAMPLES.read_text().split("\n")
    counters = dynamic_statistics.parse(file_source(SAMPLES)).counters
    assert len(counters) > 20
    for each in counters:
        line = lines[each.span.line - 1]
        assert line[each.span.column - 1 : each.span.column - 1 + each.span.length] == str(each.value)


HEAD = "IKE Statistics\n--------------\n"


@cases("line", ["Soft Associations: 7", "soft  associations = 7", "SoftAssociations      7", "  Soft Associations :7"])
def test_spellings(line: str) -> None:
    (counter,) = read_text(f"{HEAD}{line}\n").counters
    assert (counter.name, counter.value) == ("Soft Associations", 7)


def test_names_of_older_windows() -> None:
    assert [each.name for each in read_text(f"{HEAD}Oakley Main Modes : 3\n").counters] == ["IKE Main Mode"]


def test_counter_and_part_that_are_not_known_are_reported_once() -> None:
    parsed = read_text(f"{HEAD}Moon Phases : 3\nMoon Phases : 4\n\nFilters\n-------\nx : 9\n\nFilters\n-------\n")
    assert [(each.name, each.value) for each in parsed.counters] == [("Moon Phases", 3), ("Moon Phases", 4)]
    assert [(each.code, each.span.line) for each in parsed.problems] == [
        (ProblemCode.NOT_UNDERSTOOD, 3),
        (ProblemCode.NOT_UNDERSTOOD, 6),
    ]


def test_other_text_is_not_taken_for_statistics() -> None:
    found = recognise(bytes_source("s.txt", b"IKE Statistics\nare shown elsewhere\n"))
    assert found is None or found.name != "netsh-ipsec-statistics"


def test_of_lines_that_end_in_no_number_nothing_more_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def folded(label: str) -> str:
        asked.append(label)
        return label

    monkeypatch.setattr(dynamic_statistics, "folded", folded)
    text = "".join(f"<ikeStatistics><item>Negotiation Failures: {number}</item>\n" for number in range(100))
    assert not dynamic_statistics.recognise(bytes_source("state.md", text.encode()))
    assert not asked


@given(st.text(max_size=400))
def test_any_text_is_read_and_places_are_within_it(text: str) -> None:
    text = f"{HEAD}{text}\nMoon Phases : 3\n"
    parsed = read_text(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    places = [each.span for each in (*parsed.counters, *parsed.problems)]
    assert places
    assert all(1 <= place.line <= len(lines) for place in places)


SHORT = """IKE Statistics
------------------------------
 Main Modes 24
 Soft SAs 0
 Acquire fail 2
 Invalid Cookies Rcvd 1
 TotalKeyAdd 30

IPSec Statistics
------------------------------
 Active Assoc 2
 Pkts not Decrypted 0
 Confidential Bytes Sent 1,234
 Words of others 7
"""


@cases("text", [SHORT, SHORT.replace(" 2\n", "    : 2\n").replace(" 30\n", "   : 30\n")])
def test_short_names_of_an_older_tool_are_those_of_the_counters(text: str) -> None:
    source = bytes_source("s.txt", text.encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert parsed.problems == ()
    assert [(each.name, each.value) for each in parsed.counters] == [
        ("IKE Main Mode", 24),
        ("Soft Associations", 0),
        ("Acquire Failures", 2),
        ("Invalid Cookies Received", 1),
        ("Key Additions", 30),
        ("Active Security Associations", 2),
        ("Packets Not Decrypted", 0),
        ("Confidential Bytes Sent", 1234),
    ]
