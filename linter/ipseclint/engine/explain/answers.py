"""The explanations of `explain` for a Windows error, an event of the Security log, a reserved code, a waiver, or
defaults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from ipseclint.engine.explain.explanation import Explanation, Section, wrapped
from ipseclint.engine.explain.rule import citation_words
from ipseclint.engine.rulesets.ruleset import Ruleset
from ipseclint.finding import PROBLEM_TITLES, QUEUE_DROPS, Cause, ProblemCode
from ipseclint.rule import LooksAt, Rule
from ipseclint.vocabulary.audit_events import AUDIT_EVENTS, PROVIDER, event_texts
from ipseclint.vocabulary.ike_notifies import Notify
from ipseclint.vocabulary.nps_reasons import CLIENT_ERRORS, NPS_REASONS
from ipseclint.vocabulary.ras_errors import RasError, RasEvent, ras_errors, shown, state_of
from ipseclint.vocabulary.services import BLOCK_MODE, BLOCKED, CONTROL_EVENTS
from ipseclint.vocabulary.stories import CORRECTIONS, REMEDIES, between_hosts, story
from ipseclint.vocabulary.windows_defaults import windows_defaults
from ipseclint.vocabulary.windows_errors import ErrorCode, error_name, error_texts
from ipseclint.words import capitalised


def explain_error(error: ErrorCode, ruleset: Ruleset, *, with_story: bool = True) -> Explanation:
    """A Windows error: its names and numbers, its text, the rules that lead to it, and its meaning for a VPN."""
    known = tuple(ruleset.known)
    title = f"{error.code} (0x{error.code:X}) {error.name}"
    codes = tuple(rule.code for rule in known if error.code in rule.leads_to)
    of_vpn = tuple(_of_vpn(error, ruleset))
    sections = (
        *_error_sections(error),
        *(section for section in of_vpn if section.heading != _SOURCES),
        *_rules_of_error(error, known, with_story),
        *(section for section in of_vpn if section.heading == _SOURCES),
    )
    return Explanation("error", str(error.code), title, sections, codes)


def explain_ras_error(error: RasError, ruleset: Ruleset) -> Explanation:
    """An error of a VPN connection: its text, its causes in order, what to collect, the source."""
    codes = tuple(dict.fromkeys(code for cause in error.causes for code in cause.rules))
    title = f"{shown(error.code)} {error.name} (an error of VPN connections)"
    return Explanation("error", str(error.code), title, tuple(_ras_sections(error, ruleset)), codes)


def explain_ras_event(event: RasEvent) -> Explanation:
    """An event of a VPN connection."""
    sections = (Section("What it says", (event.says,)), Section("Where it stands", (event.source,)))
    return Explanation("event", str(event.number), f"event {event.number} of VPN connections", sections)


def explain_service_event(number: int) -> Explanation | None:
    """An event on a service that IPsec or VPNs need, or of the driver; None for any other."""
    says = BLOCKED if number == BLOCK_MODE else CONTROL_EVENTS.get(number)
    if says is None:
        return None
    source = "IPSec, the driver of Windows Server 2003" if number == BLOCK_MODE else "Service Control Manager"
    of_service = "" if number == BLOCK_MODE else "Of the service that it names: "
    sections = (
        Section("What it says", (f"{capitalised(f'{of_service}{says}')}.",)),
        Section("Where it stands", (f"{source}, System log",)),
        Section("Rules that report it", items=("RT022 keying-service-not-started",)),
    )
    return Explanation("event", str(number), f"event {number} of {source.partition(',')[0]}", sections, ("RT022",))


def explain_refusal(reason: str, ruleset: Ruleset) -> Explanation:
    """A reason code of Network Policy Server."""
    code = CLIENT_ERRORS.get(reason)
    shown = () if code is None else (Section("What the client shows", (f"{capitalised(state_of(code))}.",)),)
    sections = (
        Section("What it says", (f"{capitalised(NPS_REASONS[reason])}.",)),
        *shown,
        Section("Where it stands", ("Event 6273 or 6274 in the Security log of the server with NPS.",)),
        Section("Source", (citation_words("NPSCODES", ruleset.sources),)),
    )
    return Explanation("event", reason, f"reason code {reason} of Network Policy Server", sections)


def explain_other_error(code: str) -> Explanation:
    """An unknown number given as the error of a connection."""
    number = int(code, 0)
    unsigned = f"0x{number & 0xFFFFFFFF:08X}"
    words = (
        "It is neither an error of IPsec nor one of Remote Access that ipseclint explains. On a Windows host "
        f"`certutil -error {unsigned}` says what it is: a VPN connection also ends with errors of certificates, of EAP "
        "and of the system."
    )
    return Explanation("error", code, f"unknown error {code} ({unsigned})", (Section(paragraphs=(words,)),))


def explain_notify(notify: Notify) -> Explanation:
    """An error that one end notifies the other of, which logs of other makers name."""
    fails = "No SA for traffic is made; the IKE SA may stand." if notify.of_child else "The negotiation fails."
    if notify.code is None:
        words = "The ends get over it, or fail later for another reason: no error of Windows says the same."
    else:
        words = f"{fails} The error below is what Windows shows then, by our own reasoning."
    where = "RFC 7296, section 3.10.1, for IKEv2; RFC 2408, section 3.14.1, for IKEv1"
    title = f"{notify.name} (an error that one end of IKE notifies the other of)"
    return Explanation("notify", notify.name, title, (Section(paragraphs=(words,)), Section("Sources", items=(where,))))


def explain_logged(words: str, role: str | None) -> Explanation:
    """A line in the log of another maker's end, which says why a negotiation failed."""
    who = "" if role is None else f", where that end {'answers' if role == 'responder' else 'asks'}"
    told = f"What a log of another maker says{who}. The error below is what Windows has for the same, by our reasoning."
    return Explanation("log", words, f'"{words}" (a line of a log)', (Section(paragraphs=(told,)),))


