"""Findings, problems with the input, and the report that holds them."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import field

from ipseclint.model.frozen import Frozen
from ipseclint.model.kinds import noun_of
from ipseclint.model.policy import PolicyObject
from ipseclint.packing import Chunk, Packed, batches
from ipseclint.source import Span


class Severity(StrEnum):
    """How bad a finding is: error = cannot work or defeats the purpose, warning = likely trouble."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """2 for an error, 1 for a warning, 0 for information."""
        return {"error": 2, "warning": 1, "info": 0}[self.value]


class Basis(StrEnum):
    """What a rule stands on: the vendor's text, a standard, or our own reasoning."""

    DOCUMENTED = "documented"
    STANDARD = "standard"
    REASONED = "reasoned"


class Cause(StrEnum):
    """Why requests are dropped from the negotiation queue, or time out: the class that a rule's findings belong to.

    In the order of repair, which is our reasoning: a dead peer holds its place in the queue far longer than an
    expensive live one.
    """

    NEVER_FINISHES = "never-finishes"
    WAITS_FOR_IPSEC = "waits-for-ipsec"
    TOO_MANY = "too-many"
    TOO_EXPENSIVE = "too-expensive"

    @property
    def words(self) -> str:
        """The class in words."""
        return _CAUSE_WORDS[self]


_CAUSE_WORDS = {
    Cause.NEVER_FINISHES: "requests that can never finish",
    Cause.WAITS_FOR_IPSEC: "requests that wait for something that needs IPsec itself",
    Cause.TOO_MANY: "too many requests",
    Cause.TOO_EXPENSIVE: "each request too expensive",
}


BASIS_WORDS = {
    Basis.DOCUMENTED: "documented by Microsoft",
    Basis.STANDARD: "a published standard",
    Basis.REASONED: "reasoned by ipseclint, not a limit of Microsoft's",
}
"""What a rule stands on, in words."""


class Subject(Frozen):
    """The thing to change: the kind, name and id of a policy object.

    `called` is the word for its kind in the tool that it belongs to, if that is another.
    """

    kind: str
    name: str
    id: str | None = None
    called: str | None = None


def subject_of(each: PolicyObject) -> Subject:
    """A policy object as findings and pictures name it."""
    return Subject(kind=each.kind, name=each.name, id=each.id, called=noun_of(each))


class Snippet(Frozen):
    """The line a place is on, secrets masked, cut to a readable width; `column` counts within `text` from 1."""

    text: str
    column: int
    length: int


class Related(Frozen):
    """A second place that matters for a finding, and what it is."""

    label: str
    span: Span


class WindowsError(Frozen):
    """A Windows error code that a finding leads to."""

    code: int
    name: str


class FixText(Frozen):
    """A repair as text to run: netsh, PowerShell, or neither where only words will do.

    `protection` says what it does to the protection of traffic, `raises`, `keeps`, `lowers` or `cannot be told`, and
    `why` the reason; `peers` what every peer must have then; `also` are the codes of findings that it repairs too.
    The commands may do more than the finding asks for, and be risky for that; `options` are those of `ipseclint fix`
    that take the repair of this finding alone, each with a blank before it.
    """

    netsh: str | None = None
    powershell: str | None = None
    note: str | None = None
    risky: bool = False
    protection: str | None = None
    why: str | None = None
    peers: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    options: str = ""

    @property
    def is_lowering(self) -> bool:
        """Whether it protects less, or that cannot be told."""
        return self.protection in {"lowers", "cannot be told"}

    @property
    def caution(self) -> str | None:
        """What to know before it is run, in a few words: whether it may cut connections, or protects less."""
        words = ["may cut connections"] if self.risky else []
        if self.is_lowering:
            words.append("lowers protection" if self.protection == "lowers" else "may lower protection")
        return ", ".join(words) or None

    @property
    def advice(self) -> str | None:
        """All that is to be known beside the commands, in sentences."""
        sentences = [self.note] if self.note else []
        if self.is_lowering and self.why:
            sentences.append(f"Protection: {self.why}.")
        sentences += self.peers
        if self.also:
            sentences.append(f"It also repairs {', '.join(self.also)}.")
        return " ".join(sentences) or None


