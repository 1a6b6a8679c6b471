"""The report of a run: its inputs, its settings, its findings, and what was not checked."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import field

from ipseclint.finding import (
    Basis,
    Concern,
    Finding,
    Findings,
    FixText,
    Problem,
    Severity,
    Subject,
    Tallied,
    tally_of,
)
from ipseclint.model.values import Frozen
from ipseclint.source import EMPTY, NOT_THERE, Span


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
    """A file or member that is no input: it does not concern IPsec, or is not looked into; `kind` says why."""

    path: str
    kind: str


OTHER_EVENTS = "with events that are not about IPsec"
"""The kind of a log with events that are not about IPsec, and are skipped."""

UNREAD = "with members that are not read"
"""The kind of an input with known parts that say nothing any rule needs."""

GIVEN_LATER = "with values that they are given when they run"
"""The kind of a script that gets a value when it is run, where no rule needs that value: it is not judged."""

NOT_HELD = "without members that rules look at"
"""The kind of an input whose objects lack members: what it leaves out is not judged."""


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
    """The settings of a run, and what they switched off.

    `configuration`, `waivers` and `baseline` are paths; `rulesets` are names or paths as given. `isolated`: the checked
    folders gave no settings of their own. `fail_on`, `allow_partial` and `allow_empty` decide how the run ends.
    `redacted`: names and addresses are replaced. `shard`: only this part of the inputs was checked, `2/8`. `as_of`:
    expiry was judged on this day, not on that of the run.
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
    """Whether a run meets a clause of a standard. MET: the rules behind it ran, and found nothing against it."""

    NOT_MET = "not met"
    NOT_CHECKED = "not checked"
    NOT_APPLICABLE = "not applicable"
    MET = "met"


class Standing(StrEnum):
    """How well the wording of a clause is known to this program, best first."""

    READ = "read"
    QUOTED = "quoted by others"
    UNVERIFIED = "unverified"


class ClauseResult(Frozen):
    """One clause of a standard that the run was held to, and the rules that check it.

    `findings` is the number against it, `waived` how many of these are waived: with any, it is not met.
    """

    ruleset: str
    clause: str
    rules: tuple[str, ...]
    state: ClauseState
    findings: int
    waived: int
    standing: Standing


WHOLE_FLEET = "the whole fleet in one run"
"""What a rule that compares machines needs, and a shard does not have."""


class NotChecked(Frozen):
    """A rule that did not run because it needs a fact that no export holds."""

    code: str
    needs: tuple[str, ...]
    concerns: tuple[Concern, ...] = ()


class Resolved(Frozen):
    """A finding of the baseline that is gone, and how often."""

    code: str
    subject: str
    count: int


class Since(Frozen):
    """The comparison with the findings of an earlier report; `new` and `still` are the numbers of new and remaining
    ones."""

    path: str
    fixed: tuple[Resolved, ...]
    new: int
    still: int


class Action(Frozen):
    """The repair of one object of a machine, merged from the changes of its findings, and proved on the model.

    `ends` are the findings that it removes, most severe first. `notes` say what it does to protection, and what else a
    person must do.
    """

    machine: str
    subject: Subject
    fix: FixText
    ends: tuple[Finding, ...]
    notes: tuple[str, ...] = ()


class Replacement(Frozen):
    """Text to put in place of a range of an input, with lines and columns from 1; the end is not included."""

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
    """A rule that ran, for reporters that list rules; `concerns` are the questions that its findings answer."""

    code: str
    name: str
    summary: str
    severity: Severity
    concerns: tuple[Concern, ...] = ()


class Crash(Frozen):
    """A rule or parser that failed: the run says so and does not pretend to be complete.

    `in_ruleset`: it is a rule that a user wrote, and `error` says what to do about its expression.
    """

    where: str
    error: str
    in_ruleset: bool = False

    @property
    def title(self) -> str:
        """Its name in reports."""
        return "error" if self.in_ruleset else "internal error"


class Explanation(Frozen):
    """One likely cause of a machine's failures, with the evidence for and against it."""

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
    """The packed facts of a machine for the rules that compare machines; `place` is that of its first input."""

    machine: str
    place: int
    data: bytes


class OutlineNode(Frozen):
    """An object of the policy in a picture: its kind, its values in short, and the objects it uses."""

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
    """What a group of rules does with the traffic of a range of peers: the classes of traffic, and in words when."""

    machine: str
    group: str
    addresses: str
    classes: tuple[str, ...]
    words: str


class Report(Frozen):
    """The whole outcome of a run, ready for any reporter.

    `explanations` rank the causes of failed negotiations, most likely first for each machine. `objects`, `actions`,
    `outlines`, `load` and `two_ends` are filled only for a job that asks for details, or for `objects` alone;
    `script_repairs` too only on request. `outdated` says which facts of the program are old, `clauses` which clauses of
    standards are met. `rules_known` is the number of rules that the rulesets switch on, selected or not, able to run or
    not.
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

    @property
    def missing(self) -> frozenset[str]:
        """The inputs that were named and do not exist."""
        return self._that_are(NOT_THERE)

    @property
    def empty(self) -> frozenset[str]:
        """The inputs that are empty."""
        return self._that_are(EMPTY)

    def _that_are(self, message: str) -> frozenset[str]:
        return frozenset(problem.span.path for problem in self.problems if problem.message == message)

    def tally(self) -> Mapping[Tallied, int]:
        """How many findings there are of each sort, counted once."""
        return self.findings.tally if isinstance(self.findings, Findings) else tally_of(self.findings)

    def count(self, severity: Severity) -> int:
        """How many findings of a severity count: neither waived nor known from the baseline."""
        return sum(number for sort, number in self.tally().items() if sort.severity is severity and sort.counts)
