"""An output below a line that somebody has written above it without any mark is read, in its place."""

from __future__ import annotations

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.readers import ends_above_text
from ipseclint.formats.transcript.beginnings import below
from ipseclint.source import bytes_source

ABOVE = (
    "uno.txt:",
    "2026-03-04 08:15",
    "[04.03.2026 08:15:00]",
    "Seconda macchina, stesso difetto",
    "Wynik z drugiego serwera",
    "SRV17",
    "From: anna\nDate: 04.03.2026\n",
)
LIST = (
    "IPsecRuleName        : {5a5a0011-0000-4000-8000-000000000001}\nDisplayName          : Branch\n"
    "Enabled              : True\nInboundSecurity      : Require\nOutboundSecurity     : Request\n"
)
QUERY = (
    "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent\n"
    "    AssumeUDPEncapsulationContextOnSendRule    REG_DWORD    0x2\n"
)
REG = (
    "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan"
    '\\Parameters]\n"NegotiateDH2048_AES256"=dword:00000002\n'
)
MESSAGE = (
    "CoId={5A5A0001-0000-4000-8000-000000000001}: The user EXAMPLE\\anna dialed a connection named Office "
    "which has failed. The error code returned on failure is 809.\n"
)


def read(text: str, name: str = "pasted.txt") -> Parsed:
    form = recognise(source := bytes_source(name, text.encode()))
    assert form is not None
    return form.parse(source)


@cases("above", ABOVE)
@cases("blank", ["", "\n"])
def test_an_output_below_a_line_without_a_mark_is_read_where_it_stands(above: str, blank: str) -> None:
    first = f"{above}\n{blank}".count("\n") + 1
    assert [rule.span.line for rule in read(f"{above}\n{blank}{LIST}").policy.connection_security_rules] == [first]
    for text, below_first in ((QUERY, 1), (REG, 3)):
        (value,) = read(f"{above}\n{blank}{text}").policy.registry
        assert value.data.span.line == first + below_first
    assert [event.span.line for event in read(f"{above}\n{blank}{MESSAGE}").events] == [first]


@cases("above", ABOVE)
def test_what_is_indented_below_the_line_keeps_its_columns(above: str) -> None:
    indented = "".join(f"    {line}\n" for line in LIST.splitlines())
    (rule,) = read(f"{above}\n{indented}").policy.connection_security_rules
    assert rule.span.column == 1 + len("    ")


def test_a_command_below_the_line_tells_the_key_of_what_it_prints() -> None:
    command = "reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent\n"
    (value,) = read(f"uno.txt:\n{command}\n{QUERY}").policy.registry
    assert value.data.span.line == len(("uno.txt:", command, "", *QUERY.splitlines()))


def test_outputs_of_several_programs_below_lines_are_all_read() -> None:
    parsed = read(f"uno.txt:\n{QUERY}\ndue.txt:\n{LIST}")
    assert len(parsed.policy.registry) == 1
    assert len(parsed.policy.connection_security_rules) == 1


@cases("between", ["", "due.txt:\n", "\nAltra prova, altro giorno\n"])
def test_each_failed_connection_that_is_pasted_is_an_event(between: str) -> None:
    other = MESSAGE.replace("809", "789").replace("5A5A0001", "5A5A0002")
    events = read(f"uno.txt:\n{MESSAGE}{between}{other}").events
    assert [event.span.line for event in events] == [2, 3 + between.count("\n")]
    assert len({event.state or event.error_code for event in events}) == len(events)


EVENT = (
    "Log Name:      Security\nSource:        Microsoft-Windows-Security-Auditing\nEvent ID:      4653\n"
    "Description:\nAn IPsec main mode negotiation failed.\n"
)


@cases("between", ["", "due.txt:\n", "\n2026-03-04 09:00\n"])
@cases(("above", "under"), [(EVENT, MESSAGE), (MESSAGE, EVENT)])
def test_a_pasted_message_and_an_event_that_was_copied_are_two(above: str, under: str, between: str) -> None:
    assert [event.span.line for event in read(f"uno.txt:\n{above}{between}{under}").events] == [
        1 + (3 if above is EVENT else 1),
        1 + f"{above}{between}".count("\n") + (3 if under is EVENT else 1),
    ]


def lines(text: str) -> dict[int, str]:
    return dict(enumerate(text.splitlines(), start=1))


@cases("text", [LIST, QUERY, REG, "only\nprose\n", "From: a\nDate : b\nSubject: c\n", ""])
def test_nothing_begins_below_where_the_first_line_begins_it_or_none_does(text: str) -> None:
    assert below(lines(text)) == {}


@cases("gap", ["", "\n"])
@cases(("count", "begins"), [(0, False), (1, True), (40, True), (41, False)])
def test_an_output_may_stand_below_forty_lines_of_prose(count: int, begins: bool, gap: str) -> None:
    above = f"a word of mine\n{gap}" * count
    for text in (QUERY, REG, "Name : a\nType : b\nMode : c\n"):
        found = below(lines(f"{above}{text}"))
        assert (min(found) if found else None) == (above.count("\n") + 1 if begins else None)


@cases(("count", "begins"), [(2, False), (3, True)])
def test_three_lines_of_a_list_one_below_the_other_are_an_output(count: int, begins: bool) -> None:
    assert bool(below(lines("a word of mine\n" + "Type : b\n" * count))) is begins
    assert below(lines("a word of mine\n" + "Type : b\nand prose\n" * count)) == {}


def test_the_ruler_of_a_table_begins_with_the_head_above_it() -> None:
    assert min(below(lines("uno.txt:\nName  Mode\n----- ----\na     b\n"))) == len(("uno.txt:", "Name  Mode"))


def test_the_end_of_each_document_is_found_as_the_last_of_its_name() -> None:
    text = "<a>\n<a/>\n</a>\none\n<b>\n<b></b>\n</b>\ntwo\n<c>\nno end\n"
    assert list(ends_above_text(text)) == [text.index("\none"), text.index("\ntwo")]
