"""What stands below or between documents of XML, or below JSON, is read, or said; prose there is neither."""

from __future__ import annotations

from tests import ROOT
from tests.cases import cases

from ipseclint.api import check_text
from ipseclint.formats.readers import end_of_json, has_text_below
from ipseclint.formats.transcript.below_documents import parted
from ipseclint.source import HEAD_BYTES

FORMATS = ROOT / "fixtures" / "formats"
EVENT = (
    '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>'
    '<Provider Name="Microsoft-Windows-Security-Auditing"/><EventID>4653</EventID></System>'
    '<EventData><Data Name="FailureReason">No policy configured</Data></EventData></Event>\n'
)
SCRIPT = "netsh ipsec static add policy name=Branch mmlifetime=5\n"
CMDLET = "New-NetIPsecMainModeCryptoSet -DisplayName Branch -Proposal (New-NetIPsecMainModeCryptoProposal -Hash MD5)\n"
PROSE = "Any ideas? It worked before the update.\n\nRegards,\nBob\n"
JSON = (FORMATS / "powershell-json" / "policy.json").read_text(encoding="utf-8") + "\n"
OTHER_JSON = '[{"Name": "PolicyAgent", "StartType": 4, "Status": 1}]'
OF_JSON = {"objects": JSON, "objects of several commands": f"{JSON}{OTHER_JSON}\n"}
DOCUMENTS = {
    "events": EVENT,
    "capture": (FORMATS / "wfp-netevents" / "capture.xml").read_text(encoding="utf-8"),
    "state": (FORMATS / "wfp-state" / "untouched.xml").read_text(encoding="utf-8"),
    "profile": (FORMATS / "vpn-profile-xml" / "one-line.xml").read_text(encoding="utf-8"),
    **OF_JSON,
}


def rules(text: str, path: str = "post.txt") -> set[str]:
    report = check_text(text, path)
    assert report.problems == ()
    return {finding.code for finding in report.findings}


@cases("name", DOCUMENTS)
@cases("path", ["post.txt", "post.md"])
@cases("between", ["", "\n"])
def test_commands_below_are_read_beside_what_stands_above(name: str, path: str, between: str) -> None:
    own = rules(DOCUMENTS[name], path)
    assert rules(DOCUMENTS[name] + between + SCRIPT, path) >= own | {"QD001"}
    assert rules(DOCUMENTS[name] + between + CMDLET, path) >= own | {"CR003"}


@cases("name", DOCUMENTS)
def test_prose_below_and_above_changes_nothing(name: str) -> None:
    own = rules(DOCUMENTS[name])
    assert rules(DOCUMENTS[name] + PROSE) == own
    assert rules(f"Hi all,\n{DOCUMENTS[name]}\n{PROSE}") == own


SYNCML = (FORMATS / "mdm-syncml" / "vpn-nodes.xml").read_text(encoding="utf-8") + "\n"
OF_SYNCML = (
    "<Add><CmdID>9</CmdID><Item><Target><LocURI>./Vendor/MSFT/VPNv2/B/ProfileXML</LocURI></Target></Item></Add>\n"
)


@cases("other", [DOCUMENTS["profile"], (FORMATS / "gpo-preferences" / "Registry.xml").read_text(encoding="utf-8")])
@cases("order", [1, -1])
def test_a_command_of_device_management_above_or_below_another_document_is_read_beside_it(
    other: str, order: int
) -> None:
    names = [check_text(text, "post.xml").inputs[0].objects for text in (SYNCML, other)]
    assert all(names)
    both = check_text("\n\n".join([SYNCML, other][::order]), "post.xml").inputs[0].objects
    assert all(both[kind] >= number for counts in names for kind, number in counts.items())
    assert sum(both.values()) == sum(number for counts in names for number in counts.values())


def test_commands_of_device_management_in_a_row_are_one_document() -> None:
    assert not has_text_below(SYNCML + OF_SYNCML)
    assert has_text_below(DOCUMENTS["profile"] + OF_SYNCML)
    assert not has_text_below(f"<report>\n</report>\n{OF_SYNCML}")


@cases("document", [DOCUMENTS["profile"], SYNCML])
def test_an_error_quoted_below_a_document_is_read(document: str) -> None:
    said = (
        "The client says:\nIKE failed to find valid machine certificate. Contact your Network Security Administrator.\n"
    )
    without, beside = (check_text(document + below, "post.txt").inputs[0].objects for below in ("", said))
    assert {**without, "event": 1} == dict(beside)


