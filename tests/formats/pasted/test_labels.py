"""A label that a tool writes before each line is no part of what was printed."""

from __future__ import annotations

from pathlib import Path

from tests.cases import cases
from tests.command_line import run_cli
from tests.formats.pasted.test_marks import SHOWN, stamped

from ipseclint.formats import recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.formats.pasted.marks import label_of, unmarked
from ipseclint.source import bytes_source

LABELS = (
    "gw-1  | ",
    "gw |",
    "INFO: ",
    "INFO:root:",
    "gw1.lab.example: ",
    "admin@gw1: ",
    "/etc/ipsec.conf:",
    "[gw1] out: ",
    "[gw1] ",
    "    default: ",
    "null_resource.gw (remote-exec): ",
)
"""What docker compose, modules of logging, pdsh, `grep`, fabric, Vagrant and Terraform have before each line."""
CONN = "conn a\n    right=192.0.2.7\n\n    # a note\n    ike=aes256-sha384-ecp384!\n"
SECTIONS = "connections {\n a {\n  remote_addrs = 192.0.2.7\n  proposals = aes256-sha384-ecp384\n }\n}\n"
LOG = "09[IKE] received NO_PROPOSAL_CHOSEN notify error\n" * 3


def read(text: str, path: str = "job.log") -> Parsed:
    source = bytes_source(path, text.encode())
    form = recognise(source)
    return Parsed() if form is None else form.parse(source)


@cases("label", LABELS)
def test_a_label_before_each_line_is_no_part_of_what_was_printed(label: str) -> None:
    parsed = read(stamped(SHOWN, label))
    (rule,) = parsed.policy.connection_security_rules
    assert (rule.span.column, parsed.problems) == (len(label) + 39, ())


@cases("label", LABELS)
@cases("text", [CONN, SECTIONS])
def test_a_file_of_a_peer_keeps_its_indents_behind_labels(text: str, label: str) -> None:
    labelled = "".join(f"{label}{line}".rstrip() + "\n" for line in text.splitlines())
    (peer,) = read(labelled).policy.peers
    assert (peer.name, peer.span.column) == ("a", len(label) + (6 if text is CONN else 2))


def test_a_prompt_behind_labels_is_one() -> None:
    typed = "PS C:\\> New-NetIPsecRule -DisplayName A -InboundSecurity Require\nPS C:\\> exit\nPS C:\\> \n"
    (rule,) = read(stamped(typed, "win1: ")).policy.connection_security_rules
    assert rule.span.column == len("win1: ") + 9


@cases(
    "text",
    [
        stamped(CONN, "gw1: ").replace("gw1", "gw2", 1),  # two hosts
        stamped("conn a\n right=192.0.2.7\n", "gw1: "),  # two lines
        stamped(LOG, "gw1: "),  # a log, which its readers read with what stands before its lines
        stamped("a\nb\nc\n", "gw1: "),  # nothing that begins an output
        stamped(CONN, "g: "),  # a drive has one letter
        stamped(CONN, "DisplayName : "),  # the name of a property
        stamped("conn a\n right=192.0.2.7\n auto=add\n", "echo: "),  # a command of a batch file
        "".join(f"DisplayName: {name}\n" for name in "abc"),
    ],
)
def test_what_is_no_label_of_all_lines_stays(text: str) -> None:
    assert unmarked(text) is text


@cases("path", ["job.ps1"])
def test_a_script_has_no_labels(path: str) -> None:
    assert not read(stamped(CONN, "gw1: "), path).policy.peers


@cases("text", ["", "\n\n", "gw1:", "gw1: conn a\n" * 2, "  conn a\n" * 3, "Rule Name: a\n" * 3])
def test_a_text_without_labels_has_none(text: str) -> None:
    assert label_of(text) is None


def test_a_key_behind_labels_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "job.log"
    path.write_text(stamped(': PSK "Tall-Green-Heron"\n\n# of all\n@a @b : PSK "Tall-Green-Heron"\n', "gw1: "))
    assert "Heron" not in str(run_cli("-v", path))


@cases("file", ["scripts/hub.cmd", r"C:\scripts\hub.cmd"])
def test_lines_that_a_search_found_in_a_file_are_read_where_they_follow_each_other(file: str) -> None:
    lines = ("netsh ipsec static add policy name=A", "", "netsh ipsec static set policy name=A mmpfs=yes", "rem b")
    text = "".join(f"{file}:{number}:{line}\n" for number, line in enumerate(lines, start=8))
    assert [each.name for each in read(text, "a.txt").policy.policies] == ["A"]
    assert read(text.replace(":9:", ":99:"), "a.txt").problems != ()
