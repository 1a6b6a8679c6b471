"""What each part of the semantics says of drawn policies, and of one of every dialect, is as stored.

After a change that is meant, `python -m tests.semantics.test_stored_answers` stores it anew: read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from random import Random

import pytest

from ipseclint.formats import recognise
from ipseclint.model.intent import Intent, Must
from ipseclint.model.machine import Machine
from ipseclint.model.policy import ALL_PROFILES, MainModeCryptoSet, Profile, QuickModeCryptoSet
from ipseclint.model.selectors import ANY_ADDRESS
from ipseclint.semantics import (
    algorithms_in_use,
    effective,
    nearby_filters,
    pairing,
    proposals,
    rule_boxes,
    scope,
    vpn_suites,
)
from ipseclint.semantics.cases import cases
from ipseclint.semantics.covered import coverage_rows, coverages
from ipseclint.semantics.damage import fit, sign_of_a_cut, signs_of_damage
from ipseclint.semantics.decisions import PacketError, which
from ipseclint.semantics.defaults import completed, needs_authip, negotiate_dh2048
from ipseclint.semantics.filter_boxes import wfp_parts
from ipseclint.semantics.intent_proposals import proposed_intents
from ipseclint.semantics.intents import breaches
from ipseclint.semantics.narrowing import narrowing
from ipseclint.semantics.object_changes import object_changes
from ipseclint.semantics.outline import outline
from ipseclint.semantics.packet_treatment import default_main_mode, main_mode, treatment
from ipseclint.semantics.packets.box import packet_box
from ipseclint.semantics.packets.rules import box_of
from ipseclint.semantics.peers import Peers
from ipseclint.semantics.reach import parsed as addresses
from ipseclint.semantics.reach import takes_all_traffic
from ipseclint.semantics.rules_of_state import policy_sections
from ipseclint.semantics.sameness import differing_fields
from ipseclint.semantics.site_proposals import site_proposals
from ipseclint.semantics.traffic import every_group
from ipseclint.semantics.traffic_changes import traffic_changes
from ipseclint.semantics.treatment import Question, Service, doing_otherwise, traffic_with
from ipseclint.semantics.wfp_rules import as_connection_security_rule
from ipseclint.source import bytes_source
from ipseclint.vocabulary.algorithms import Cipher, Integrity
from tests import ROOT
from tests.rules.rule_inputs import machine_in
from tests.semantics.as_text import in_full, told
from tests.semantics.test_every_kind_of_traffic import HOSTS, packet, policy
from tests.semantics.test_traffic_changes import machine

pytestmark = pytest.mark.drawn(3)

EXPECTED = ROOT / "tests" / "data" / "semantics.txt"
FORMATS = ROOT / "fixtures" / "formats"
FIXTURES = (
    "firewall-registry-reg/ip-security-policy.reg",
    "advfirewall-show/rules-aligned.txt",
    "wfp-filters/one-rule.xml",
    "wfp-state/site-policies.xml",
    "mdm-syncml/vpn-profile.xml",
    "powershell-script/site-to-site.ps1",
    "intune-json/endpoint-protection.json",
)
PEERS = ("10.0.4.0/24", "2001:db8:1::/48")
SERVICES = (None, Service(protocol=6, port=443), Service(protocol=47))
RAISED = ({Cipher.AES_128: Cipher.AES_GCM_256}, {Integrity.SHA1: Integrity.SHA384})


@cache
def drawn() -> dict[str, tuple[Machine, Machine]]:
    """Drawn policies, each with another that has some of its rules and some others."""
    pairs = {}
    for seed in range(6):
        random = Random(seed)
        some = policy(random, "A")
        others = [line for line in some if random.random() < 0.7] + policy(random, "B")[: random.randrange(4)]
        pairs[f"drawn {seed}"] = machine(*some), machine(*others)
    for seed in (6, 7):
        some = [*policy(Random(seed), "A"), *policy(Random(seed + 10), "C")]
        pairs[f"changed {seed}"] = machine(*some), machine(*map(_changed, some))
    return pairs


def _changed(line: str) -> str:
    """A rule that says something else in whatever of these it says."""
    for word, instead in CHANGED.items():
        line = line.replace(word, instead)
    return line


CHANGED = {
    "requireinrequireout": "requestinrequestout",
    "computerkerb": "computerntlm",
    "sha256-aes256": "sha1-aes128",
    "sha1-3des": "sha256-aes192",
    "port2=443": "port2=445",
    "profile=domain": "profile=public",
    "10.0.4.7": "10.0.4.8",
    "203.0.113.7": "203.0.113.9",
    "dhgroup2:3des-sha1": "dhgroup14:aes128-sha1",
    "CN=Root": "CN=Other",
}


@cache
def fixtures() -> dict[str, tuple[Machine, Machine]]:
    """One policy of every dialect, and the same with one rule less."""
    pairs = {}
    for name in FIXTURES:
        whole = machine_in(FORMATS / name)
        less = {"connection_security_rules": whole.policy.connection_security_rules[1:]}
        pairs[name] = whole, whole.with_policy(whole.policy.model_copy(update=less))
    return pairs


def of_rules(one: Machine) -> Iterator[str]:
    for rule in (*one.policy.connection_security_rules, *one.policy.main_mode_rules):
        yield f"conditions {told(rule_boxes.not_understood(rule))} {told(main_mode(one, rule))}"
    for main in one.policy.main_mode_rules:
        yield f"boxes {told(rule_boxes.main_mode_boxes(main, one.site))}"
    for rule in one.policy.connection_security_rules:
        yield f"boxes {rule.name} {told(rule_boxes.connection_boxes(rule, one.site))}"
        both_ways = [treatment(one, rule, inbound) for inbound in (False, True)]
        yield f"does {told(scope.action_of(one, rule))} {told(both_ways)}"
        sides = scope.local_side(one, rule), scope.remote_side(one, rule)
        all_of_it = scope.is_any_to_any(one, rule), takes_all_traffic(one, rule), needs_authip(one, rule)
        yield f"sides {told(sides)} {told([scope.peers_of(each) for each in sides])} {all_of_it}"
    yield f"main mode {told(default_main_mode(one))}"
    yield f"secured {told(scope.secured_rules(one))} exempt {told(scope.exemptions(one))}"
    for filter_ in one.policy.wfp_filters[:40]:
        for part in (filter_, filter_._replace(local=(), remote=(), not_understood=())):
            yield f"filter {in_full(as_connection_security_rule(part, one.index))}"
        for family in (4, 6):
            yield f"boxes {told(list(map(box_of, wfp_parts(filter_, family, one.site))))}"


def of_questions(one: Machine) -> Iterator[str]:
    """What of some traffic is left to each rule when the others, or those that do otherwise, are asked too."""
    rules = one.policy.connection_security_rules
    for peers, service in product(((ANY_ADDRESS,), addresses(PEERS)), SERVICES):
        traffic = traffic_with(one, peers, service, 500 if service and service.port else None)
        for rule in rules[:4]:
            left = Question(one, traffic, doing_otherwise(one, (rule,))).left_to(rule)
            sizes = [sum(each.size for each in part) for part in (left.whole, left.certain, left.possible, left.taken)]
            words = narrowing(left.certain, left.whole) if left.certain else ""
            yield f"left {peers[0]} {service} {rule.name}: {told(sizes)} by {told(left.takers)} {words}"
            if service is None:
                yield f"pieces {len(left.certain)} {told(left.certain[:4])}"


def of_peers(one: Machine) -> Iterator[str]:
    """Which rules may negotiate with whom on which profiles, and which intents about these peers are broken."""
    peers = Peers(one)
    for rule in one.policy.connection_security_rules:
        endpoint = rule.remote_tunnel_endpoint
        gateway = () if endpoint is None else endpoint.known or ()
        for some in (*([(each,) for each in (*gateway, *addresses(HOSTS[4]), *addresses(HOSTS[6]))]), addresses(PEERS)):
            met = [peers.may_meet(rule, some, frozenset({profile})) for profile in sorted(ALL_PROFILES)]
            yield f"meets {rule.name} {told(some)} {met}"
    wanted = [
        Intent(name=f"{must} {peer}", must=must, peers=(peer,), profiles=profiles)
        for must in Must
        for peer in (*PEERS, "10.0.0.0/8")
        for profiles in ((), (Profile.DOMAIN,))
    ]
    yield from (f"broken {told(each)} {each.message}" for each in breaches(one, wanted))


def of_packets(one: Machine, random: Random) -> Iterator[str]:
    for _ in range(6):
        asked = packet(random)
        yield f"packet {asked}"
        yield from (f"decided {told(each)}" for each in which(one, asked))
    try:
        yield from (f"case {told(case.words())} {told(case.decisions)}" for case in cases(one, asked)[:6])
    except PacketError as error:
        yield f"cases {error}"


def of_sets(one: Machine) -> Iterator[str]:
    for crypto in algorithms_in_use.user_defined_crypto_sets(one.policy):
        yield f"set {told(crypto)} {algorithms_in_use.mode_of(crypto)}"
        uses = algorithms_in_use.cipher_uses(crypto), algorithms_in_use.integrity_uses(crypto)
        yield f"uses {told(uses)} {told(algorithms_in_use.group_uses(crypto))}"
        yield f"repaired {told(proposals.repaired(crypto))}"
        yield f"raised {told(proposals.raised(crypto, *RAISED))}"
        offered = crypto.proposals
        ranks = [[proposals.outranks(strong, weak) for weak in offered] for strong in offered]
        yield f"words {told([proposals.words(each) for each in offered])} {told(ranks)}"
        if isinstance(crypto, QuickModeCryptoSet):
            yield f"without AH {told(proposals.without_ah(crypto))}"
            yield f"lasts {told((effective.quick_mode_lifetime(crypto), effective.byte_lifetime(crypto)))}"
            yield f"shorter {told(effective.with_lifetime(crypto, 600, 4000))}"
            yield f"fewer {told(effective.with_byte_lifetime(crypto, 9000, 90_000))}"
        elif isinstance(crypto, MainModeCryptoSet):
            yield f"lasts {told((effective.main_mode_lifetime(crypto), effective.quick_mode_limit(crypto)))}"
    yield f"pairs {told(pairing.crypto_pairs(one))} {told(list(pairing.longest_quick_modes(one)))}"
    yield f"VPN {told(list(pairing.vpn_pairs(one)))} {told(list(vpn_suites.owners(one.policy)))}"
    yield f"users {told(list(scope.users_by_quick_mode(one).values()))} {told(list(scope.own_quick_mode_sets(one)))}"


def of_machine(one: Machine) -> Iterator[str]:
    yield f"outline {told(outline(one))}"
    yield f"site {told(site_proposals((one,)))}"
    yield f"intents {told(proposed_intents((one,)))}"
    yield from (f"covered {told(row)}" for row in coverage_rows(one))
    yield from (f"few {told(each)}" for each in coverages(one, None, 1))
    asked = packet_box(packet(Random(9)))
    for group in every_group(one):
        yield f"group {group.filter_count} near {told(group.near([asked]))}"
        for reading in group.readings:
            yield f"rules {reading.name} {told([(rule.name, rule.rank) for rule in group.ordered(reading).rules])}"
    for state in policy_sections(one):
        for reading, (rules, named) in ((each, rows) for each in state.readings for rows in state.lists(each)):
            said = [(rule.rank, rule.decision, len(rule.boxes)) for rule in rules.rules]
            yield f"list {reading} {rules.most_specific_first} {told(said)} {told(named)}"


def of_two(old: Machine, new: Machine) -> Iterator[str]:
    found = traffic_changes(old, new)
    yield f"complete {found.complete}"
    for change in found.changes:
        yield f"{change.effect} {change.severity} {told(change)}"
    objects = object_changes(old, new)
    yield from (f"object {told(each)}" for each in objects.changes)
    yield f"fields {differing_fields(old.policy, new.policy)}"
    yield from (f"sign {each}" for each in signs_of_damage(new, "new", old, "old"))
    yield f"cut {sign_of_a_cut(objects, 'new', 'old')}"
    yield f"fit {told(fit(new, old, 'old', same_format=True))}"


def of_many(old: Machine, new: Machine) -> Iterator[str]:
    """What is left where only what is near a change is looked at, however few rules there are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearby_filters, "FEW_RULES", -1)
        patch.setattr(nearby_filters, "FEW_FILTERS", -1)
        both = nearby_filters.nearby(old, new)
    for near in both:
        rules = (*near.policy.connection_security_rules, *near.policy.main_mode_rules)
        yield f"near {told(rules)} {told([each.filters for each in near.policy.filter_lists])}"
        yield f"filters {[filter_.key for filter_ in near.policy.wfp_filters]}"


