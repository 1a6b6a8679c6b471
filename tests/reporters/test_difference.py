"""What a change does, with one of everything that an answer can hold, and with nothing: each form to the letter."""

from __future__ import annotations

import dataclasses
from functools import cache

from msgspec.structs import replace

from ipseclint.finding import Basis, Finding, Severity, Subject
from ipseclint.formats.netsh import script
from ipseclint.model.intent import Intent, Must
from ipseclint.model.machine import Machine
from ipseclint.reporters.difference import markdown, text
from ipseclint.reporters.difference.words import parts
from ipseclint.semantics.damage import Fit
from ipseclint.semantics.decisions import REQUIRED
from ipseclint.semantics.difference import Difference, LoadChange, LoadChanges, State
from ipseclint.semantics.intents import Breach
from ipseclint.semantics.negotiation.verdict import Verdict
from ipseclint.semantics.object_changes import object_changes
from ipseclint.semantics.packet_treatment import Treatment
from ipseclint.semantics.proofs import Proof
from ipseclint.semantics.rollout import PairChange, Rollout
from ipseclint.semantics.traffic_changes import Effect, TrafficChange, traffic_changes
from ipseclint.source import Span, bytes_source
from tests.cases import cases

RULE = (
    'netsh advfirewall consec add rule name="R" endpoint1=any endpoint2=10.1.0.0/16 action={} auth1=computerkerb '
    "qmsecmethods=esp:sha256-{}+60min+100000kb\n"
)


def machine(action: str, cipher: str) -> Machine:
    source = bytes_source("a.cmd", RULE.format(action, cipher).encode())
    return Machine(name="a.cmd", policy=script.parse(source).policy)


def finding(code: str, severity: Severity, subject: str) -> Finding:
    return Finding(
        code=code,
        name="a-rule",
        severity=severity,
        basis=Basis.REASONED,
        message=f"{subject} is wrong",
        subject=Subject(kind="connection_security_rule", name=subject),
        span=Span("a.cmd", 3, 1),
        fingerprint=f"{code}{subject}",
        machine="a.cmd",
    )


@cache
def whole() -> Difference:
    """One of everything."""
    old, new = machine("requireinrequireout", "aes128"), machine("requestinrequestout", "aes256")
    traffic = traffic_changes(old, new)
    (change, *_) = traffic.changes
    return Difference(
        version="1",
        old=State("old_1.cmd", ("netsh-script",), ("half of it",)),
        new=State("new.cmd", ("netsh-script",)),
        traffic=replace(
            traffic, changes=(replace(change, readings=("A, B", "B, A")),), undecided=change.regions, notes=()
        ),
        objects=tuple((each, Effect.WEAKER) for each in object_changes(old, new).changes),
        findings_new=(
            finding("QD001", Severity.WARNING, "R"),
            finding("CR001", Severity.ERROR, "S"),
            finding("QD001", Severity.WARNING, "T"),
        ),
        findings_gone=(finding("AU001", Severity.INFO, "U"),),
        load=LoadChanges(
            peers=1000,
            assumed=True,
            figures=(
                LoadChange("a", "exchanges", 1, 2, ("1 a second", "2 a second")),
                LoadChange("b", "unchanged", 1, 1, ("1", "1")),
            ),
        ),
        notes=("a note",),
        breaches=(Breach(Intent(name="Servers", must=Must.REQUIRED), change.witness, "requested", change.rules_after),),
        pairs=(PairChange("peer", "machine", Verdict.SECURED, None, "nothing in common"),),
        rollout=Rollout(True, False, (), ("peer",)),
        backups=(Fit("backup.cmd", ("a",), ("b",), ("c",), ("d",), is_whole=False),),
    )


NOTHING = Difference(
    version="1",
    old=State("old.cmd", ()),
    new=State("new.cmd", ()),
    traffic=traffic_changes(machine("requireinrequireout", "aes128"), machine("requireinrequireout", "aes128")),
    objects=(),
)


