"""The outcome of a negotiation between two ends: stage by stage, and in one word."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from ipseclint.finding import Basis, Severity
from ipseclint.model.policy import RuleAction, RuleMode, Security
from ipseclint.semantics.negotiation import (
    authentication,
    key_module,
    lifetimes,
    main_mode,
    mode,
    quick_mode,
    selectors,
)
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.stage import Answer, Difference, Result, Stage
from ipseclint.vocabulary.algorithms import KeyModule


class Verdict(StrEnum):
    """What becomes of the traffic. `clear`: unprotected, since both ends allow that; `blocked`: one end does not."""

    SECURED = "secured"
    CLEAR = "clear"
    BLOCKED = "blocked"
    FAILS = "fails"
    DEPENDS = "depends"
    UNKNOWN = "unknown"


class Outcome(Struct, frozen=True):
    """The outcome of one end's attempt with another.

    `stage` is the one that does not end as wanted; None: all do. `after_seconds` is when the first renewal fails; None:
    not known, or not at all. `main_mode` and `quick_mode` are the suites chosen, as far as it comes. `stages` are all
    results in order, up to the one that fails at connect; `behind` are the later stages that would fail, too.
    """

    initiator: End
    responder: End
    verdict: Verdict
    why: str
    basis: Basis
    stages: tuple[Result, ...] = ()
    stage: Stage | None = None
    key_module: KeyModule | None = None
    at_renewal: bool = False
    after_seconds: int | None = None
    main_mode: str | None = None
    quick_mode: str | None = None
    outcomes: tuple[str, ...] = ()
    behind: tuple[Stage, ...] = ()

    @property
    def result(self) -> Result | None:
        """The result of the stage that does not end as wanted."""
        return next((result for result in self.stages if result.stage is self.stage), None)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """All differences, those of the decisive stage first."""
        mine = [each for result in self.stages if result.stage is self.stage for each in result.differences]
        rest = [each for result in self.stages if result.stage is not self.stage for each in result.differences]
        return tuple(mine + rest)

    @property
    def is_as_wanted(self) -> bool:
        """Whether nobody has to act: secured, or in the clear where neither end insists on more."""
        match self.verdict:
            case Verdict.SECURED:
                return True
            case Verdict.CLEAR:
                return not (_insists(self.initiator) or _insists(self.responder))
            case Verdict.DEPENDS:
                doubtful = [result for result in self.stages if result.answer in {Answer.DEPENDS, Answer.FAILS}]
                return bool(doubtful) and not any(result.differences for result in doubtful)
        return False

    @property
    def severity(self) -> Severity:
        """How bad it is: a warning where it cannot be said for certain."""
        if self.is_as_wanted:
            return Severity.INFO
        return Severity.WARNING if self.verdict in {Verdict.DEPENDS, Verdict.UNKNOWN} else Severity.ERROR


def _insists(end: End) -> bool:
    return end.action is RuleAction.NEGOTIATE and Security.REQUIRE in {end.inbound, end.outbound}


def negotiate(initiator: End, responder: End) -> Outcome:
    """The outcome of one end's attempt with another, for traffic that both of their rules decide for."""
    early = _without_negotiation(initiator, responder)
    if early is not None:
        return early
    met, modules = key_module.meeting(initiator, responder)
    if not modules:
        return _ended(initiator, responder, (met,), None)
    tried = (_cut(initiator, responder, stages(initiator, responder, module, met), module) for module in modules)
    first = next(tried)
    if first.verdict in {Verdict.SECURED, Verdict.DEPENDS, Verdict.UNKNOWN} or first.at_renewal:
        return first
    better = next((outcome for outcome in tried if outcome.verdict in {Verdict.SECURED, Verdict.DEPENDS}), None)
    if better is None:
        return first
    why = (
        f"{first.key_module} is tried first and fails ({first.why}); {better.key_module} would agree, and whether it "
        "is tried then is not documented"
    )
    possible = (
        f"secured by {better.key_module}: {better.main_mode}, {better.quick_mode}",
        f"{first.verdict} at {first.stage}",
    )
    return replace(first, verdict=Verdict.DEPENDS, why=why, basis=Basis.REASONED, outcomes=possible)


def stages(initiator: End, responder: End, module: KeyModule, met: Result | None = None) -> tuple[Result, ...]:
    """The results of all stages in a key module, including those after one that fails."""
    main, suites = main_mode.agree(initiator, responder, module)
    second = authentication.agree_second(initiator, responder, module)
    quick = quick_mode.agree(initiator, responder, module, suites)
    results = [
        None if met is None else replace(met, chosen=module),
        main,
        authentication.agree(initiator, responder, module),
        second,
        mode.agree(initiator, responder, module),
        selectors.agree(initiator, responder, module),
        quick,
    ]
    if initiator.quick_mode is not None and responder.quick_mode is not None:
        results.append(quick_mode.agree_pfs(initiator, responder, module, suites))
    results.append(lifetimes.compare(initiator, responder, module))
    reported = initiator.offers_are_reported  # those of a client, which never answers
    return tuple(
        replace(result, basis=Basis.REASONED) if reported and result.stage in OF_OFFERS else result
        for result in results
        if result is not None
    )