VPN = (
    "Add-VpnConnection -Name A -ServerAddress a.example -TunnelType Ikev2 -AuthenticationMethod MachineCertificate\n"
    "Add-VpnConnection -Name B -ServerAddress b.example -TunnelType Automatic -EncryptionLevel Maximum\n"
    "Add-VpnConnection -Name C -ServerAddress c.example -TunnelType L2tp -L2tpPsk abcdefgh -Force\n"
    "Add-VpnConnection -Name D -ServerAddress d.example -TunnelType Ikev2\n"
    "Set-VpnConnectionIPsecConfiguration -ConnectionName D -AuthenticationTransformConstants SHA256128 "
    "-CipherTransformConstants AES256 -EncryptionMethod AES256 -IntegrityCheckMethod SHA256 -PfsGroup None "
    "-DHGroup Group14 -Force\n"
    "Set-VpnServerConfiguration -TunnelType Ikev2 -SALifeTimeSeconds 3600 -SADataSizeForRenegotiationKilobytes 9000\n"
    "Add-VpnS2SInterface -Name E -Destination 203.0.113.7 -Protocol IKEv2 -AuthenticationMethod PSKOnly "
    "-SharedSecret abcdefgh\n"
)
RAS_MAN = r"HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters"
DH2048 = f"reg add {RAS_MAN} /v NegotiateDH2048_AES256 /t REG_DWORD /d {{}}\n"


