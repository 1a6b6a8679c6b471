"""The sentence of a run for each exit code, and for what was read, found and known before."""

from __future__ import annotations

from functools import cache
from typing import Any

from msgspec.structs import replace

from ipseclint.api import check_text
from ipseclint.finding import Finding, Problem, ProblemCode
from ipseclint.outcome import Exit
from ipseclint.report import Crash, Input, InputStatus, Report, Resolved, Since
from ipseclint.reporters.verdict import counts_line, since_line, verdict, verdict_dict
from ipseclint.source import NOT_THERE, Span
from tests.cases import cases

RULE = (
    "netsh advfirewall set global mainmode mmkeylifetime 5min,1sess\n"
    "netsh advfirewall consec add rule name=A endpoint1=any endpoint2=10.0.0.0/8 action=requireinrequireout"
    " auth1=computerpsk auth1psk=a qmsecmethods=esp:sha1-3des+60min\n"
)
OK, PARTIAL, UNREADABLE = InputStatus.UNDERSTOOD, InputStatus.PARTIAL, InputStatus.UNREADABLE
POLICY, EVENTS, PEERS, KEYS = {"connection_security_rule": 1}, {"event": 1}, {"peer": 2}, {"peer_key": 1}


@cache
def findings() -> tuple[Finding, ...]:
    return tuple(check_text(RULE, "a.cmd").findings)


@cache
def policy_alone() -> Report:
    return check_text("netsh ipsec static add policy name=P\n", "a.cmd")


def of_severity(name: str) -> list[Finding]:
    found = [finding for finding in findings() if finding.severity.value == name]
    assert len(found) > 1
    return found


def report(
    counts: str = "", inputs: list[tuple[InputStatus, dict[str, int]]] | None = None, missing: int = 0, **settings: Any
) -> Report:
    """A run with so many errors, warnings and infos (`ewi`), and inputs, of which the first so many do not exist."""
    whole = policy_alone()
    names = {"e": "error", "w": "warning", "i": "info"}
    made = [of_severity(names[sign])[counts[:at].count(sign)] for at, sign in enumerate(counts)]
    read = [(OK, POLICY)] if inputs is None else inputs
    return replace(
        whole,
        findings=tuple(made),
        problems=tuple(
            Problem(code=ProblemCode.UNREADABLE, message=NOT_THERE, span=Span(f"p{at}", 1, 1)) for at in range(missing)
        ),
        inputs=tuple(
            Input(path=f"p{at}", format="netsh-script", status=status, objects=objects)
            for at, (status, objects) in enumerate(read)
        ),
        settings=replace(whole.settings, **settings),
    )


READ, HALF, NOT_READ, OTHER = (OK, POLICY), (PARTIAL, POLICY), (UNREADABLE, {}), (InputStatus.NO_IPSEC, {})
ERROR = "1 error (1 by our own reasoning)"
CLEAN = "Nothing found that stops this policy"
STATE = "No policy to judge, and nothing in the state of the machine is an error or a warning"


@cases(
    ("counts", "settings", "code", "sentence"),
    [
        ("", {}, Exit.CLEAN, CLEAN),
        ("i", {}, Exit.CLEAN, CLEAN),
        ("e", {}, Exit.FINDINGS, f"Do not deploy: {ERROR}"),
        ("ee", {}, Exit.FINDINGS, "Do not deploy: 2 errors (1 by our own reasoning)"),
        ("eww", {}, Exit.FINDINGS, f"Do not deploy: {ERROR}, 2 warnings"),
        ("w", {}, Exit.FINDINGS, "Look before you deploy: 1 warning"),
        ("i", {"fail_on": "info"}, Exit.FINDINGS, "Look before you deploy: 1 info"),
        ("w", {"fail_on": "error"}, Exit.CLEAN, "Nothing that --fail-on error stops: 1 warning"),
        ("e", {"fail_on": "never"}, Exit.CLEAN, f"Nothing that --fail-on never stops: {ERROR}"),
    ],
)
def test_the_sentence_tells_what_counts(counts: str, settings: dict[str, Any], code: Exit, sentence: str) -> None:
    told = verdict(report(counts, **settings))
    assert (told.code, told.sentence, told.words) == (code, sentence, f"{sentence} (exit code {code:d})")