@cases("name", sorted(DOCUMENTS.keys() - OF_JSON))
def test_documents_may_stand_in_blocks_each_with_its_declaration(name: str) -> None:
    block = f"```xml\n{DOCUMENTS[name].rstrip()}\n```\n"
    declared = '```xml\n<?xml version="1.0" encoding="utf-8"?>\n' + EVENT + "```\n"
    assert rules(f"# First\n\n{block}\n# Then\n\n{declared}\n{block}", "post.md") == rules(DOCUMENTS[name]) | {"RT015"}


def test_what_stands_between_events_is_read_and_the_later_event_too() -> None:
    report = check_text(EVENT + SCRIPT + EVENT + "\nand a minute later:\n\n" + EVENT, "post.txt")
    assert report.problems == ()
    assert sorted((finding.code, finding.span.line) for finding in report.findings) == [("QD001", 2), ("RT015", 1)]
    assert [finding.message for finding in report.findings if finding.code == "RT015"] == [
        '3 x 13825 NO_POLICY "No policy configured"'
    ]


def test_text_below_events_that_are_longer_than_what_is_looked_at_is_said_with_its_place() -> None:
    report = check_text(EVENT * 300 + "\n  " + SCRIPT, "post.txt")
    assert [
        (problem.message, problem.span.line, problem.span.column) for problem in report.problems if problem.span
    ] == [("this text beside the elements is not read: make it a file of its own", 302, 3)]
    assert {finding.code for finding in report.findings} == {"RT015"}


@cases(
    ("text", "expected"),
    [
        ("<a>\n</a>\ntext\n", True),
        ("<?xml version='1.0'?>\n<!-- x -->\n<a b='c'>\n</a>\n\n  text\n", True),
        ("<a>\n</a>\n", False),
        ("<a>\n</a>\n<b/>\n", False),
        ("<a>\n</a> text\n", False),
        ("<a>\n</a>\ntext\n</a>\n", False),
        ("<Event>\n</Event>\ntext\n<Event>\n</Event>\n", True),
        ("<Event>\n</Event>\n<Event>\n</Event>\n", False),
        ("text\n", False),
        ("<a>\ntext\n", False),
    ],
)
def test_text_stands_below_a_document_where_it_has_ended(text: str, expected: bool) -> None:
    assert has_text_below(text) is expected


@cases("below", ["PS C:\\Users\\admin> ", "PS C:\\> exit\n", "```\nThis is what we have.\n", "C:\\>\n\n"])
@cases("path", ["objects.json", "post.txt"])
def test_a_prompt_or_a_fence_below_json_changes_nothing(below: str, path: str) -> None:
    assert rules(JSON + below, path) == rules(JSON, path)


@cases("below", ["PS C:\\Users\\admin> ", "PS C:\\> exit\n", f"\n{PROSE}"])
@cases("encoding", ["utf-8", "utf-16"])
def test_text_below_json_of_any_size_changes_nothing(below: str, encoding: str) -> None:
    long = f"{JSON.rstrip()[:-1]}{' ' * HEAD_BYTES}]\n"
    whole, told = (check_text(text.encode(encoding), "a.txt") for text in (long, long + below))
    assert [each.code for each in told.findings] == [each.code for each in whole.findings] != []
    assert [each.message for each in told.problems] == [each.message for each in whole.problems]


@cases(
    "rest",
    [
        'abled": true,\n  "DisplayName": "Lost"\n}\n',
        '"DisplayName": "Lost" }\n',
        ',\n{ "DisplayName": "Lost" }\n',
        "true\n]\n",
        "Lost }\nand prose\n",
        "\0\0\0\n",
    ],
)
def test_the_rest_of_a_damaged_document_is_no_text_below_it(rest: str) -> None:
    assert end_of_json(JSON + rest) is None
    assert check_text(JSON + rest, "objects.json").problems


@cases(
    ("text", "end"),
    [("{}\ntext", 2), ("[]\n\n{}\r\ntext", 6), ("{} text", None), ("{}\n", None), ("text", None), ("{\ntext", None)],
)
def test_where_json_ends_above_text(text: str, end: int | None) -> None:
    assert end_of_json(text) == end


def test_deep_json_above_text_is_left_to_its_reader() -> None:
    assert end_of_json("[" * 100_000 + "]" * 100_000 + "\ntext") is None


def test_the_parts_keep_the_numbers_of_their_lines() -> None:
    lines = ["Hi", "<Event>", "</Event>", "", "text", "more", "<Event></Event>", "end"]
    parts = list(parted(dict(enumerate(lines, start=1))))
    assert [list(part) for part in parts] == [[1, 2, 3], [4, 5, 6], [7], [8]]
    assert [line for part in parts for line in part.values()] == lines
