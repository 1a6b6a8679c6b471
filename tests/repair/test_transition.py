"""From one state of a policy to another: the script reaches it, and opens nothing on the way."""

from __future__ import annotations

import re
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipseclint.formats.netsh import script
from ipseclint.formats.powershell.script import format as powershell
from ipseclint.model.machine import Machine
from ipseclint.repair.transition import MAX_WEIGHED_STEPS, transition, transition_script
from ipseclint.semantics.comparable_keys import with_comparable_keys
from ipseclint.semantics.object_changes import object_changes
from ipseclint.semantics.packet_treatment import CLEAR
from ipseclint.semantics.packets.box import Packet
from ipseclint.semantics.traffic_changes import traffic_changes
from ipseclint.source import bytes_source
from ipseclint.vocabulary import builtin
from tests.cases import cases
from tests.semantics.test_traffic_changes import consec, lines, sampled, treated
from tests.tries import tries

pytestmark = pytest.mark.drawn(6)

SERVERS = consec("Servers", "10.1.0.0/16")
OPEN = consec("Open", "10.0.0.0/8", "noauthentication")
DEFAULT = "advfirewall set global mainmode mmsecmethods dhgroup14:aes256-sha256"


def text_of(*commands: str) -> str:
    return "".join(f"netsh {command}\r\n" for command in commands)


def machine(text: str) -> Machine:
    parsed = script.parse(bytes_source("p.cmd", text.encode()))
    assert parsed.problems == ()
    return Machine(name="p", policy=parsed.policy)


@tries(20)
@given(lines(), lines(), st.booleans(), st.booleans())
def test_a_policy_and_the_script_to_another_are_the_other(
    some: list[str], others: list[str], before: bool, after: bool
) -> None:
    old_text = text_of(*some, *([DEFAULT] if before else []))
    old, new = machine(old_text), machine(text_of(*others, *([DEFAULT] if after else [])))
    steps = transition(old, new, by_netsh=True)
    assert steps.left.changes == ()
    then = machine(old_text + transition_script("Test", steps, by_netsh=True))
    assert traffic_changes(then, new).changes == ()
    assert object_changes(then, new).changes == () or steps.unwritten


@tries(20)
@given(lines(), lines(), st.booleans(), st.booleans())
def test_the_same_holds_for_scripts_of_powershell(
    some: list[str], others: list[str], before: bool, after: bool
) -> None:
    """The old policy is itself what PowerShell makes of nothing; set and setting of the script are read back."""
    nothing = machine("")
    states = [
        in_powershell(transition_script("Test", transition(nothing, state, by_netsh=False), by_netsh=False))
        for state in (
            machine(text_of(*some, *([DEFAULT] if before else []))),
            machine(text_of(*others, *([DEFAULT] if after else []))),
        )
    ]
    (old_text, old), (_, new) = states
    steps = transition(old, new, by_netsh=False)
    assert (steps.left.changes, steps.unwritten) == ((), ())
    _, then = in_powershell(old_text + transition_script("Test", steps, by_netsh=False))
    assert traffic_changes(then, new).changes == ()
    assert object_changes(then, new).changes == ()


def test_a_new_set_gets_its_name_when_the_one_that_has_it_has_another() -> None:
    """Two sets of one name are not told apart: the rule of the new one would use the old one."""
    olds = [consec("R0", "any"), consec("R1", "any"), consec("R2", "any", more="qmpfs=dhgroup14")]
    exempt, other = consec("R1", "any", "noauthentication"), "qmsecmethods=esp:sha256-aes256"
    news = [consec("R0", "any", more="qmpfs=dhgroup14"), exempt, consec("R2", "any", more=other)]
    nothing = machine("")
    (old_text, old), (_, new) = (
        in_powershell(transition_script("Test", transition(nothing, state, by_netsh=False), by_netsh=False))
        for state in (machine(text_of(*olds)), machine(text_of(*news)))
    )
    steps = transition(old, new, by_netsh=False)
    assert (steps.left.changes, steps.unwritten) == ((), ())
    there = transition_script("Test", steps, by_netsh=False)
    named = re.findall(r"CryptoSet -DisplayName ('[^']+' -New\S+ '[^']+')", there)
    assert named[:2] == ["'R2' -NewDisplayName 'R0'", "'R2 (new)' -NewDisplayName 'R2'"]
    _, then = in_powershell(old_text + there)
    assert (traffic_changes(then, new).changes, object_changes(then, new).changes) == ((), ())