class Waiver(Frozen):
    """Who accepted a finding, why, and until when."""

    reason: str
    owner: str | None = None
    ticket: str | None = None
    expires: str | None = None


class Finding(Frozen):
    """One thing that is wrong, where, why it matters, and how to repair it.

    `is_new` compares with the baseline, `is_new_since` with an earlier report; None without one. `gpo` is the GPO that
    its place belongs to, `DOMAIN\\NAME`, where the input says so.
    """

    code: str
    name: str
    severity: Severity
    basis: Basis
    message: str
    subject: Subject
    span: Span
    related: tuple[Related, ...] = ()
    leads_to: tuple[WindowsError, ...] = ()
    fix: FixText | None = None
    fingerprint: str
    machine: str
    cause: Cause | None = None
    waiver: Waiver | None = None
    snippet: Snippet | None = None
    citations: tuple[str, ...] = ()
    rulesets: tuple[str, ...] = ()
    is_new: bool | None = None
    is_new_since: bool | None = None
    gpo: str | None = None

    @property
    def counts(self) -> bool:
        """Whether it decides the outcome of a run: neither waived nor known from the baseline."""
        return self.waiver is None and self.is_new is not False


class Tallied(NamedTuple):
    """What of a finding its count by rule and the verdict on a run go by."""

    code: str
    severity: Severity
    basis: Basis
    waived: bool
    is_new: bool | None

    @property
    def counts(self) -> bool:
        """As of the findings."""
        return not self.waived and self.is_new is not False


def tally_of(findings: Iterable[Finding]) -> Counter[Tallied]:
    """How many findings there are of each sort."""
    return Counter(
        Tallied(each.code, each.severity, each.basis, each.waiver is not None, each.is_new) for each in findings
    )


class FindingChunk(NamedTuple):
    """Findings, packed, with how many there are of each sort."""

    packed: Chunk
    tally: tuple[tuple[Tallied, int], ...]

    @classmethod
    def of(cls, findings: Sequence[Finding]) -> "FindingChunk":
        """Some findings as a chunk."""
        return cls(Chunk.of(findings), tuple(tally_of(findings).items()))


class Findings(Packed[Finding]):
    """The findings of a run, which need not be in memory all at once, with how many there are of each sort."""

    def __init__(self, chunks: Iterable[FindingChunk]) -> None:
        self.tally: Counter[Tallied] = Counter()
        listed = []
        for chunk in chunks:
            listed.append(chunk.packed)
            for sort, number in chunk.tally:
                self.tally[sort] += number
        super().__init__(listed)

    @classmethod
    def of(cls, values: Iterable[Finding]) -> "Findings":
        """Findings as they come."""
        return cls(map(FindingChunk.of, batches(values)))


class ProblemCode(StrEnum):
    """The reserved codes for trouble with the input. They cannot be selected, ignored or waived."""

    UNREADABLE = "IN001"
    MALFORMED = "IN002"
    NOT_UNDERSTOOD = "IN003"
    NO_POLICY = "IN004"
    HIDDEN_VALUE = "IN005"
    REFUSED = "IN006"
    CONTRADICTORY = "IN007"
    LOST = "IN008"


PROBLEM_TITLES = {
    ProblemCode.UNREADABLE: "the input cannot be read",
    ProblemCode.MALFORMED: "the input breaks the rules of its format",
    ProblemCode.NOT_UNDERSTOOD: "a part that concerns IPsec was not understood",
    ProblemCode.NO_POLICY: "no IPsec policy in the input",
    ProblemCode.HIDDEN_VALUE: "Windows withheld a value",
    ProblemCode.REFUSED: "the input was refused as unsafe or too large",
    ProblemCode.CONTRADICTORY: "parts of the input contradict each other",
    ProblemCode.LOST: "reading the input ended the process",
}
"""What each reserved code stands for."""


class Problem(Frozen):
    """Something in the input that was not read, or not understood: never silence, never waivable."""

    code: ProblemCode
    message: str
    span: Span
    snippet: Snippet | None = None
    gpo: str | None = None


class InputStatus(StrEnum):
    """How far an input was understood."""

    UNDERSTOOD = "understood"
    PARTIAL = "partial"
    UNREADABLE = "unreadable"
    NO_IPSEC = "no-ipsec"


