"""References to what is not there: what else is in the input decides how certain it is that it is missing."""

from __future__ import annotations

from typing import Any

from ipseclint import check_text
from ipseclint.finding import Severity
from ipseclint.model.machine import Machine
from ipseclint.model.policy import (
    AuthenticationSet,
    AuthMethod,
    AuthPhase,
    Dialect,
    FilterList,
    GlobalSettings,
    MainModeCryptoSet,
    Policy,
    Profile,
    QuickModeCryptoSet,
    RuleAction,
)
from ipseclint.model.selectors import WfpFilter
from ipseclint.model.setting import Setting, Unknown
from ipseclint.source import Span
from ipseclint.vocabulary.builtin import DEFAULT_SET_NAMES
from tests.cases import cases
from tests.made_objects import authentication_set, exemption, main_mode_set, method, quick_mode_set, rule, said, to
from tests.rules.rule_inputs import hits, machine

ERROR, INFO = Severity.ERROR, Severity.INFO
Set = AuthenticationSet | MainModeCryptoSet | QuickModeCryptoSet
OF_WFP: dict[str, Any] = {"dialect": Dialect.WFP}


def holding(*sets: Set, **parts: Any) -> Machine:
    """A machine with these sets and one rule that names sets which are not among them."""
    named = rule(first_authentication=to("A1"), quick_mode_crypto=to("Q"))
    kinds = {AuthenticationSet: "authentication_sets", MainModeCryptoSet: "main_mode_crypto_sets"}
    by_kind: dict[str, tuple[Set, ...]] = {}
    for each in sets:
        kind = kinds.get(type(each), "quick_mode_crypto_sets")
        by_kind[kind] = (*by_kind.get(kind, ()), each)
    return Machine(name="m", policy=Policy(connection_security_rules=(named,), **by_kind, **parts))


def told(code: str, subject: Machine) -> list[tuple[Severity | None, str]]:
    return [(hit.severity, hit.message) for hit in hits(code, subject)]


OTHER = main_mode_set("M")
"""A set of another kind: with it the input holds sets at all."""


@cases(
    ("sets", "severity", "where"),
    [
        ((OTHER,), ERROR, "which is not in the input"),
        ((main_mode_set("M", builtin=True),), INFO, "and the input holds no sets at all"),
        ((), INFO, "and the input holds no sets at all"),
    ],
)
def test_a_missing_set_is_certain_where_somebody_made_sets(
    sets: tuple[Set, ...], severity: Severity, where: str
) -> None:
    assert told("RF002", holding(*sets)) == [(severity, f'names the quick-mode crypto set "Q", {where}')]
    assert told("RF001", holding(*sets)) == [(severity, f'names the first authentication set "A1", {where}')]


@cases(
    ("one", "holds_the_kind"),
    [
        (quick_mode_set("X"), True),
        (quick_mode_set("X", builtin=True), False),
        (quick_mode_set("X", dialect=Dialect.IP_SECURITY_POLICY), False),
        (main_mode_set("X"), False),
    ],
)
def test_of_a_kind_that_the_input_does_not_hold_nothing_is_certain(one: Set, holds_the_kind: bool) -> None:
    subject = holding(OTHER, one, kinds_not_held=("quick-mode crypto set",))
    where = "which is not in the input" if holds_the_kind else "and the input holds no quick-mode crypto set"
    assert told("RF002", subject) == [
        (ERROR if holds_the_kind else INFO, f'names the quick-mode crypto set "Q", {where}')
    ]


@cases(("phase", "holds_the_kind"), [(AuthPhase.FIRST, True), (AuthPhase.SECOND, False)])
def test_sets_of_the_other_authentication_are_another_kind(phase: AuthPhase, holds_the_kind: bool) -> None:
    subject = holding(OTHER, authentication_set("X", phase=phase), kinds_not_held=("first authentication set",))
    assert [severity for severity, _ in told("RF001", subject)] == [ERROR if holds_the_kind else INFO]


def test_what_was_not_followed_may_create_a_set() -> None:
    place = Span("p.cmd", 4, 1)
    (hit,) = hits("RF002", holding(OTHER, open_ends=(place,)))
    assert hit.severity is INFO
    assert hit.message == 'names the quick-mode crypto set "Q", which is not in the input as far as it was followed'
    assert hit.related == (("not followed, and may create it", place),)
    assert told("RF002", holding(OTHER, names_not_followed=("q",))) == []
    assert told("RF002", holding(OTHER, names_not_followed=("r",))) != []


