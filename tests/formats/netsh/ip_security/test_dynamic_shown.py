"""What `netsh ipsec dynamic show` prints, against the script that makes what is in force."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests import ROOT
from tests.cases import cases

from ipseclint import api
from ipseclint.formats import recognise
from ipseclint.formats.netsh import script
from ipseclint.formats.netsh.ip_security.dynamic_shown import parse
from ipseclint.formats.netsh.ip_security.shown import INSTEAD_OF_SHOWN
from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import Policy
from ipseclint.source import bytes_source, file_source

FIXTURES = ROOT / "fixtures" / "formats" / "netsh-ipsec-dynamic-show"
KEY = "correct-horse-battery"
SCRIPT = (
    'add mmpolicy name=Require mmlifetime=480 qmpermm=0 mmsecmethods="3DES-SHA1-2 3DES-MD5-1"',
    'add qmpolicy name=Strong soft=no pfsgroup=NOPFS qmsecmethods="ESP[3DES,SHA1]:100000k/3600s AH[SHA1]:20480k/300s"',
    (
        "add rule srcaddr=me dstaddr=10.7.0.0 dstmask=16 mmpolicy=Require qmpolicy=Strong protocol=TCP dstport=445 "
        f"mirrored=yes conntype=all actioninbound=negotiate actionoutbound=negotiate kerberos=yes psk={KEY}"
    ),
    "set config property=strongcrlcheck value=1",
    "set config property=ipsecexempt value=3",
)
FILTER = """
Quickmode Filters(Transport) - Generic
--------------------------------------
Filter Name            : 2
Connection Type        : ALL
Source Address         : <My IP Address>      (255.255.255.255)
Destination Address    : 10.7.0.0             (255.255.0.0)
Protocol               : TCP     Src Port: 0     Dest Port: 445
Mirrored               : yes
Quickmode Policy       : Strong
Inbound Action         : Negotiate
Outbound Action        : Negotiate
"""


def read(text: str) -> Parsed:
    return parse(bytes_source("running.txt", text.encode()))


def said(policy: Policy) -> list[object]:
    """What the running policy says, without places."""
    return [
        [
            (
                each.name,
                each.lifetime_seconds.value,
                each.quick_mode_limit.value,
                [(one.encryption.value, one.integrity.value, one.dh_group.value) for one in each.proposals],
            )
            for each in policy.main_mode_crypto_sets
        ],
        [
            (
                each.name,
                each.pfs_group.value,
                [(one.encapsulation.value, one.encryption.value, one.lifetime_seconds.value) for one in each.proposals],
            )
            for each in policy.quick_mode_crypto_sets
        ],
        [
            (
                each.name,
                each.action.value,
                each.inbound.value,
                each.outbound.value,
                each.endpoint1.value,
                each.endpoint2.value,
                each.protocol.value,
                each.port2.value,
                each.interface_types.value,
                each.main_mode_crypto and each.main_mode_crypto.target,
                each.quick_mode_crypto and each.quick_mode_crypto.target,
            )
            for each in policy.connection_security_rules
        ],
        [(each.name, [one.method.value for one in each.methods]) for each in policy.authentication_sets],
        [
            (each.legacy_exempt_level and each.legacy_exempt_level.value, each.crl_check and each.crl_check.value)
            for each in policy.global_settings
        ],
    ]


def told(path: Path) -> list[tuple[object, ...]]:
    """The findings of a file about its policy, without their places: a script has no associations."""
    report = api.check_paths(path, isolated=True)
    findings = [each for each in report.findings if not each.code.startswith("RT")]
    return sorted((each.code, each.severity.value, each.message, each.subject.name) for each in findings)


def test_an_output_and_its_script_say_the_same_and_have_the_same_findings(tmp_path: Path) -> None:
    typed = tmp_path / "made.cmd"
    typed.write_text("".join(f"netsh ipsec dynamic {line}\n" for line in SCRIPT), encoding="utf-8")
    source = file_source(FIXTURES / "all.txt")
    form = recognise(source)
    assert form is not None
    assert form.name == "netsh-ipsec-dynamic-show"
    shown, made = form.parse(source), script.parse(bytes_source("made.cmd", typed.read_bytes()))
    assert shown.problems == made.problems == ()
    assert said(shown.policy) == said(made.policy)
    assert told(FIXTURES / "all.txt") == told(typed)
    assert told(typed)
    assert [(each.name, each.value) for each in shown.counters][:1] == [("IKE Main Mode", 4)]
    assert [(each.kind.value, each.remote_address) for each in shown.associations] == [
        ("main-mode", "10.7.0.4"),
        ("quick-mode", "10.7.0.4"),
    ]
    assert dict(shown.unread) == {"`specific main-mode filter`": 1}


def test_an_output_between_typed_commands_says_the_same() -> None:
    printed = (FIXTURES / "all.txt").read_text(encoding="utf-8")
    text = f"C:\\>netsh ipsec dynamic show all\n{printed}\nC:\\>netsh ipsec static delete policy name=Old\nOk.\n"
    source = bytes_source("window.txt", text.encode())
    form = recognise(source)
    assert form is not None
    parsed = form.parse(source)
    assert (form.name, parsed.problems) == ("transcript", ())
    assert said(parsed.policy) == said(parse(file_source(FIXTURES / "all.txt")).policy)


def test_parts_that_were_asked_for_one_by_one() -> None:
    parsed = parse(file_source(FIXTURES / "running-policy.txt"))
    (rule,) = parsed.policy.connection_security_rules
    assert [each.message for each in parsed.problems] == ["a rule for one direction is read as if it were mirrored"]
    assert (rule.mode.known, rule.quick_mode_crypto and rule.quick_mode_crypto.target) == ("tunnel", "Branch")
    assert [each.pfs_group.known for each in parsed.policy.quick_mode_crypto_sets] == ["DH2"]
    assert [(each.name, each.quick_mode_limit.known) for each in parsed.policy.main_mode_crypto_sets] == [("1", 10)]


def test_associations_and_settings() -> None:
    parsed = parse(file_source(FIXTURES / "associations.txt"))
    assert parsed.problems == ()
    assert [(each.local_address, each.remote_address, each.first_authentication) for each in parsed.associations] == [
        ("10.7.3.9", "10.7.0.4", "Preshared Key"),
        ("10.7.3.9", "10.7.0.5", "Kerberos"),
        ("10.7.3.9", "10.7.0.4", None),
    ]
    assert [each.legacy_exempt_level and each.legacy_exempt_level.known for each in parsed.policy.global_settings] == [
        0
    ]


@pytest.mark.parametrize("length", range(60, len(FILTER), 29))
def test_an_output_that_is_cut_off_makes_no_error_about_what_the_cut_hides(length: int, tmp_path: Path) -> None:
    path = tmp_path / "running.txt"
    path.write_text(FILTER[:length], encoding="utf-8")
    assert [each.message for each in api.check_paths(path, isolated=True).findings] == []


@cases(
    ("old", "new", "line"),
    [
        ("Mirrored               : yes", "Moon Phase             : full", 9),
        ("Connection Type        : ALL", "Connection Type        : satellite", 5),
        ("10.7.0.0", "10.7.0", 7),
        ("TCP ", "TCPP", 8),
        ("Negotiate\nOut", "Ponder\nOut", 11),
        ("\nMirrored", "\na b c d\nMirrored", 9),
    ],
)
def test_what_is_not_known_is_told_at_its_place(old: str, new: str, line: int) -> None:
    (problem,) = read(FILTER.replace(old, new)).problems
    assert problem.span.line == line


@pytest.mark.parametrize(
    "rows",
    [
        f"Authentication Methods : Preshared Key : {KEY}\n",
        f"Authentication Methods(1)\n   Preshared Key\n   {KEY}\n",
        f"Authentication Methods :\n   {KEY}\n",
        f"Preshared Key          : {KEY}\n",
    ],
)
def test_no_key_is_shown(rows: str, cli: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "running.txt"
    path.write_text(FILTER + rows, encoding="utf-8")
    for command in (("check", "--output", "json"), ("inspect",)):
        done = cli(*command, str(path), "--isolated")
        assert KEY not in done.out + done.err


@cases("part", ["Mainmode Policies not available.", "No currently assigned Policy", "0 Filter(s)"])
def test_a_part_that_has_nothing_is_no_problem(part: str) -> None:
    assert read(f"{FILTER}\nMainmode Policies\n-----------------\n{part}\n").problems == ()


def test_a_table_is_told() -> None:
    parsed = read(f"{FILTER}\nQuickmode SAs\n-------------\n10.7.0.1 10.7.0.2 TCP x y\n")
    assert [(each.message, each.span.line) for each in parsed.problems] == [(INSTEAD_OF_SHOWN, 16)]


MAIN_MODE = (
    "IKE MM Policy Name     : Require\nIKE Soft SA Lifetime   : 300 secs\n\nEncryption    Integrity    DH    Lifetime\n"
    "----------    ---------    --    --------\n"
)
HEADING = "Mainmode Filters - Generic\n--------------------------\n"
SA = "IKE Main Mode SAs at 11/3/2025 9:14:02 AM\n-----------------------\n"


@cases(
    ("text", "row", "missing"),
    [
        (MAIN_MODE, 1, "the last main-mode policy is printed without security methods"),
        ("QM Negotiation Policy Name  : Strong\nAllow Fallback to Clear     : NO\n", 1, "without security methods"),
        (f"{FILTER}\n1 Generic Filter(s)\n\n{HEADING}", 0, "nothing is printed below `Mainmode Filters - Generic`"),
        (f"{HEADING}Filter Name : 1\nSource Address : 10.7.0.1\nDestination Address : 10.7.0.2\n", 3, "authentication"),
        (f"{SA}From : 10.7.3.9\n", 3, "without its other end"),
        (
            f"{SA}From : 10.7.3.9\nTo : 10.7.0.4\nAuth : Kerberos\n\nFrom : 10.7.3.9\nTo : 10.7.0.5\n",
            7,
            "all that the others",
        ),
        (f"{SA}From : 10.7.3.9\nTo : 10.7.0.4\n\nIKE Statistics\n--------------\n", 6, "below `IKE Statistics`"),
    ],
)
def test_an_output_that_ends_in_the_middle_is_said(text: str, row: int, missing: str) -> None:
    problem = read(text).problems[-1]
    assert missing in problem.message
    assert problem.message.endswith("the output may be cut off")
    assert not row or problem.span.line == row


@cases("lifetime", ["0/12x", "ninety/28800", "0/"])
def test_a_lifetime_of_main_mode_that_is_none_is_said(lifetime: str) -> None:
    problems = read(f"{MAIN_MODE}3DES          SHA1         2     {lifetime}               10\n\n").problems
    assert [each.message for each in problems if "has no lifetime of two numbers" in each.message]


@cases(("rows", "place"), [(["12x"], (6, 53)), (["ninety", "ninety"], (6, 53)), (["10", "1O"], (7, 53))])
def test_a_limit_of_quick_modes_that_is_none_is_said_in_its_row(rows: list[str], place: tuple[int, int]) -> None:
    row = "3DES          SHA1         2     0/28800            "
    problems = read("\n".join((MAIN_MODE.rstrip("\n"), *(row + limit for limit in rows), "", ""))).problems
    first = next(each for each in problems if "unknown limit of quick modes" in each.message)
    assert (first.span.line, first.span.column) == place


@cases(
    "text",
    [
        f"{MAIN_MODE}3DES          SHA1         2     0/28800\n\n",
        f"{FILTER}\n1 Generic Filter(s)\n",
        f"{FILTER}\n\n{HEADING}No currently assigned Policy\n",
        f"{SA}From : 10.7.3.9\nTo : 10.7.0.4\nAuth : Kerberos\n\nFrom : 10.7.3.9\nTo : 10.7.0.5\nAuth : Kerberos\n",
        f"{SA}From : 10.7.3.9\nTo : 10.7.0.4\n\nFrom : 10.7.3.9\nTo : 10.7.0.5\nAuth : Kerberos\n",
        f"{FILTER}\nIKE Statistics\n--------------\nActive Acquire : 1\n",
    ],
)
def test_an_output_that_ends_behind_an_object_is_whole(text: str) -> None:
    assert not any("cut off" in problem.message for problem in read(text).problems)


@cases("lifetime", ["12x", "28 800", "28\u00a0800", "28,800", ""])
def test_an_offer_of_an_association_that_ends_with_no_lifetime_is_said(lifetime: str) -> None:
    text = (FIXTURES / "associations.txt").read_text("utf-8")
    offer = next(line.partition(": ")[2] for line in text.splitlines() if line.endswith("/28800"))
    broken = f"{offer.removesuffix('28800')}{lifetime}".strip()
    said = {problem.message for problem in read(text.replace(offer, broken, 1)).problems}
    assert f"`{broken}` ends with no lifetime in seconds" in said