class Input(Frozen):
    """One input of the run: what it is, what was found in it, and the machine it describes; `gpo` as in Finding."""

    path: str
    format: str | None
    status: InputStatus
    objects: dict[str, int] = field(default_factory=dict)
    machine: str = ""
    gpo: str | None = None


class Ignored(Frozen):
    """Something that was met and is no input: a file of no concern, or what is not looked into; `kind` says why."""

    path: str
    kind: str


class NotJudged(Frozen):
    """A value that was read and that no rule of the run looks at."""

    kind: str
    name: str
    path: str


class OverrideUsed(Frozen):
    """What a configuration changes for some paths: rules that it ignores, and severities by rule."""

    paths: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    severity: dict[str, str] = field(default_factory=dict)


class Settings(Frozen):
    """What a run was configured by, and what that switched off.

    `configuration`, `waivers` and `baseline` are paths; `rulesets` are names or paths as given. `isolated`: nothing was
    taken from the checked folders without being named. `fail_on`, `allow_partial` and `allow_empty` decide how the
    run ends. `redacted`: names and addresses are replaced. `shard`: only this part of the inputs was checked, `2/8`.
    `as_of`: what expires was judged for this day, not for that of the run.
    """

    configuration: str | None = None
    isolated: bool = False
    rulesets: tuple[str, ...] = ()
    waivers: str | None = None
    baseline: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: dict[str, str] = field(default_factory=dict)
    overrides: tuple[OverrideUsed, ...] = ()
    exclude: tuple[str, ...] = ()
    fail_on: str = "warning"
    allow_partial: bool = False
    allow_empty: bool = False
    redacted: bool = False
    shard: str | None = None
    as_of: str | None = None

    @property
    def changes_anything(self) -> bool:
        """Whether the run differs from one without configuration, waivers and baseline."""
        return self != Settings(isolated=self.isolated, rulesets=self.rulesets) or self.rulesets != ("default",)


class ClauseState(StrEnum):
    """How a run stands to a clause of a standard. MET: the rules behind it looked, and found nothing against it."""

    NOT_MET = "not met"
    NOT_CHECKED = "not checked"
    NOT_APPLICABLE = "not applicable"
    MET = "met"


class ClauseResult(Frozen):
    """One clause of a standard that the run was held to, and the rules that check it.

    `findings` are against it, of which so many are `waived`: it is not met then either. `verified`: its text was read.
    """

    ruleset: str
    clause: str
    rules: tuple[str, ...]
    state: ClauseState
    findings: int
    waived: int
    verified: bool


WHOLE_FLEET = "the whole fleet in one run"
"""What a rule that compares machines needs, and a shard does not have."""


class NotChecked(Frozen):
    """A rule that did not run for want of something no export holds."""

    code: str
    needs: tuple[str, ...]


class Resolved(Frozen):
    """A finding of the baseline that is no more, and how often."""

    code: str
    subject: str
    count: int


class Since(Frozen):
    """What became of the findings of an earlier report; `new` and `still` are how many there are."""

    path: str
    fixed: tuple[Resolved, ...]
    new: int
    still: int


class Action(Frozen):
    """A repair of one object of a machine, merged of what its findings ask for, and proved on the model.

    `ends` are the findings that are gone after it, most severe first. `notes` say what it does to protection, and what
    a person must do besides.
    """

    machine: str
    subject: Subject
    fix: FixText
    ends: tuple[Finding, ...]
    notes: tuple[str, ...] = ()