def of_vpn() -> Iterator[str]:
    """The sets of the ends of VPNs that have none of their own, whatever the client is told of DH groups."""
    for said in ("", *(DH2048.format(number) for number in (0, 1, 2, 3))):
        source = bytes_source("vpn.ps1", (VPN + said).encode())
        found = recognise(source)
        assert found is not None
        read = found.parse(source).policy
        done = completed(read)
        yield f"# VPN {said.strip()[-4:]} {told(negotiate_dh2048(read))}"
        for thing in (*done.main_mode_crypto_sets, *done.quick_mode_crypto_sets):
            yield f"made {in_full(thing)}"
            yield from (f"of {in_full(each)}" for each in thing.proposals)
        yield from (f"owner {in_full(each)}" for each in vpn_suites.owners(done))


def answers() -> Iterator[str]:
    yield from of_vpn()
    for name, (old, new) in (drawn() | fixtures()).items():
        yield f"# {name}"
        yield from of_rules(old)
        yield from of_questions(old)
        yield from of_peers(old)
        yield from of_packets(old, Random(name))
        yield from of_sets(old)
        yield from of_machine(old)
        yield from of_two(old, new)
        yield from of_many(old, new)


def test_what_is_said_of_policies_is_as_stored() -> None:
    assert list(answers()) == EXPECTED.read_text("utf-8").split("\n")[:-1]


def store() -> None:
    EXPECTED.write_text("\n".join([*answers(), ""]), "utf-8", newline="\n")


if __name__ == "__main__":
    store()
