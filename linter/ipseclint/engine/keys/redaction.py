"""A report without the names and addresses of a site, to be shared: equal names get the same substitute everywhere."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePosixPath

from msgspec.structs import replace

from ipseclint.finding import Finding, Findings, FixText, Problem, Subject, Waiver
from ipseclint.late import late
from ipseclint.packing import Packed
from ipseclint.report import Crash, Explanation, Ignored, Input, NotJudged, ObjectAt, Report, Resolved, Settings, Since
from ipseclint.source import Span

_TEXT = late(
    r"(?P<quote>[\"'`])(?P<name>(?:(?!(?P=quote)).){1,4096})(?P=quote)"
    r"|(?P<ipv4>(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]))"
    r"|(?P<ipv6>(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{0,4}(?![\w:])|(?<![\w:])(?:[0-9a-f]{1,4}:)+(?::[0-9a-f]{1,4})+)"
    r"|(?P<id>\{[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}|\bS-1-\d+(?:-\d+){1,15})"
    r"|(?P<dn>(?<=\b(?:CN|OU|DC)=)[^,;\"]{1,256}|(?<=\bO=)[^,;\"]{1,256})"
    r"|(?P<host>\b(?:[a-z0-9-]{1,63}\.){2,8}[a-z]{2,24}\b)",
    re.IGNORECASE,
)
"""The parts of a sentence or a command that belong to the site: quotations, addresses, identifiers, names in
certificates."""

_KINDS = {"name": "name", "ipv4": "ipv4", "ipv6": "ipv6", "id": "id", "dn": "name", "host": "host"}


def redacted(report: Report) -> tuple[Report, dict[str, str]]:
    """The report with names, addresses, identifiers and paths replaced, and the meaning of each substitute.

    Lines of the inputs, and the pictures of machines, are left out: they may hold anything of the site.
    """
    redaction = _Redaction()
    findings = Findings.of(map(redaction.finding, report.findings))
    report = report.model_copy(
        update={
            "inputs": tuple(map(redaction.input, report.inputs)),
            "findings": findings,
            "problems": tuple(map(redaction.problem, report.problems)),
            "ignored": tuple(Ignored(path=redaction.path(each.path), kind=each.kind) for each in report.ignored),
            "not_judged": tuple(map(redaction.not_judged, report.not_judged)),
            "settings": redaction.settings(report.settings),
            "crashes": tuple(
                Crash(where=redaction.text(crash.where), error=redaction.text(crash.error), in_ruleset=crash.in_ruleset)
                for crash in report.crashes
            ),
            "gone": tuple(map(redaction.resolved, report.gone)),
            "explanations": tuple(map(redaction.explanation, report.explanations)),
            "objects": Packed.of(
                ObjectAt(
                    subject=redaction.subject(object_at.subject),
                    machine=redaction.path(object_at.machine),
                    span=redaction.span(object_at.span),
                )
                for object_at in report.objects
            ),
            "since": redaction.since(report.since),
            "actions": tuple(
                action.model_copy(
                    update={
                        "machine": redaction.path(action.machine),
                        "subject": redaction.subject(action.subject),
                        "fix": redaction.fix(action.fix),
                        "ends": tuple(map(redaction.finding, action.ends)),
                        "notes": tuple(map(redaction.text, action.notes)),
                    }
                )
                for action in report.actions
            ),
            "outlines": (),
            "load": (),
            "coverage": (),
            "script_repairs": (),
            "digests": (),
        }
    )
    return report, dict(redaction.meanings)


class _Redaction:
    """The substitutes used so far, numbered in order."""

    def __init__(self) -> None:
        self._words: dict[tuple[str, str], str] = {}
        self._counts: Counter[str] = Counter()
        self.meanings: dict[str, str] = {}

    def word(self, kind: str, text: str, suffix: str = "") -> str:
        """The substitute for a text; equal texts get the same one, whatever their case."""
        key = (kind, text.casefold())
        if key not in self._words:
            self._counts[kind] += 1
            self._words[key] = f"{kind}-{self._counts[kind]}{suffix}"
            self.meanings[self._words[key]] = text
        return self._words[key]

    def text(self, text: str) -> str:
        """A sentence or a command, redacted."""
        return _TEXT.sub(self._replaced, text)

    def _replaced(self, match: re.Match[str]) -> str:
        kind = match.lastgroup or "name"
        if kind in {"quote", "name"}:
            return f"{match['quote']}{self.name(match['name'])}{match['quote']}"
        return self.word(_KINDS[kind], match[0])

    def name(self, name: str) -> str:
        """The name of an object, or the text quoted in its place, redacted."""
        return self.word("name", name) if name else name

    def path(self, path: str) -> str:
        """A path, or the name of a machine, redacted; its suffix stays."""
        suffix = PurePosixPath(path).suffix
        return self.word("file", path, suffix if re.fullmatch(r"\.[a-z0-9]{1,5}", suffix) else "")

    def span(self, span: Span) -> Span:
        """A place in a file, redacted."""
        return replace(span, path=self.path(span.path))

    def subject(self, subject: Subject) -> Subject:
        """An object's name and id, redacted."""
        update = {"name": self.name(subject.name), "id": subject.id and self.word("id", subject.id)}
        return subject.model_copy(update=update)

    def gpo(self, gpo: str | None) -> str | None:
        """The name of a GPO and of its domain, redacted."""
        return gpo and self.word("gpo", gpo)

    def fix(self, fix: FixText) -> FixText:
        """A repair with its commands and its note redacted."""
        return fix.model_copy(
            update={
                "netsh": fix.netsh and self.text(fix.netsh),
                "powershell": fix.powershell and self.text(fix.powershell),
                "note": fix.note and self.text(fix.note),
                "why": fix.why and self.text(fix.why),
                "peers": tuple(map(self.text, fix.peers)),
            }
        )

    def finding(self, finding: Finding) -> Finding:
        """A finding, redacted, without its line."""
        waiver = finding.waiver
        return finding.model_copy(
            update={
                "message": self.text(finding.message),
                "subject": self.subject(finding.subject),
                "span": self.span(finding.span),
                "related": tuple(
                    related.model_copy(update={"label": self.text(related.label), "span": self.span(related.span)})
                    for related in finding.related
                ),
                "fix": finding.fix and self.fix(finding.fix),
                "machine": self.path(finding.machine),
                "waiver": waiver
                and Waiver(
                    reason=self.text(waiver.reason),
                    owner=waiver.owner and self.word("owner", waiver.owner),
                    ticket=waiver.ticket and self.word("ticket", waiver.ticket),
                    expires=waiver.expires,
                ),
                "snippet": None,
                "gpo": self.gpo(finding.gpo),
            }
        )

    def problem(self, problem: Problem) -> Problem:
        """A problem, redacted, without its line."""
        update = {
            "message": self.text(problem.message),
            "span": self.span(problem.span),
            "snippet": None,
            "gpo": self.gpo(problem.gpo),
        }
        return problem.model_copy(update=update)

    def input(self, input_: Input) -> Input:
        """An input with its path and machine redacted."""
        machine = input_.machine and self.path(input_.machine)
        return input_.model_copy(
            update={"path": self.path(input_.path), "machine": machine, "gpo": self.gpo(input_.gpo)}
        )

    def not_judged(self, value: NotJudged) -> NotJudged:
        """A value that no rule examines, redacted."""
        return NotJudged(kind=value.kind, name=self.name(value.name), path=self.path(value.path))

    def resolved(self, gone: Resolved) -> Resolved:
        """A finding that is gone, redacted."""
        return gone.model_copy(update={"subject": self.name(gone.subject)})

    def since(self, since: Since | None) -> Since | None:
        """The comparison with an earlier report, redacted."""
        update: dict[str, object] = {}
        if since:
            update = {"path": self.path(since.path), "fixed": tuple(map(self.resolved, since.fixed))}
        return since and since.model_copy(update=update)

    def explanation(self, cause: Explanation) -> Explanation:
        """A likely cause of failures, redacted."""
        return cause.model_copy(
            update={
                "machine": self.path(cause.machine),
                "cause": self.text(cause.cause),
                "evidence_for": tuple(map(self.text, cause.evidence_for)),
                "evidence_against": tuple(map(self.text, cause.evidence_against)),
            }
        )

    def settings(self, used: Settings) -> Settings:
        """The settings of the run, redacted."""
        return used.model_copy(
            update={
                "configuration": used.configuration and self.path(used.configuration),
                "waivers": used.waivers and self.path(used.waivers),
                "baseline": used.baseline and self.path(used.baseline),
                "exclude": tuple(map(self.path, used.exclude)),
                "overrides": tuple(
                    override.model_copy(update={"paths": tuple(map(self.path, override.paths))})
                    for override in used.overrides
                ),
                "redacted": True,
            }
        )