class Replacement(Frozen):
    """Text of an input from one place to another, lines and columns from 1, its end not included, and what to put."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class ScriptRepair(Frozen):
    """The repair of one finding in the text of its input, proved by reading the text again."""

    machine: str
    fingerprint: str
    path: str
    replacements: tuple[Replacement, ...]


class RuleInfo(Frozen):
    """A rule that ran, for reporters that list rules."""

    code: str
    name: str
    summary: str
    severity: Severity


class Crash(Frozen):
    """A rule or parser that failed: the run says so and does not pretend to be complete.

    `in_ruleset`: it is a rule that a user wrote, and `error` says what to do about its expression.
    """

    where: str
    error: str
    in_ruleset: bool = False

    @property
    def title(self) -> str:
        """What reports call it."""
        return "error" if self.in_ruleset else "internal error"


class Explanation(Frozen):
    """One likely cause of what failed on a machine, with what speaks for and against it."""

    machine: str
    cause: str
    evidence_for: tuple[str, ...]
    evidence_against: tuple[str, ...]
    codes: tuple[str, ...]


class ObjectAt(Frozen):
    """An object of a policy, its machine, and the place in the input it stands in."""

    subject: Subject
    machine: str
    span: Span


class DigestAt(Frozen):
    """What stays of a machine for the rules that compare machines, packed; `place` is that of its first input."""

    machine: str
    place: int
    data: bytes


class OutlineNode(Frozen):
    """An object of the policy as a picture shows it: what it is, its values in short, what it uses."""

    subject: Subject
    detail: str = ""
    uses: "tuple[OutlineNode, ...]" = ()


class Outline(Frozen):
    """The policy of one machine as a picture: rules with the sets they use, and sets that nothing uses.

    `left_out` counts rules beyond what a picture can hold.
    """

    machine: str
    nodes: tuple[OutlineNode, ...]
    left_out: int = 0


class LoadShare(Frozen):
    """How much of a machine's negotiation load one setting causes, in negotiations per second and peer."""

    machine: str
    label: str
    per_second: float
    detail: str


class TwoEnds(Frozen):
    """What becomes of two ends where `a` asks and `b` answers; `severity` is `info` if that is what is wanted.

    `why` is the reason, or the suites if it is secured. `stage` is where it does not go on, `after_seconds` when keys
    cannot be renewed.
    """

    a: str
    a_span: Span
    b: str
    b_span: Span
    severity: str
    verdict: str
    key_module: str | None
    stage: str | None
    at_renewal: bool
    after_seconds: int | None
    why: str
    basis: Basis


class CoverageRow(Frozen):
    """What a group of rules does with the traffic of a range of peers: which classes there are, and in words when."""

    machine: str
    group: str
    addresses: str
    classes: tuple[str, ...]
    words: str


class Report(Frozen):
    """The whole outcome of a run, ready for any reporter.

    `explanations` rank the causes of failed negotiations, most likely first for each machine. `objects`, `actions`,
    `outlines`, `load` and `two_ends` are filled only for a job that asks for details, or for `objects` alone;
    `script_repairs` too
    only when they are asked for. `outdated` says which facts of the program are old, `clauses` how it stands to
    standards. `rules_known` is
    how many rules the rulesets switch on, whether they are selected and could run or not.
    """

    version: str
    ruleset: str
    inputs: tuple[Input, ...]
    findings: Sequence[Finding]
    problems: Sequence[Problem]
    not_checked: tuple[NotChecked, ...]
    ignored: tuple[Ignored, ...] = ()
    not_judged: tuple[NotJudged, ...] = ()
    outdated: tuple[str, ...] = ()
    clauses: tuple[ClauseResult, ...] = ()
    settings: Settings = Settings()
    crashes: tuple[Crash, ...] = ()
    rules: tuple[RuleInfo, ...] = ()
    gone: tuple[Resolved, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    objects: Sequence[ObjectAt] = ()
    rules_known: int = 0
    since: Since | None = None
    actions: tuple[Action, ...] = ()
    outlines: tuple[Outline, ...] = ()
    load: tuple[LoadShare, ...] = ()
    coverage: tuple[CoverageRow, ...] = ()
    two_ends: tuple[TwoEnds, ...] = ()
    digests: tuple[DigestAt, ...] = ()
    key_mark: str = ""
    script_repairs: tuple[ScriptRepair, ...] = ()

    def tally(self) -> Mapping[Tallied, int]:
        """How many findings there are of each sort, without looking at each again."""
        return self.findings.tally if isinstance(self.findings, Findings) else tally_of(self.findings)

    def count(self, severity: Severity) -> int:
        """How many findings of a severity count: neither waived nor known from the baseline."""
        return sum(number for sort, number in self.tally().items() if sort.severity is severity and sort.counts)


def fingerprint(code: str, subject: Subject, value: Any) -> str:
    """The identity of a finding: rule, subject and offending value, never the position."""
    text = "\0".join((code, subject.kind, subject.name.casefold(), (subject.id or "").casefold(), str(value)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