@cases(
    ("counts", "inputs", "missing", "sentence"),
    [
        ("", [HALF], 0, "Cannot be judged: 1 file was not read whole"),
        ("w", [HALF], 0, "Cannot be judged: 1 file was not read whole; 1 warning in what was read"),
        ("e", [HALF], 0, f"Do not deploy: {ERROR}, and 1 file was not read whole"),
        ("", [HALF, READ], 0, "Cannot be judged: 1 of 2 files was not read whole"),
        ("", [READ, HALF, NOT_READ], 0, "Cannot be judged: 2 of 3 files were not read whole"),
        ("", [NOT_READ], 1, "Cannot be judged: 1 file does not exist"),
        ("", [NOT_READ, NOT_READ, READ], 2, "Cannot be judged: 2 of 3 files do not exist"),
        ("", [NOT_READ, NOT_READ, READ], 1, "Cannot be judged: 1 of 3 files does not exist, 1 was not read whole"),
        ("", [NOT_READ, HALF, HALF], 1, "Cannot be judged: 1 of 3 files does not exist, 2 were not read whole"),
    ],
)
def test_the_sentence_tells_what_was_not_read(
    counts: str, inputs: list[tuple[InputStatus, dict[str, int]]], missing: int, sentence: str
) -> None:
    told = verdict(report(counts, inputs, missing))
    assert (told.code, told.sentence) == (Exit.PARTIAL, sentence)


@cases(
    ("counts", "sentence"),
    [
        ("", f"{CLEAN}, but 1 file was not read whole"),
        ("e", f"Do not deploy: {ERROR}, and 1 file was not read whole"),
        ("w", "Look before you deploy: 1 warning, and 1 file was not read whole"),
    ],
)
def test_where_a_part_may_be_unread_the_sentence_tells_it_too(counts: str, sentence: str) -> None:
    assert verdict(report(counts, [HALF], allow_partial=True)).sentence == sentence


@cases(
    ("counts", "inputs", "settings", "code", "sentence"),
    [
        ("", [OTHER], {}, Exit.NOTHING, "Nothing was checked"),
        ("", [OTHER, READ], {}, Exit.CLEAN, CLEAN),
        ("", [OTHER, OTHER], {"allow_empty": True}, Exit.CLEAN, "Nothing was checked"),
        ("", [], {"allow_empty": True}, Exit.CLEAN, "Nothing was checked"),
        ("", [OTHER, READ], {"allow_empty": True}, Exit.CLEAN, CLEAN),
        (
            "",
            [OTHER, NOT_READ],
            {"allow_empty": True, "allow_partial": True},
            Exit.CLEAN,
            "Nothing was checked, but 1 of 2 files was not read whole",
        ),
        ("", [(OK, {"service": 2}), (OK, {"audit_setting": 4, "certificate": 1})], {}, Exit.CLEAN, STATE),
        ("i", [(OK, {"service": 2}), OTHER], {}, Exit.CLEAN, STATE),
        ("", [(OK, {"service": 2, "connection_security_rule": 1})], {}, Exit.CLEAN, CLEAN),
        ("", [(OK, {"service": 2, "registry_value": 1})], {}, Exit.CLEAN, CLEAN),
        ("w", [(OK, EVENTS)], {}, Exit.FINDINGS, "Look at what happened: 1 warning"),
        ("i", [(OK, EVENTS)], {"fail_on": "info"}, Exit.FINDINGS, "Look at what happened: 1 info"),
        (
            "e",
            [(PARTIAL, EVENTS)],
            {},
            Exit.PARTIAL,
            f"Cannot be judged: 1 file was not read whole; {ERROR} in what was read",
        ),
        (
            "w",
            [(PARTIAL, EVENTS)],
            {"allow_partial": True},
            Exit.FINDINGS,
            "Look at what happened: 1 warning, and 1 file was not read whole",
        ),
        ("", [(OK, EVENTS | POLICY)], {}, Exit.CLEAN, CLEAN),
        ("w", [(OK, PEERS)], {}, Exit.FINDINGS, "Look before you deploy: 1 warning"),
    ],
)
def test_of_what_is_no_policy_the_sentence_speaks_of_none(
    counts: str,
    inputs: list[tuple[InputStatus, dict[str, int]]],
    settings: dict[str, Any],
    code: Exit,
    sentence: str,
) -> None:
    told = verdict(report(counts, inputs, **settings))
    assert (told.code, told.sentence) == (code, sentence)