# ---- Filters of the Windows Filtering Platform ----

ROW = WfpFilter("{1}", "F", "FWPM_LAYER_IPSEC_V4", "", 1, "", "{absent}", (), (), None, (), (), (), 1, 1)
THERE = quick_mode_set("C", id="{There}", **OF_WFP)


@cases(
    ("rows", "contexts", "missing"),
    [
        ((ROW,), (THERE,), ["{absent}"]),
        ((ROW,), (), []),
        ((ROW,), (quick_mode_set("C", id="{x}"),), []),
        ((ROW,), (quick_mode_set("C", **OF_WFP),), []),
        ((ROW,), (THERE, quick_mode_set("C", **OF_WFP)), ["{absent}"]),
        ((ROW,), (THERE, quick_mode_set("Of a tool", id="{absent}")), ["{absent}"]),
        ((ROW,), (THERE, main_mode_set("M", id="{ABSENT}", **OF_WFP)), []),
        ((ROW._replace(context_key="{THERE}"),), (THERE,), []),
        ((ROW._replace(context_key=None),), (THERE,), []),
        ((ROW._replace(layer="FWPM_LAYER_ALE_AUTH_CONNECT_V4"),), (THERE,), []),
        ((ROW._replace(layer="FWPM_LAYER_IKEEXT_V4"),), (THERE,), ["{absent}"]),
    ],
)
def test_filters_at_a_layer_of_ipsec_whose_context_is_missing(
    rows: tuple[WfpFilter, ...], contexts: tuple[Set, ...], missing: list[str]
) -> None:
    subject = holding(*contexts, wfp_filters=rows)
    text = "1 filter at an IPsec layer with the provider context {}, which is not in the input"
    found = [message for _, message in told("RF002", subject) if "provider context" in message]
    assert found == [text.format(key) for key in missing]


# ---- The same name in two stores, and names that nobody uses ----


def in_stores(one: Set, other: Set) -> list[str]:
    return [message for _, message in told("RF006", holding(one, other))]


@cases(
    ("facts", "other_store", "fires"),
    [
        ({}, "GPO", True),
        ({}, None, False),
        ({"is_default": True}, "GPO", False),
        ({"builtin": True}, "GPO", False),
    ],
)
def test_sets_of_one_name_in_two_stores(facts: dict[str, Any], other_store: str | None, fires: bool) -> None:
    one, other = main_mode_set("M", **facts), main_mode_set("M", proposals=(), store=other_store, **facts)
    text = 'the main-mode crypto set "M" of GPO differs from that of the local store; only one of the two is in force'
    assert in_stores(one, other) == ([text] if fires else [])
    for hit in hits("RF006", holding(one, other)) if fires else ():
        assert hit.related == (("in the local store", one.span),)
    for hit in hits("RF006", holding(other, one)) if fires else ():
        assert hit.related == (("in GPO", other.span),)
        assert hit.value == "GPO the local store"
    assert in_stores(one, one.model_copy(update={"store": other_store})) == []


@cases(("inline", "fires"), [(False, True), (True, False)])
def test_a_set_that_is_written_on_its_rule_has_no_name_of_its_own(inline: bool, fires: bool) -> None:
    one = authentication_set("A", method(AuthMethod.COMPUTER_KERBEROS), inline=inline)
    other = authentication_set("A", method(AuthMethod.COMPUTER_NTLM), inline=inline, store="GPO")
    assert bool(in_stores(one, other)) is fires
    assert bool(hits("RF007", holding(one))) is fires


@cases(
    ("facts", "fires"),
    [
        ({}, True),
        ({"is_default": True}, False),
        ({"builtin": True}, False),
        ({"dialect": Dialect.WFP}, False),
        ({"id": "{X}"}, True),
        ({"id": "q"}, False),
    ],
)
def test_a_set_that_no_rule_names(facts: dict[str, Any], fires: bool) -> None:
    assert bool(hits("RF007", holding(quick_mode_set("Spare", **facts)))) is fires
    without_rules = holding(quick_mode_set("Spare", **facts)).policy.model_copy(
        update={"connection_security_rules": ()}
    )
    assert hits("RF007", Machine(name="m", policy=without_rules)) == []


