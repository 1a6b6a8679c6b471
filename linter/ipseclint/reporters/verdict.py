"""The verdict on a run: one of a few fixed sentences, bound to the exit code, and the counts behind it."""

from __future__ import annotations

from msgspec import Struct

from ipseclint.finding import Basis, Severity
from ipseclint.outcome import Exit, exit_code
from ipseclint.report import InputStatus, Report
from ipseclint.reporters.questions import (
    holds_associations_alone,
    holds_evidence_alone,
    holds_keys_alone,
    holds_peers_alone,
    holds_state_alone,
)
from ipseclint.words import plural

_UNREAD = frozenset({InputStatus.PARTIAL, InputStatus.UNREADABLE})
_NOT_CHECKED = frozenset({InputStatus.NO_IPSEC, InputStatus.UNREADABLE})
_NOTHING = "Nothing was checked"


class Verdict(Struct, frozen=True):
    """The sentence for the reader, and its exit code."""

    sentence: str
    code: Exit

    @property
    def words(self) -> str:
        """Both, in a line."""
        return f"{self.sentence} (exit code {self.code:d})"


def verdict(report: Report) -> Verdict:
    """The verdict on a run."""
    code = exit_code(report)
    return Verdict(_sentence(report, code), code)


def _sentence(report: Report, code: Exit) -> str:
    """The sentence for a run with this exit code."""
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    unread, informed = _unread(report), f"{report.count(Severity.INFO)} info"
    match code:
        case Exit.INTERNAL:
            return "ipseclint failed: do not rely on this report"
        case Exit.USAGE:
            return "Cannot be judged: a rule of your own failed"
        case Exit.NOTHING:
            return _NOTHING
        case Exit.PARTIAL if errors and not holds_evidence_alone(report):
            return f"Do not deploy: {_counts(report)}, and {unread}"
        case Exit.PARTIAL:
            seen = f"; {_counts(report)} in what was read" if errors or warnings else ""
            return f"Cannot be judged: {unread}{seen}"
        case Exit.FINDINGS if holds_evidence_alone(report):
            return f"Look at what happened: {_counts(report) or informed}{f', and {unread}' if unread else ''}"
        case Exit.FINDINGS if errors:
            return f"Do not deploy: {_counts(report)}{f', and {unread}' if unread else ''}"
        case Exit.FINDINGS:
            return f"Look before you deploy: {_counts(report) or informed}{f', and {unread}' if unread else ''}"
    if errors or warnings:
        return f"Nothing that --fail-on {report.settings.fail_on} stops: {_counts(report)}"
    return f"{_clean_sentence(report)}{f', but {unread}' if unread else ''}"


def _clean_sentence(report: Report) -> str:
    """The sentence of a run without counting findings."""
    if all(each.status in _NOT_CHECKED for each in report.inputs):
        return _NOTHING
    known = any(sort.is_new is not None for sort in report.tally()) or report.gone
    sentence = "Nothing new" if known else "Nothing found that stops this policy"
    if holds_peers_alone(report):
        ends = " ".join(each.path for each in report.inputs) if _are_logs(report) else "POLICY PEER"
        other = "the two ends in it" if _are_logs(report) else "it with the other end"
        sentence = f"No policy of Windows to judge: compare {other}, `ipseclint negotiate {ends}`"
    if holds_keys_alone(report):
        sentence = "No policy to judge: a key is compared with the policy when the connection it is for is given too"
    if holds_evidence_alone(report):
        sentence = "No policy to judge, and nothing that happened is an error or a warning"
    if holds_state_alone(report):
        sentence = "No policy to judge, and nothing in the state of the machine is an error or a warning"
    if holds_associations_alone(report):
        sentence = (
            "No policy to judge: nothing tells of a failure; `ipseclint inspect` shows which associations stand, and a "
            "phase that is not among them is not known to have come about"
        )
    return sentence


def _are_logs(report: Report) -> bool:
    """Whether the only input is a log, which holds both ends."""
    return [each.format for each in report.inputs] == ["ike-log"]


def _counts(report: Report) -> str:
    errors, warnings = report.count(Severity.ERROR), report.count(Severity.WARNING)
    parts = [f"{plural(errors, 'error')}{_reasoned(report)}"] if errors else []
    parts += [plural(warnings, "warning")] if warnings else []
    return ", ".join(parts)


def _reasoned(report: Report) -> str:
    """The number of errors that rest on our own reasoning, in brackets."""
    number = reasoned_errors(report)
    return f" ({number} by our own reasoning)" if number else ""


def reasoned_errors(report: Report) -> int:
    """The number of counting errors that rest on our own reasoning, not on Microsoft or a standard."""
    return sum(
        number
        for sort, number in report.tally().items()
        if sort.counts and sort.severity is Severity.ERROR and sort.basis is Basis.REASONED
    )


def rules_known(report: Report) -> int:
    """The number of rules that the rulesets enable, or more where a disabled rule was asked for."""
    return max(report.rules_known, len(report.rules) + len(report.not_checked))


def _unread(report: Report) -> str:
    """The number of inputs that do not exist, and of those read in part; empty if there are none."""
    all_inputs = len(report.inputs)
    missing = sum(each.path in report.missing for each in report.inputs)
    unread = sum(each.status in _UNREAD for each in report.inputs) - missing
    of_all = f" of {plural(all_inputs, 'file')}" if all_inputs > 1 else " file"
    absent = f"{missing}{of_all} {'does' if missing == 1 else 'do'} not exist"
    if missing and unread:
        return f"{absent}, {unread} {'was' if unread == 1 else 'were'} not read whole"
    partly = f"{unread}{of_all} {'was' if unread == 1 else 'were'} not read whole"
    return absent if missing else partly if unread else ""


def counts_line(report: Report) -> str:
    """All counts, with the number of rules that ran."""
    words = [
        plural(report.count(Severity.ERROR), "error") + _reasoned(report),
        plural(report.count(Severity.WARNING), "warning"),
        f"{report.count(Severity.INFO)} info",
    ]
    tally = report.tally()
    waived = sum(number for sort, number in tally.items() if sort.waived)
    words += [f"{waived} waived"] if waived else []
    if any(sort.is_new is not None for sort in tally) or report.gone:
        known = sum(number for sort, number in tally.items() if sort.is_new is False)
        words.append(f"{known} known from the baseline, {sum(each.count for each in report.gone)} gone since")
    words += [plural(len(report.problems), "problem")] if report.problems else []
    return f"{', '.join(words)}; {len(report.rules)} of {rules_known(report)} rules of {report.ruleset} ran"


def since_line(report: Report) -> str | None:
    """The changes since the earlier report; None without one."""
    since = report.since
    if since is None:
        return None
    fixed = sum(each.count for each in since.fixed)
    return f"since {since.path}: {since.new} new, {fixed} fixed, {since.still} still there"


def verdict_dict(report: Report) -> dict[str, object]:
    """The verdict as plain values."""
    told = verdict(report)
    return {
        "sentence": told.sentence,
        "exit_code": int(told.code),
        "errors_by_own_reasoning": reasoned_errors(report),
        "rules_run": len(report.rules),
        "rules_known": rules_known(report),
    }
