"""What `netsh ipsec static show` prints of rules and filter actions, against the script that makes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests import ROOT
from tests.cases import cases

from ipseclint import api
from ipseclint.formats import recognise as find_format
from ipseclint.formats.netsh import script
from ipseclint.formats.netsh.ip_security.shown_store import parse, recognise
from ipseclint.formats.parsed import Parsed
from ipseclint.model.policy import Policy
from ipseclint.source import bytes_source

FIXTURES = ROOT / "fixtures" / "formats" / "netsh-ipsec-show"
KEY = "correct-horse-battery"
STATIC = "netsh ipsec static "

SCRIPTS = {
    "policy-verbose.txt": (
        (
            "add policy name=Perimeter mmpfs=no mmlifetime=480 qmpermm=0 pollinginterval=180 assign=yes "
            'activatedefaultrule=no mmsecmethods="3DES-SHA1-2 3DES-MD5-2"'
        ),
        "add filter filterlist=Servers srcaddr=me dstaddr=10.7.0.0 dstmask=16 protocol=tcp dstport=445",
        "add filter filterlist=Everything srcaddr=me dstaddr=any mirrored=no",
        (
            "add filteraction name=Require action=negotiate soft=yes inpass=no qmpfs=no "
            'qmsecmethods="ESP[3DES,SHA1]:100000k/3600s AH[MD5]+ESP[DES,None]:20480k/300s"'
        ),
        "add filteraction name=Stop action=block",
        (
            'add rule name="To the servers" policy=Perimeter filterlist=Servers filteraction=Require conntype=all '
            f"activate=yes kerberos=yes psk={KEY}"
        ),
        (
            'add rule name="Nobody else" policy=Perimeter filterlist=Everything filteraction=Stop tunnel=192.0.2.17 '
            'conntype=lan activate=no rootca="CN=Example Root, O=Example"'
        ),
    ),
}
SCRIPTS["policy-in-other-words.txt"] = SCRIPTS["policy-verbose.txt"]

RULE = """
Rule Name              : Web
Rule ID                : 1, {5B1F6A0E-2C41-4C6B-9E4D-7A3B51D0C2F2}
Activated              : YES
FilterList Name        : Web
FilterAction Name      : Require
Connection Type        : ALL
"""
ACTION = """
FilterAction Name      : Require
Action                 : NEGOTIATE
AllowUnsecure          : NO
Inbound Passthrough    : NO
QMPFS                  : NO
"""


def read(text: str) -> Parsed:
    source = bytes_source("shown.txt", text.encode())
    assert recognise(source)
    return parse(source)


def told(path: Path) -> list[tuple[object, ...]]:
    """The findings of a file, without their places."""
    report = api.check_paths(path, isolated=True)
    return sorted((each.code, each.severity.value, each.message, each.subject.name) for each in report.findings)


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_output_and_its_script_say_the_same_and_have_the_same_findings(name: str, tmp_path: Path) -> None:
    typed = tmp_path / "made.cmd"
    typed.write_text("".join(f"{STATIC}{line}\n" for line in SCRIPTS[name]), encoding="utf-8")
    shown = parse(bytes_source(name, (FIXTURES / name).read_bytes()))
    made = script.parse(bytes_source("made.cmd", typed.read_bytes()))
    assert shown.problems == made.problems == ()
    assert shown.not_held == ()
    assert _rows(shown.policy) == _rows(made.policy)
    assert told(FIXTURES / name) == told(typed)
    assert told(typed)


def _rows(policy: Policy) -> list[object]:
    return [
        [
            (each.name, each.assigned.value, each.polling_interval_seconds.value, each.master_pfs.value)
            for each in policy.policies
        ],
        [(each.name, [row[:-2] for row in each.filters]) for each in policy.filter_lists],
        [
            (
                each.name,
                each.action.value,
                each.accept_unsecured_inbound.value,
                each.allow_unsecured_fallback.value,
            )
            for each in policy.filter_actions
        ],
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
                [
                    (
                        one.encapsulation.value,
                        one.ah_integrity.value,
                        one.esp_integrity.value,
                        one.encryption.value,
                        one.lifetime_seconds.value,
                        one.lifetime_kilobytes.value,
                    )
                    for one in each.proposals
                ],
            )
            for each in policy.quick_mode_crypto_sets
        ],
        [
            (
                each.name,
                each.id,
                [
                    (
                        one.method.value,
                        one.preshared_key is None,
                        one.certificate_authority and one.certificate_authority.value,
                    )
                    for one in each.methods
                ],
            )
            for each in policy.authentication_sets
        ],
        [
            (
                each.name,
                each.enabled.value,
                each.mode.value,
                each.action.value,
                each.inbound.value,
                each.outbound.value,
                each.interface_types.value,
                each.remote_tunnel_endpoint and each.remote_tunnel_endpoint.value,
                each.filter_list and each.filter_list.target,
                each.filter_action and each.filter_action.target,
                each.policy and each.policy.target,
            )
            for each in policy.connection_security_rules
        ],
    ]


def test_parts_that_were_asked_for_one_by_one_are_one_store() -> None:
    parsed = parse(bytes_source("s.txt", (FIXTURES / "kind-by-kind.txt").read_bytes()))
    assert parsed.problems == ()
    assert [
        (each.name, each.policy and each.policy.target, each.filter_list and each.filter_list.target)
        for each in parsed.policy.connection_security_rules
    ] == [("Web", "Perimeter", "Web"), ("rule 2", "Perimeter", "Management")]
    assert parsed.policy.names_not_followed == ("management",)
    assert [(each.name, len(each.proposals)) for each in parsed.policy.quick_mode_crypto_sets] == [("Negotiate", 2)]


def test_what_is_named_and_not_printed_is_no_error_and_said(tmp_path: Path) -> None:
    path = tmp_path / "shown.txt"
    path.write_text(RULE, encoding="utf-8")
    report = api.check_paths(path, isolated=True)
    assert [each.code for each in report.findings] == []
    assert report.problems == ()
    assert dict(read(RULE).not_held) == {"filter lists that rules name": 1, "filter actions that rules name": 1}


@pytest.mark.parametrize("length", range(30, len(RULE + ACTION), 17))
def test_an_output_that_is_cut_off_anywhere_makes_no_error_about_what_the_cut_hides(
    length: int, tmp_path: Path
) -> None:
    path = tmp_path / "shown.txt"
    path.write_text((RULE + ACTION)[:length], encoding="utf-8")
    assert [each.message for each in api.check_paths(path, isolated=True).findings] == []


@pytest.mark.parametrize(
    "rows",
    [
        f"Authentication Methods(1)\n        Preshared Key      : {KEY}\n",
        f"Authentication Methods(1):\n        PRESHARED KEY\n        {KEY}\n",
        f"Authentication Methods : Preshared Key : {KEY}\n",
        f"Authentication Methods(2)\n    1. Kerberos\n    2. Pre-shared Key: {KEY}\n",
        f"Preshared Key : {KEY}\n",
        f"Authentication Methods(1)\n        Preshared Key\n        Key : {KEY}\n",
        f"Authentication Methods(1)\n        Something else {KEY}\n",
        f"Authentication Methods(1)\n        {KEY}=\n",
    ],
)
def test_no_key_is_shown(rows: str, cli: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "shown.txt"
    path.write_text(RULE + rows, encoding="utf-8")
    for command in (("check", "--output", "json"), ("check", "-v"), ("inspect",)):
        done = cli(*command, str(path), "--isolated")
        assert KEY not in done.out + done.err
    lines = (RULE + rows).split("\n")
    assert any(
        KEY in lines[span.line - 1][span.column - 1 : span.column - 1 + span.length]
        for span in read(RULE + rows).secrets
    )


@cases(
    ("row", "words"),
    [
        ("ESP[3DES,SHA1]:100000k/3600s", ("ESP", "NONE", "SHA1", "3DES", 3600, 100_000)),
        ("1   ESP [ 3DES , SHA1 ]   3600s/100000k", ("ESP", "NONE", "SHA1", "3DES", 3600, 100_000)),
        ("AH[SHA1]:3600s", ("AH", "SHA1", "NONE", "NONE", 3600, 100_000)),
        ("AH[MD5]+ESP[DES,None]:20480k/300s", ("AH+ESP", "MD5", "NONE", "DES", 300, 20_480)),
        ("[NONE] [SHA1 , 3DES] 0k/0s", ("ESP", "NONE", "SHA1", "3DES", 3600, 100_000)),
        ("NONE  3DES  MD5  20480k/300s", ("ESP", "NONE", "MD5", "3DES", 300, 20_480)),
    ],
)
def test_rows_of_quick_mode(row: str, words: tuple[object, ...]) -> None:
    parsed = read(f"{ACTION}Security Methods\n----------------\n  {row}\n")
    ((one,),) = (each.proposals for each in parsed.policy.quick_mode_crypto_sets)
    assert parsed.problems == ()
    values = (one.encapsulation, one.ah_integrity, one.esp_integrity, one.encryption)
    assert [str(each.known).upper().replace("_", "").replace("-", "") for each in values] == [
        str(each) for each in words[:4]
    ]
    assert (one.lifetime_seconds.known, one.lifetime_kilobytes.known) == words[4:]


@cases(
    "row",
    ["ESP[BLOWFISH,SHA1]:100000k/3600s", "[NONE] [SHA1 , 3DES] 3600/100000", "SHA1 3DES 1k/2s", "ESP[3DES,DES] SHA1"],
)
def test_a_row_that_is_not_told_is_left_unknown(row: str) -> None:
    parsed = read(f"{ACTION}Security Methods\n----------------\n  {row}\n")
    (problem,) = parsed.problems
    assert (problem.span.line, "not read as a method of quick mode" in problem.message) == (9, True)
    ((one,),) = (each.proposals for each in parsed.policy.quick_mode_crypto_sets)
    assert one.encapsulation.known is None


@cases(
    ("old", "new", "line"),
    [
        ("YES", "MAYBE", 4),
        ("Connection Type        : ALL", "Connection Type        : SATELLITE", 7),
        ("Connection Type        : ALL", "Moon Phase             : FULL", 7),
    ],
)
def test_what_is_not_known_within_a_rule_is_told_at_its_place(old: str, new: str, line: int) -> None:
    (problem,) = read(RULE.replace(old, new)).problems
    assert problem.span.line == line


def test_the_default_response_is_no_rule_for_traffic_and_says_whether_it_is_active() -> None:
    policy = "Policy Name : P\nAssigned : YES\nMaster PFS : NO\nPolling Interval : 180 minutes\nNo. of Rules : 1\n"
    rule = "Rule Name : NONE\nRule ID : 1, {A}\nActivated : NO\nFilterList Name : <Dynamic>\nConnection Type : ALL\n"
    parsed = read(f"\n{policy}\n{rule}")
    assert [each.activate_default_rule.known for each in parsed.policy.policies] == [False]
    assert [(each.name, each.filter_list) for each in parsed.policy.connection_security_rules] == [
        ("P: default response", None)
    ]


def test_what_was_typed_is_there_once_when_it_was_printed_afterwards() -> None:
    typed = [
        "add policy name=Perimeter assign=yes",
        "add filteraction name=Stop action=block",
        "add filteraction name=Other action=permit",
        'add rule name="Nobody else" policy=Perimeter filterlist=Everything filteraction=Stop',
        "add rule name=Last policy=Perimeter filterlist=Everything filteraction=Other",
    ]
    text = "".join(f"C:\\>{STATIC}{line}\n\n" for line in typed) + f"C:\\>{STATIC}show policy all level=verbose\n"
    source = bytes_source("window.txt", text.encode() + (FIXTURES / "policy-verbose.txt").read_bytes() + b"C:\\>\n")
    form = find_format(source)
    assert form is not None
    parsed = form.parse(source)
    policy = parsed.policy
    assert (form.name, parsed.problems, parsed.not_held) == ("transcript", (), ())
    assert sorted(each.name for each in policy.connection_security_rules) == ["Last", "Nobody else", "To the servers"]
    assert sorted(each.name for each in policy.authentication_sets) == ["Last", "Nobody else", "To the servers"]
    assert sorted(each.name for each in policy.filter_actions) == ["Other", "Require", "Stop"]
    assert [each.name for each in policy.main_mode_crypto_sets] == ["Perimeter"]
    assert [each.name for each in policy.quick_mode_crypto_sets] == ["Require"]


def test_an_output_beside_statistics_loses_no_rows() -> None:
    printed = (FIXTURES / "policy-verbose.txt").read_text(encoding="utf-8")
    statistics = (
        "C:\\>netsh ipsec dynamic show stats\n\nIKE Statistics\n--------------\nActive Acquire : 1\nTotal Acquire : 2\n"
    )
    source = bytes_source("window.txt", f"C:\\>{STATIC}show policy all\n{printed}\n{statistics}".encode())
    form = find_format(source)
    assert form is not None
    parsed = form.parse(source)
    assert (parsed.problems, len(parsed.counters)) == ((), 2)
    assert [len(each.proposals) for each in parsed.policy.main_mode_crypto_sets] == [2]
    assert [len(each.proposals) for each in parsed.policy.quick_mode_crypto_sets] == [2]


METHODS = """Security Methods(1)
 AH    ESP            Seconds kBytes