TEXT = (
    "old_1.cmd -> new.cmd\n"
    "1 class of traffic weaker; 2 objects changed; 3 new findings; 1 finding gone; the rules were too "
    "many to look at all packets: there may be more where it is not decided\n"
    "not decided: peers 10.1.0.0/16 (at most 65,536 IPv4 addresses, 0.00153% of all there are)\n"
    "not understood: half of it\n"
    "note: a note\n"
    "broken intent: Servers: traffic that must be required is requested, for example 192.0.2.1:49152 -> "
    '10.1.0.1:445 tcp out domain lan; decided by "R"\n'
    "\n"
    "backups, the best fit first\n"
    "  backup.cmd: 1 of 3 objects of new.cmd say the same; not all of it was understood; 1 say something "
    "else: b; 1 not in it: d; 1 of it missing from new.cmd: c\n"
    "\n"
    "traffic, the worst first\n"
    "  weaker: required -> requested, in and out: peers 10.1.0.0/16\n"
    "    65,536 IPv4 addresses, 0.00153% of all there are\n"
    "    for example 192.0.2.1:49152 -> 10.1.0.1:445 tcp out domain lan\n"
    '    decided by "R", before and after\n'
    "    quick mode: ESP AES-128+SHA-256 -> ESP AES-256+SHA-256\n"
    "    only if Windows asks the rules in this order: A, B or B, A\n"
    "\n"
    "objects\n"
    '  changed quick-mode crypto set "R" (weaker)\n'
    "    proposals: ESP AES-128 SHA-256 60 min 100000 KB -> ESP AES-256 SHA-256 60 min 100000 KB\n"
    '    used by 1 rule: "R"\n'
    '  changed connection security rule "R" (weaker)\n'
    "    inbound: require -> request\n"
    "    outbound: require -> request\n"
    "\n"
    "findings\n"
    "  new error CR001 a-rule on S: S is wrong\n"
    "  new warning QD001 a-rule on R and 1 more: R is wrong\n"
    "  gone info AU001 a-rule on U: U is wrong\n"
    "\n"
    "pairs\n"
    "  peer, begun by machine: secured -> nothing to negotiate (nothing in common)\n"
    "  roll-out: change this machine first; peers first would silence peer\n"
    "\n"
    "load of 1,000 peers (assumed; peers in [site] says how many)\n"
    "  exchanges: 1 a second -> 2 a second\n"
)
MARKDOWN = (
    "### IPsec policy: what changes\n"
    "\n"
    "old\\_1.cmd → new.cmd\n"
    "\n"
    "**1 class of traffic weaker; 2 objects changed; 3 new findings; 1 finding gone; the rules were too "
    "many to look at all packets&#58; there may be more where it is not decided**\n"
    "\n"
    "**Not decided&#58; peers 10.1.0.0/16 \\(at most 65,536 IPv4 addresses, 0.00153% of all there are\\)**\n"
    "\n"
    "Not understood: half of it\n"
    "\n"
    "**Broken intent:** Servers&#58; traffic that must be required is requested, for example "
    '192.0.2.1&#58;49152 \\-&gt; 10.1.0.1&#58;445 tcp out domain lan; decided by "R"\n'
    "\n"
    "Note: a note\n"
    "\n"
    "<details><summary>Backups, the best fit first</summary>\n"
    "\n"
    "- backup.cmd&#58; 1 of 3 objects of new.cmd say the same; not all of it was understood; 1 say "
    "something else&#58; b; 1 not in it&#58; d; 1 of it missing from new.cmd&#58; c\n"
    "\n"
    "</details>\n"
    "\n"
    "| | Before | After | Packets | For example |\n"
    "|---|---|---|---|---|\n"
    "| weaker | required | requested | in and out&#58; peers 10.1.0.0/16 | 192.0.2.1&#58;49152 \\-&gt; "
    "10.1.0.1&#58;445 tcp out domain lan |\n"
    "\n"
    "<details><summary>How traffic is treated</summary>\n"
    "\n"
    '1. 65,536 IPv4 addresses, 0.00153% of all there are; decided by "R", before and after\n'
    "   - quick mode: ESP AES\\-128\\+SHA\\-256 → ESP AES\\-256\\+SHA\\-256\n"
    "   - only in this order of rules: A, B or B, A\n"
    "\n"
    "</details>\n"
    "\n"
    "<details><summary>Objects: 2</summary>\n"
    "\n"
    '- changed quick\\-mode crypto set "R" (weaker)<br>proposals&#58; ESP AES\\-128 SHA\\-256 60 min 100000 '
    'KB \\-&gt; ESP AES\\-256 SHA\\-256 60 min 100000 KB<br>used by 1 rule&#58; "R"\n'
    '- changed connection security rule "R" (weaker)<br>inbound&#58; require \\-&gt; '
    "request<br>outbound&#58; require \\-&gt; request\n"
    "\n"
    "</details>\n"
    "\n"
    "<details><summary>New findings: 3</summary>\n"
    "\n"
    "- error CR001 S: S is wrong (a.cmd&#58;3)\n"
    "- warning QD001 R and 1 more: R is wrong (a.cmd&#58;3)\n"
    "\n"
    "</details>\n"
    "\n"
    "<details><summary>Findings gone: 1</summary>\n"
    "\n"
    "- info AU001 U: U is wrong (a.cmd&#58;3)\n"
    "\n"
    "</details>\n"
    "\n"
    "<details><summary>Pairs: 1</summary>\n"
    "\n"
    "- peer, begun by machine&#58; secured \\-&gt; nothing to negotiate \\(nothing in common\\)\n"
    "\n"
    "</details>\n"
    "\n"
    "Roll-out: change this machine first; peers first would silence peer\n"
    "\n"
    "<details><summary>Load of 1,000 peers (assumed)</summary>\n"
    "\n"
    "- exchanges: 1 a second → 2 a second\n"
    "\n"
    "</details>\n"
)


