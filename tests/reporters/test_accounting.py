"""What a report says about its run: each setting, each kind of what was not read, and from how many names on."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from ipseclint.finding import Waiver
from ipseclint.report import (
    GIVEN_LATER,
    NOT_HELD,
    UNREAD,
    Ignored,
    Input,
    InputStatus,
    NotJudged,
    OverrideUsed,
    Report,
    Settings,
)
from ipseclint.reporters import RenderOptions, accounting, reporter
from ipseclint.vocabulary.netsh_ipsec_labels import NAMED_ONLY, NOT_PRINTED
from tests.cases import cases
from tests.engine.findings.test_since import found

NOTHING = Report(version="1", ruleset="default", inputs=(), findings=(), problems=(), not_checked=())
SHOWN_BY = "`... | ConvertTo-Json -Depth 5` without Select-Object holds objects whole"
BY_REGISTRY = r"`reg export HKLM\SOFTWARE\Policies\Microsoft\Windows\IPSec ipsec.reg` holds policies whole"
DEFAULT = "configured by no file; rulesets: default"


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({}, DEFAULT),
        ({"configuration": "ipseclint.toml"}, "configured by ipseclint.toml; rulesets: default"),
        ({"isolated": True}, "configured by no file (isolated); rulesets: default"),
        ({"rulesets": ("a", "b")}, "configured by no file; rulesets: a, b"),
        ({"waivers": "w.toml"}, f"{DEFAULT}; waivers: w.toml"),
        ({"baseline": "b.json"}, f"{DEFAULT}; baseline: b.json"),
        ({"select": ("QD", "CR001")}, f"{DEFAULT}; only: QD, CR001"),
        ({"ignore": ("QD001",)}, f"{DEFAULT}; ignored: QD001"),
        ({"severity": {"QD001": "info"}}, f"{DEFAULT}; severity changed: QD001 info"),
        (
            {"overrides": (OverrideUsed(paths=("a/", "b/")), OverrideUsed(paths=("c/",)))},
            f"{DEFAULT}; overridden for: a/, b/, c/",
        ),
        ({"exclude": ("old",)}, f"{DEFAULT}; excluded (2 files): old"),
        ({"fail_on": "error"}, f"{DEFAULT}; fail-on: error"),
        ({"shard": "2/8"}, f"{DEFAULT}; shard 2/8, without the rules that compare machines"),
        ({"as_of": "2026-01-02"}, f"{DEFAULT}; as of 2026-01-02"),
        ({"redacted": True}, f"{DEFAULT}; names and addresses are replaced"),
        ({"waivers": "a\x1bb"}, f"{DEFAULT}; waivers: a\\x1bb"),
    ],
)
def test_each_setting_is_said_in_the_line(settings: dict[str, Any], line: str) -> None:
    ignored = (
        Ignored(path="a", kind="excluded by a pattern"),
        Ignored(path="b", kind="excluded as output"),
        Ignored(path="c", kind="other"),
    )
    used = Settings(**({"rulesets": ("default",)} | settings))
    assert accounting.settings_line(replace(NOTHING, settings=used, ignored=ignored)) == line


@cases(
    ("paths", "shown_by"),
    [
        ((f"a ({NOT_PRINTED})",), (BY_REGISTRY,)),
        (tuple(f"a ({name})" for name in NAMED_ONLY.values()), (BY_REGISTRY,)),
        ((f"a ({NOT_PRINTED})", "b (1 x Enabled)"), (BY_REGISTRY, SHOWN_BY)),
        (("b (1 x Enabled)",), (SHOWN_BY,)),
    ],
)
def test_each_tool_whose_answer_is_not_whole_has_its_own_that_is(
    paths: tuple[str, ...], shown_by: tuple[str, ...]
) -> None:
    report = replace(NOTHING, ignored=tuple(Ignored(path=path, kind=NOT_HELD) for path in paths))
    line = accounting.not_held_line(report, every_name=False)
    assert line == f"not held, and so not judged: {', '.join(paths)}; {', '.join(shown_by)}"


@cases(
    ("name", "more"),
    [
        ("Enabled", ""),
        ("IPSecCustomPolicy", ", `(Get-VpnConnection NAME).IPSecCustomPolicy` shows a connection's suite"),
    ],
)
def test_how_a_suite_is_shown_is_said_where_a_suite_is_what_is_not_held(name: str, more: str) -> None:
    report = replace(NOTHING, ignored=(Ignored(path=f"a (1 x {name})", kind=NOT_HELD),))
    line = accounting.not_held_line(report, every_name=False)
    assert line == f"not held, and so not judged: a (1 x {name}); {SHOWN_BY}{more}"


def test_settings_in_json_are_keys_of_the_configuration() -> None:
    override = OverrideUsed(paths=("a/",))
    used = Settings(configuration="c", rulesets=("default",), overrides=(override,), shard="1/2", as_of="2026-01-02")
    told = accounting.settings_dict(replace(NOTHING, settings=used))
    assert told["overrides"] == [{name: getattr(override, name) for name in OverrideUsed.__struct_fields__}]
    assert {name: told[name] for name in told if name != "overrides"} == {
        "configuration": "c",
        "isolated": False,
        "rulesets": ["default"],
        "waivers": None,
        "baseline": None,
        "select": [],
        "ignore": [],
        "severity": {},
        "exclude": [],
        "fail_on": "warning",
        "allow_partial": False,
        "allow_empty": False,
        "redacted": False,
        "shard": "1/2",
        "as_of": "2026-01-02",
    }
    assert {"shard", "as_of"} & set(accounting.settings_dict(NOTHING)) == set()


def ignored(count: int, kind: str) -> tuple[Ignored, ...]:
    return tuple(Ignored(path=f"f{number}", kind=kind) for number in range(count))


@cases(("count", "every_name", "is_named"), [(50, False, True), (51, False, False), (51, True, True)])
def test_up_to_fifty_names_are_said_unless_all_are_asked_for(count: int, every_name: bool, is_named: bool) -> None:
    names = ", ".join(f"f{number}" for number in range(count))
    report = replace(
        NOTHING,
        ignored=tuple(entry for kind in ("pictures", NOT_HELD, GIVEN_LATER, UNREAD) for entry in ignored(count, kind)),
        not_judged=tuple(NotJudged(kind="value", name=f"f{number}", path="p") for number in (*range(count), 0)),
    )
    assert accounting.accounting_lines(report, every_name=every_name) == [
        f"read, and no rule looks at it: {names if is_named else f'{count} values (-v names them)'}",
        f"not held, and so not judged: {names if is_named else f'{count} files (-v names them)'}; {SHOWN_BY}",
        f"passed over: {count} pictures" + (f": {names}" if is_named else " (-v names them)"),
        f"parts that are not read: {names if is_named else f'{count} files (-v names them)'}",
        "given when the script runs, and so not judged: " + (names if is_named else f"{count} files (-v names them)"),
        accounting.settings_line(report),
    ]


def test_what_there_is_none_of_has_no_line() -> None:
    report = replace(NOTHING, outdated=("an old fact",), ignored=ignored(1, NOT_HELD))
    assert list(accounting.ignored_lines(report, every_name=False)) == []
    assert accounting.not_held_line(NOTHING, every_name=False) is None
    assert accounting.not_judged_line(NOTHING, every_name=False) is None
    assert accounting.accounting_lines(replace(NOTHING, outdated=("an old fact",))) == [
        "an old fact",
        "configured by no file; rulesets: ",
    ]


def test_of_a_peer_it_is_said_what_tells_of_it() -> None:
    report = replace(
        NOTHING, not_judged=(NotJudged(kind="value", name="a", path="p"), NotJudged(kind="peer", name="b", path="p"))
    )
    assert accounting.not_judged_line(report, every_name=False) == (
        "read, and no rule looks at it: a, b; `ipseclint negotiate POLICY PEER` tells what fails with a peer"
    )


def test_what_was_read_is_counted_over_all_inputs_by_kind() -> None:
    inputs = tuple(
        Input(path=path, format="f", status=InputStatus.UNDERSTOOD, objects=objects)
        for path, objects in (("a", {"rule": 2, "set": 1}), ("b", {"rule": 1}))
    )
    report = replace(
        NOTHING,
        inputs=inputs,
        ignored=(Ignored(path="z", kind="b"), Ignored(path="y", kind="a"), Ignored(path="x", kind="b")),
        not_judged=(NotJudged(kind="v", name="n", path="p"), NotJudged(kind="u", name="m", path="p")),
    )
    told = accounting.coverage_dict(report)
    assert told == {
        "read": {"rule": 3, "set": 1},
        "not_judged": {"u": ["m"], "v": ["n"]},
        "ignored": {"a": ["y"], "b": ["z", "x"]},
    }
    assert [list(part) for part in told.values()] == [["rule", "set"], ["u", "v"], ["a", "b"]]


def test_a_service_that_no_rule_looks_at_is_said_to_be_one() -> None:
    report = replace(NOTHING, not_judged=(NotJudged(kind="service", name="RemoteAccess", path="p"),))
    assert accounting.not_judged_line(report, every_name=False) == "read, and no rule looks at it: service RemoteAccess"


def written(name: str, report: Report, *, verbose: bool) -> str:
    return "".join(reporter(name)(report, RenderOptions(verbose=verbose)))


@cases("name", ["text", "markdown", "html"])
def test_a_report_for_people_names_what_was_passed_over_if_all_is_asked_for(name: str) -> None:
    report = replace(NOTHING, ignored=ignored(51, "pictures"))
    assert "f49, f50" in written(name, report, verbose=True)
    assert ("f49, f50" in written(name, report, verbose=False)) is (name == "html")


@cases("name", ["text", "concise", "markdown", "html", "sarif"])
def test_what_is_waived_is_shown_if_all_is_asked_for(name: str) -> None:
    report = replace(NOTHING, findings=(found("1", waiver=Waiver(reason="agreed")),))
    assert "QD001" in written(name, replace(NOTHING, findings=(found("1"),)), verbose=False)
    assert "QD001" in written(name, report, verbose=True)
    assert "QD001" not in written(name, report, verbose=False)


def test_values_of_one_key_are_told_behind_it_for_the_key_is_long() -> None:
    values = (r"HKLM\S\PolicyAgent\Start", r"HKLM\S\PolicyAgent\Type", "service RasMan", r"HKLM\S\RasMan\Type")
    report = replace(NOTHING, not_judged=tuple(NotJudged(kind="value", name=each, path="p") for each in values))
    assert accounting.not_judged_line(report, every_name=False) == (
        r"read, and no rule looks at it: HKLM\S\PolicyAgent (Start, Type), service RasMan, HKLM\S\RasMan\Type"
    )