def _ras_sections(error: RasError, ruleset: Ruleset) -> Iterator[Section]:
    yield Section("What it says", (error.says,))
    causes = tuple(
        f"{capitalised(cause.cause)}. How to tell: {cause.tell}."
        + (f" Rules: {' '.join(cause.rules)}." if cause.rules else "")
        + ("" if cause.sources else " (Reasoned: no source names it.)")
        for cause in error.causes
    )
    if causes:
        yield Section("Causes, in the order to look at them", items=causes)
        yield Section("What to collect", items=error.collect)
    sources = tuple(citation_words(key, ruleset.sources) for key in error.sources if key in ruleset.sources)
    if sources:
        yield Section("Sources", items=sources)


def explain_event(number: int, ruleset: Ruleset) -> Explanation:
    """An event of the Security log: what Windows writes, how to enable it, and the rules that report it."""
    text = event_texts()[number]
    reporting = _reporting(number, ruleset)
    title = f"event {number} {text.first_sentence}"
    codes = tuple(rule.code for rule in reporting)
    return Explanation("event", str(number), title, tuple(_event_sections(number, reporting)), codes)


_WHAT_TO_DO = {
    ProblemCode.UNREADABLE: (
        "See that the path exists and that you may read it. Where a part of ipseclint is missing that reads "
        "it, the message names the extra to install."
    ),
    ProblemCode.MALFORMED: (
        "Export it again, whole and unedited, by the command that `ipseclint formats` prints; the place is "
        "where it breaks."
    ),
    ProblemCode.NOT_UNDERSTOOD: (
        "Look at the place. Where a script takes a value from outside, write the value there, or give the "
        "export of a machine on which it has run. Where it runs another file, give the folder in which both "
        "lie. --allow-partial lets what was understood decide."
    ),
    ProblemCode.NO_POLICY: (
        "`ipseclint formats` lists what is read, with the command that writes each. --allow-empty makes a run "
        "without policy succeed."
    ),
    ProblemCode.HIDDEN_VALUE: (
        "Export it again from an elevated prompt. What Windows never shows has to come from where it was "
        "set: the GPO or the script."
    ),
    ProblemCode.REFUSED: (
        "The message names the limit, docs/limits.md has all of them. Give the part that matters, or take it "
        "out of its archive first."
    ),
    ProblemCode.CONTRADICTORY: ("Export the parts again, at one time, and into a new folder."),
    ProblemCode.LOST: (
        "Check this input alone, to be sure that it is the one, and report it: no input should do that."
    ),
}
"""What helps with each problem of an input, by its reserved code."""


