"""What `netsh ipsec static show` prints of policies and filter lists, and what of its output is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests import ROOT
from tests.cases import cases

from ipseclint import api
from ipseclint.finding import ProblemCode
from ipseclint.formats import recognise
from ipseclint.formats.netsh import script
from ipseclint.formats.netsh.ip_security.shown import INSTEAD_OF_SHOWN
from ipseclint.formats.netsh.ip_security.shown_store import parse
from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import Policy
from ipseclint.reporters.accounting import accounting_lines
from ipseclint.source import bytes_source, file_source

FIXTURES = ROOT / "fixtures" / "formats" / "netsh-ipsec-show"

POLICY = """
Policy Name            : Perimeter
Description            : NONE
Last Modified          : 11/3/2025 9:14:02 AM
Assigned               : YES
Master PFS             : NO
Polling Interval       : 180 minutes
"""
HEAD = """
FilterList Name        : Web
Description            : NONE
Store                  : Local Store <FRONT-07>
Last Modified          : 11/3/2025 9:14:02 AM
GUID                   : {5B1F6A0E-2C41-4C6B-9E4D-7A3B51D0C2F2}
No. of Filters         : 1
Filter(s)
---------
"""
FILTER = """Description            : NONE
Mirrored               : YES
Source IP Address      : <Any IP Address>
Source Mask            : 0.0.0.0
Source DNS Name        : <Any IP Address>
Destination IP Address : <My IP Address>
Destination Mask       : 255.255.255.255
Destination DNS Name   : <My IP Address>
Protocol               : TCP
Source Port            : ANY
Destination Port       : 8443
"""
RULE = """
Rule Name              : Web
Rule ID                : 1, {5B1F6A0E-2C41-4C6B-9E4D-7A3B51D0C2F2}
Activated              : YES
FilterList Name        : Web
FilterAction Name      : block
"""
ACTION = """
FilterAction Name      : block
Description            : NONE
Store                  : Local Store <FRONT-07>
Action                 : BLOCK
"""
TYPED = (
    "netsh ipsec static add policy name=Perimeter\n"
    "netsh ipsec static add filterlist name=Web\n"
    "netsh ipsec static add filter filterlist=Web srcaddr=any dstaddr=me dstport=8443 protocol=tcp\n"
    "netsh ipsec static add filteraction name=block action=block\n"
    "netsh ipsec static add rule name=Web policy=Perimeter filterlist=Web filteraction=block\n"
    "netsh ipsec static set policy name=Perimeter assign=y\n"
)


def read(text: str, name: str = "shown.txt") -> Parsed:
    source = bytes_source(name, text.encode())
    form = recognise(source)
    assert form is not None
    return form.parse(source)


def lines_told(parsed: Parsed) -> list[int]:
    return [problem.span.line for problem in parsed.problems if problem.message == INSTEAD_OF_SHOWN]


def said(policy: Policy) -> tuple[object, ...]:
    """What the policies and filter lists say, without places."""
    return (
        [
            (each.name, each.description, each.assigned.value, each.polling_interval_seconds.value)
            for each in policy.policies
        ],
        [each.master_pfs.value for each in policy.policies],
        [(each.name, [row[:-2] for row in each.filters]) for each in policy.filter_lists],
    )


PERIMETER = "netsh ipsec static add policy name=Perimeter assign=yes mmpfs=no pollinginterval=180\n"
SCRIPTS = {
    "policies-and-lists.txt": PERIMETER
    + 'netsh ipsec static add policy name=Lab description="until March" mmpfs=yes pollinginterval=45\n'
    "netsh ipsec static add filter filterlist=Servers srcaddr=me dstaddr=10.7.0.0 dstmask=255.255.0.0 "
    "protocol=tcp dstport=445\n"
    "netsh ipsec static add filter filterlist=Servers srcaddr=any dstaddr=me protocol=udp dstport=389\n"
    "netsh ipsec static add filter filterlist=Servers srcaddr=10.7.3.9 dstaddr=me mirrored=no\n",
    "as-in-an-article.txt": PERIMETER
    + "netsh ipsec static add filter filterlist=Web srcaddr=any dstaddr=me protocol=tcp dstport=8443\n",
}


@cases("name", SCRIPTS)
def test_a_script_and_what_is_shown_of_its_store_say_the_same(name: str) -> None:
    shown = parse(file_source(FIXTURES / name))
    typed = script.parse(bytes_source("made.cmd", SCRIPTS[name].encode()))
    assert shown.problems == typed.problems == ()
    assert said(shown.policy) == said(typed.policy)


def test_an_output_in_chinese_says_what_its_script_does() -> None:
    text = (
        "netsh ipsec static add filter filterlist=禁止端口 srcaddr=any dstaddr=me protocol=tcp dstport=445\n"
        "netsh ipsec static add filter filterlist=禁止端口 srcaddr=10.7.3.0 srcmask=24 dstaddr=me mirrored=no\n"
    )
    shown = parse(file_source(FIXTURES / "chinese.txt"))
    assert shown.problems == ()
    assert said(shown.policy)[2] == said(script.parse(bytes_source("made.cmd", text.encode())).policy)[2]
    assert [(each.name, each.assigned.value) for each in shown.policy.policies] == [("边界", True)]


def test_an_output_in_the_code_page_of_a_chinese_console_is_told(tmp_path: Path) -> None:
    path = tmp_path / "shown.txt"
    path.write_bytes((FIXTURES / "chinese.txt").read_text(encoding="utf-8").encode("gbk"))
    form = recognise(file_source(path))
    assert form is not None
    assert form.name == "netsh-ipsec-show"
    assert said(form.parse(file_source(path)).policy) == said(parse(file_source(FIXTURES / "chinese.txt")).policy)


def test_places_are_those_of_the_values() -> None:
    (policy,) = read(POLICY).policy.policies
    assert (policy.span.line, policy.span.column) == (2, 26)
    assert (policy.assigned.span.line, policy.assigned.span.column, policy.assigned.span.length) == (5, 26, 3)
    (filter_list,) = read(HEAD + FILTER).policy.filter_lists
    assert [row[-2:] for row in filter_list.filters] == [(10, 1)]


@cases(
    "text",
    [
        "C:\\>netsh ipsec static show policy all\n" + POLICY + "\nC:\\>netsh ipsec static show all\n" + HEAD + FILTER,
        "netsh ipsec static show all\n" + POLICY + HEAD + FILTER,
        "PS C:\\> netsh ipsec static show all level=verbose\n" + POLICY + HEAD + FILTER + "PS C:\\>\n",
        "netsh ipsec static>show all\n" + POLICY + HEAD + FILTER + "netsh ipsec static>\n",
        "\n".join(f"> {line}" for line in (POLICY + HEAD + FILTER).split("\n")),
        "# Notes\n\nOf the server:\n\n```\n" + POLICY + HEAD + FILTER + "```\n",
        "".join(f"    {line}\n" for line in (POLICY + HEAD + FILTER).split("\n")),
        (POLICY + HEAD + FILTER).replace("\n", "\n\n"),
        "\n".join(" ".join(line.split()) for line in (POLICY + HEAD + FILTER).split("\n") if line.strip()),
    ],
    ids=("prompts", "typed", "powershell", "context", "mail", "markdown", "indented", "double", "pasted"),
)
def test_however_it_was_taken_down(text: str) -> None:
    parsed = read(text, "notes.md" if text.startswith("#") else "shown.txt")
    assert parsed.problems == ()
    assert said(parsed.policy) == said(script.parse(bytes_source("made.cmd", TYPED.encode())).policy)


@cases("other", [RULE, ACTION, RULE + ACTION])
def test_rules_and_actions_between_others_are_read(other: str) -> None:
    parsed = read(POLICY + other + HEAD + FILTER)
    assert parsed.problems == ()
    assert said(parsed.policy) == said(read(POLICY + HEAD + FILTER).policy)
    assert [each.name for each in parsed.policy.connection_security_rules] == ["Web"] * (RULE in other)
    assert [each.name for each in parsed.policy.filter_actions] == ["block"] * (ACTION in other)


@cases("other", ["Moon Phase : FULL\nTide : LOW\n", "\nMoon Name : Luna\nTide : LOW\n"])
def test_what_no_label_is_known_of_is_told_where_it_stands_and_the_rest_is_read(other: str) -> None:
    parsed = read(POLICY + other + HEAD + FILTER)
    assert lines_told(parsed) == [POLICY.count("\n") + 1 + other.startswith("\n")]
    assert len(parsed.problems) == 1
    assert said(parsed.policy) == said(read(POLICY + HEAD + FILTER).policy)


def test_a_key_within_a_rule_is_hidden() -> None:
    key = "Authentication Methods(1)\nPreshared Key          : hunter2hunter2\n"
    (secret,) = read(POLICY + RULE + key).secrets
    assert (secret.line, secret.column, secret.length) == (15, 26, 14)


@cases("length", range(40, len(POLICY + HEAD + FILTER) - 20, 23))
def test_an_output_that_is_cut_off_is_never_taken_for_a_whole_one(length: int) -> None:
    text = (POLICY + HEAD + FILTER)[:length]
    parsed = parse(bytes_source("shown.txt", text.encode()))
    whole = len(POLICY) + 1
    assert parsed.problems or len(POLICY) - 20 < length <= whole + len("FilterList Name    ")


@cases(
    ("old", "new", "message"),
    [
        ("YES", "PERHAPS", "unknown yes or no `PERHAPS`"),
        ("<Any IP Address>\nSource Mask", "<IP Address>\nSource Mask", "`<IP Address>` is not an address"),
        ("<My IP Address>\nDestination Mask", "<DNS Server>\nDestination Mask", "`<DNS Server>` is not an address"),
        ("TCP", "TC", "unknown protocol `TC`"),
        ("8443", "84430", "unknown port `84430`"),
        ("<Any IP Address>\nSource Mask            : 0.0.0.0", "10.7.0.1", "address is printed without its mask"),
    ],
)
def test_a_filter_that_is_not_understood_is_left_out_and_told(old: str, new: str, message: str) -> None:
    parsed = read(HEAD + FILTER.replace(old, new, 1))
    assert [message in problem.message for problem in parsed.problems] == [True]
    assert [each.filters for each in parsed.policy.filter_lists] == [()]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (HEAD, ProblemCode.NOT_UNDERSTOOD, "printed without its filters: `level=verbose` prints them"),
        (
            HEAD.replace(": 1\n", ": 2\n") + FILTER,
            ProblemCode.MALFORMED,
            "2 filters announced and 1 printed: the output may be cut off",
        ),
        (
            HEAD + FILTER + HEAD + FILTER.replace("8443", "8444"),
            ProblemCode.CONTRADICTORY,
            "has other filters in line 2",
        ),
        (POLICY.replace("180 minutes", "3 hours"), ProblemCode.NOT_UNDERSTOOD, "unknown polling interval `3 hours`"),
        (POLICY.replace("Perimeter", ""), ProblemCode.MALFORMED, "a policy is printed without a name"),
    ],
)
def test_what_is_odd_is_told(text: str, code: ProblemCode, message: str) -> None:
    (problem,) = read(text).problems
    assert (problem.code, message in problem.message) == (code, True)


def test_a_list_without_filters_is_one() -> None:
    parsed = read(HEAD.replace(": 1\n", ": 0\n"))
    assert (parsed.problems, [each.filters for each in parsed.policy.filter_lists]) == ((), [()])


def test_the_same_list_twice_is_one() -> None:
    parsed = read(HEAD + FILTER + HEAD + FILTER)
    assert (parsed.problems, len(parsed.policy.filter_lists)) == ((), 1)


@cases(
    ("shown", "filters", "interval"),
    [(POLICY + HEAD + FILTER, 1, 10_800), (POLICY.replace("180", "60") + HEAD + FILTER.replace("8443", "22"), 2, 3600)],
)
def test_what_was_typed_and_printed_is_one_store(shown: str, filters: int, interval: int) -> None:
    typed = "".join(f"C:\\>{line}\n\n" for line in TYPED.splitlines())
    parsed = read(f"{typed}C:\\>netsh ipsec static show all\n{shown}\nC:\\>\n")
    assert parsed.problems == ()
    (policy,), (filter_list,), (_,) = (
        parsed.policy.policies,
        parsed.policy.filter_lists,
        parsed.policy.connection_security_rules,
    )
    assert (policy.polling_interval_seconds.value, policy.activate_default_rule.value) == (interval, True)
    assert len(filter_list.filters) == filters
    assert parsed.not_held == ()


def test_what_no_output_has_of_a_policy_is_counted_and_named_with_what_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "shown.txt"
    path.write_text(f"C:\\>netsh ipsec static show policy all\n{POLICY}\nC:\\>exit\n", encoding="utf-8")
    lines = accounting_lines(api.check_paths(path, isolated=True))
    (line,) = (line for line in lines if line.startswith("not held"))
    assert line == (
        f"not held, and so not judged: {path} (1 x rules, methods and lifetimes of a policy); "
        r"`reg export HKLM\SOFTWARE\Policies\Microsoft\Windows\IPSec ipsec.reg` holds policies whole"
    )


def test_a_comparison_with_a_script_says_that_rules_are_not_held(cli: Callable[..., Any], tmp_path: Path) -> None:
    script_path, shown_path = tmp_path / "made.cmd", tmp_path / "shown.txt"
    script_path.write_text(TYPED, encoding="utf-8")
    shown_path.write_text(POLICY + HEAD + FILTER, encoding="utf-8")
    out = " ".join(cli("diff", str(script_path), str(shown_path), "--no-findings").out.split())
    assert f"rules, methods and lifetimes of a policy: not held in {shown_path}, so whether that changes" in out


@cases(
    "text",
    ["Policy Name : Devices\nAssigned : Yes\n", "FilterList Name : A\n", "Master PFS : NO\nFilterList Name : A\n"],
)
def test_what_may_be_another_output_is_none(text: str) -> None:
    form = recognise(bytes_source("shown.txt", text.encode()))
    assert form is None or form.name != "netsh-ipsec-show"


PRINTED = [
    path
    for folder in ("netsh-ipsec-show", "netsh-ipsec-dynamic-show", "netsh-ipsec-statistics")
    for path in sorted((FIXTURES.parent / folder).glob("*.txt"))
]


@cases("path", PRINTED, ids=lambda path: path.stem)
def test_an_output_whose_lines_end_as_on_old_machines_says_the_same(path: Path) -> None:
    data = path.read_bytes().replace(b"\r\n", b"\n")
    assert b"\n" in data
    otherwise = bytes_source(path.name, data.replace(b"\n", b"\r"))
    (form, of_cr) = (recognise(each) for each in (bytes_source(path.name, data), otherwise))
    assert form is not None
    assert of_cr is form
    assert form.parse(otherwise) == form.parse(bytes_source(path.name, data))