[NONE][SHA1, 3DES]   3600    100000
"""


@cases(
    ("without", "more", "action"),
    [
        ("", "", "negotiate"),
        ("Action                 : NEGOTIATE\n", "", None),
        ("Action                 : NEGOTIATE\n", METHODS, "negotiate"),
        (ACTION.partition("Action                 :")[2], "", None),
    ],
)
def test_an_action_that_is_not_printed_is_known_by_its_methods_alone(
    without: str, more: str, action: str | None
) -> None:
    (found,) = read(ACTION.replace(without, "", 1) + more).policy.filter_actions
    assert found.action.known == action


VERBOSE = (ROOT / "fixtures" / "formats" / "netsh-ipsec-show" / "policy-verbose.txt").read_text(encoding="utf-8")


@cases(
    ("first", "last", "said"),
    [
        ("Rule ID                : 2,", "", ["2 rules announced and 1 printed"]),
        ("Rule ID                : 1,", "", ["2 rules announced and 0 printed"]),
        ("[MD5] ", "QMPFS", ["2 security methods announced and 1 printed"]),
        ("Last Modified", "GUID", []),
        ("No. of Rules", "Rule Details", []),
    ],
)
def test_what_is_announced_and_not_printed_is_said(first: str, last: str, said: list[str]) -> None:
    start = VERBOSE.index(first)
    end = VERBOSE.index(last, start) if last else len(VERBOSE)
    source = bytes_source("shown.txt", (VERBOSE[:start] + VERBOSE[end:]).encode())
    assert [each.message.partition(":")[0] for each in parse(source).problems] == said