WEB = "protocol=tcp port2=443"
GROUP_14, SHA256 = "qmpfs=dhgroup14", "qmsecmethods=esp:sha256-aes256"
REQUIRED, REQUESTED = "requireinrequireout", "requestinrequestout"
IN_A_CIRCLE = {
    "three names in a circle, two sets in a chain": (
        [
            consec("R0", "10.0.0.0/8", more=f"profile=private,public {SHA256}"),
            consec("R1", "172.16.0.0/12", more=f"profile=domain {GROUP_14}"),
            consec("R2", "10.0.0.0/8", REQUIRED),
        ],
        [
            consec("R0", "10.0.0.0/8", REQUIRED),
            consec("R1", "10.0.0.0/8", more=f"profile=private,public {SHA256}"),
            consec("R2", "172.16.0.0/12", more=f"profile=domain {GROUP_14}"),
        ],
    ),
    "two sets change their names": (
        [consec("R0", "10.1.0.0/16", more=GROUP_14), consec("R1", "10.1.0.0/16", more=f"{WEB} {SHA256}")],
        [consec("R0", "any", more=f"{WEB} {SHA256}"), consec("R1", "10.1.0.0/16", more=GROUP_14)],
    ),
    "a rule begins to use a set that gets another name": (
        [
            consec("R0", "any", "noauthentication", more="profile=domain"),
            consec("R1", "10.0.4.0/24", REQUIRED, more="protocol=udp"),
            consec("R2", "10.0.0.0/8", REQUESTED, more=WEB),
            consec("R3", "10.0.0.0/9", more=SHA256),
        ],
        [
            consec("R0", "10.0.4.0/24", REQUESTED, more=f"{WEB} {GROUP_14}"),
            consec("R1", "10.0.0.0/9", REQUESTED, more="profile=domain"),
            consec("R2", "10.0.4.0/24", more=SHA256),
            consec("R3", "any", REQUESTED, more=WEB),
        ],
    ),
    "a set becomes that of another rule while an equal one stays": (
        [
            consec("R0", "172.16.0.0/12", more=GROUP_14),
            consec("R1", "10.0.0.0/8", REQUESTED, more=SHA256),
            consec("R2", "10.0.0.0/9", more=f"profile=domain {SHA256}"),
        ],
        [
            consec("R0", "172.16.0.0/12", more=GROUP_14),
            consec("R1", "10.0.0.0/9", more=f"profile=domain {SHA256}"),
            consec("R2", "172.16.0.0/12", more=GROUP_14),
        ],
    ),
}


@cases(("olds", "news"), IN_A_CIRCLE.values(), ids=list(IN_A_CIRCLE))
def test_names_that_go_from_set_to_set_are_put_aside_and_reach_their_rules(olds: list[str], news: list[str]) -> None:
    nothing = machine("")
    (old_text, old), (_, new) = (
        in_powershell(transition_script("Test", transition(nothing, state, by_netsh=False), by_netsh=False))
        for state in (machine(text_of(*olds)), machine(text_of(*news)))
    )
    steps = transition(old, new, by_netsh=False)
    assert (steps.left.changes, steps.unwritten) == ((), ())
    there = transition_script("Test", steps, by_netsh=False)
    _, then = in_powershell(old_text + there)
    assert (traffic_changes(then, new).changes, object_changes(then, new).changes) == ((), ())


def in_powershell(text: str) -> tuple[str, Machine]:
    parsed = powershell.parse(bytes_source("p.ps1", text.encode()))
    assert parsed.problems == ()
    return text, Machine(name="p", policy=parsed.policy)


@tries(40)
@given(lines(), st.randoms(use_true_random=False))
def test_the_order_of_rules_in_a_text_means_nothing(some: list[str], random: Random) -> None:
    """A rule has no position (MS-FASP 2.2.55), and no command gives it one: there is nothing to write."""
    shuffled = random.sample(some, len(some))
    steps = transition(machine(text_of(*some)), machine(text_of(*shuffled)), by_netsh=True)
    assert (steps.steps, steps.unwritten, steps.left.changes) == ((), (), ())


