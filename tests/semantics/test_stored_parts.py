"""What the semantics says of two machines, of fleets, of VPN suites, of runs of a script and of installed
associations is as stored.

After a change that is meant, `python -m tests.semantics.test_stored_parts` stores it anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from random import Random

import pytest

from ipseclint.formats import recognise
from ipseclint.model.events import EventKind, SecurityAssociation
from ipseclint.model.machine import Machine
from ipseclint.model.policy import Profile
from ipseclint.model.selectors import parse_address
from ipseclint.model.site import Site
from ipseclint.semantics import cases as cases_module
from ipseclint.semantics import defaults, sameness, vpn_suites
from ipseclint.semantics.alternatives import alternatives_of, runs_with
from ipseclint.semantics.cases import cases
from ipseclint.semantics.damage import best_first, fit, mixture
from ipseclint.semantics.defaults import completed
from ipseclint.semantics.digest import Digest, Fleet, holds_both_ends
from ipseclint.semantics.installed import offers_for, rules_for
from ipseclint.semantics.packet_treatment import suite_strengths
from ipseclint.semantics.packets.box import Packet
from ipseclint.semantics.pairing import vpn_pairs
from ipseclint.semantics.peers import Peers
from ipseclint.semantics.reach import parsed as addresses
from ipseclint.semantics.rollout import pair_changes, rollout
from ipseclint.semantics.rule_boxes import inbound_firewall_boxes, may_part
from ipseclint.semantics.traffic import every_group, policy_groups
from ipseclint.source import Span, bytes_source
from tests import ROOT
from tests.semantics.as_text import in_full, told
from tests.semantics.test_stored_answers import (
    VPN,
    drawn,
    fixtures,
    of_machine,
    of_many,
    of_packets,
    of_questions,
    of_rules,
    of_sets,
    of_two,
)
from tests.semantics.test_traffic_changes import consec, machine

pytestmark = pytest.mark.drawn(4)

EXPECTED = ROOT / "tests" / "data" / "semantic_parts.txt"
FULL = "qmsecmethods=esp:sha256-aes256"


def read(name: str, text: str) -> Machine:
    source = bytes_source(name, text.encode())
    found = recognise(source)
    assert found is not None
    return Machine(name=name, policy=found.parse(source).policy)


def of_cases(one: Machine) -> Iterator[str]:
    """The cases of packets of which little is given, each way of putting them together."""
    here, there = (parse_address(each) for each in ("192.0.2.1", "10.0.4.7"))
    assert here is not None
    assert there is not None
    for packet in (
        Packet(4, here.first, there.first),
        Packet(4, here.first, there.first, protocol=6, profile=0),
        Packet(4, here.first, there.first, destination_port=443, direction=1),
        Packet(4, there.first, here.first, protocol=17, source_port=443),
    ):
        for limit in (cases_module.MAX_CASES, 12, 2):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(cases_module, "MAX_CASES", limit)
                try:
                    for each in cases(one, packet)[:8]:
                        yield f"case {limit} {told(each.words())} {told(each.decisions)}"
                except cases_module.PacketError as error:
                    yield f"cases {limit} {error}"


def of_groups(one: Machine) -> Iterator[str]:
    for group in every_group(one):
        for reading in group.readings:
            yield f"analysis {group.title} {reading.name} {told(group.analysis(reading))[:2000]}"
        yield f"places {list(group.of_rule.values())} {len(group.names)} {list(map(told, group.spans[:3]))}"
    yield f"policies {[(group.title, group.policy, list(group.names[:2])) for group in policy_groups(one)]}"
    boxes = [box for group in every_group(one) for rule in group.rules[:6] for box in rule.boxes[:2]]
    yield f"may part {[may_part(left, right) for left, right in combinations(boxes, 2)]}"


def of_strengths(one: Machine) -> Iterator[str]:
    for crypto in (*one.policy.main_mode_crypto_sets, *one.policy.quick_mode_crypto_sets):
        yield f"strengths {crypto.name} {told(suite_strengths(crypto))}"


def of_sameness(old: Machine, new: Machine) -> Iterator[str]:
    elsewhere = old.policy.model_copy(update={"wfp_filter_path": "elsewhere"})
    yield f"elsewhere {sameness.differing_fields(old.policy, elsewhere)}"
    bare = sameness.without_remote_access(old.policy)
    yield f"bare {sameness.differing_fields(old.policy, bare)} {sameness.same_policy(bare, bare)}"
    yield f"same {sameness.same_policy(old.policy, new.policy)} {sameness.same_policy(old.policy, old.policy)}"


def of_damage() -> Iterator[str]:
    """How well backups fit a state that is mixed from two of them."""
    first, second = (
        machine(*(consec(f"R{number}", f"10.{number}.0.0/16") for number in numbers)) for numbers in ((1, 2, 3), (3, 4))
    )
    states = {
        "both": machine(*(consec(f"R{number}", f"10.{number}.0.0/16") for number in (1, 2, 3, 4))),
        "first": first,
        "other": machine(consec("R1", "10.1.0.0/17"), consec("R4", "10.4.0.0/16"), consec("R9", "10.9.0.0/16")),
        "none": machine(),
    }
    for name, state in states.items():
        fits = [fit(state, backup, called, same_format=True) for called, backup in (("a", first), ("b", second))]
        fits.append(fit(state, states["none"], "c", same_format=True))
        for order in (fits, fits[::-1]):
            best = best_first(order)
            yield f"fit {name} {[(each.name, each.rank) for each in best]} {told(mixture(best))}"
    yield f"none {mixture(())}"


WEAK = "esp:sha1-3des"
SUITES = ("", FULL, f"qmsecmethods={WEAK}", f"{FULL},{WEAK}", "qmpfs=dhgroup14")


def of_rollout() -> Iterator[str]:
    """Which of two ends may change first, for each suite before and after, and each action."""
    states = [
        (consec("R", "any", action, f"auth1=computerkerb {suite}"),)
        for action, suite in product(("requireinrequireout", "requestinrequestout"), SUITES)
    ]
    peers = [machine(*state) for state in states]
    for old, new in product(range(len(states)), repeat=2):
        if old == new:
            continue
        for peer_old, peer_new in ((old, new), (new, old), (1, 2), (2, 1)):
            told_of = pair_changes(peers[old], peers[new], [peers[peer_old]], [peers[peer_new]])
            advice = rollout(peers[old], peers[new], [peers[peer_old]], [peers[peer_new]])
            fails = [each.newly_fails for each in told_of]
            yield f"pairs {old}>{new} {peer_old}>{peer_new} {told(told_of)} {fails} {told(advice)} {advice.words}"
    yield f"gone {told(pair_changes(peers[0], machine(), [peers[0]], [peers[0]]))}"
    yield f"new {told(pair_changes(machine(), peers[0], [peers[0]], [peers[0]]))}"


MORE_VPN = VPN.replace("-PfsGroup None", "-PfsGroup PFS2048").replace(
    "AES256 -EncryptionMethod", "DES3 -EncryptionMethod"
)


def of_vpn() -> Iterator[str]:
    policies = [completed(read("vpn.ps1", text).policy) for text in (VPN, MORE_VPN, VPN.replace("a.example", "z.test"))]
    for policy in policies:
        for owner in vpn_suites.owners(policy):
            main, quick = vpn_suites.main_mode_of(policy, owner), vpn_suites.quick_mode_of(policy, owner)
            proof = vpn_suites.authentication_of(policy, owner)
            yield f"suite {told(owner)} {told(main)} {told(quick)} {told(proof)}"
            if main is None or quick is None:
                continue
            yield f"owners {told(vpn_suites.owner_of(policy, main))} {told(vpn_suites.owner_of(policy, quick))}"
            for made in (vpn_suites.mended(main, quick), vpn_suites.strong(main, quick)):
                for part in made:
                    yield f"made {in_full(part)}"
        yield f"pairs of VPN {told(list(vpn_pairs(Machine(name='vpn', policy=policy))))}"
        yield f"said {told(sameness.remote_access_said(policy))}"
        bare = sameness.without_remote_access(policy)
        yield f"bare {sameness.differing_fields(policy, bare)}"
        for half in ("main_mode_crypto_sets", "quick_mode_crypto_sets"):
            untold = policy.model_copy(update={half: ()})
            same = sameness.same_remote_access(untold, policy), sameness.same_remote_access(untold, untold)
            yield f"without {half} {same}"
    for one, other in product(policies, repeat=2):
        yield f"same {sameness.same_remote_access(one, other)} {sameness.same_policy(one, other)}"


def is_named_a(one: Machine) -> bool:
    return one.name == "a.cmd"


def of_fleets() -> Iterator[str]:
    vpn = read("vpn.ps1", VPN)
    clients = read("clients.ps1", VPN.replace("Set-VpnServer", "# Set-VpnServer"))
    some = [read(f"{name}.cmd", f"netsh {consec(name, '10.1.0.0/16')}\n") for name in ("a", "b")]
    sites = (Site(), Site.of({"peer": [{"name": "P", "answers_on": ["10.1.0.1"]}]}))
    for members, site in product(([], some[:1], some, [vpn], [clients]), sites):
        fleet = Fleet((Digest.of(each, [is_named_a]) for each in members), site)
        yield f"fleet {len(fleet)} {fleet.has_pairs} {[each.name for each in fleet.where(is_named_a)]}"
        yield f"facts {list(fleet.facts(is_named_a))} {list(fleet.facts(len_of_rules))} {fleet.name_of('a.cmd')}"
        yield f"few {[each.name for each in Fleet.of(members)[:1]]} {len(Fleet.of(members))} {fleet.name_of('?')}"
    yield f"both ends {holds_both_ends(vpn.policy)} {holds_both_ends(clients.policy)} {holds_both_ends(some[0].policy)}"


def len_of_rules(one: Machine) -> int:
    return len(one.policy.connection_security_rules)


def of_digest(one: Machine) -> Iterator[str]:
    """What is kept of a machine."""
    for whole in (False, True):
        digest = Digest.of(one, whole=whole)
        policy = digest.machine(Site()).policy
        kept = {name: value for name in type(policy).model_fields if (value := getattr(policy, name))}
        told_of = [f"{name} {len(value) if isinstance(value, tuple) else value!r}" for name, value in kept.items()]
        yield f"kept {whole} {len(digest.paths)} {told_of}".replace(str(ROOT), "")


SCRIPT = """
if ($Site -eq 'A') { New-NetIPsecRule -DisplayName A -RemoteAddress 10.1.0.0/16 -InboundSecurity Require }
else { New-NetIPsecRule -DisplayName B -RemoteAddress 10.2.0.0/16 -InboundSecurity Require }
if ($Env:COMPUTERNAME -eq 'X') { New-NetIPsecRule -DisplayName C -RemoteAddress 10.3.0.0/16 -InboundSecurity Require }
elseif ($Env:COMPUTERNAME -eq 'Y') { New-NetIPsecRule -DisplayName D -RemoteAddress 10.4.0.0/16 }
else { New-NetIPsecRule -DisplayName E -RemoteAddress 10.5.0.0/16 -OutboundSecurity Request }
New-NetIPsecRule -DisplayName F -RemoteAddress 10.6.0.0/16 -InboundSecurity Require
"""


def of_runs() -> Iterator[str]:
    one = read("runs.ps1", SCRIPT)
    alternatives = alternatives_of(one)
    spans = {rule.name: rule.span for rule in one.policy.connection_security_rules}
    for some in (*combinations(spans, 2), *((name, name) for name in spans)):
        yield f"together {some} {alternatives.may_exist_together([spans[name] for name in some])}"
    yield f"ways {[(name, alternatives.ways_to(at)) for name, at in spans.items() if at in alternatives.ways]}"
    runs = list(runs_with(one, [*spans.values(), *spans.values(), Span("other", 1, 1)]))
    yield f"runs {[[rule.name for rule in run.policy.connection_security_rules] for run in runs]}"
    again = list(runs_with(one, spans.values()))
    yield f"kept {[run is same for run, same in zip(runs, again, strict=True)]}"
    plain = read("plain.ps1", SCRIPT.strip().splitlines()[-1] + "\n")
    both = alternatives_of(plain).may_exist_together([spans["A"]] * 2)
    yield f"plain {both} {list(runs_with(plain, spans.values()))}"


def of_meetings(one: Machine) -> Iterator[str]:
    """Which rules may negotiate with whom, with any profile and with one."""
    peers = Peers(one)
    for rule in one.policy.connection_security_rules:
        for text in ("10.0.4.7", "203.0.113.7", "2001:db8:1::7"):
            asked = addresses([text])
            one_profile = peers.may_meet(rule, asked, frozenset({Profile.DOMAIN}))
            yield f"meets {rule.name} {text} {peers.may_meet(rule, asked)} {one_profile}"


def of_associations(one: Machine) -> Iterator[str]:
    """What is offered for associations with each address, whichever end is whose."""
    for own, peer in (("192.0.2.1", "10.0.4.7"), ("10.0.4.7", "192.0.2.1"), ("192.0.2.1", None), ("x", "10.0.4.7")):
        yield f"rules for {own} {peer} {told(rules_for(one, own, peer))}"
        for kind in (EventKind.MAIN_MODE, EventKind.QUICK_MODE):
            association = SecurityAssociation(span=Span("sa", 1, 1), kind=kind, local_address=own, remote_address=peer)
            yield f"offers {kind} {told(offers_for(one, association))}"


WINDOWS: tuple[tuple[str, ...] | None, ...] = (
    None,
    ("Windows Vista SP1",),
    ("Windows 7",),
    ("Windows 11 23H2",),
    ("Windows 11 24H2", "Windows Server 2025"),
    ("Windows Vista", "Windows 11 24H2"),
)


def of_windows(one: Machine) -> Iterator[str]:
    for names in WINDOWS:
        site = Site(windows=names)
        yield f"DHCP {names} {defaults.exempts_dhcp(one.policy, site)} {defaults.has_new_defaults(one.policy, site)}"


TUNNEL = "mode=tunnel auth1=computercert auth1ca=CN=Root localtunnelendpoint={} remotetunnelendpoint={}"
STATIC = """ipsec static add policy name={0} assign={1}
ipsec static add filterlist name=L{0}
ipsec static add filter filterlist=L{0} srcaddr=me dstaddr=10.0.4.7 protocol=tcp dstport=443
ipsec static add filter filterlist=L{0} srcaddr=me dstaddr=10.0.4.0 dstmask=255.255.255.0
ipsec static add filteraction name=A{0} action=negotiate qmsecmethods="ESP[3DES,SHA1]"
ipsec static add rule name=R{0} policy={0} filterlist=L{0} filteraction=A{0} kerberos=yes
ipsec static add rule name=B{0} policy={0} filterlist=L{0} filteraction=A{0} kerberos=yes activate=no
ipsec static add rule name=S{0} policy={0} filterlist=none filteraction=A{0} kerberos=yes
"""


NOWHERE = (
    "New-NetIPsecRule -DisplayName A -RemoteAddress 10.0.4.0/24 -InboundSecurity Require -QuickModeCryptoSet {X1}",
    (
        "New-NetIPsecRule -DisplayName B -RemoteAddress 10.0.9.0/24 -Phase1AuthSet {X2}"
        " -Phase2AuthSet {X3} -OutboundSecurity Request"
    ),
    "New-NetIPsecMainModeRule -DisplayName M -RemoteAddress 10.0.4.7 -MainModeCryptoSet {X4} -Phase1AuthSet {X5}",
    "New-NetIPsecMainModeRule -DisplayName N -RemoteAddress 10.0.4.8 -Profile Domain",
    "New-NetIPsecMainModeRule -DisplayName O -RemoteAddress $peers",
)
ODD = (
    (
        "New-NetIPsecRule -DisplayName T -Mode Tunnel -RemoteTunnelEndpoint $gateway"
        " -LocalTunnelEndpoint 192.0.2.1 -RemoteAddress 10.0.4.0/24"
    ),
    (
        "New-NetIPsecRule -DisplayName U -Mode Tunnel -RemoteTunnelEndpoint 203.0.113.7"
        " -LocalTunnelEndpoint 192.0.2.1 -RemoteAddress Any -Profile Domain"
    ),
    (
        "New-NetIPsecRule -DisplayName V -RemoteAddress $there -Protocol TCP"
        " -RemotePort 443 -InboundSecurity Require -Profile $profile"
    ),
    (
        "New-NetIPsecRule -DisplayName W -RemoteAddress DNS,DHCP,WINS,DefaultGateway,LocalSubnet"
        " -InboundSecurity None -OutboundSecurity None"
    ),
    (
        "New-NetIPsecRule -DisplayName X -LocalAddress 192.0.2.1,192.0.2.77"
        " -RemoteAddress 10.0.4.7 -InterfaceType Wireless -InboundSecurity Require"
    ),
    (
        "New-NetIPsecRule -DisplayName Y -RemoteAddress 10.0.4.7 -Protocol UDP"
        " -LocalPort 500 -InboundSecurity None -OutboundSecurity None"
    ),
    (
        "New-NetIPsecRule -DisplayName Z -RemoteAddress 2001:db8:1::/48"
        " -InboundSecurity Require -OutboundSecurity Require -Enabled False"
    ),
)
SERVICES_EXEMPT = [
    consec("D", "dns", "noauthentication"),
    consec("K", "10.0.4.7", "noauthentication") + " protocol=udp port1=any port2=88",
    consec("L", "10.0.4.8,10.0.4.99", "noauthentication") + " protocol=tcp port1=any port2=389",
    consec("H", "10.200.0.1", "noauthentication") + " protocol=udp port1=68 port2=67",
    consec("I", "any", "noauthentication") + " protocol=icmpv4",
    consec("E", "10.0.0.0/8"),
    consec("F", "10.0.9.9", "requestinrequestout", "auth1=computerkerb qmsecmethods=esp:sha1-3des"),
    consec("G", "any", "requestinclearout"),
]


def others() -> dict[str, Machine]:
    """Policies of kinds that are seldom drawn: tunnels, `netsh ipsec`, references into the void, values not known."""
    ends = (("192.0.2.1", "203.0.113.7"), ("192.0.2.2", "203.0.113.7"), ("192.0.2.1", "203.0.113.7"), ("any", "any"))
    tunnels = [
        consec(f"T{number}", f"10.0.{number % 2 + 4}.0/24", more=TUNNEL.format(*each))
        for number, each in enumerate(ends)
    ]
    static = [*STATIC.format("P", "yes").splitlines(), *STATIC.format("Q", "no").splitlines()]
    scripts = {"tunnels": tunnels, "static": static, "services": SERVICES_EXEMPT}
    made = {name: read(f"{name}.cmd", "".join(f"netsh {line}\n" for line in lines)) for name, lines in scripts.items()}
    return made | {"nowhere": read("nowhere.ps1", "\n".join(NOWHERE)), "odd": read("odd.ps1", "\n".join(ODD))}


def of_less(one: Machine) -> Iterator[str]:
    """What all else says of a policy of a kind that is seldom drawn, and of the same with a rule less of each sort."""
    rules, mains = one.policy.connection_security_rules, one.policy.main_mode_rules
    yield from of_rules(one)
    yield from of_questions(one)
    yield from of_meetings(one)
    yield from of_packets(one, Random(one.name))
    yield from of_sets(one)
    yield from of_machine(one)
    for fewer in ({"connection_security_rules": rules[1:]}, {"main_mode_rules": mains[1:]}):
        less = one.with_policy(one.policy.model_copy(update=fewer))
        yield from of_two(one, less)
        yield from of_many(one, less)
        yield from of_many(less, one)


def answers() -> Iterator[str]:
    yield from of_damage()
    yield from of_rollout()
    yield from of_vpn()
    yield from of_fleets()
    yield from of_runs()
    alone = {name: (one, one) for name, one in others().items()}
    for name, (old, new) in (drawn() | fixtures() | alone).items():
        yield f"# {name}"
        yield from of_groups(old)
        yield from of_strengths(old)
        yield from of_sameness(old, new)
        yield from of_digest(old)
        yield from of_associations(old)
        yield from of_windows(old)
        if name in {"drawn 0", "drawn 3", "changed 6", *alone}:
            yield from of_cases(old)
        if name in alone:
            yield from of_less(old)
        for rule in old.policy.firewall_rules[:40]:
            yield f"firewall {told(inbound_firewall_boxes(rule, old.site))}"


def test_what_is_said_of_parts_is_as_stored() -> None:
    assert list(answers()) == EXPECTED.read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
