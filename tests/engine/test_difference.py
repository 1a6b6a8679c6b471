"""What one state of a policy does otherwise than another: the effect of each change, and each figure of load."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ipseclint.engine import difference as module
from ipseclint.engine.apply_rules import Plan
from ipseclint.engine.configuration.waiver_files import Entry
from ipseclint.engine.difference import ASSUMED_PEERS, difference, with_backups, with_pairs
from ipseclint.engine.job import Job
from ipseclint.engine.rulesets.ruleset import load_ruleset
from ipseclint.engine.rulesets.selection import selected
from ipseclint.engine.states import ReadState, peers_in, read_state, read_states, states_in
from ipseclint.finding import Finding, Severity
from ipseclint.model.site import Site
from ipseclint.semantics.difference import Difference, State
from ipseclint.version import __version__
from tests import ROOT

pytestmark = pytest.mark.drawn(3)

PSK = "auth1=computerpsk auth1psk=first-key"
MAIN_MODE = "netsh advfirewall set global mainmode mmsecmethods dhgroup14:aes256-sha384\n"
DEFAULT_SET = "Windows default main-mode crypto set"


def rule(more: str = "", name: str = "R", remote: str = "10.2.0.0/16", action: str = "requireinrequireout") -> str:
    """A rule for all hosts here and some there."""
    proof = "" if action == "noauthentication" or "auth1=" in more else PSK
    add = f'netsh advfirewall consec add rule name="{name}" endpoint1=any endpoint2={remote}'
    return f"{add} action={action} {proof} {more}\n"


def between(folder: Path, old: str, new: str, site: Site | None = None) -> Difference:
    """The difference of two scripts."""
    for name, text in (("old.cmd", old), ("new.cmd", new)):
        (folder / name).write_text(text)
    job = Job(plans=(), site=site or Site())
    return difference(*read_states(str(folder / "old.cmd"), str(folder / "new.cmd"), job), job)


HOLE = rule(name="S", remote="10.2.1.0/24", action="noauthentication")
OTHER = rule(name="T", remote="10.3.0.0/16")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (rule("qmsecmethods=esp:sha1-aes128"), rule("qmsecmethods=esp:sha256-aes256"), ["R changed stronger"]),
        (rule("qmsecmethods=esp:sha256-aes256"), rule("qmsecmethods=esp:sha1-aes128"), ["R changed weaker"]),
        (rule("qmpfs=dhgroup14"), rule("qmpfs=none"), ["R changed weaker"]),
        (rule(), rule("auth1=computerkerb"), ["R changed stronger"]),
        (rule(), rule(action="requestinrequestout"), ["R changed weaker"]),
        (rule(), rule(remote="10.2.0.0/15"), ["R changed stronger"]),
        (rule(), rule(remote="10.2.0.0/17"), ["R changed weaker"]),
        (rule(), rule("profile=domain"), ["R changed weaker"]),
        (rule("enable=no"), rule(), ["R changed stronger"]),
        (rule(), rule('description="x"'), ["R changed None"]),
        (rule(), rule(name="Q"), ["Q renamed None"]),
        (rule(), "", ["R removed weaker"]),
        (rule(), rule() + HOLE, ["S added weaker"]),
        (rule() + HOLE, rule(), ["S removed stronger"]),
        (rule() + MAIN_MODE, rule(), [f"{DEFAULT_SET} changed weaker"]),
        (
            rule() + OTHER,
            rule('description="x"') + OTHER.replace("requireinrequireout", "requestinrequestout"),
            ["R changed None", "T changed weaker"],
        ),
        (
            rule() + HOLE,
            rule(action="requestinrequestout") + HOLE.replace("10.2.1.0/24", "10.2.1.0/25"),
            ["R changed weaker", "S changed stronger"],
        ),
    ],
)
def test_a_changed_object_has_the_effect_of_the_traffic_that_it_decides_for(
    old: str, new: str, expected: list[str], tmp_path: Path
) -> None:
    found = between(tmp_path, old + " ", new + "netsh advfirewall show currentprofile\n")
    told = [f"{change.name} {change.change.value} {effect and effect.value}" for change, effect in found.objects]
    assert sorted(told) == expected


RATES = [
    ("main_mode_rate", "main modes per second", ("0.0347", "0.0347")),
    ("quick_mode_rate", "quick modes per second", ("0.278", "0.278")),
]
DROPPED = ("drop_probability", "dropped in the queue (13809 to 13812)", ("0%", "0%"))


SUITE = {
    "AuthenticationTransformConstants": "SHA256128",
    "CipherTransformConstants": "AES256",
    "EncryptionMethod": "AES256",
    "IntegrityCheckMethod": "SHA256",
    "DHGroup": "Group14",
    "PfsGroup": "PFS2048",
}


def vpn(*changed: tuple[str, str], name: str = "V") -> str:
    """A connection with a suite of which some parts are others."""
    suite = " ".join(f"-{part} {word}" for part, word in {**SUITE, **dict(changed)}.items())
    add = f"Add-VpnConnection -Name {name} -ServerAddress vpn.example.org -TunnelType Ikev2"
    return f"{add}\nSet-VpnConnectionIPsecConfiguration -ConnectionName {name} {suite} -Force\n"


@pytest.mark.parametrize(
    ("old", "new", "effect"),
    [
        (vpn(), vpn(("DHGroup", "Group2")), "weaker"),
        (vpn(), vpn(("DHGroup", "ECP384")), "stronger"),
        (vpn(), vpn(("CipherTransformConstants", "DES3")), "weaker"),
        (vpn(), vpn(("IntegrityCheckMethod", "SHA384")), "stronger"),
        (vpn(), vpn(("PfsGroup", "None")), "weaker"),
    ],
)
@pytest.mark.parametrize("beside", ["", vpn(name="W")])
def test_a_changed_suite_of_a_vpn_has_the_effect_of_its_strength(
    old: str, new: str, effect: str, beside: str, tmp_path: Path
) -> None:
    for name, text in (("old.ps1", old + beside), ("new.ps1", new + beside)):
        (tmp_path / name).write_text(text)
    job = Job(plans=(), site=Site())
    found = difference(*read_states(str(tmp_path / "old.ps1"), str(tmp_path / "new.ps1"), job), job)
    told = [(change.name, changed and changed.value) for change, changed in found.objects]
    assert told
    assert set(told) == {("V", effect)}


@pytest.mark.parametrize("turned", [False, True])
def test_each_figure_of_load_is_told_as_it_was_and_as_it_is(turned: bool, tmp_path: Path) -> None:
    states = (rule(), rule("auth1=computerkerb"))
    load = between(tmp_path, *(states[::-1] if turned else states)).load
    assert load is not None
    written = ("0.00887%", "0.0091%") if turned else ("0.0091%", "0.00887%")
    told = [(figure.name, figure.label, figure.written) for figure in load.figures]
    assert told == [*RATES, ("utilisation", "utilisation of the workers", written), DROPPED]
    assert [figure.new > figure.old for figure in load.figures] == [False, False, turned, False]
    assert [figure.new < figure.old for figure in load.figures] == [False, False, not turned, False]


@pytest.mark.parametrize(("site", "peers", "assumed"), [(None, ASSUMED_PEERS, True), (5, 5, False), (0, 0, False)])
def test_the_load_is_that_of_the_peers_of_the_site_or_assumed(
    site: int | None, peers: int, assumed: bool, tmp_path: Path
) -> None:
    load = between(tmp_path, rule(), rule(), None if site is None else Site(peers=site)).load
    assert load is not None
    assert (load.peers, load.assumed, load.differs) == (peers, assumed, False)


def plans(*codes: str) -> tuple[Plan, ...]:
    """Some rules of the ruleset that is taken if none is named."""
    ruleset = load_ruleset("default")
    return (Plan(ruleset, selected(ruleset, codes, ())),)


def told(findings: tuple[Finding, ...]) -> list[str]:
    return [f"{finding.code} {finding.subject.name}" for finding in findings]


def cmdlet(name: str = "R", remote: str = "10.2.0.0/16") -> str:
    """What `rule` makes, without its key, said by a cmdlet."""
    asks = "-InboundSecurity Require -OutboundSecurity Require"
    return f'New-NetIPsecRule -DisplayName "{name}" -RemoteAddress {remote} {asks}\n'


KERBEROS = "auth1=computerkerb"
WEAK = f"{KERBEROS} qmsecmethods=esp:sha1-3des"
SHORT, AS_SHORT, LONG = (f"{KERBEROS} qmsecmethods=esp:sha256-aes256+{minutes}min" for minutes in (5, 6, 2000))
CRL_VALUE = r"reg add HKLM\SYSTEM\CurrentControlSet\Services\PolicyAgent /v StrongCRLCheck /t REG_DWORD /d 1 /f"


def with_set(name: str, minutes: int) -> str:
    """A rule with a set that is known by its id, whatever its name."""
    proposal = f"-Encapsulation ESP -Encryption AES256 -ESPHash SHA256 -MaxMinutes {minutes}"
    made = f"New-NetIPsecQuickModeCryptoSet -Name s -DisplayName {name}"
    return f"{made} -Proposal (New-NetIPsecQuickModeCryptoProposal {proposal})\n{cmdlet()[:-1]} -QuickModeCryptoSet s"


TWICE = rule(KERBEROS) + rule(KERBEROS, "S", action="requestinrequestout")
OTHER_TWICE = cmdlet() + cmdlet("S").replace("Require", "Request")


@pytest.mark.parametrize(
    ("old", "new", "appeared", "gone"),
    [
        (TWICE, rule(KERBEROS), [], ["FL003 R"]),
        (TWICE, cmdlet(), [], ["FL003 R"]),  # of a rule that is as before, but decides for changed traffic
        (cmdlet(), TWICE, ["FL003 R"], []),
        (rule(WEAK), cmdlet(), [], ["CR002 R"]),
        (cmdlet(), rule(WEAK), ["CR002 R"], []),
        (TWICE, OTHER_TWICE, [], []),
        # What another value of the same object brings too is neither new nor gone.
        (rule(SHORT) + CRL_VALUE, rule(AS_SHORT) + CRL_VALUE, [], []),
        (with_set("Fast", 5), with_set("Faster", 6), [], []),
        (rule(SHORT), rule(LONG), ["CR022 R"], ["QD004 R"]),
        (rule(SHORT), rule(AS_SHORT) + rule(SHORT, "A", "10.3.0.0/16"), ["QD004 A"], []),
        (rule(AS_SHORT, "A", "10.3.0.0/16") + rule(SHORT), rule(AS_SHORT), [], ["QD004 A"]),
        (TWICE, TWICE + rule(KERBEROS, "Q", "10.9.0.0/16"), [], []),
    ],
)
def test_findings_of_what_changed_are_new_or_gone_in_whatever_format(
    old: str, new: str, appeared: list[str], gone: list[str], tmp_path: Path
) -> None:
    paths = []
    for name, text in (("old", old), ("new", new)):
        paths.append(tmp_path / f"{name}{'.cmd' if text.startswith('netsh') else '.ps1'}")
        paths[-1].write_text(text)
    job = Job(plans=plans("FL003", "CR002", "CR022", "QD004"))
    found = difference(*read_states(*map(str, paths), job), job)
    assert (told(found.findings_new), told(found.findings_gone)) == (appeared, gone)


@pytest.mark.parametrize(("other", "gone"), [("wfpstate.xml", []), (None, ["QD034 global settings"])])
def test_what_another_format_cannot_say_is_no_finding_that_is_gone(
    other: str | None, gone: list[str], tmp_path: Path
) -> None:
    twin = ROOT / "fixtures" / "twins" / "gateways"
    lines = (twin / "advfirewall.cmd").read_text().splitlines(keepends=True)
    (tmp_path / "without.cmd").write_text("".join(line for line in lines if " set global " not in line))
    job = Job(plans=plans("QD034"))
    new = tmp_path / "without.cmd" if other is None else twin / other
    found = difference(*read_states(str(twin / "advfirewall.cmd"), str(new), job), job)
    assert (told(found.findings_new), told(found.findings_gone)) == ([], gone)


SIX_RULES = "".join(rule(WEAK, f"R{number}", f"10.{number}.0.0/16") for number in range(6))
FILTERS = [
    f"netsh ipsec static add filter filterlist=L{number % 2} srcaddr=me dstaddr=10.9.{number}.1\n"
    for number in range(40)
]
RULE_AND_39, RULE_AND_40 = (rule(WEAK) + "".join(FILTERS[:number]) for number in (39, 40))


@pytest.mark.parametrize(
    ("text", "limit", "is_left_out"),
    [
        (SIX_RULES, 6, False),
        (SIX_RULES, 5, True),
        (RULE_AND_40, 3, False),
        (RULE_AND_40, 2, True),
        (RULE_AND_39, 2, False),
        (RULE_AND_39, 1, True),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_findings_of_very_many_rules_are_compared_only_where_they_are_asked_for(
    text: str, limit: int, is_left_out: bool, turned: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MANY_RULES", limit)
    for name, script in (("a.cmd", text), ("b.cmd", rule(KERBEROS))):
        (tmp_path / name).write_text(script)
    job = Job(plans=plans())
    states = read_states(*(str(tmp_path / name) for name in ("a.cmd", "b.cmd")), job)
    states = states[::-1] if turned else states
    for asked in (None, True, False):
        found = difference(*states, job, findings=asked)
        is_compared = asked is True or (asked is None and not is_left_out)
        assert bool(found.findings_new or found.findings_gone) == is_compared
        said = [note for note in found.notes if "findings are not compared; --findings does" in note]
        assert bool(said) == (asked is None and is_left_out)


@pytest.mark.parametrize(("number", "limit", "is_left_out"), [(40, 2, False), (40, 1, True), (39, 1, False)])
def test_filters_of_wfp_count_as_those_of_lists_do(
    number: int, limit: int, is_left_out: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MANY_RULES", limit)
    (tmp_path / "b.cmd").write_text(rule(KERBEROS))
    job = Job(plans=plans())
    state, other = read_states(
        str(ROOT / "fixtures" / "twins" / "gateways" / "wfpstate.xml"), str(tmp_path / "b.cmd"), job
    )
    policy = state.machine.policy
    (of_wfp,) = policy.wfp_filters
    assert not policy.connection_security_rules
    machine = state.machine.with_policy(policy.model_copy(update={"wfp_filters": (of_wfp,) * number}))
    said = [note for note in difference(replace(state, machine=machine), other, job).notes if "not compared" in note]
    assert bool(said) == is_left_out


def test_each_backup_is_told_once_the_best_first(tmp_path: Path) -> None:
    job = Job(plans=())
    texts = {
        "now.cmd": rule(KERBEROS) + rule(KERBEROS, "S", "10.5.0.0/16"),
        "a.cmd": rule(KERBEROS, "Z", "10.9.0.0/16"),
        "b.cmd": rule(KERBEROS) + rule(KERBEROS, "S", "10.5.0.0/16"),
        "c.cmd": rule(KERBEROS) + rule(KERBEROS, "S", "10.5.0.0/17"),
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    states = {name: read_state(str(tmp_path / name), job) for name in texts}
    again = replace(states["a.cmd"], name=str(tmp_path / "." / "a.cmd"))
    answer = difference(states["a.cmd"], states["now.cmd"], job)
    told = with_backups(answer, [again, *(states[name] for name in ("a.cmd", "c.cmd", "b.cmd"))], states["now.cmd"])
    assert [Path(each.name).name for each in told.backups] == ["b.cmd", "c.cmd", "a.cmd"]
    assert [each.is_whole for each in told.backups] == [True, True, True]
    cut = replace(states["b.cmd"], cut=("cut",))
    (only,) = with_backups(answer, [cut], states["now.cmd"]).backups
    assert (only.is_whole, len(only.alike), only.other, only.missing, only.foreign) == (False, 2, (), (), ())


def test_what_a_backup_in_another_format_cannot_say_is_not_held_against_it(tmp_path: Path) -> None:
    job = Job(plans=())
    texts = {
        "now.cmd": rule(KERBEROS) + "sc config IKEEXT start= disabled\n",
        "a.cmd": rule(KERBEROS),
        "b.ps1": "New-NetIPsecRule -DisplayName R -RemoteAddress 10.2.0.0/16 -InboundSecurity Require\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    now, *states = (read_state(str(tmp_path / name), job) for name in texts)
    told = with_backups(difference(now, now, job), states, now).backups
    assert {Path(each.name).name: each.foreign for each in told} == {"a.cmd": ('service "IKEEXT"',), "b.ps1": ()}


def test_pairs_are_those_of_the_peers_as_they_are_then(tmp_path: Path) -> None:
    job = Job(plans=())
    here, there = "10.1.0.5", "10.2.0.7"

    def end(name: str, own: str, other: str, key: str) -> ReadState:
        text = rule(f"auth1=computerpsk auth1psk={key}", remote=other).replace("endpoint1=any", f"endpoint1={own}")
        (tmp_path / f"{name}.cmd").write_text(text)
        return read_state(str(tmp_path / f"{name}.cmd"), job)

    old, new = end("old", here, there, "first-key"), end("new", here, there, "other-key")
    peer, later = end("peer", there, here, "first-key"), end("later", there, here, "other-key")
    answer = difference(old, new, job)
    alone = with_pairs(answer, (old, new), [peer.machine], [])
    assert [(each.initiator, each.before, each.after) for each in alone.pairs] == [
        ("this machine", "secured", "fails"),
        ("the peer", "secured", "fails"),
    ]
    assert alone.rollout is None
    named = later.machine.model_copy(update={"name": peer.machine.name})
    both = with_pairs(answer, (old, new), [peer.machine], [named])
    assert both.pairs == ()
    assert both.rollout is not None
    assert (both.rollout.machine_first, both.rollout.peers_first) == (False, False)


def test_a_folder_holds_a_state_for_each_machine_with_a_policy_and_peers_by_their_place(tmp_path: Path) -> None:
    for name, text in (
        ("a.cmd", rule(KERBEROS)),
        ("b/c.cmd", rule(KERBEROS, "S")),
        ("d.txt", "hello\n"),
        ("e.cmd", ""),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    job = Job(plans=())
    assert [os.path.relpath(each.name, tmp_path) for each in states_in(str(tmp_path), job)] == ["a.cmd", "b/c.cmd"]
    machines, shortfalls, _ = peers_in(str(tmp_path), job)
    assert [each.name for each in machines if not each.policy.is_empty] == ["a.cmd", "b/c.cmd"]
    assert shortfalls == ()
    (only,), _, _ = peers_in(str(tmp_path / "a.cmd"), job)
    assert only.name == str(tmp_path / "a.cmd")


def test_both_states_are_told_by_name_format_and_what_was_not_understood(tmp_path: Path) -> None:
    (tmp_path / "old.ps1").write_text(cmdlet())
    (tmp_path / "new.cmd").write_text(rule(KERBEROS) + "call :sub\nfor %%i in (%X%) do " + rule(KERBEROS, "S"))
    states = (str(tmp_path / "old.ps1"), str(tmp_path / "new.cmd"))
    job = Job(plans=())
    found = difference(*read_states(*states, job), job)
    back = difference(*read_states(*states[::-1], job), job)
    assert (found.version, found.old, found.new) == (__version__, back.new, back.old)
    assert found.old == State(states[0], ("powershell-script",), ())
    assert (found.new.name, found.new.formats, len(found.new.shortfalls)) == (states[1], ("netsh-script",), 1)


WAIVED = Entry(rule="CR002", reason="known", subject="R")
EXPIRED = WAIVED.model_copy(update={"expires": date(2026, 1, 1)})


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({}, ["R warning", "S warning"]),
        ({"adjust": lambda finding: None if finding.subject.name == "R" else finding}, ["S warning"]),
        (
            {"adjust": lambda finding: finding.model_copy(update={"severity": Severity.INFO})},
            ["R info", "S info"],
        ),
        ({"waivers": (WAIVED,)}, ["S warning"]),
        ({"waivers": (EXPIRED,)}, ["R warning", "S warning"]),
    ],
)
def test_findings_are_as_the_configuration_and_the_waivers_have_them(
    terms: dict[str, Any], expected: list[str], tmp_path: Path
) -> None:
    (tmp_path / "old.cmd").write_text("")
    (tmp_path / "new.cmd").write_text(rule(WEAK) + rule(WEAK, "S", "10.5.0.0/16"))
    job = Job(plans=plans("CR002"), today=date(2026, 6, 1), **terms)
    found = difference(*read_states(str(tmp_path / "old.cmd"), str(tmp_path / "new.cmd"), job), job)
    assert [f"{each.subject.name} {each.severity.value}" for each in found.findings_new] == expected