KEY = "k7Jq-Example-0001"


def test_a_key_that_the_script_asks_for_is_read_back_as_one_that_is_not_known() -> None:
    old_text = text_of(SERVERS)
    old = machine(old_text)
    new = machine(text_of(consec("Servers", "10.1.0.0/16", more=f"auth1=computerpsk auth1psk={KEY}")))
    there = transition_script("Test", transition(old, new, by_netsh=True), by_netsh=True)
    asked = there.split("\r\n").index('set /p "PSK="')
    assert there.split("\r\n")[asked + 1 : asked + 3] == [
        "if not defined PSK echo No preshared key was given. 1>&2",
        "if not defined PSK goto failed",
    ]
    assert_apart_from_the_key(machine(old_text + there), new)
    nothing = machine("")
    first, _ = in_powershell(transition_script("Test", transition(nothing, old, by_netsh=False), by_netsh=False))
    old, wanted = in_powershell(first)[1], in_powershell_with_key(first)
    there = transition_script("Test", transition(old, wanted, by_netsh=False), by_netsh=False)
    assert "Read-Host" in there
    assert_apart_from_the_key(in_powershell(first + there)[1], wanted)


def in_powershell_with_key(text: str) -> Machine:
    """The policy of a script with a key in place of Kerberos."""
    return in_powershell(text.replace("-Machine -Kerberos", f"-Machine -PreSharedKey '{KEY}'"))[1]


def assert_apart_from_the_key(then: Machine, wanted: Machine) -> None:
    assert traffic_changes(then, wanted).changes != ()
    states = with_comparable_keys(then, wanted)
    assert states.hidden == 1
    assert traffic_changes(states.old, states.new).changes == ()
    assert object_changes(states.old, states.new).changes == ()


def may_be_clear(state: Machine, packet: Packet) -> bool:
    return any(may.protection in CLEAR for reading in treated(state, packet) for may in reading)


@tries(20)
@given(lines(), lines(), st.booleans(), st.randoms(use_true_random=False))
def test_no_state_on_the_way_opens_a_packet_that_both_ends_protect(
    some: list[str], others: list[str], by_netsh: bool, random: Random
) -> None:
    old, new = machine(text_of(*some)), machine(text_of(*others))
    packets = [sampled(random) for _ in range(60)]
    protected = [packet for packet in packets if not (may_be_clear(old, packet) or may_be_clear(new, packet))]
    steps = transition(old, new, by_netsh=by_netsh)
    assert steps.weighed
    for step in steps.steps:
        opened = [packet for packet in protected if may_be_clear(old.with_policy(step.after), packet)]
        assert step.opens or opened == [], step.edit


@cases("by_netsh", [True, False])
@cases("more", ["qmpfs=dhgroup14", "auth1=computerntlm", "qmpfs=dhgroup14 auth1=computerntlm"])
def test_a_set_that_remains_under_the_name_of_a_new_one_is_not_taken_for_it(more: str, by_netsh: bool) -> None:
    moved = "protocol=tcp port2=443 " + more
    fresh = "qmsecmethods=esp:sha256-aes256 auth1=computercert auth1ca=CN=Example"
    old = text_of(SERVERS, consec("R1", "any", more=moved), consec("R2", "any", "noauthentication"))
    new = machine(text_of(SERVERS, consec("R1", "any", more=fresh), consec("R2", "any", more=moved)))
    steps = transition(machine(old), new, by_netsh=by_netsh)
    assert (steps.left.changes, steps.unwritten) == ((), ())
    if by_netsh:
        then = machine(old + transition_script("Test", steps, by_netsh=True))
        assert traffic_changes(then, new).changes == ()
        assert object_changes(then, new).changes == ()