@cases(
    ("objects", "begins"),
    [
        (EVENTS, "No policy to judge, and nothing that happened is an error or a warning"),
        (EVENTS | PEERS, "No policy to judge, and nothing that happened"),
        (EVENTS | PEERS | KEYS, "No policy to judge, and nothing that happened"),
        ({"service": 1} | PEERS | KEYS, "No policy to judge, and nothing in the state"),
        (KEYS, "No policy to judge: a key is compared with the policy when the connection it is for is given too"),
        (PEERS | KEYS, "No policy of Windows to judge: compare it with the other end"),
        (PEERS, "No policy of Windows to judge: compare it with the other end, `ipseclint negotiate POLICY PEER`"),
        ({"security_association": 1}, "No policy to judge: nothing tells of a failure; `ipseclint inspect` shows"),
    ],
)
def test_a_clean_run_of_what_is_no_policy_tells_what_there_is(objects: dict[str, int], begins: str) -> None:
    assert verdict(report("", [(OK, objects)])).sentence.startswith(begins)


def test_a_log_of_both_ends_is_compared_with_itself() -> None:
    read = report("", [(OK, PEERS)])
    log = replace(read, inputs=(replace(read.inputs[0], format="ike-log"),))
    assert verdict(log).sentence.endswith("compare the two ends in it, `ipseclint negotiate p0`")


@cases(
    ("crashes", "code", "sentence"),
    [
        ([False], Exit.INTERNAL, "ipseclint failed: do not rely on this report"),
        ([True, False], Exit.INTERNAL, "ipseclint failed: do not rely on this report"),
        ([True], Exit.USAGE, "Cannot be judged: a rule of your own failed"),
    ],
)
def test_a_failure_is_told_before_all_else(crashes: list[bool], code: Exit, sentence: str) -> None:
    crashed = tuple(Crash(where="r", error="x", in_ruleset=own) for own in crashes)
    told = verdict(replace(report("e", [HALF]), crashes=crashed))
    assert (told.code, told.sentence) == (code, sentence)


def test_what_was_known_before_is_told() -> None:
    gone = (Resolved(code="CR001", subject="a", count=2), Resolved(code="CR002", subject="b", count=3))
    assert verdict(replace(report(), gone=gone)).sentence == "Nothing new"
    told = report("eew")
    known = replace(
        told,
        gone=gone,
        findings=tuple(replace(finding, is_new=at == 0) for at, finding in enumerate(told.findings)),
    )
    assert ", 2 known from the baseline, 5 gone since; " in counts_line(known)
    assert "baseline" not in counts_line(told)


def test_all_counts_stand_in_a_line() -> None:
    line = counts_line(report("eewi"))
    assert line.startswith("2 errors (1 by our own reasoning), 1 warning, 1 info; ")
    assert counts_line(report("", [NOT_READ], 1)).startswith("0 errors, 0 warnings, 0 info, 1 problem; ")
    whole = report()
    assert line.endswith(f"; {len(whole.rules)} of {whole.rules_known} rules of {whole.ruleset} ran")
    assert f"; {len(whole.rules)} of {len(whole.rules) + len(whole.not_checked)} rules" in counts_line(
        replace(whole, rules_known=0)
    )


def test_what_changed_since_an_earlier_report_is_told() -> None:
    fixed = (Resolved(code="CR001", subject="a", count=2), Resolved(code="CR002", subject="b", count=1))
    since = Since(path="old.json", fixed=fixed, new=4, still=5)
    assert since_line(replace(report(), since=since)) == "since old.json: 4 new, 3 fixed, 5 still there"
    assert since_line(report()) is None


def test_the_verdict_as_values() -> None:
    told = report("ew")
    assert verdict_dict(told) == {
        "sentence": f"Do not deploy: {ERROR}, 1 warning",
        "exit_code": 1,
        "errors_by_own_reasoning": 1,
        "rules_run": len(told.rules),
        "rules_known": told.rules_known,
    }