@cases(
    "field",
    ["first_authentication", "second_authentication", "quick_mode_crypto", "main_mode_crypto"],
)
def test_whatever_a_rule_names_is_used(field: str) -> None:
    user = rule(**{field: to("SPARE")})
    policy = Policy(connection_security_rules=(user,), quick_mode_crypto_sets=(quick_mode_set("Spare"),))
    assert hits("RF007", Machine(name="m", policy=policy)) == []


def test_a_set_that_every_windows_has_is_never_missing() -> None:
    named = rule(first_authentication=to(next(iter(DEFAULT_SET_NAMES.values()))))
    subject = Machine(name="m", policy=Policy(connection_security_rules=(named,), main_mode_crypto_sets=(OTHER,)))
    assert told("RF001", subject) == []


def test_an_input_without_sets_holds_none_of_a_kind_either() -> None:
    subject = holding(kinds_not_held=("quick-mode crypto set",))
    assert told("RF002", subject) == [(INFO, 'names the quick-mode crypto set "Q", and the input holds no sets at all')]


@cases(("phase", "holds_the_kind"), [(AuthPhase.SECOND, True), (AuthPhase.FIRST, False)])
def test_the_second_authentication_is_looked_for_among_its_own(phase: AuthPhase, holds_the_kind: bool) -> None:
    named = rule(second_authentication=to("A2"))
    policy = Policy(
        connection_security_rules=(named,),
        authentication_sets=(authentication_set("X", phase=phase),),
        main_mode_crypto_sets=(OTHER,),
        kinds_not_held=("second authentication set",),
    )
    where = "which is not in the input" if holds_the_kind else "and the input holds no second authentication set"
    assert told("RF001", Machine(name="m", policy=policy)) == [
        (ERROR if holds_the_kind else INFO, f'names the second authentication set "A2", {where}')
    ]


def test_what_a_rule_of_the_older_tool_names_is_missing_though_nothing_else_is_there() -> None:
    named = rule(quick_mode_crypto=to("Q"), dialect=Dialect.IP_SECURITY_POLICY)
    subject = Machine(name="m", policy=Policy(connection_security_rules=(named,)))
    assert told("RF002", subject) == [(ERROR, 'names the quick-mode crypto set "Q", which is not in the input')]


# ---- Sets and lists that hold nothing, exemptions that name sets ----

EMPTY = FilterList(name="Empty", span=Span("p.cmd", 2, 1))
LEGACY: dict[str, Any] = {"dialect": Dialect.IP_SECURITY_POLICY}


@cases(
    ("facts", "open_ends", "severity"),
    [
        ({"filter_list": to("EMPTY")}, (), Severity.WARNING),
        ({"filter_list": to("EMPTY")}, (Span("p.cmd", 3, 1),), INFO),
        ({"filter_list": to("Other")}, (), None),
        ({"filter_list": None}, (), None),
        ({"filter_list": to("Empty"), "enabled": said(value=False)}, (), None),
    ],
)
def test_a_rule_whose_list_is_empty(facts: dict[str, Any], open_ends: Any, severity: Severity | None) -> None:
    own = rule(**LEGACY, **facts)
    policy = Policy(connection_security_rules=(own,), filter_lists=(EMPTY,), open_ends=open_ends)
    found = told("RF003", Machine(name="m", policy=policy))
    text = 'applies to no traffic: its filter list "EMPTY" is empty'
    assert found == ([] if severity is None else [(severity, text)])


@cases(("builtin", "fires"), [(False, True), (True, False)])
def test_an_empty_set_that_somebody_made(builtin: bool, fires: bool) -> None:
    assert bool(hits("RF003", holding(main_mode_set("M", proposals=(), builtin=builtin)))) is fires


@cases(
    ("facts", "fires"),
    [
        ({}, True),
        (LEGACY, False),
        ({"action": said(RuleAction.NEGOTIATE)}, False),
        ({"first_authentication": None, "quick_mode_crypto": None}, False),
    ],
)
def test_an_exemption_that_names_sets(facts: dict[str, Any], fires: bool) -> None:
    own = exemption("E", "10.0.0.1", **{"first_authentication": to("A"), "quick_mode_crypto": to("Q"), **facts})
    found = told("RF005", Machine(name="m", policy=Policy(connection_security_rules=(own,))))
    text = "an exemption that names sets (first authentication, quick mode); Windows accepts it only without"
    assert found == ([(None, text)] if fires else [])