def explain_problem(code: ProblemCode) -> Explanation:
    """A reserved code for trouble with the input."""
    text = (
        "Reserved for trouble with the input. It cannot be selected, ignored or waived: a report that "
        "finds nothing must not mean that something was skipped."
    )
    sections = (Section(paragraphs=(text,)), Section("What to do", paragraphs=(_WHAT_TO_DO[code],)))
    return Explanation("problem", code, f"{code} {PROBLEM_TITLES[code]}", sections)


def explain_waiver(code: str) -> Explanation | None:
    """A code that a run itself gives to a waiver; None for any other."""
    from ipseclint.engine.findings.waivers import EXPIRED, UNUSED

    known = {
        EXPIRED: "The last day of a waiver has passed: what it accepted counts again. Agree on a new day and set "
        "`expires`, or remove the waiver and repair what it accepted.",
        UNUSED: "A waiver fits no finding: what it accepted was repaired, was renamed, or has another value now. Take "
        "it out. Where only files are named this is information, for another file may be what it is for.",
    }
    for (known_code, name), text in known.items():
        if code.casefold() in {known_code.casefold(), name}:
            where = "docs/waivers.md says how waivers are written. The code itself cannot be waived."
            return Explanation("rule", known_code, f"{known_code} {name}", (Section(paragraphs=(text, where)),))
    return None


def explain_defaults() -> Explanation:
    """The values that Windows uses where a policy leaves one out, by release."""
    rows = windows_defaults()
    sections = [
        Section(item, items=tuple(f"{row.releases}: {row.value} [{row.source}]" for row in rows if row.item == item))
        for item in dict.fromkeys(row.item for row in rows)
    ]
    of_gpo = (
        "Of a GPO the release is its author's, not that of the hosts that apply it: name those in `windows` under "
        "[site]. A host's own export tells its release by the version of its firewall policy or by its build."
    )
    return Explanation(
        "defaults", "defaults", "Defaults of Windows by release", (Section(paragraphs=(of_gpo,)), *sections)
    )


def _error_sections(error: ErrorCode) -> Iterator[Section]:
    own = f"{capitalised(error.message)}."
    text_of_windows = error_texts().get(error.code)
    if text_of_windows is not None:
        yield Section("What Windows says", (text_of_windows,))
        yield Section("In our words", (own,))
    else:
        yield Section("In our words: Windows has no text for it", (own,))
    if error.code in REMEDIES:
        yield Section("What to do", (REMEDIES[error.code],))
    if (causes := between_hosts(error.code)) is not None:
        yield Section("Between hosts with IPsec rules", (causes,))
    if error.code in CORRECTIONS:
        yield Section(paragraphs=(CORRECTIONS[error.code],))


def _rules_of_error(error: ErrorCode, rules: Sequence[Rule], with_story: bool) -> Iterator[Section]:
    """How an error comes about, if there is a story of it, and the rules that lead to it or report it."""
    text = story(error.code)
    if text is not None and with_story:
        yield from _story_sections(_with_rules(text.rstrip("\n"), rules))
    if error.code in QUEUE_DROPS and with_story:
        yield Section(
            paragraphs=("How many requests end so is predicted by: ipseclint load POLICY --peers N",),
        )
    of_it = [rule for rule in rules if error.code in rule.leads_to]
    seen = [rule for rule in of_it if LooksAt.EVIDENCE in rule.looks_at]
    leading = [rule for rule in of_it if rule not in seen]
    if not leading and not _rules_of_vpn(error.code):
        yield Section(paragraphs=("No rule of ipseclint finds what leads to it.",))
    told = text is not None and with_story
    heading = "Rules whose findings name it among their errors; the ways above list more" if told else _LEADING
    yield from _rule_lists(((heading, leading), ("Rules that report it", seen)), short=text is not None)


_LEADING = "Rules that lead to it"
_SOURCES = "Sources"


def _of_vpn(error: ErrorCode, ruleset: Ruleset) -> Iterator[Section]:
    """The meaning of an IKE error where a VPN connection shows it."""
    of_vpn = ras_errors().get(error.code)
    if of_vpn is not None:
        _, causes, *rest = _ras_sections(of_vpn, ruleset)
        yield replace(causes, heading="As an error of a VPN connection: causes, in the order to look at them")
        yield from rest


