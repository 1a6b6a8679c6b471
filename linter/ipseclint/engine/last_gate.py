"""The last gate for keys: what a report says in words of no input, such as paths, waivers and facts of the site."""

from __future__ import annotations

from ipseclint.engine.keys import Keys
from ipseclint.finding import Finding, Report

_OF_FINDING = ("message", "span", "related", "machine", "waiver", "gpo")
_OF_REPORT = (
    "actions",
    "ignored",
    "not_judged",
    "objects",
    "outlines",
    "load",
    "coverage",
    "explanations",
    "gone",
    "settings",
    "since",
)


def without_keys(report: Report, keys: Keys) -> Report:
    """A report with a mask for every key of the run, whichever input holds it.

    The names of rules and formats, fingerprints and repairs are ours, or are made of values that have no keys.
    """
    if not keys.texts:
        return report

    def finding(before: Finding) -> Finding:
        after = keys.parts(before, _OF_FINDING)
        subject = keys.parts(after.subject, ("name",))
        return after if subject is after.subject else after.model_copy(update={"subject": subject})

    update = {
        "inputs": tuple(keys.parts(input_, ("path", "gpo")) for input_ in report.inputs),
        "findings": tuple(map(finding, report.findings)),
        "problems": tuple(keys.problem(problem) for problem in report.problems),
        "crashes": tuple(keys.parts(crash, ("where",)) for crash in report.crashes),
    }
    return keys.parts(report, _OF_REPORT).model_copy(update=update)