def test_what_nobody_uses_is_told_beside_rules_of_either_kind() -> None:
    spare = quick_mode_set("Spare")
    main_rule = machine(
        "netsh advfirewall mainmode add rule name=M endpoint1=any endpoint2=10.0.0.0/8 auth1=computerkerb "
        "mmsecmethods=dhgroup14:aes128-sha256"
    ).policy.main_mode_rules
    policy = Policy(main_mode_rules=main_rule, quick_mode_crypto_sets=(spare,))
    assert len(hits("RF007", Machine(name="m", policy=policy))) == 1
    for rules, count in (((rule(),), 0), ((rule(), rule("L", **LEGACY)), 1)):
        policy = Policy(connection_security_rules=rules, filter_lists=(EMPTY,))
        assert len(hits("RF007", Machine(name="m", policy=policy))) == count


# ---- Local rules that a GPO switches off ----

PUBLIC = frozenset({Profile.PUBLIC})


@cases(
    ("store", "merge", "facts", "fires"),
    [
        ("GPO", False, {}, True),
        (None, False, {}, False),
        ("GPO", True, {}, False),
        ("GPO", False, {"store": "GPO"}, False),
        ("GPO", False, {"enabled": said(value=False)}, False),
        ("GPO", False, {"profiles": said(frozenset({Profile.DOMAIN}))}, False),
        ("GPO", False, {"profiles": Setting(Unknown("?"), Span("p", 1, 1))}, False),
    ],
)
def test_local_rules_that_are_not_in_force(store: str | None, merge: bool, facts: dict[str, Any], fires: bool) -> None:
    place = Span("gpo", 3, 1)
    settings = GlobalSettings(span=place, store=store, local_rules_merge={Profile.PUBLIC: Setting(merge, place)})
    own = rule(**{"profiles": said(PUBLIC), **facts})
    policy = Policy(connection_security_rules=(own,), global_settings=(settings,))
    text = "local rules are off on the public profile: 1 rule of the local store is not in force"
    assert told("RF008", Machine(name="m", policy=policy)) == ([(None, text)] if fires else [])


def test_local_rules_that_are_not_in_force_on_two_profiles() -> None:
    place = Span("gpo", 3, 1)
    off = {profile: Setting(False, place) for profile in (Profile.PUBLIC, Profile.PRIVATE)}
    settings = GlobalSettings(span=place, store="GPO", local_rules_merge=off)
    policy = Policy(connection_security_rules=(rule("A"), rule("B")), global_settings=(settings,))
    text = "local rules are off on the private and public profiles: 2 rules of the local store are not in force"
    assert told("RF008", Machine(name="m", policy=policy)) == [(None, text)]


RULE_OF_LISTS = (
    "netsh ipsec static add policy name=P\nnetsh ipsec static add filterlist name=L\n"
    "netsh ipsec static add filter filterlist=L srcaddr=any dstaddr=me\n{}"
    "netsh ipsec static add rule name=R policy=P filterlist=L filteraction=Permit\n"
)


@cases(
    ("lines", "note"),
    [
        ("", "Create the filter action before the rule, or correct the name."),
        (
            "netsh ipsec static add filteraction name=Perm action=permit\n",
            'Create the filter action before the rule, or correct the name, which is likely "Perm".',
        ),
        (
            "netsh ipsec static add filteraction name=Strong action=negotiate\n",
            "Create the filter action before the rule, or correct the name.",
        ),
        (
            "".join(
                f"netsh ipsec static add filteraction name=Permit{number:02} action=permit\n" for number in range(21)
            ),
            "Create the filter action before the rule, or correct the name.",
        ),
        (
            "netsh ipsec static add filteraction name=Other action=allow\n",
            "Windows refuses a command that makes a filter action: correct that one first, or the name here.",
        ),
        (
            "netsh ipsec static add filterlist name=M colour=1\n",
            "Create the filter action before the rule, or correct the name.",
        ),
    ],
    ids=["nothing like it", "a name like it", "no name like it", "many names", "refused", "another kind refused"],
)
def test_the_remedy_for_a_missing_object_goes_by_what_is_near(lines: str, note: str) -> None:
    report = check_text(RULE_OF_LISTS.format(lines), "p.cmd")
    (finding,) = (each for each in report.findings if each.code == "RF020")
    assert finding.fix is not None
    assert finding.fix.note == note
    refused = [related.label for related in finding.related]
    assert refused == (["refused, and might have made it"] if note.startswith("Windows") else [])


