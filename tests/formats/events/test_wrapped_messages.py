"""The message of an event that a mail broke over lines is the same, in every language that is known."""

from __future__ import annotations

from pathlib import Path

from tests.cases import cases

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.source import bytes_source

SHOWN = Path("fixtures/formats/event-text")
MESSAGES = ("german.txt", "french.txt", "russian.txt", "chinese.txt", "message-alone.txt", "copied.txt")


def broken(text: str, width: int, mark: str) -> str:
    """The text with each line broken at the last blank before a width, as mails are."""
    lines: list[str] = []
    for line in text.expandtabs(4).splitlines():
        rest = line
        while (
            len(rest) > width
            and (at := rest.rfind(" ", len(rest) - len(rest.lstrip()), width)) > 0
            and rest[:at].strip()
        ):
            lines.append(rest[:at])
            rest = rest[at + 1 :]
        lines.append(rest)
    return "".join(f"{mark}{line}\n" for line in lines)


def read(text: str, path: str) -> Parsed:
    source = bytes_source(path, text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


@cases("name", MESSAGES)
@cases("width", [78, 72, 60, 50])
@cases(("path", "mark"), [("a.txt", ""), ("a.txt", "> "), ("a.eml", ""), ("a.eml", "> ")])
def test_a_message_that_is_broken_over_lines_is_read_whole(path: str, mark: str, width: int, name: str) -> None:
    data = (SHOWN / name).read_bytes()
    text = data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8-sig")
    whole, parsed = read(text, "a.txt"), read(broken(text, width, mark), path)
    told = [(event.codes, event.remote_address) for event in whole.events]
    assert [(event.codes, event.remote_address) for event in parsed.events] == told
    assert [problem.message for problem in parsed.problems] == [problem.message for problem in whole.problems]


def test_a_line_that_makes_no_reason_is_none_of_it() -> None:
    text = (SHOWN / "french.txt").read_text("utf-8-sig")
    reason = next(line for line in text.splitlines() if "Expiration" in line).strip()
    half = reason[: reason.index(" de ", 30)]
    parsed = read(text.replace(reason, f"{half}\nMerci pour votre aide"), "a.txt")
    assert any("unknown `FailureReason`" in problem.message for problem in parsed.problems)