def _rules_of_vpn(code: int) -> bool:
    """Whether a rule finds a cause of an IKE error where a VPN connection shows it."""
    of_vpn = ras_errors().get(code)
    return of_vpn is not None and any(cause.rules for cause in of_vpn.causes)


def _rule_lists(lists: Iterable[tuple[str, Sequence[Rule]]], *, short: bool = False) -> Iterator[Section]:
    for heading, rules in lists:
        if rules and short:
            yield Section(heading, (" ".join(rule.code for rule in rules),))
        elif rules:
            yield Section(heading, items=tuple(f"{rule.code} {rule.name}" for rule in rules))


def _story_sections(text: str) -> Iterator[Section]:
    """The parts of a story: a line at the margin is a heading, indented lines below it stay as they are."""
    heading, lines = "", list[str]()
    for line in [*text.split("\n"), "end"]:
        if line and not line.startswith(" "):
            if heading:
                yield Section(heading, lines=tuple(lines))
            heading, lines = line, []
        elif line:
            lines.append(line.removeprefix("  "))


def _with_rules(text: str, rules: Sequence[Rule]) -> str:
    """A story with `{rules of CAUSE}` replaced by the rules that find that cause in a policy."""
    for cause in Cause:
        codes = " ".join(rule.code for rule in rules if rule.cause is cause)
        place = next(line for line in text.split("\n") if f"{{rules of {cause}}}" in line)
        indent = " " * (len(place) - len(place.lstrip()))
        text = text.replace(place, wrapped(f"Rules: {codes}", indent, hang=True))
    return text


def _event_sections(number: int, reporting: Sequence[Rule]) -> Iterator[Section]:
    text = event_texts()[number]
    event = AUDIT_EVENTS.get(number)
    yield Section("What Windows writes", (text.text,))
    yield Section(
        "When it is written",
        (f'In the Security log, by {PROVIDER}, while the audit subcategory "{text.subcategory}" is on:',),
        items=(f'auditpol /set /subcategory:"{text.subcategory}" /{text.audit}:enable',),
    )
    if event is None:
        yield Section(paragraphs=("ipseclint counts it and reads nothing from it: it tells of no negotiation.",))
        return
    if event.error_code is not None:
        name = f"{event.error_code} {error_name(event.error_code)}"
        yield Section(paragraphs=(f"It has no reason of its own; it tells of {name}.",))
    elif event.success is False and event.kind != "service":
        yield Section(
            "How to read it",
            (_HOW_TO_READ,),
        )
    lead = "Rules that report it" if event.success is not False or event.kind == "service" else _BY_REASON
    yield from _rule_lists(((lead, reporting),))
    if not reporting:
        yield Section(paragraphs=("It tells of no failure, so no rule reports it.",))


_HOW_TO_READ = (
    "Failure Reason is the error, in words: `ipseclint explain` takes the sentence, or the whole text of the event. "
    "Failure Point tells which end found it, this computer or the peer. Role tells who asked. State tells how far it "
    "came (our reading): with the first payload sent, the proposals were in question; with the third, the credentials."
)
_BY_REASON = "Rules that report it, by its reason"


def _reporting(number: int, ruleset: Ruleset) -> tuple[Rule, ...]:
    """The rules over evidence that report an event, whatever its reason: found by running them on it."""
    from ipseclint.model.events import Event, EventKind
    from ipseclint.model.machine import Machine
    from ipseclint.model.policy import Policy
    from ipseclint.source import Span

    known = AUDIT_EVENTS.get(number)
    if known is None:
        return ()
    codes: list[int | None] = [known.error_code]
    if known.success is False and known.error_code is None and known.kind != "service":
        codes += error_texts()
    at = Span("event", 1, 1)
    events = tuple(
        Event(span=at, kind=EventKind(known.kind), event_id=number, success=known.success, error_code=code)
        for code in codes
    )
    machine = Machine(name="event", policy=Policy(), events=events)
    return tuple(
        rule
        for rule in ruleset.known
        if LooksAt.EVIDENCE in rule.looks_at and any(True for _ in rule.check(machine, ruleset.options(rule)))
    )
