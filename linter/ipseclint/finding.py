"""Findings, problems with the input, and the report that holds them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ipseclint.model.kinds import noun_of
from ipseclint.model.policy import PolicyObject
from ipseclint.model.values import Frozen
from ipseclint.packing import Chunk, Packed, batches, unpacked
from ipseclint.source import Span

if TYPE_CHECKING:
    from hashlib import sha256
else:  # hashlib would load OpenSSL
    try:
        from _sha2 import sha256
    except ImportError:  # before Python 3.12
        from _sha256 import sha256


class Severity(StrEnum):
    """How bad a finding is: error = cannot work or defeats the purpose, warning = likely trouble."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """2 for an error, 1 for a warning, 0 for information."""
        return {"error": 2, "warning": 1, "info": 0}[self.value]

    def fails(self, fail_on: str) -> bool:
        """Whether a finding of this severity fails a run with that `fail_on`, a severity or `never`."""
        return fail_on != "never" and self.rank >= Severity(fail_on).rank


class Basis(StrEnum):
    """What a rule rests on: the vendor's text, a standard, or our own reasoning."""

    DOCUMENTED = "documented"
    STANDARD = "standard"
    REASONED = "reasoned"


class Concern(StrEnum):
    """A question that somebody asks who is about to deploy a policy."""

    QUEUE = "Will requests queue and drop (13811)?"
    FAIL = "Will a negotiation fail, or lock a host out?"
    WEAK = "Is anything weak?"
    CONTRADICT = "Does anything contradict, or never apply?"
    INTENT = "Is any intent of the configuration broken?"


QUEUE_DROPS = (13809, 13810, 13811, 13812)
"""The errors of requests that are dropped from the negotiation queue."""


class Cause(StrEnum):
    """Why requests are dropped from the negotiation queue or time out: the class of a rule's findings.

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
"""What a rule rests on, in words."""


class Subject(Frozen):
    """The thing to change: the kind, name and id of a policy object.

    `called` is the word for its kind in the tool that it belongs to, if that is another.
    """

    kind: str
    name: str
    id: str | None = None
    called: str | None = None


def subject_of(policy_object: PolicyObject) -> Subject:
    """A policy object as findings and pictures name it."""
    return Subject(kind=policy_object.kind, name=policy_object.name, id=policy_object.id, called=noun_of(policy_object))


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

    `protection` is what it does to the protection of traffic: `raises`, `keeps`, `lowers` or `cannot be told`; `why` is
    the reason; `peers` what every peer must have then; `also` the codes of the other findings that it repairs. The
    commands may do more than the finding asks for, and be risky for that; `options` are those of `ipseclint fix` that
    take the repair of this finding alone, each with a blank before it. `same_as` is the fingerprint of the finding that
    shows the commands, where one repair serves several. `of_one_end`: one of several machines must change, and a person
    must choose which, so `ipseclint fix` leaves it.
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
    same_as: str | None = None
    of_one_end: bool = False

    @property
    def has_commands(self) -> bool:
        """Whether it has commands to run, and not words alone."""
        return self.netsh is not None or self.powershell is not None

    @property
    def is_by_script(self) -> bool:
        """Whether `ipseclint fix` writes it."""
        return self.has_commands and not self.of_one_end

    @property
    def is_lowering(self) -> bool:
        """Whether it lowers protection, or may do so."""
        return self.protection in {"lowers", "cannot be told"}

    @property
    def caution(self) -> str | None:
        """A few words of warning before it is run: it may cut connections, or it protects less."""
        words = ["may cut connections"] if self.risky else []
        if self.is_lowering:
            words.append("lowers protection" if self.protection == "lowers" else "may lower protection")
        return ", ".join(words) or None

    @property
    def advice(self) -> str | None:
        """Everything to know besides the commands, in sentences."""
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


class Tallied(Struct, frozen=True):
    """The fields of a finding that decide its place in the counts and the verdict on a run."""

    code: str
    severity: Severity
    basis: Basis
    waived: bool
    is_new: bool | None

    @property
    def counts(self) -> bool:
        """Whether it decides the outcome of a run, as for a finding."""
        return not self.waived and self.is_new is not False


def tally_of(findings: Iterable[Finding]) -> Counter[Tallied]:
    """How many findings there are of each sort."""
    return Counter(
        Tallied(finding.code, finding.severity, finding.basis, finding.waiver is not None, finding.is_new)
        for finding in findings
    )


_PACKED_TOGETHER = 1_000
"""How many findings of an input are packed at a time: all of most inputs. Packing takes as much memory as they do."""


class FindingChunk(Struct, frozen=True):
    """Findings of one input, packed, with how many there are of each sort."""

    packed: tuple[Chunk, ...]
    tally: tuple[tuple[Tallied, int], ...]

    @classmethod
    def of(cls, findings: Sequence[Finding]) -> "FindingChunk":
        """Some findings as a chunk."""
        return cls(tuple(map(Chunk.of, batches(findings, _PACKED_TOGETHER))), tuple(tally_of(findings).items()))

    def findings(self) -> Iterator[Finding]:
        """The findings, unpacked."""
        return chain.from_iterable(unpacked(part.data) for part in self.packed)


class Findings(Packed[Finding]):
    """The findings of a run, with how many there are of each sort; they need not be in memory all at once."""

    def __init__(self, chunks: Iterable[FindingChunk]) -> None:
        self.tally: Counter[Tallied] = Counter()
        listed: list[Chunk] = []
        for chunk in chunks:
            listed += chunk.packed
            for sort, number in chunk.tally:
                self.tally[sort] += number
        super().__init__(listed)

    @classmethod
    def of(cls, values: Iterable[Finding]) -> "Findings":
        """The findings of an iterable, taken as they come."""
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
"""The title of each reserved code."""


class Problem(Frozen):
    """A part of the input that was not read or not understood: it is always reported and cannot be waived."""

    code: ProblemCode
    message: str
    span: Span
    snippet: Snippet | None = None
    gpo: str | None = None


def fingerprint(code: str, subject: Subject, value: Any) -> str:
    """The identity of a finding: rule, subject and offending value, never the position."""
    text = "\0".join((code, subject.kind, subject.name.casefold(), (subject.id or "").casefold(), str(value)))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
