"""Lines of registry files that are damaged: each is told at its place, whatever the text is pasted into."""

from __future__ import annotations

import pytest
from tests.cases import cases

from ipseclint.api import check_text

pytestmark = pytest.mark.drawn(3)

HEADER = "Windows Registry Editor Version 5.00\n"
KEY = "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\PolicyAgent]\n"
OTHER = "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Example]\n"
VALUE = '"AssumeUDPEncapsulationContextOnSendRule"=dword:00000002\n'
LAST = '"NoDefaultExempt"=dword:00000001\n'
NAMELESS = "a value whose name lacks a quotation mark"
NO_HEADER = "not the first line of a registry file, `Windows Registry Editor Version 5.00` or `REGEDIT4`"
DIGITS = "the value `X` holds something else than up to eight hexadecimal digits"
BYTES = "the value `X` holds something else than hexadecimal digits"
UNCLOSED = "a text without its closing quotation mark"
BEHIND = "a text with more behind its closing quotation mark"
DAMAGED = {
    "no quotation mark behind a name": (HEADER + KEY + VALUE.replace('"=', "=") + LAST, 3, NAMELESS),
    "none before it": (HEADER + KEY + VALUE[1:] + LAST, 3, NAMELESS),
    "the same without a header": (KEY + VALUE.replace('"=', "=") + LAST, 2, NAMELESS),
    "no equals sign": (HEADER + KEY + '"X" dword:2\n' + LAST, 3, "neither a key nor a value"),
    "nine digits": (HEADER + KEY + '"X"=dword:000000002\n' + LAST, 3, DIGITS),
    "other digits": (HEADER + KEY + '"X"=dword:0000000z\n' + LAST, 3, DIGITS),
    "no digits": (HEADER + KEY + '"X"=dword:\n' + LAST, 3, DIGITS),
    "an argument of a batch file": (HEADER + KEY + '"X"=dword:0000000%1\n' + LAST, 3, DIGITS),
    "a variable of one": (HEADER + KEY + '"X"=dword:0%~2\n' + LAST, 3, DIGITS),
    "a decimal number": (HEADER + KEY + '"X"=dword:0.5\n' + LAST, 3, DIGITS),
    "a bad byte": (HEADER + KEY + '"X"=hex:01,0g\n' + LAST, 3, BYTES),
    "bytes that end in a value": (HEADER + KEY + '"X"=hex:01,\\\n' + LAST, 3, BYTES),
    "no mark behind a text": (HEADER + KEY + '"X"="a\n' + LAST, 3, UNCLOSED),
    "none to the end": (HEADER + KEY + LAST + '"X"="a\n', 4, UNCLOSED),
    "a mark within a text": (HEADER + KEY + '"X"="a"b"\n' + LAST, 3, BEHIND),
    "no closing bracket": (HEADER + KEY.replace("]", "") + LAST, 2, "a key without its closing bracket"),
    "the same without a header, too": (KEY.replace("]", "") + LAST, 1, "a key without its closing bracket"),
    "text behind a key": (HEADER + KEY.replace("]", ']"') + LAST, 2, "text behind the closing bracket of a key"),
    "no opening bracket": (KEY.replace("[", "") + LAST, 1, "a key without its opening bracket"),
    "no brackets": (KEY.strip("[]\n") + "\n" + LAST, 1, "a key without its brackets"),
    "a key of no concern": (HEADER + OTHER.replace("]", "") + VALUE + KEY + VALUE[1:] + LAST, 5, NAMELESS),
    "another version": ("Windows Registry Editor Version 5\n\n" + KEY + LAST, 1, NO_HEADER),
    "no version": ("Windows Registry Editor\n" + KEY + LAST, 1, NO_HEADER),
    "REGEDIT": ("REGEDIT\n" + KEY + LAST, 1, NO_HEADER),
    "a value above": (HEADER + VALUE + KEY + LAST, 2, "a value before any key"),
    "a value alone": (VALUE, 1, "a value before any key"),
}  # fmt: skip
AROUND = {
    "alone.reg": "{}",
    "pasted.txt": "{}",
    "fence.md": "# Repair the client\n\nSave this as a file:\n\n```reg\n{}```\n\nThen restart it.\n",
    "plain-fence.md": "Import this on the client:\n\n```\n{}```\n",
    "mail.txt": "Hi,\n\nI have added the following and it still does not work:\n\n{}\nWhat can I do next?\n",
}


@cases("what", DAMAGED)
def test_a_damaged_line_is_told_at_its_place_and_the_rest_is_read(what: str) -> None:
    text, line, message = DAMAGED[what]
    for path, around in AROUND.items():
        report = check_text(around.format(text), path)
        told = {(problem.message, problem.span.line) for problem in report.problems}
        above = around.partition("{")[0].count("\n")
        begins = text.lower().startswith(("windows registry", "regedit"))
        of_file = {(NO_HEADER, 1)} if path.endswith(".reg") and not begins else set()
        assert told == {(message, line + above), *of_file}, path
        is_read = any(kind == "registry_value" for input_ in report.inputs for kind in input_.objects)
        assert is_read is (LAST in text), path


@cases(
    "text",
    [
        HEADER + KEY.strip() + " ; what the server is behind\n" + VALUE,
        HEADER + KEY + VALUE.strip() + " ; both ends are behind NAT\n" + '"X"="a" ; b\n',
        HEADER + KEY + '"X"="one\ntwo"\n' + VALUE,
        HEADER + OTHER + '"X"="[a\n' + '[b"\n' + KEY + VALUE,
        "; the client\n" + HEADER + KEY + VALUE,
    ],
)
def test_comments_and_lines_within_texts_are_no_damage(text: str) -> None:
    report = check_text(text, "pasted.txt")
    assert report.problems == ()
    assert report.inputs[0].objects["registry_value"]


def test_a_sentence_about_the_editor_and_values_of_others_are_no_registry_file() -> None:
    for text in ("Windows Registry Editor opens.\n", '"Width"=dword:00000002\n', '"a"=1\n'):
        assert [problem.code for problem in check_text(text, "a.txt").problems] == ["IN004"]


@pytest.mark.parametrize(
    "written",
    [
        *("__STATE__", "{{ state }}", "$(state)", "${state}", "%state%", "<state>", "@@STATE@@", "#{state}", "{0:x8}"),
        *("<%= @state %>", "$State", "[[state]]", "XXXXXXXX", "0000000{{ digit }}"),
    ],
)
@pytest.mark.parametrize("path", ["template.reg", "pasted.txt"])
def test_what_is_filled_in_later_is_a_value_that_is_not_known(written: str, path: str) -> None:
    report = check_text(HEADER + KEY + f'"NoDefaultExempt"=dword:{written}\n' + VALUE, path)
    (problem,) = report.problems
    assert (problem.code, problem.span.line, problem.span.column) == ("IN003", 3, 25)
    assert report.inputs[0].objects["registry_value"] == 2
    bare = check_text(HEADER + KEY + f'"NoDefaultExempt"={written}\n' + VALUE, path)
    assert [(each.code, each.span.column) for each in bare.problems] == [("IN003", 19)]