@cases(
    "line",
    [
        "netsh ipsec static add filteraction name=Permit action=allow\n",
        "netsh ipsec static add filteraction name=PERMIT action=permit colour=1\n",
        "netsh ipsec static add filteraction Permit action=allow\n",
        "netsh ipsec static add filteraction action=allow name=Permit\n",
    ],
)
def test_what_a_refused_command_was_to_make_is_said_once(line: str) -> None:
    report = check_text(RULE_OF_LISTS.format(line), "p.cmd")
    assert [each.code for each in report.findings if each.code in {"RF019", "RF020"}] == ["RF019"]


def test_the_list_that_a_refused_filter_was_to_make_is_said_once() -> None:
    lines = "netsh ipsec static add filteraction name=Permit action=permit\n"
    text = RULE_OF_LISTS.format(lines).replace("filterlist=L filteraction", "filterlist=M filteraction")
    assert "RF020" in [each.code for each in check_text(text, "p.cmd").findings]
    refused = "netsh ipsec static add filter filterlist=M srcaddr=me dstaddr=10.0.0.999\n"
    report = check_text(refused + text, "p.cmd")
    assert [each.code for each in report.findings if each.code in {"RF019", "RF020"}] == ["RF019"]


def test_a_set_whose_command_is_refused_is_to_be_made_first() -> None:
    text = (
        "New-NetIPsecQuickModeCryptoSet -Name Q -DisplayName Q -Proposal $x -Colour red\n"
        "New-NetIPsecMainModeCryptoSet -Name M -DisplayName M -Proposal "
        "(New-NetIPsecMainModeCryptoProposal -Encryption AES256 -Hash SHA256 -KeyExchange DH14)\n"
        "New-NetIPsecRule -DisplayName R -QuickModeCryptoSet Q -InboundSecurity Require\n"
    )
    (finding,) = (each for each in check_text(text, "p.ps1").findings if each.code == "RF002")
    assert finding.fix is not None
    assert str(finding.fix.note).startswith("Windows refuses a command that makes a quick-mode crypto set")


@cases(
    ("lines", "note"),
    [
        ("netsh ipsec static add filteraction name=Perm action=permit\n", True),
        ("netsh ipsec static add filteraction name=permits action=permit\n", True),
        ("netsh ipsec static add filteraction name=Strong action=negotiate\n", False),
        (
            "netsh ipsec static add filteraction name=Permit action=permit\n{}".format(
                "netsh ipsec static add filteraction name=Perm action=permit\n"
            ),
            False,
        ),
    ],
    ids=["a name like it", "one letter more", "no name like it", "nothing is missing"],
)
def test_what_a_rule_likely_means_is_not_deleted(lines: str, *, note: bool) -> None:
    """To delete it would repair what is of no harm, and take away what the repair of the fault needs."""
    report = check_text(RULE_OF_LISTS.format(lines), "p.cmd")
    (finding,) = (each for each in report.findings if each.code == "RF007")
    assert finding.fix is not None
    correct = 'A rule names "Permit", which is not in the input, and likely means this one: correct the name there.'
    assert (finding.fix.note == correct, finding.fix.netsh is not None) == (note, not note)


@cases(
    ("line", "note"),
    [
        (
            "netsh ipsec dynamic add mmpolicy name=Main",
            "Create the main-mode crypto set before the rule, or correct the name.",
        ),
        (
            "netsh ipsec dynamic add mmpolicy name=M mmpfs=no",
            "Windows refuses a command that makes a main-mode crypto set: correct that one first, or the name here.",
        ),
    ],
)
def test_no_cmdlet_copies_a_policy_of_netsh_ipsec_dynamic(line: str, note: str) -> None:
    rest = 'netsh ipsec dynamic add qmpolicy name=Q qmsec="ESP[3DES,SHA1]:100000k/3600s"\n'
    rest += "netsh ipsec dynamic add rule srcaddr=me dstaddr=10.0.0.5 mmpolicy=M qmpolicy=Q kerberos=yes\n"
    (finding,) = (each for each in check_text(f"{line}\n{rest}", "p.cmd").findings if each.code == "RF002")
    assert finding.fix is not None
    assert finding.fix.note == note