OF_OFFERS = frozenset({Stage.MAIN_MODE_SUITE, Stage.QUICK_MODE_SUITE, Stage.PFS})
"""The stages at which what an end offers decides, suites and groups."""


def _cut(initiator: End, responder: End, results: tuple[Result, ...], module: KeyModule) -> Outcome:
    """The outcome of the stages up to the first that fails at connect."""
    failed = next(
        (number for number, each in enumerate(results) if each.answer is Answer.FAILS and not each.at_renewal), None
    )
    if failed is None:
        return _ended(initiator, responder, results, module)
    behind = tuple(result.stage for result in results[failed + 1 :] if _fails_of_itself(result))
    return replace(_ended(initiator, responder, results[: failed + 1], module), behind=behind)


_WORST = (Answer.FAILS, Answer.UNKNOWN, Answer.DEPENDS)


def _ended(initiator: End, responder: End, stages: tuple[Result, ...], module: KeyModule | None) -> Outcome:
    """The outcome by the worst stage: the first that fails, else the first that is unknown, else one that depends."""
    counted = next(
        (result for answer in _WORST for result in stages if result.answer is answer),
        None,
    )
    chosen = {result.stage: result.chosen for result in stages}
    outcome = Outcome(
        initiator=initiator,
        responder=responder,
        verdict=Verdict.SECURED,
        why="all stages agree",
        basis=_weakest(stages),
        stages=stages,
        key_module=module,
        main_mode=chosen.get(Stage.MAIN_MODE_SUITE),
        quick_mode=_with_pfs(chosen, module),
    )
    if counted is None:
        return outcome
    outcome = replace(outcome, stage=counted.stage, why=counted.why, basis=counted.basis, at_renewal=counted.at_renewal)
    if counted.answer is Answer.FAILS and not counted.at_renewal:
        return replace(outcome, verdict=_fallback(initiator, responder))
    verdict = {Answer.FAILS: Verdict.FAILS, Answer.UNKNOWN: Verdict.UNKNOWN}.get(counted.answer, Verdict.DEPENDS)
    after = lifetimes.renewal_seconds(initiator, responder) if counted.at_renewal else None
    return replace(outcome, verdict=verdict, after_seconds=after, outcomes=counted.outcomes)


def _fails_of_itself(result: Result) -> bool:
    """Whether a stage fails by itself, not because of a difference in another stage."""
    return result.answer is Answer.FAILS and any(each.initiator != each.responder for each in result.differences)


def _with_pfs(chosen: dict[Stage, str | None], module: KeyModule | None) -> str | None:
    """The quick-mode suite; in IKEv1 and AuthIP with its group, which the first keys have too."""
    suite, group = chosen.get(Stage.QUICK_MODE_SUITE), chosen.get(Stage.PFS)
    if suite is None or group in {None, "none"} or module is KeyModule.IKEV2:
        return suite
    return f"{suite}, PFS {group}"


def _weakest(stages: tuple[Result, ...]) -> Basis:
    ranks = list(Basis)
    return max((result.basis for result in stages), key=ranks.index)


def _fallback(initiator: End, responder: End) -> Verdict:
    """What becomes of traffic when a negotiation fails: in the clear only if neither end insists in this direction."""
    is_let = initiator.outbound is Security.REQUEST and responder.inbound is Security.REQUEST
    return Verdict.CLEAR if is_let else Verdict.FAILS


def _without_negotiation(initiator: End, responder: End) -> Outcome | None:
    """The outcome where an end does not negotiate for this traffic; None where both do."""
    stage = Stage.KEY_MODULE
    for end, what in ((initiator, "sends"), (responder, "takes")):
        if end.action is RuleAction.BLOCK:
            why = f"{end.subject} blocks this traffic"
            return _plain(initiator, responder, Verdict.BLOCKED, stage, why)
        if end.action is RuleAction.EXEMPT:
            other = responder if end is initiator else initiator
            insists = (other.inbound if end is initiator else other.outbound) is not Security.REQUEST
            why = f"{end.subject} {what} it in the clear and negotiates nothing"
            if other.action is RuleAction.NEGOTIATE and insists:
                return _plain(
                    initiator, responder, Verdict.BLOCKED, stage, f"{why}; {other.subject} requires protection"
                )
            return _plain(initiator, responder, Verdict.CLEAR, stage, why)
    if initiator.outbound is Security.NONE and initiator.mode is not RuleMode.TUNNEL:
        why = f"{initiator.subject} sends in the clear"
        insists = responder.inbound is not Security.REQUEST
        verdict = Verdict.BLOCKED if insists else Verdict.CLEAR
        return _plain(initiator, responder, verdict, stage, why)
    return None


def _plain(initiator: End, responder: End, verdict: Verdict, stage: Stage, why: str) -> Outcome:
    return Outcome(
        initiator=initiator, responder=responder, verdict=verdict, why=why, basis=Basis.DOCUMENTED, stage=stage
    )