def test_a_rule_gets_the_name_of_another_and_keeps_its_set() -> None:
    old = machine(
        text_of(consec("R0", "10.1.0.0/16", more="auth1=computerkerb profile=domain"), consec("R1", "10.1.0.0/16"))
    )
    new = machine(text_of(consec("R0", "10.1.0.0/16")))
    for by_netsh in (True, False):
        steps = transition(old, new, by_netsh=by_netsh)
        assert (steps.left.changes, steps.unwritten) == ((), ())
    gone = [step.edit.before for step in steps.steps if step.edit.after is None]
    after = steps.steps[-1].after
    used = {rule.first_authentication.target for rule in after.connection_security_rules if rule.first_authentication}
    assert used.isdisjoint(each.name for each in gone if each is not None)


def test_a_script_of_many_steps_says_that_nothing_was_asked_between_them() -> None:
    rules = [consec(f"R{number}", f"10.3.{number}.0/24") for number in range(MAX_WEIGHED_STEPS // 2 + 1)]
    steps = transition(machine(text_of(SERVERS)), machine(text_of(*rules)), by_netsh=False)
    assert (steps.weighed, steps.left.changes) == (False, ())
    head = transition_script("Test", steps, by_netsh=False).splitlines()[1]
    assert head.startswith("# Not asked: these are more than 40 steps:")
    assert "Not asked" not in transition_script(
        "T", transition(machine(SERVERS), machine(""), by_netsh=True), by_netsh=True
    )


def test_what_protects_comes_before_what_opens_more() -> None:
    """A narrower rule is moved into a wide one with an exemption beside it: the rule first, then the exemption."""
    steps = transition(
        machine(text_of(consec("Wide", "10.0.0.0/8"))),
        machine(text_of(SERVERS, consec("Guests", "10.9.0.0/16", "noauthentication"))),
        by_netsh=True,
    )
    titles = [(step.edit.before is None, step.edit.subject.name) for step in steps.steps if step.edit.fields == ()]
    assert titles.index((True, "Servers")) < titles.index((False, "Wide"))
    assert not any(step.opens for step in steps.steps)


def test_a_rule_that_cannot_be_changed_is_written_anew_beside_itself() -> None:
    with_user = consec("Servers", "10.1.0.0/16", more="auth1=computerkerb auth2=userkerb")
    steps = transition(machine(text_of(with_user)), machine(text_of(SERVERS)), by_netsh=True)
    there = transition_script("Test", steps, by_netsh=True).partition("exit /b 0")[0]
    commands = [line for line in there.splitlines() if line.startswith("netsh ")]
    assert [command.split()[3] for command in commands] == ["set", "add", "delete"]
    assert 'new name="Servers (before)"' in commands[0]
    assert not any(step.opens for step in steps.steps)


def test_what_netsh_cannot_write_stands_first() -> None:
    new = "advfirewall set store gpo=corp.example\\Servers\r\n" + f"{SERVERS}\r\n"
    steps = transition(machine(""), machine(new), by_netsh=True)
    reason = "netsh changes a GPO only after `set store gpo=` in the same session"
    assert [why for _, why in steps.unwritten] == [reason]
    head = transition_script("Test", steps, by_netsh=True).splitlines()[:4]
    assert head[3].startswith("rem Not written: add connection security rule")


def test_settings_are_set_and_go_back_to_those_of_windows() -> None:
    settings = ("saidletimemin 10", "defaultexemptions dhcp", "strongcrlcheck 2", "ipsecthroughnat serverbehindnat")
    old, new = text_of(SERVERS), text_of(SERVERS, *(f"advfirewall set global ipsec {each}" for each in settings))
    steps = transition(machine(old), machine(new), by_netsh=True)
    assert steps.unwritten == ()
    there = transition_script("Test", steps, by_netsh=True)
    back = there.partition(":rollback")[2]
    assert object_changes(machine(old + there), machine(new)).changes == ()
    (undone,) = machine(new + back).policy.global_settings
    assert undone.sa_idle_seconds is not None
    assert (undone.sa_idle_seconds.known, undone.exemptions and undone.exemptions.known) == (300, builtin.EXEMPTIONS)


def test_powershell_has_no_cmdlets_that_make_or_take_away_settings() -> None:
    nothing, new = machine(""), machine(text_of("advfirewall set global ipsec saidletimemin 10"))
    for old, wanted, seconds in ((nothing, new, 600), (new, nothing, 300)):
        text = transition_script("Test", transition(old, wanted, by_netsh=False), by_netsh=False)
        there = text.partition("} else {")[0]
        assert f"Set-NetFirewallSetting -MaxSAIdleTimeSeconds {seconds}" in there
        assert "New-NetFirewallSetting" not in text
        assert "Remove-NetFirewallSetting" not in text


def test_a_firewall_rule_is_not_made_of_the_little_that_is_read_of_it() -> None:
    block = 'advfirewall firewall add rule name="No UDP" dir=out action=block protocol=udp'
    steps = transition(machine(text_of(SERVERS)), machine(text_of(SERVERS, block)), by_netsh=False)
    assert [what for what, _ in steps.unwritten] == ['add firewall rule "No UDP"']
    assert "New-NetFirewallRule" not in transition_script("Test", steps, by_netsh=False)


def test_the_way_back_is_in_the_script() -> None:
    steps = transition(machine(text_of(SERVERS)), machine(text_of(SERVERS, OPEN)), by_netsh=False)
    there, back = transition_script("Test", steps, by_netsh=False).split("} else {")
    assert "New-NetIPsecRule -DisplayName 'Open'" in there
    assert "Remove-NetIPsecRule -DisplayName 'Open'" in back


RULE = "New-NetIPsecRule -IPsecRuleName '{{{}}}' -DisplayName '{}' -RemoteAddress {} {}\n"
STRONG = """$proposal = New-NetIPsecQuickModeCryptoProposal -Encapsulation ESP -Encryption AES256 -ESPHash SHA256
New-NetIPsecQuickModeCryptoSet -Name '{s}' -DisplayName 'Strong' -Proposal $proposal
"""
WITH_STRONG = "-QuickModeCryptoSet '{s}'"
WITH_IDS = {
    "a rule of each name": RULE.format("a", "A", "10.1.0.0/16", "") + RULE.format("b", "B", "10.2.0.0/16", ""),
    "the other's name": RULE.format("b", "A", "10.2.0.0/16", ""),
    "a set of its own": STRONG + RULE.format("a", "A", "10.1.0.0/16", WITH_STRONG),
    "no set any more": RULE.format("a", "A", "10.1.0.0/16", ""),
}


@cases(
    ("before", "after"),
    [*permutations(WITH_IDS.values(), 2)],
    ids=[" to ".join(pair) for pair in permutations(WITH_IDS, 2)],
)
def test_the_way_back_finds_what_the_script_made_though_windows_gave_it_its_id(before: str, after: str) -> None:
    """And what refers to something that comes back finds it by the id that it had."""
    (old_text, old), (_, new) = in_powershell(before), in_powershell(after)
    steps = transition(old, new, by_netsh=False)
    assert (steps.left.changes, steps.unwritten) == ((), ())
    there, back = transition_script("Test", steps, by_netsh=False).split("} else {")
    there = there.partition("if (-not $Rollback) {")[2]
    assert not re.search(r"New-NetIPsec\w+ -(?:IPsecRule)?Name", there)
    undone = "\n".join(line for line in back.splitlines() if line.strip().startswith(("New-", "Set-", "Remove-")))
    _, then = in_powershell(old_text + there)
    assert object_changes(then, new).changes == ()
    _, again = in_powershell(old_text + there + undone)
    # PowerShell cannot take a rule its set away, and the script says so.
    assert (object_changes(again, old).changes == ()) == ("not written" not in back)


def static(*commands: str) -> str:
    return text_of(*(f"ipsec static {command}" for command in commands))


def ip_security_policy(*, filters: str, action: str, connections: str, assigned: str = "yes") -> str:
    return static(
        "add filterlist name=L",
        f"add filter filterlist=L srcaddr=me {filters} dstmask=255.255.0.0 protocol=tcp",
        "add filter filterlist=L srcaddr=me dstaddr=10.9.0.0 dstmask=255.255.0.0 protocol=udp",
        f"add filteraction name=A {action}",
        'add policy name=P mmsecmethods="3DES-MD5-1"',
        f"add rule name=R0 policy=P filterlist=L filteraction=A conntype={connections} kerberos=yes",
        f"set policy name=P assign={assigned}",
    )


NEGOTIATED = 'action=negotiate qmsecmethods="AH[SHA1]:100000k/3600s" soft=yes inpass=yes qmpfs=yes'
STATES = (
    "",
    ip_security_policy(filters="dstaddr=10.1.0.0", action="action=permit", connections="all"),
    ip_security_policy(filters="dstaddr=10.2.0.0", action=NEGOTIATED, connections="lan"),
    ip_security_policy(filters="dstaddr=10.2.0.0", action="action=block", connections="dialup", assigned="no")
    + text_of(consec("R0", "10.1.0.0/16")),
    ip_security_policy(filters="dstaddr=10.1.0.0", action=NEGOTIATED, connections="all").replace("R0", "R1")
    + text_of(consec("R0", "10.1.0.0/16"), "advfirewall set global ipsec ipsecthroughnat serverbehindnat"),
    text_of(SERVERS, "advfirewall set global ipsec defaultexemptions none"),
)


@pytest.mark.drawn(6)
@cases(("before", "after"), [*permutations(STATES, 2)])
def test_policies_of_both_tools_of_netsh_become_each_other(before: str, after: str) -> None:
    old, new = machine(before), machine(after)
    steps = transition(old, new, by_netsh=True)
    assert (steps.left.changes, steps.unwritten) == ((), ())
    parsed = script.parse(bytes_source("p.cmd", (before + transition_script("Test", steps, by_netsh=True)).encode()))
    assert (parsed.problems, parsed.policy.refused_commands) == ((), ())
    then = Machine(name="p", policy=parsed.policy)
    assert traffic_changes(then, new).changes == ()
    assert object_changes(then, new).changes == ()


def renamed(name: str, *rules: str) -> str:
    return static(
        "add policy name=P",
        *(f"add filterlist name={one}" for one in "LM"),
        *(f"add filter filterlist={one} srcaddr=me dstaddr=10.{ord(one)}.0.0 dstmask=255.255.0.0" for one in "LM"),
        f'add filteraction name={name} action=negotiate qmsecmethods="ESP[3DES,SHA1]"',
        f"add rule name=R policy=P filterlist=L filteraction={name} kerberos=yes",
        *(f"add rule name={rule} policy=P filterlist=M filteraction={name} kerberos=yes" for rule in rules),
    )


@cases("by_netsh", [True, False])
def test_a_rule_is_made_while_what_it_refers_to_has_the_name_that_it_knows(by_netsh: bool) -> None:
    """There, and on the way back; a script of PowerShell calls netsh for IP Security policies."""
    few, many = renamed("Old"), renamed("New", "S")
    for before, after, asked in ((few, many, 0), (many.replace("New", "Newest"), few, 1)):
        steps = transition(machine(before), machine(after), by_netsh=by_netsh)
        assert (steps.left.changes, steps.unwritten) == ((), ())
        halves = transition_script("Test", steps, by_netsh=by_netsh).split("exit /b 0" if by_netsh else "} else {")
        commands = [line.strip() for line in halves[asked].splitlines() if " ipsec static " in line]
        assert [command.split()[3] for command in commands] == ["set", "add"]
        assert "kerberos=yes" in commands[1]


@cases(("of_old", "of_new"), [((), ()), (("servers",), ()), ((), ("open",)), (("servers",), ("open",))])
@cases("by_netsh", [True, False])
def test_a_name_that_a_script_is_given_when_it_runs_is_in_no_command(
    of_old: tuple[str, ...], of_new: tuple[str, ...], *, by_netsh: bool
) -> None:
    old, new = (
        state.with_policy(state.policy.model_copy(update={"names_given": given_names}))
        for state, given_names in ((machine(text_of(SERVERS)), of_old), (machine(text_of(OPEN)), of_new))
    )
    steps = transition(old, new, by_netsh=by_netsh)
    written = transition_script("Test", steps, by_netsh=by_netsh)
    commands = [f'name="{name}"' if by_netsh else f"-DisplayName '{name}'" for name in ("Servers", "Open")]
    assert [command in written for command in commands] == [not of_old, not of_new]
    rules = [what for what, _ in steps.unwritten if " rule " in what]
    assert len(rules) == len(of_old) + len(of_new)
