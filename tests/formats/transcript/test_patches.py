"""Blocks and texts that show what a change takes out and puts in: neither state is read of them, and that is said."""

from __future__ import annotations

from tests.cases import cases
from tests.formats.test_transcript import RULE, read

from ipseclint.engine.inputs.paths import Candidate
from ipseclint.engine.machines import read_inputs
from ipseclint.formats.pasted.documents import without_patches
from ipseclint.source import bytes_source

SAID = "this block shows parts of two states, and is not read: give the file after the change"


@cases("fence", ["```diff", "~~~ patch", "```Diff title=x"])
def test_a_block_of_a_change_is_said_and_what_stands_beside_it_is_read(fence: str) -> None:
    text = f"Text:\n\n{fence}\n-{RULE}\n+{RULE.replace('name=', 'name=x')}\n{fence[:3]}\n\n```\n{RULE}\n```\n"
    parsed = read(text)
    assert [(problem.message, problem.span.line) for problem in parsed.problems] == [(SAID, 3)]
    assert [rule.span.line for rule in parsed.policy.connection_security_rules] == [9]


def test_a_change_of_something_else_is_not_said() -> None:
    text = f"```diff\n-int a;\n+int b;\n```\n\n```\n{RULE}\n```\n"
    assert read(text).problems == ()


def test_the_state_after_a_change_is_what_stays_and_what_is_put_in() -> None:
    text = "a\n```diff\n@@ -1 +1 @@\n-b\n+c\n d\n```\ne"
    assert without_patches(text) == ("a\n```diff\n\n\n\n\n```\ne", [(2, "c\nd")])
    assert without_patches("```different\n+a\n```\n")[1] == []


@cases(
    ("begin", "mark"),
    [
        *(("--- a.cmd\n+++ b.cmd\n@@ -1,2 +1,3 @@", "-"), ("*** a.cmd\n--- b.cmd\n***************", "! ")),
        *(("@@ -1,2 +1,3 @@", "-"), ("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@", "-")),
        *(("2,3c2", "< "), ("diff old.cmd new.cmd\n2d1", "< "), ("Comparing files a.cmd and B.CMD\n***** a.cmd", "")),
        *(("***** a.cmd", ""), ("InputObject      SideIndicator\n-----------      -------------", "")),
    ],
)
def test_a_patch_is_not_read_and_is_said(begin: str, mark: str) -> None:
    text = f"{begin}\n{mark}{RULE}\n {RULE}\n"
    (only,) = read_inputs([Candidate(source=bytes_source("a.txt", text.encode()), named=True)])
    assert only.input.format is None
    (problem,) = only.parsed.problems
    assert problem.message.startswith("it is a patch, which shows parts of two states")


@cases("path", ["a.txt", "a.md"])
def test_a_line_that_a_change_takes_out_is_no_command_of_a_list(path: str) -> None:
    taken, put = (
        "netsh advfirewall set global ipsec strongcrlcheck 2",
        "netsh advfirewall set global ipsec strongcrlcheck 0",
    )
    for lines in ((f"- {taken}", f"+ {put}"), (f"- {put}", f"- {taken}", f"+ {put}"), (f"+ {put}", f"- {taken}")):
        source = bytes_source(path, "\n".join(("Change:", "", *lines, "")).encode())
        (only,) = read_inputs([Candidate(source=source, named=True)])
        assert only.parsed.policy.global_settings == ()
        assert {problem.span.line for problem in only.parsed.problems} == {*range(3, 3 + len(lines))}
    assert read(f"- {put}\n- {taken}\n").policy.global_settings


@cases(
    "patch",
    [
        f"--- a/a.cmd\n+++ b/a.cmd\n@@ -1,3 +1,3 @@\n @echo off\n-{RULE}\n+{RULE} profile=any\n {RULE}\n",
        f"@@ -1 +1,2 @@ x\n {RULE}\n+pause\n",
        f"*** a.cmd\n--- b.cmd\n***************\n*** 1,2 ****\n  {RULE}\n! pause\n--- 1,2 ----\n  {RULE}\n! echo\n",
    ],
)
def test_a_patch_in_a_mail_is_said_and_what_stands_behind_it_is_read(patch: str) -> None:
    text = f"Hello,\n\nthis is what we would change.\n\n{patch}\nAnd this is what is set:\n\n{RULE}\n"
    row = next(row for row, line in enumerate(text.split("\n"), start=1) if line.startswith(("@@", "*" * 15)))
    parsed = read(text)
    assert [(problem.message, problem.span.line) for problem in parsed.problems] == [(SAID, row)]
    assert [rule.span.line for rule in parsed.policy.connection_security_rules] == [text.count("\n")]


def test_a_patch_ends_with_the_lines_that_its_head_counts() -> None:
    plain, told = without_patches("@@ -1,2 +1,2 @@\n a\n-b\n+c\n- d\n")
    assert (plain, told) == ("@@ -1,2 +1,2 @@\n\n\n\n- d\n", [(1, "a\nc\n")])