def test_one_of_everything_as_text() -> None:
    assert text.render(whole()) == TEXT


def test_one_of_everything_as_markdown() -> None:
    assert markdown.render(whole()) == MARKDOWN


def test_nothing_has_no_part() -> None:
    same = "no difference: all traffic is treated as before (proved for every packet)"
    assert text.render(NOTHING) == f"old.cmd -> new.cmd\n{same}\n"
    marked = same.replace(":", "&#58;").replace("(", "\\(").replace(")", "\\)")
    assert markdown.render(NOTHING) == f"### IPsec policy: what changes\n\nold.cmd \u2192 new.cmd\n\n**{marked}**\n"


def test_parts_stand_alone() -> None:
    pairs = text.render(replace(NOTHING, pairs=whole().pairs)).splitlines()
    assert pairs[2:] == ["", "pairs", "  peer, begun by machine: secured -> nothing to negotiate (nothing in common)"]
    rollout = text.render(replace(NOTHING, rollout=whole().rollout)).splitlines()
    assert rollout[2:] == [
        *("", "pairs", "  roll-out: change this machine first; peers first would silence peer"),
    ]
    gone = text.render(replace(NOTHING, findings_gone=whole().findings_gone)).splitlines()
    assert gone[2:] == ["", "findings", "  gone info AU001 a-rule on U: U is wrong"]
    known = replace(whole().load, assumed=False) if whole().load else None
    assert text.render(replace(NOTHING, load=known)).splitlines()[2:] == [
        *("", "load of 1,000 peers", "  exchanges: 1 a second -> 2 a second"),
    ]
    assert "Load of 1,000 peers</summary>" in markdown.render(replace(NOTHING, load=known))
    same = LoadChanges(peers=1, assumed=True, figures=(LoadChange("b", "unchanged", 1, 1, ("1", "1")),))
    assert text.render(replace(NOTHING, load=same)) == text.render(NOTHING)
    assert markdown.render(replace(NOTHING, load=same)) == markdown.render(NOTHING)


def test_of_a_long_table_ten_rows_are_shown_and_the_rest_counted() -> None:
    def gone(count: int) -> list[str]:
        findings = tuple(finding(f"QD{number:03}", Severity.INFO, "U") for number in range(count))
        return markdown.render(replace(NOTHING, findings_gone=findings)).splitlines()[6:-2]

    assert gone(10)[2:] == [f"- info QD{number:03} U: U is wrong (a.cmd&#58;3)" for number in range(10)]
    assert gone(12)[-2:] == ["- info QD009 U: U is wrong (a.cmd&#58;3)", "- and 2 more"]


def change_of_proof(**after: Proof) -> TrafficChange:
    """A change after which the ends are proved otherwise."""
    (change, *_) = whole().traffic.changes
    before = Treatment(REQUIRED, first=KERBEROS, second=USER)
    return replace(change, before=(before,), after=(dataclasses.replace(before, **after),))


KERBEROS, USER = (Proof((name,), "1", 1) for name in ("computer-kerberos", "user-kerberos"))


@cases(("field", "old"), [("first", KERBEROS), ("second", USER)])
def test_another_key_by_the_same_words_is_said_of_the_phase_that_has_it(field: str, old: Proof) -> None:
    assert list(parts(change_of_proof())) == []
    ((name, was, is_),) = parts(change_of_proof(**{field: dataclasses.replace(old, identity="2")}))
    assert name.startswith(field)
    assert is_ == f"{was}, but another key or other certificates"
